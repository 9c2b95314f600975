"""Ray Data on a real cluster of two nodes on this machine: the same files as the local runner, come what may."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pebble", reason="batches need the extra batch")
pytest.importorskip("pyarrow", reason="clusters need the extra ray")
ray_nodes = pytest.importorskip("tests.helpers.ray_nodes")  # before ray, for its environment
ray = pytest.importorskip("ray", reason="clusters need the extra ray")
pytest.importorskip("ray.data", reason="clusters need the extra ray")

import pyarrow as pa  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402

from restore.batch.folder import LocalFolder  # noqa: E402
from restore.batch.listener import BatchListener  # noqa: E402
from restore.batch.outcomes import Outcome  # noqa: E402
from restore.batch.ray import RayRun, RestoreActor, restore_dataset  # noqa: E402
from restore.batch.report import Report  # noqa: E402
from restore.batch.runner import LocalRun, open_run_state  # noqa: E402
from restore.batch.settings import BatchSettings  # noqa: E402
from restore.config import Config  # noqa: E402
from restore.errors import ModelNotFoundError  # noqa: E402

pytestmark = [pytest.mark.integration, pytest.mark.timeout(280)]
ENGINE = "tests.helpers.ray_engine:Engine"
SETTINGS = BatchSettings(config=Config(), engine=ENGINE, timeout=30.0, attempts=1, memory_mb=600, shard_rows=10)
VOLATILE = ("_report.json", "_lock", "_quarantine.jsonl")


class Silent(BatchListener):
    """A listener that keeps the errors."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.written: list[str] = []

    def finished(self, name: str, source: str, counts: object) -> None:
        self.written.append(name)

    def error(self, where: str, outcome: Outcome) -> None:
        self.errors.append(outcome.error)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with ray_nodes.two_nodes() as nodes:
        ray.init(address=nodes.address, log_to_driver=False)
        try:
            yield nodes
        finally:
            ray.shutdown()


def texts(count: int, more: str = "") -> list[str]:
    return [
        f"The chairman {i} met them in the zone.{more}" if i % 3 else f"Plain text {i}.{more}" for i in range(count)
    ]


def write_lines(path: Path, some: list[str]) -> Path:
    path.write_text("".join(json.dumps({"id": f"d{n}", "text": t, "n": n}) + "\n" for n, t in enumerate(some)))
    return path


def write_all(folder: Path) -> Path:
    """Write every kind of file, with every kind of fault in them."""
    folder.mkdir()
    some = texts(34)
    some[3], some[11], some[13] = "RAISE", "SEGFAULT in zone", ""
    path = write_lines(folder / "a.jsonl", some)
    path.write_text(
        path.read_text() + "no JSON\n" + '{"text": "The zone \\ud83d\\ude00", "big": 12345678901234567890}\n'
    )
    some[11] = "KILLED"
    columns = {"id": [f"d{n}" for n in range(34)], "text": some, "small": pa.array(range(34), pa.int8())}
    pq.write_table(pa.table(columns), folder / "b.parquet")
    (folder / "c.txt").write_text("The chairman.")
    (folder / "d.html").write_text(
        "<html><head><title>Zone</title></head><body><p>" + "The zone. " * 40 + "</p></body>"
    )
    (folder / "e.parquet").write_text("no Parquet")
    return folder


def local(source: Path, out: Path, settings: BatchSettings = SETTINGS, resume: bool = False) -> Report:
    with open_run_state(LocalFolder(str(out)), settings, resume, False) as run_state:
        run = LocalRun(settings, run_state, Silent(), workers=3)
        run.work([str(source)])
    return run.report


def on_ray(source: Path, out: Path, settings: BatchSettings = SETTINGS, resume: bool = False, **more: Any) -> Report:
    with open_run_state(LocalFolder(str(out)), settings, resume, False) as run_state:
        listener = Silent()
        run = RayRun(settings, run_state, listener, output=str(out), actors=2, **more)
        run.work([str(source)])
        assert len(listener.written) == run.report.written
    return run.report


