"""What is done stays done: whatever is asked of a second run, and whatever its input has become."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from restore.batch.folder import LocalFolder, check_apart, open_folder
from restore.batch.references import folder_references
from restore.batch.runner import LocalRun
from restore.batch.settings import Format
from restore.batch.shards import cut_source
from restore.batch.stream import StreamState
from restore.errors import OutputError
from tests.helpers.batch_runs import Silent, content, read_out, run, settings, write_rows

TEXTS = [f"The chairman {n}." for n in range(35)]


def test_a_limit_takes_nothing_back(tmp_path: Path) -> None:
    path, out = write_rows(tmp_path / "a.jsonl", TEXTS), tmp_path / "out"
    run([path], out)
    before = content(out)
    for limit in (3, 10, 13):
        report = run([path], out, settings(limit=limit), resume=True)
        assert (report.redone, report.written, report.removed) == (0, 0, 0)
    parts = {name: data for name, data in content(out).items() if name != "_settings.json"}
    assert parts == {name: data for name, data in before.items() if name != "_settings.json"}


@pytest.mark.parametrize("change", [{"sample": 0.5}, {"shard_rows": 7}])
def test_a_run_cut_in_another_way_is_refused(tmp_path: Path, change: dict[str, float]) -> None:
    path, out = write_rows(tmp_path / "a.jsonl", TEXTS), tmp_path / "out"
    run([path], out)
    before = content(out)
    with pytest.raises(OutputError, match="give the same, or name another folder"):
        run([path], out, settings(**change), resume=True)
    assert content(out) == before


def test_what_cannot_be_read_any_more_keeps_its_shards(tmp_path: Path) -> None:
    lines = write_rows(tmp_path / "lines.jsonl", TEXTS).read_bytes()
    path, other, out = tmp_path / "a.jsonl.gz", write_rows(tmp_path / "b.jsonl", TEXTS[:5]), tmp_path / "out"
    path.write_bytes(gzip.compress(lines))
    run([path, other], out)
    before = content(out)
    path.write_bytes(gzip.compress(lines)[:-60])  # half copied
    write_rows(other, TEXTS[5:10])
    listener = Silent()
    report = run([path, other], out, resume=True, listener=listener)
    assert report.unread == 1 and report.removed == 0 and report.written == 1 and listener.redone == ["changed"]
    assert "cannot be read" in report.errors[0].error and "--resume" in report.errors[0].error
    assert {k: v for k, v in content(out).items() if "part-00000000" in k} == {
        k: v for k, v in before.items() if "part-00000000" in k
    }
    path.write_bytes(gzip.compress(lines))
    report = run([path, other], out, resume=True)
    assert (report.unread, report.redone, report.skipped) == (0, 0, 5)


def test_what_could_never_be_read_to_its_end_is_no_obstacle(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    (folder / "a.txt").write_bytes(gzip.compress(b"The chairman. " * 900)[:40])
    (folder / "b.txt").write_text("The chairman.")
    first = run([folder], out)
    assert first.counts.errors == 1
    (folder / "c.txt").write_text("The chairman, too.")
    report = run([folder], out, resume=True)
    assert (report.unread, report.redone, report.counts.rows) == (0, 1, 3)
    (folder / "a.txt").write_text("The chairman at last.")
    assert run([folder], out, resume=True).counts.errors == 0


def test_input_and_output_lie_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for given, out in ((".", "out"), ("out/a.jsonl", "out"), ("out", "out"), ("s3://b/in/", "s3://b/in/out")):
        with pytest.raises(OutputError, match="name another folder"):
            check_apart([given], out)
    with pytest.raises(OutputError, match="name another folder"):
        check_apart([str(tmp_path)], (tmp_path / "out").as_uri())
    for given, out in (("in", "out"), ("a.jsonl", "out"), ("-", "."), ("s3://b/in", "s3://b/input"), ("in/x", "in/y")):
        check_apart([given], out)


def test_names_sort_in_the_order_of_the_input(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.jsonl", TEXTS[:1])
    names = [next(cut_source(n, iter([str(path)]), settings())).name for n in (2, 99_999, 100_000, 10_000_000)]
    assert names == sorted(names)


def flip(path: Path, place: int) -> None:
    """Change one byte of a file; its size stays."""
    data = bytearray(path.read_bytes())
    data[place] ^= 0x20
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("format", ["jsonl", "jsonl.gz", "parquet", "csv"])
@pytest.mark.parametrize("place", [0, -20])
def test_a_byte_that_changed_in_a_finished_shard_is_noticed(tmp_path: Path, format: Format, place: int) -> None:
    if format == "parquet":
        pytest.importorskip("pyarrow", reason="Parquet needs the extra batch")
    path, out, listener = write_rows(tmp_path / "a.jsonl", TEXTS), tmp_path / "out", Silent()
    chosen = settings(format=format)
    run([path], out, chosen)
    before = content(out)
    flip(out / f"part-00000000-00000001.{format}", place)
    report = run([path], out, chosen, resume=True, listener=listener)
    assert (report.written, listener.redone) == (1, ["damaged"])
    assert content(out) == before


def test_a_damaged_shard_is_not_moved_to_another_name(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    write_rows(tmp_path / "in" / "b.jsonl", TEXTS)
    out = tmp_path / "out"
    run([tmp_path / "in"], out)
    flip(out / "part-00000000-00000001.jsonl", 40)
    write_rows(tmp_path / "in" / "a.jsonl", ["new"])
    run([tmp_path / "in"], out, resume=True)
    run([tmp_path / "in"], tmp_path / "anew")
    assert content(out) == content(tmp_path / "anew")


def test_only_what_a_run_left_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / ".mine.tmp").write_text("Mine.")
    (tmp_path / ".part-00000000-00000000.jsonl.abc.tmp").write_text("Half a shard.")
    with LocalFolder(str(tmp_path)).lock():
        pass
    assert sorted(p.name for p in tmp_path.iterdir() if p.suffix == ".tmp") == [".mine.tmp"]


@pytest.mark.parametrize("path", ["", "  ", "x" * 300, "a\0b", "http://127.0.0.1:9/out", "nosuch://x/y"])
def test_targets_that_cannot_be_are_refused(path: str) -> None:
    with pytest.raises(OutputError):
        open_folder(path)


def test_a_file_url_is_a_folder_here(tmp_path: Path) -> None:
    folder = open_folder((tmp_path / "a b").as_uri())
    assert isinstance(folder, LocalFolder)
    with folder.lock():
        folder.write("x", b"1")
    assert (tmp_path / "a b" / "x").read_bytes() == b"1"


@pytest.mark.parametrize("stream", [False, True])
def test_copies_of_a_document_that_kills_are_spared(tmp_path: Path, stream: bool) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "ABORT"}\n' * 12)
    if stream:
        pieces: list[bytes] = []
        made = LocalRun(settings(), StreamState(pieces.append), Silent())
        made.work([str(path)])
        report, rows = made.report, b"".join(pieces).count(b"quarantined")
    else:
        report = run([path], tmp_path / "out")
        rows = sum("quarantined" in r["error"] for r in read_out(tmp_path / "out"))
    assert (report.deaths, rows, len(report.quarantine), report.counts.errors) == (3, 12, 1, 12)


def test_a_slow_document_holds_back_a_stream(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.jsonl", ["SLOW " * 3, *(f"fine {n}" for n in range(400))])
    held = []

    class Watched(StreamState):
        @property
        def held(self) -> int:
            held.append(super().held)
            return held[-1]

    pieces: list[bytes] = []
    made = LocalRun(settings(shard_rows=1), Watched(pieces.append), Silent(), workers=2)
    made.work([str(path)])
    assert len(pieces) == 401 and b"SLOW" in pieces[0] and 20 < max(held) <= 2 * 100 + 4


@pytest.mark.parametrize("output", ["rows", "sidecar"])
@pytest.mark.parametrize("form", ["jsonl", "jsonl.zst", "parquet", "csv"])
def test_only_failed_rows_are_tried_again(tmp_path: Path, output: str, form: str) -> None:
    pytest.importorskip("pyarrow", reason="Parquet needs the extra batch")
    help, count = tmp_path / "help", tmp_path / "count"
    texts = [
        f"The chairman {n} NEEDS {help} now." if n % 4 == 0 else f"The chairman of zone {n} COUNTS {count} now."
        for n in range(25)
    ]
    path, out, chosen = write_rows(tmp_path / "a.jsonl", texts), tmp_path / "out", settings(output=output, format=form)
    assert run([path], out, chosen).counts.errors == 7
    before = count.read_text()
    help.write_text("Here.")
    report = run([path], out, chosen, resume=True, retry=True)
    assert (report.counts.errors, report.redone, report.counts.rows) == (0, 3, 25)
    assert count.read_text() == before
    run([path], tmp_path / "fresh", chosen)
    assert content(out) == content(tmp_path / "fresh")


def test_references_are_those_of_the_whole_id(tmp_path: Path) -> None:
    folder = tmp_path / "clean"
    folder.mkdir()
    for name in ("report.txt", "v1.2.txt", "page.html.txt"):
        (folder / name).write_text(f"The reference {name}.")

    def found(id: str) -> list[str]:
        return [reference.id for reference in folder_references(str(folder), id, 1000)]

    assert [found(id) for id in ("report", "/x/report.txt", "/x/report.txt.gz", "report.17", "v1.2", "v1.3")] == [
        ["report.txt"], ["report.txt"], ["report.txt"], [], ["v1.2.txt"], []
    ]  # fmt: skip
