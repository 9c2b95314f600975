"""Plans, configs, pairs, archives and folders that somebody has made to do harm."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from restore.cli.app import app
from restore.errors import PlanMismatchError
from restore.records import Restoration
from restore.runtime.tables import models_folder

runner = CliRunner()
DEPTH = 100_000
DEEP = "[" * DEPTH + "]" * DEPTH


@pytest.mark.parametrize(
    ("command", "name", "content", "code"),
    [
        (["apply", "TEXT", "FILE"], "plan.json", f'{{"x": {DEEP}}}', 6),
        (["review", "FILE", "-o", "PAGE"], "plan.json", f'{{"x": {DEEP}}}', 6),
        (["check", "TEXT", "--config", "FILE"], "c.toml", f"x = {DEEP}", 4),
        (["learn", "FILE", "-o", "PAGE"], "pairs.jsonl", f'{{"spun": {DEEP}}}', 3),
        (["evaluate", "FILE"], "pairs.jsonl", f'{{"spun": {DEEP}}}', 7),
        (["spin", "FILE", "--format", "jsonl"], "texts.jsonl", f'{{"text": {DEEP}}}', 3),
    ],
)
def test_nesting_without_end_is_an_error_of_the_file(
    command: list[str], name: str, content: str, code: int, tmp_path: Path
) -> None:
    if command[0] == "review":
        pytest.importorskip("jinja2", reason="pages need the extra review")
    (tmp_path / name).write_text(content)
    (tmp_path / "text.txt").write_text("The chairman spoke.\n")
    places = {"FILE": tmp_path / name, "TEXT": tmp_path / "text.txt", "PAGE": tmp_path / "out"}
    result = runner.invoke(app, [str(places.get(word, word)) for word in command])
    assert (result.exit_code, "internal error" in result.stderr) == (code, False), result.stderr
    assert not (tmp_path / "out").exists()


def test_a_plan_with_escaped_surrogates_may_not_nest_without_end_either() -> None:
    with pytest.raises(PlanMismatchError, match="nested too deeply"):
        Restoration.from_json('{"text": "\\ud800", "x": ' + DEEP + "}")


@pytest.mark.parametrize(
    "file", ["../victim", "/etc/passwd", "part-00000-00000.jsonl\n", "part-00000-00000/../x.jsonl"]
)
@pytest.mark.parametrize("field", ["file", "input"])
def test_a_mark_cannot_lead_out_of_its_folder(field: str, file: str) -> None:
    pytest.importorskip("pebble", reason="batches need the extra batch")
    from restore.batch.shard_records import RowCounts, ShardRecord

    mark = ShardRecord("part-00000-00000.jsonl", "a", 0, "0a", "c", "v", 1, "0", RowCounts())
    data = msgspec.json.encode(mark)
    assert msgspec.json.decode(data, type=ShardRecord) == mark
    with pytest.raises(msgspec.ValidationError, match="regex"):
        msgspec.json.decode(msgspec.json.encode(msgspec.structs.replace(mark, **{field: file})), type=ShardRecord)


@pytest.mark.skipif(os.name != "posix", reason="links as on POSIX")
def test_a_link_in_the_folder_of_a_batch_leads_nowhere(tmp_path: Path) -> None:
    pytest.importorskip("pebble", reason="batches need the extra batch")
    from restore.batch.folder import LocalFolder
    from restore.errors import OutputError

    victim, other, out = tmp_path / "victim", tmp_path / "other", tmp_path / "out"
    victim.write_text("mine")
    other.mkdir()
    out.mkdir()
    for name in ("part", "journal", "moved", "_lock"):
        (out / name).symlink_to(victim)
    (out / "_done").symlink_to(other)
    (out / "made").write_text("made")
    folder = LocalFolder(str(out))
    folder.write("part", b"new")
    folder.rename("made", "moved")
    for write in (folder.append, folder.write):
        with pytest.raises(OutputError):
            write("journal" if write == folder.append else "_done/mark", b"x")
    with pytest.raises(OutputError), folder.lock():
        pass
    assert victim.read_text() == "mine"
    assert ((out / "part").read_text(), (out / "moved").read_text()) == ("new", "made")
    assert list(other.iterdir()) == []


@pytest.mark.parametrize("id", ["../secret", "../secret.txt", "/{outside}/secret", "clean/../../secret", "..", ".", ""])
def test_the_id_of_a_document_finds_no_file_outside_the_references(id: str, tmp_path: Path) -> None:
    pytest.importorskip("pebble", reason="batches need the extra batch")
    from restore.batch.references import folder_references

    (tmp_path / "secret.txt").write_text("The secret.")
    (tmp_path / "clean").mkdir()
    (tmp_path / "clean" / "a.txt").write_text("The reference.")
    assert folder_references(str(tmp_path / "clean"), id.format(outside=tmp_path), 1000) == ()


def test_names_of_documents_are_no_names_of_files(tmp_path: Path) -> None:
    """`spin` writes what it is told to, whatever the ids in its input say."""
    path, out = tmp_path / "a.jsonl", tmp_path / "out.jsonl"
    path.write_text(json.dumps({"id": "../../evil", "text": "The president spoke about the plan."}) + "\n")
    before = set(tmp_path.parent.iterdir())
    assert runner.invoke(app, ["spin", str(path), "--format", "jsonl", "-o", str(out)]).exit_code == 0
    assert json.loads(out.read_text())["id"] == "../../evil"
    assert {p.name for p in tmp_path.iterdir()} == {"a.jsonl", "out.jsonl"} and set(tmp_path.parent.iterdir()) == before


@pytest.mark.skipif(os.name != "posix", reason="the home folder of POSIX")
def test_onnxruntime_keeps_no_device_id_and_its_events_are_off(tmp_path: Path) -> None:
    code = (
        "from restore.runtime.graphs import open_graph\nimport os, pathlib\n"
        f"open_graph(pathlib.Path({str(models_folder() / 'encoder_output.onnx')!r}))\n"
        "print(os.environ['ORT_DISABLE_TELEMETRY'])"
    )
    environment = {k: v for k, v in os.environ.items() if k not in ("ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME")}
    environment["HOME"] = str(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False, env=environment
    )
    assert done.stdout == "1\n", done.stderr
    assert list(tmp_path.rglob("*")) == []
