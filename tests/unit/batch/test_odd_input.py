"""Runs on odd input: one row or file never ends the run, nothing is lost silently, and shards agree on their types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from restore.batch.messages import pack, read_messages, unpack
from restore.batch.outcomes import Outcome, references_of
from restore.batch.shards import cut_shards
from restore.batch.tables import restore_table, table_jobs
from restore.batch.writers import render
from tests.helpers.batch_runs import content, read_out, run, settings, write_rows

arrow = pytest.importorskip("pyarrow", reason="tables need the extra batch")
parquet = pytest.importorskip("pyarrow.parquet", reason="tables need the extra batch")

TEXT = "The chairman."


def tables(out: Path) -> list[Any]:
    return [parquet.read_table(path) for path in sorted(out.glob("part-*.parquet"))]


def broken_parquet(path: Path) -> None:
    """Write four row groups of five rows, the second one broken."""
    table = arrow.table(
        {
            "id": arrow.array(range(20), arrow.int64()),
            "text": [f"{TEXT} {n}" * 9 for n in range(20)],
            "kind": arrow.array(["a", "b"] * 10).dictionary_encode(),
            "tags": [[{"x": 1}]] * 20,
        }
    )
    schema = table.schema.set(0, arrow.field("id", arrow.int64(), nullable=False))
    parquet.write_table(table.cast(schema), path, row_group_size=5, compression="gzip", use_dictionary=False)
    column = parquet.ParquetFile(path).metadata.row_group(1).column(1)
    end = column.data_page_offset + column.total_compressed_size
    data = bytearray(path.read_bytes())
    data[end - 40 : end - 20] = b"\xff" * 20
    path.write_bytes(data)


@pytest.mark.parametrize("format", ["auto", "jsonl", "csv"])
def test_a_broken_row_group_is_one_row_with_an_error(tmp_path: Path, format: str) -> None:
    broken_parquet(tmp_path / "a.parquet")
    report = run([tmp_path / "a.parquet"], tmp_path / "out", settings(format=format))
    assert (report.counts.rows, report.counts.errors) == (16, 1)
    assert "row group 2 of 4" in report.errors[0].error
    if format == "auto":
        parts = tables(tmp_path / "out")
        assert [part.num_rows for part in parts] == [5, 1, 10]
        assert len({tuple(zip(part.schema.names, part.schema.types, strict=True)) for part in parts}) == 1
        assert [row["id"] for part in parts for row in part.to_pylist()] == [*range(5), None, *range(10, 20)]
    elif format == "jsonl":
        assert list(read_out(tmp_path / "out")[5]) == list(read_out(tmp_path / "out")[6])


def test_the_row_of_a_broken_group_travels(tmp_path: Path) -> None:
    broken_parquet(tmp_path / "a.parquet")
    chosen = settings()
    shards = list(cut_shards([str(tmp_path / "a.parquet")], chosen))
    assert [shard.start for shard in shards] == [0, 5, 10]
    for shard in shards:
        ((message, data),) = read_messages(pack(shard))
        got = unpack(message, data, chosen)
        assert got.jobs == shard.jobs and got.table is not None and got.table.equals(shard.table)
    other = shards[1].fingerprint
    shards[1].jobs = [type(shards[1].jobs[0])(error="another")]
    del shards[1].__dict__["fingerprint"]
    assert shards[1].fingerprint != other


def test_shards_of_json_lines_agree_on_their_types(tmp_path: Path) -> None:
    rows = [{"id": n, "text": TEXT, "score": n if n < 10 else "x", "opt": None if n < 10 else 1.5} for n in range(20)]
    rows[3] |= {"meta": {}, "tags": ["a"], "big": 10**30, "yes": True}
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    run([tmp_path / "a.jsonl"], tmp_path / "out", settings(format="parquet"))
    first, second = tables(tmp_path / "out")
    for table in (first, second):
        own = [f.type for f in table.schema if f.name not in ("restored", "corrections", "verdict", "error")]
        assert set(own) == {arrow.string()}
    whole = arrow.concat_tables([first, second], promote_options="default").to_pylist()
    assert [whole[n]["score"] for n in (0, 10)] == ["0", "x"] and [whole[n]["opt"] for n in (0, 10)] == [None, "1.5"]
    assert [whole[3][n] for n in ("meta", "tags", "big", "yes")] == ["{}", '["a"]', str(10**30), "true"]


def test_lines_that_cannot_be_read_stand_in_a_column(tmp_path: Path) -> None:
    deep = b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "The chairman.", "n": NaN}\n{half \xff\n' + deep + b"\n")
    (tmp_path / "b.csv").write_bytes(b'id,text\n1,a,b\n2,"The chairman.\n3,three\n')
    paths = [tmp_path / "a.jsonl", tmp_path / "b.csv"]
    run(paths, tmp_path / "out")
    almost, half, nested, ragged, open_, last = read_out(tmp_path / "out")
    assert almost["restored"] == "The president." and almost["n"] is None
    assert half["unread"] == "{half \ufffd" and half["error"]
    assert nested["unread"] == deep.decode() and "nested" in nested["error"]
    assert (ragged["unread"], open_["unread"]) == ("1,a,b\n", '2,"The chairman.\n')
    assert last["restored"] == "three"
    run(paths, tmp_path / "tables", settings(format="parquet"))
    assert [t["unread"].to_pylist() for t in tables(tmp_path / "tables")] == [
        [None, half["unread"], nested["unread"]], [ragged["unread"], open_["unread"], None]
    ]  # fmt: skip
    before = content(tmp_path / "out")
    assert run(paths, tmp_path / "out", resume=True).skipped == 2 and content(tmp_path / "out") == before


def test_unread_lines_travel(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{half \xff\n{"text": "a", "n": NaN}\n')
    chosen = settings()
    (shard,) = cut_shards([str(tmp_path / "a.jsonl")], chosen)
    ((message, data),) = read_messages(pack(shard))
    got = unpack(message, data, chosen)
    assert [getattr(row, "line", b"") for row in got.rows] == [b"{half \xff", b""]
    assert got.rows[1].values == shard.rows[1].values == {"text": "a", "n": None}  # type: ignore[union-attr]


@pytest.mark.parametrize("format", ["auto", "jsonl", "csv"])
def test_odd_tables_end_no_run(tmp_path: Path, format: str) -> None:
    far = arrow.array([10**17, 0], arrow.timestamp("ms"))
    names = ["text", "text", "at", "id", "data"]
    columns = [[TEXT, "fine"], ["x", "y"], far, far, [b"\xff", b"ok"]]
    parquet.write_table(arrow.table(columns, names=names), tmp_path / "a.parquet")
    parquet.write_table(arrow.table({"text": [TEXT.encode(), b"\x00\xff\x00"]}), tmp_path / "b.parquet")
    report = run([tmp_path / "a.parquet", tmp_path / "b.parquet"], tmp_path / "out", settings(format=format))
    assert (report.counts.rows, report.counts.errors) == (4, 1)
    if format == "jsonl":
        odd, _, good, bad = read_out(tmp_path / "out")
        assert (odd["text"], odd["text_2"], odd["at"]) == (TEXT, "x", "3170843-11-07T09:46:40.000")
        assert (good["text"], good["restored"], bad["restored"]) == (TEXT, "The president.", None)
    if format == "auto":
        assert tables(tmp_path / "out")[1].schema.field("text").type == arrow.binary()


def test_a_table_with_doubled_columns_is_restored() -> None:
    from restore.config import Config
    from tests.helpers.scripted_engine import ScriptedEngine

    table = arrow.table([[TEXT], ["x"], ["old"], ["old"]], names=["text", "text", "error", "error"])
    assert [job.text for job in table_jobs(table, settings())] == [TEXT]
    done = restore_table(table, ScriptedEngine(Config()), settings())  # type: ignore[arg-type]
    assert done.schema.names == ["text", "text", "restored", "corrections", "verdict", "error"]


def test_references_in_a_cell_may_be_json(tmp_path: Path) -> None:
    given = json.dumps([{"id": "r1", "text": "The president."}, "Another."])
    assert [(r.id, r.text) for r in references_of(given)] == [("r1", "The president."), ("reference 2", "Another.")]
    assert [r.text for r in references_of(' {"text": "One."}')] == ["One."]
    assert [r.text for r in references_of("[Update] The president.")] == ["[Update] The president."]
    assert [r.text for r in references_of(b"Caf\xc3\xa9")] == ["Caf\u00e9"]


def test_files_behind_a_closed_folder_are_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    (tmp_path / "in" / "closed").mkdir(parents=True)
    write_rows(tmp_path / "in" / "z.jsonl", [TEXT])
    listed, scanned = os.listdir, os.scandir

    def refuse(path: Any) -> None:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "listdir", lambda path=".": refuse(path) or listed(path))
    monkeypatch.setattr(os, "scandir", lambda path=".": refuse(path) or scanned(path))
    report = run([tmp_path / "in"], tmp_path / "out")
    assert (report.counts.rows, report.counts.errors) == (2, 1)
    assert "Permission denied" in report.errors[0].error


@pytest.mark.parametrize("format", ["jsonl", "parquet", "csv"])
def test_what_has_travelled_is_written_the_same(tmp_path: Path, format: str) -> None:
    broken_parquet(tmp_path / "a.parquet")
    (tmp_path / "b.jsonl").write_bytes(b'{"text": "a", "n": NaN, "m": 1e400}\n{half \xff\n{"text": "b\\ud800"}\n')
    (tmp_path / "c.csv").write_bytes(b'text,text\n1,a,b\n2,"open\n3\n')
    chosen = settings(format=format)
    for shard in cut_shards([str(tmp_path)], chosen):
        ((message, data),) = read_messages(pack(shard))
        got = unpack(message, data, chosen)
        outcomes = [Outcome(error=job.error, same=not job.error) for job in shard.jobs]
        assert got.fingerprint == shard.fingerprint and got.jobs == shard.jobs
        assert render(got, outcomes, chosen) == render(shard, outcomes, chosen)