def content(out: Path) -> dict[str, bytes]:
    files = (p for p in out.rglob("*") if p.is_file() and p.name not in VOLATILE)
    return {str(p.relative_to(out)): p.read_bytes() for p in files}


def test_the_output_is_that_of_the_local_runner_byte_for_byte(cluster: Any, tmp_path: Path) -> None:
    source = write_all(tmp_path / "in")
    here = local(source, tmp_path / "local")
    there = on_ray(source, tmp_path / "ray")
    assert content(tmp_path / "ray") == content(tmp_path / "local")
    assert there.counts == here.counts
    assert there.counts.rows == 73
    assert there.counts.errors == 8
    assert there.errors == sorted(here.errors, key=lambda e: there.errors.index(e))
    assert len(there.quarantine) == 2
    rows = [json.loads(line) for line in (tmp_path / "ray" / "part-00000000-00000001.jsonl").read_bytes().splitlines()]
    assert [row["id"] for row in rows] == [f"d{n}" for n in range(10, 20)]
    assert "SIGSEGV" in rows[1]["error"]
    assert rows[1]["restored"] is None
    assert rows[2]["error"] is None
    # What is done is skipped, what is missing is made again, and nothing else is touched.
    lost = tmp_path / "ray" / "part-00000001-00000002.parquet"
    lost.unlink()
    again = on_ray(source, tmp_path / "ray", resume=True, workers=2)
    assert (again.written, again.skipped, again.redone) == (1, there.shards - 1, 1)
    assert content(tmp_path / "ray") == content(tmp_path / "local")


def test_a_node_that_is_killed_in_mid_run_loses_nothing(cluster: Any, tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.jsonl", texts(36, " SLOW"))
    settings = SETTINGS.replace(shard_rows=4)
    node = next(iter(cluster.worker_nodes))
    reports: list[Report] = []
    run = threading.Thread(target=lambda: reports.append(on_ray(source, tmp_path / "ray", settings)))
    run.start()
    try:
        until(lambda: len(list((tmp_path / "ray").glob("part-*"))) >= 2, run)
        assert any(actor["Address"]["NodeID"] == node.node_id for actor in actors()), "no actor on that node"
        cluster.remove_node(node, allow_graceful=False)
        run.join(200)
    finally:
        cluster.add_node(**ray_nodes.NODE)
    assert reports, "the run did not end"
    assert reports[0].counts.rows == 36
    assert reports[0].counts.errors == 0
    local(source, tmp_path / "local", settings)
    assert content(tmp_path / "ray") == content(tmp_path / "local")


def actors() -> list[dict[str, Any]]:
    """Return the living actors that restore; the API for it needs the dashboard."""
    from ray._private.state import actors as all_actors

    return [a for a in all_actors().values() if a["State"] == "ALIVE" and "ShardActor" in a["ActorClassName"]]


def until(true: Any, run: threading.Thread | None = None) -> None:
    end = time.monotonic() + 120
    while not true():
        assert time.monotonic() < end, "it takes too long"
        assert run is None or run.is_alive(), "the run has ended"
        time.sleep(0.1)


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_is_interrupted_on_the_cluster_goes_on_here(
    cluster: Any, tmp_path: Path, sent: signal.Signals, code: int
) -> None:
    source = write_lines(tmp_path / "in.jsonl", texts(30, " SLOW"))
    out = tmp_path / "out"
    options = ["--engine", "ray", "--address", cluster.address, "--actors", "2", "--shard-rows", "5"]
    command = [sys.executable, "-m", "restore", "batch", str(source), "-o", str(out), *options, "--memory", "600"]
    paths = os.pathsep.join(filter(None, sys.path))
    environment = {**os.environ, "RESTORE_BATCH_ENGINE": ENGINE, "PYTHONPATH": paths}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)
    try:
        # A shard counts once its mark lies beside it; its file comes a moment before.
        until(lambda: list(out.glob("_done/part-*")) or process.poll() is not None)
        asked = time.monotonic()
        process.send_signal(sent)
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == code, said.decode()
    assert time.monotonic() - asked < 30
    assert b"--resume goes on" in said
    report = json.loads((out / "_report.json").read_bytes())
    assert report["state"] == "interrupted"
    assert 0 < report["counts"]["rows"] < 30
    settings = SETTINGS.replace(shard_rows=5, timeout=600.0, attempts=3)
    rest = local(source, out, settings, resume=True)
    assert rest.before.rows >= 5
    assert rest.before.rows + rest.counts.rows == 30
    local(source, tmp_path / "local", settings)
    assert content(out) == content(tmp_path / "local")


