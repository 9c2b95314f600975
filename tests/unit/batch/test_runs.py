"""Runs: the same rows in the same order, resumed exactly, whatever the input is."""

from __future__ import annotations

import bz2
import errno
import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from restore.batch.folder import LocalFolder, open_folder
from restore.batch.runner import LocalRun, open_run_state
from restore.batch.shards import cut_shards
from restore.config import Config
from restore.errors import OutputError
from tests.helpers.batch_runs import Silent, content, read_out, run, settings, write_rows

TEXTS = [
    ("The chairman of the zone %d." if n % 3 == 0 else "RAISE %d" if n % 7 == 0 else "fine %d") % n for n in range(35)
]


def test_every_row_comes_out_in_its_place(tmp_path: Path) -> None:
    report = run([write_rows(tmp_path / "a.jsonl", TEXTS)], tmp_path / "out", workers=2)
    rows = read_out(tmp_path / "out")
    assert [r["text"] for r in rows] == TEXTS
    assert [r["restored"] for r in rows] == [
        None if "RAISE" in t else t.replace("chairman", "president") for t in TEXTS
    ]
    assert report.counts.rows == 35 and report.shards == 4
    assert report.counts.errors == sum("RAISE" in t for t in TEXTS) == len(report.errors)


def test_results_do_not_depend_on_workers_or_interruptions(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.jsonl", TEXTS)
    run([path], tmp_path / "one")
    run([path], tmp_path / "two", workers=3)
    calls = []

    def stopped() -> None:
        calls.append(1)
        if len(calls) == 30:
            raise KeyboardInterrupt

    with (
        open_run_state(LocalFolder(str(tmp_path / "cut")), settings(), False, False) as run_state,
        pytest.raises(KeyboardInterrupt),
    ):
        LocalRun(settings(), run_state, Silent(), stopped=stopped).work([str(path)])
    assert (tmp_path / "cut" / "_open").is_dir()
    run([path], tmp_path / "cut", resume=True, workers=2)
    assert content(tmp_path / "one") == content(tmp_path / "two") == content(tmp_path / "cut")


def test_what_an_interrupted_shard_had_is_not_done_again(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.jsonl", TEXTS)
    run([path], tmp_path / "out")
    (tmp_path / "out" / "_done" / "part-00000000-00000001.json").unlink()
    head = json.dumps({"input": "?", "config": "?", "version": "?"})
    (tmp_path / "out" / "_open" / "part-00000000-00000001.jsonl").write_text(f'{head}\n{{"row": 0')
    listener = Silent()
    report = run([path], tmp_path / "out", resume=True, listener=listener)
    assert (report.skipped, report.written, report.redone, listener.rows) == (3, 1, 0, 10)


def test_a_rerun_skips_exactly_what_is_done(tmp_path: Path) -> None:
    first, second = write_rows(tmp_path / "a.jsonl", TEXTS), write_rows(tmp_path / "b.jsonl", TEXTS[:5])
    out = tmp_path / "out"
    run([first, second], out)
    before = content(out)
    report = run([first, second], out, resume=True)
    assert (report.skipped, report.written) == (5, 0) and content(out) == before
    assert report.before.rows == 40
    write_rows(first, [*TEXTS[:12], "changed", *TEXTS[13:]])
    listener = Silent()
    report = run([first, second], out, resume=True, listener=listener)
    assert (report.skipped, report.written, listener.redone) == (4, 1, ["changed"])
    assert [r["text"] for r in read_out(out)][12] == "changed"


def test_other_settings_and_damaged_files_are_done_again(tmp_path: Path) -> None:
    path, out, listener = write_rows(tmp_path / "a.jsonl", TEXTS), tmp_path / "out", Silent()
    run([path], out)
    (out / "part-00000000-00000002.jsonl").write_bytes(b"cut off")
    assert run([path], out, resume=True, listener=listener).written == 1
    (out / "_done" / "part-00000000-00000003.json").write_bytes(b'{"file": "\xff"}')
    assert run([path], out, resume=True, listener=listener).written == 1
    assert listener.redone == ["damaged", "damaged"]
    other = settings(config=Config(min_confidence=0.3))
    assert run([path], out, other, resume=True, listener=listener).written == 4
    assert listener.redone[2:] == ["outdated"] * 4
    assert read_out(out)[0]["restored"] == "The president of the area 0."


def test_shards_that_the_input_no_longer_has_go_away(tmp_path: Path) -> None:
    path, out = write_rows(tmp_path / "a.jsonl", TEXTS), tmp_path / "out"
    run([path], out)
    write_rows(path, TEXTS[:15])
    assert run([path], out, resume=True).removed == 2
    run([write_rows(tmp_path / "b.jsonl", TEXTS[:15])], tmp_path / "fresh")
    assert [r["text"] for r in read_out(out)] == TEXTS[:15]
    assert sorted(p.name for p in (out / "_done").iterdir()) == [
        "part-00000000-00000000.json",
        "part-00000000-00000001.json",
    ]


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    path, out = write_rows(tmp_path / "a.jsonl", TEXTS[:3]), tmp_path / "out"
    run([path], out)
    with pytest.raises(OutputError, match="add --resume"):
        run([path], out)
    (out / "mine.txt").write_text("Not a shard.")
    with pytest.raises(OutputError, match=r"mine\.txt"):
        run([path], out, resume=True)
    with pytest.raises(OutputError, match="it is a file"):
        open_folder(str(path))
    with LocalFolder(str(tmp_path / "other")).lock(), pytest.raises(OutputError, match="another run"):
        run([path], tmp_path / "other")


def test_a_quarantined_document_is_not_tried_again(tmp_path: Path) -> None:
    path, out = write_rows(tmp_path / "a.jsonl", ["fine", "ABORT", "The chairman."]), tmp_path / "out"
    report = run([path], out)
    assert (report.deaths, report.counts.quarantined, len(report.quarantine)) == (3, 1, 1)
    assert "line 2" in report.quarantine[0]
    before = content(out)
    for mark in (out / "_done").iterdir():
        mark.unlink()
    report = run([path], out, resume=True)
    assert (report.deaths, report.counts.quarantined) == (0, 1)
    assert content(out) == before
    report = run([path], out, resume=True, retry=True)
    assert (report.deaths, report.written) == (3, 1)
    assert content(out) == before


def test_a_whole_quarantine_stops_nothing(tmp_path: Path) -> None:
    texts = [f"{fault} {n}" for n in range(3) for fault in ("ABORT", "EXIT", "RAISE", "KILLED")]
    report = run([write_rows(tmp_path / "a.jsonl", texts)], tmp_path / "out", settings(attempts=1), workers=2)
    assert report.counts.errors == 12 and report.counts.quarantined == 9
    assert all(r["error"] and r["restored"] is None for r in read_out(tmp_path / "out"))


def test_broken_rows_and_files_are_rows_with_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("The chairman.")
    (folder / "b.txt").write_bytes(b"\0\1\2" * 90)
    (folder / "c.jsonl").write_bytes(b'{"text": "The chairman."}\n{half\n\n{"text": ""}\n{"text": "caf\xff"}\n')
    (folder / "d.jsonl.gz").write_bytes(gzip.compress(b'{"text": "fine"}\n' * 5000)[:-40])
    (folder / "e.parquet").write_bytes(b"PAR1 no, it is not")
    (folder / "f.jsonl").write_bytes(b"")
    report = run([folder], tmp_path / "out", settings(shard_rows=9000))
    outputs = sorted(p.name for p in (tmp_path / "out").glob("part-*"))
    assert [name.partition(".")[2] for name in outputs] == ["jsonl", "jsonl", "jsonl.gz", "parquet"]
    first, second = (read_out_file(tmp_path / "out" / name) for name in outputs[:2])
    assert [r["error"] is None for r in first] == [True, False]
    assert [r["error"] is None for r in second] == [True, False, False, True]
    assert second[0] == {
        "text": "The chairman.",
        **{k: second[0][k] for k in ("restored", "corrections", "verdict")},
        "error": None,
    }
    assert second[3]["text"] == "caf\u00ff"
    assert report.counts.errors >= 5


def read_out_file(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_a_full_disk_is_told_and_the_run_goes_on_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, out = write_rows(tmp_path / "a.jsonl", TEXTS), tmp_path / "out"
    real = os.write
    left = [3_000]

    def write(handle: int, data: bytes) -> int:
        left[0] -= len(data)
        if left[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(handle, data)

    with monkeypatch.context() as patch:
        patch.setattr("restore.batch.folder.os.write", write)
        with pytest.raises(OutputError, match=r"No space left.*--resume"):
            run([path], out)
    run([path], out, resume=True)
    run([path], tmp_path / "well")
    assert content(out) == content(tmp_path / "well")


def test_a_line_of_json_keeps_its_own_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    own = b'{"big": 123456789012345678901234567890, "f": 1.10,"text":"fine", "nested": {"a": [1, 2.50]}}'
    path.write_bytes(own + b"\n{}\n" + b'{"restored": "old", "text": "The chairman.", "f": 1.10}\n')
    run([path], tmp_path / "out")
    lines = (tmp_path / "out" / "part-00000000-00000000.jsonl").read_bytes().splitlines()
    assert lines[0].startswith(own[:-1] + b',"restored":"fine","corrections":[],"verdict":')
    assert lines[1].startswith(b'{"restored":null,')
    assert lines[2].startswith(b'{"text":"The chairman.","f":1.10,"restored":"The president."')


def test_compressed_lines_come_back_compressed(tmp_path: Path) -> None:
    lines = b'{"text": "The chairman."}\n'
    (tmp_path / "a.jsonl.bz2").write_bytes(bz2.compress(lines))
    run([tmp_path / "a.jsonl.bz2"], tmp_path / "out")
    data = gzip.decompress((tmp_path / "out" / "part-00000000-00000000.jsonl.gz").read_bytes())
    assert json.loads(data)["restored"] == "The president."


def test_parquet_keeps_its_columns_and_types(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow", reason="Parquet needs the extra batch")
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet needs the extra batch")
    table = arrow.table(
        {"n": arrow.array(range(35), arrow.int16()), "text": TEXTS, "tags": [["a"], None, []] * 11 + [[], []]}
    )
    parquet.write_table(table, tmp_path / "a.parquet", row_group_size=8)
    run([tmp_path / "a.parquet"], tmp_path / "out", workers=2)
    parts = sorted((tmp_path / "out").glob("part-*.parquet"))
    assert [parquet.read_table(p).num_rows for p in parts] == [10, 10, 10, 5]
    whole = arrow.concat_tables([parquet.read_table(p) for p in parts])
    assert whole.select(table.schema.names).equals(table)
    report = run([tmp_path / "a.parquet"], tmp_path / "out", resume=True)
    assert report.skipped == 4
    lines = tmp_path / "lines"
    run([tmp_path / "a.parquet"], lines, settings(format="jsonl"))
    assert [r["restored"] for r in read_out(lines)] == whole["restored"].to_pylist()


@pytest.mark.parametrize("format", ["jsonl", "jsonl.gz", "jsonl.zst", "parquet", "csv"])
def test_every_format_holds_the_same_plans(tmp_path: Path, format: str) -> None:
    pytest.importorskip("zstandard", reason="compressed files need the extra batch")
    from restore.reading import Row, read_rows

    path = write_rows(tmp_path / "a.jsonl", TEXTS)
    run([path], tmp_path / "out", settings(format=format))
    rows = [r for r in read_rows([str(tmp_path / "out")]) if isinstance(r, Row) and "restored" in r.values]
    assert [r.values["id"] for r in rows] == [f"d{n}" for n in range(35)]
    assert [r.values["restored"] or None for r in rows][:3] == ["The president of the zone 0.", "fine 1", "fine 2"]
    corrections = rows[0].values["corrections"]
    found = json.loads(corrections) if isinstance(corrections, str) else corrections
    assert [(c["start"], c["confidence"]) for c in found] == [(4, 0.97), (20, 0.4)]


def test_csv_rows_of_mixed_types_become_parquet(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="Parquet needs the extra batch")
    from restore.reading import Row, read_rows

    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "fine", "x": 1}\n{"text": "fine", "x": "one"}\n{"text": "fine", "y": null}\n{bad\n')
    run([path], tmp_path / "out", settings(format="parquet"))
    rows = [r.values for r in read_rows([str(tmp_path / "out")]) if isinstance(r, Row)]
    assert [r["x"] for r in rows if "x" in r][:2] == ["1", "one"]


def test_limit_and_sample_take_the_same_rows_each_time(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.jsonl", [f"fine {n}" for n in range(400)])
    run([path], tmp_path / "first", settings(limit=13))
    assert [r["id"] for r in read_out(tmp_path / "first")] == [f"d{n}" for n in range(13)]
    report = run([path], tmp_path / "first", resume=True)
    assert (report.skipped, report.redone) == (1, 1)  # the shard that the limit had cut short
    report = run([path], tmp_path / "first", settings(limit=13), resume=True)
    assert report.removed == 0 and len(read_out(tmp_path / "first")) > 300
    chosen = [
        [job.id for shard in cut_shards([str(path)], settings(sample=0.2, shard_rows=rows)) for job in shard.jobs]
        for rows in (7, 400)
    ]
    assert chosen[0] == chosen[1] and 40 < len(chosen[0]) < 130


def test_references_of_a_folder_are_found_by_id(tmp_path: Path) -> None:
    folder = tmp_path / "clean"
    (folder / "d0").mkdir(parents=True)
    (folder / "d0" / "x.txt").write_text("First reference.")
    (folder / "d1.txt").write_text("Second reference.")
    (folder / "d1.more.txt").write_text("Third reference.")
    path = write_rows(tmp_path / "a.jsonl", ["The chairman 0.", "The chairman 1.", "The chairman 2."])
    chosen = settings(reference_folder=str(folder))
    run([path], tmp_path / "out", chosen)
    sources = [[e["source"] for e in r["corrections"][0]["evidence"]] for r in read_out(tmp_path / "out")]
    assert sources == [["x.txt"], ["d1.more.txt", "d1.txt"], []]
    (folder / "d2.txt").write_text("One more.")
    assert run([path], tmp_path / "out", chosen, resume=True).redone == 1


def test_pages_lose_their_markup_and_keep_their_address(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura", reason="HTML needs the extra batch")
    sentence = "<p>The chairman opened the new bridge on Monday and thanked the workers for three years of labour.</p>"
    page = f"<html><head><title>Bridge opens</title></head><body><article>{sentence * 4}</article></body></html>"
    (tmp_path / "page.html").write_text(page)
    rows = tmp_path / "rows.jsonl"
    rows.write_text(json.dumps({"id": 1, "html": page}) + "\n")
    run([tmp_path / "page.html", rows], tmp_path / "out")
    alone, row = read_out(tmp_path / "out")
    assert "html" not in alone and alone["title"] == "Bridge opens"
    assert "The chairman opened" in alone["text"] and "The president opened" in alone["restored"]
    assert row["html"] == page and row["extracted"] == alone["text"] and row["restored"] == alone["restored"]


def test_input_and_output_may_be_urls(tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec", reason="URLs need the extra batch")
    memory = fsspec.filesystem("memory")
    path = write_rows(tmp_path / "a.jsonl", TEXTS)
    memory.pipe("/in/a.jsonl", path.read_bytes())
    chosen = settings()
    try:
        for resume, skipped in ((False, 0), (True, 4)):
            with open_run_state(open_folder("memory://out/run"), chosen, resume, False) as run_state:
                made = LocalRun(chosen, run_state, Silent())
                made.work(["memory://in/a.jsonl"])
            assert made.report.skipped == skipped
        run([path], tmp_path / "out")
        for name in ("part-00000000-00000000.jsonl", "part-00000000-00000003.jsonl"):
            assert len(memory.cat(f"/out/run/{name}").splitlines()) == len(
                (tmp_path / "out" / name).read_bytes().splitlines()
            )
    finally:
        memory.rm("/", recursive=True)


def test_names_that_are_no_text_are_written_escaped(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    try:
        (folder / os.fsdecode(b"caf\xe9.txt")).write_text("The chairman.")
    except OSError:
        pytest.skip("this file system takes only names that are text")
    run([folder], tmp_path / "out")
    (row,) = read_out(tmp_path / "out")
    assert row["id"].endswith("caf\\udce9.txt") and row["restored"] == "The president."