def test_what_no_document_is_to_blame_for_ends_the_run_with_its_reason(cluster: Any, tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.jsonl", texts(5))
    with pytest.raises(ModelNotFoundError, match="restore models pull"):
        on_ray(source, tmp_path / "out", SETTINGS.replace(engine="tests.helpers.ray_engine:without_models"))
    assert not list((tmp_path / "out").glob("part-*"))


def test_any_dataset_can_be_restored_by_the_real_engine(cluster: Any) -> None:
    some = ["The chairman Obama said on Tuesday that the White Dwelling was open.", "", "It rained in London today."]
    table = pa.table({"name": ["a", "b", "c"], "body": some})
    settings = BatchSettings(config=Config()).replace(fields={"text": ("body",)})
    context = ray.data.DataContext.get_current()
    context.execution_options.preserve_order = True
    dataset = restore_dataset(ray.data.from_arrow(table), settings, actors=1)
    done = pa.concat_tables(ray.get(dataset.to_arrow_refs()))
    actor = RestoreActor(settings.to_json().decode())
    assert done.to_pylist() == actor(table).to_pylist()
    assert done.column("name").to_pylist() == ["a", "b", "c"]
    assert [bool(e) for e in done.column("error").to_pylist()] == [False, True, False]
    assert done.column("verdict").to_pylist()[0]["probability"] > 0


CLEAN = (
    "A footbridge over the river Tarn collapsed on March 3, 2011 in Millbrook, injuring 14 people, Mayor Ana Petrovic"
    ' said. "We heard a terrible crack and then the screaming began," witness Tom Okafor told Channel Nine.\n'
    "Engineers of Halden Construction had inspected the structure in January. Governor Ruth Delgado ordered an inquiry."
)
SPUN = CLEAN.replace("people", "humans").replace("said", "stated").replace("structure", "shape")


def test_references_of_a_folder_and_an_index_are_found_on_the_nodes(cluster: Any, tmp_path: Path) -> None:
    pytest.importorskip("tantivy", reason="an index needs the extra index")
    from restore.reading import Article
    from restore.references.index.store import writing_index

    with writing_index(tmp_path / "index") as writer:
        writer.put(Article("bridge", CLEAN, "https://x.org/millbrook"))
        writer.commit()
    (tmp_path / "references").mkdir()
    (tmp_path / "references" / "d0.txt").write_text(CLEAN)
    source = write_lines(tmp_path / "in.jsonl", [SPUN, "It rained in London."])
    plain = BatchSettings(config=Config(preset="thorough", cascade={"min_probability": 0.0}))
    indexed = plain.replace(config=plain.config.replace(index=str(tmp_path / "index")))
    beside = plain.replace(reference_folder=str(tmp_path / "references"))
    for name, settings in {"index": indexed, "folder": beside}.items():
        on_ray(source, tmp_path / f"ray-{name}", settings)
        local(source, tmp_path / f"local-{name}", settings)
        assert content(tmp_path / f"ray-{name}") == content(tmp_path / f"local-{name}")
        row = json.loads((tmp_path / f"ray-{name}" / "part-00000000-00000000.jsonl").read_bytes().splitlines()[0])
        assert row["error"] is None
        assert "reference" in {e["kind"] for c in row["corrections"] for e in c["evidence"]}
