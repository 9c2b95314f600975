"""What travels through a cluster: settings as JSON, shards as Arrow tables."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

pa = pytest.importorskip("pyarrow", reason="tables need the extra index")

import pyarrow.parquet as pq  # noqa: E402

from restore.batch.arrow import ArrowMapper, process_worker  # noqa: E402
from restore.batch.messages import ShardMessage, message_table, pack, read_messages, unpack  # noqa: E402
from restore.batch.shards import Shard, cut_shards, cut_source, find_sources  # noqa: E402
from restore.batch.tables import output_schema  # noqa: E402
from restore.errors import ConfigError  # noqa: E402
from restore.reading.records import Row, Unread  # noqa: E402
from tests.helpers.batch_runs import settings  # noqa: E402


def sent(shard: Shard, chosen: Any) -> Shard:
    ((message, content),) = read_messages(pack(shard))
    return unpack(message, content, chosen)


def facts(row: Row | Unread) -> tuple[object, ...]:
    """Return what the output depends on."""
    return (row.where, row.values, row.kind, row.raw) if isinstance(row, Row) else (row.where, row.error)


def inputs(folder: Path) -> list[str]:
    lines = [
        '{"text": "One \\ud83d\\ude00", "n": 1e400}',
        "no JSON",
        '{"text": null, "big": 98765432109876543210}',
        "{}",
    ]
    (folder / "a.jsonl").write_text("\n".join(lines) + "\n")
    table = pa.table({"id": ["x", None, "z"], "text": ["a", "b", None], "small": pa.array([1, 2, 3], pa.uint8())})
    pq.write_table(table, folder / "b.parquet")
    (folder / "c.md").write_text("---\ntitle: T\n---\nText.")
    (folder / "d.html").write_text("<p>Page</p>")
    (folder / "e.csv").write_bytes(b"text,n\nOne,1\nCaf\xe9,2,3\nTwo,2\n")
    (folder / "f.parquet").write_bytes(b"broken")
    (folder / "empty.jsonl").write_bytes(b"")
    pq.write_table(table.slice(0, 0), folder / "g.parquet")
    return [str(folder)]


@pytest.mark.parametrize("rows", [1, 2, 100])
def test_a_shard_arrives_as_it_was_sent(tmp_path: Path, rows: int) -> None:
    chosen = settings(shard_rows=rows)
    shards = list(cut_shards(inputs(tmp_path), chosen))
    assert len(shards) >= 5
    for shard in shards:
        got = sent(shard, chosen)
        assert got.jobs == shard.jobs
        assert (got.name, got.source, got.start, got.format) == (shard.name, shard.source, shard.start, shard.format)
        assert got.fingerprint == shard.fingerprint
        if shard.table is not None:
            assert got.table is not None
            assert got.table.schema == shard.table.schema
            assert got.table.equals(shard.table)
        else:
            assert [facts(row) for row in got.rows] == [facts(row) for row in shard.rows]


def test_the_shards_of_the_sources_are_those_of_the_input(tmp_path: Path) -> None:
    chosen = settings(shard_rows=2)
    paths = inputs(tmp_path)
    whole = [(s.name, s.fingerprint) for s in cut_shards(paths, chosen)]
    sources = [(number, list(files)) for number, files in find_sources(paths)]
    parts = [(s.name, s.fingerprint) for n, files in sources for s in cut_source(n, iter(files), chosen)]
    assert parts == whole


def test_names_that_are_no_unicode_travel() -> None:
    where = b"caf\xe9.txt".decode("utf-8", "surrogateescape")
    rows = [Row(where, {"id": where, "text": "One"}, kind="document"), Unread(where, f"{where} is broken")]
    shard = Shard("part-00000000-00000000", where.encode("utf-8", "replace").decode(), 0, "jsonl", list(rows))
    shard.fingerprint = "f" * 32
    got = sent(shard, settings())
    assert [r.where for r in got.rows] == [where, where]
    assert list(map(facts, got.rows)) == list(map(facts, rows))
    assert got.jobs[1].error


def test_a_file_travels_back(tmp_path: Path) -> None:
    message = ShardMessage("part-00000000-00000001", "a.jsonl", 10, "jsonl", "f" * 32, deaths=2)
    assert read_messages(message_table(message, b"bytes\xff")) == [(message, b"bytes\xff")]


def test_a_mapper_is_pickled_as_the_json_of_its_settings() -> None:
    chosen = settings()
    mapper = ArrowMapper(chosen)
    _, (settings_json,) = mapper.__reduce__()
    assert json.loads(settings_json) == json.loads(chosen.to_json())
    data = pickle.dumps(mapper)
    assert settings_json.encode() in data
    assert len(data) < len(settings_json) + 200
    copy = pickle.loads(data)
    assert copy.__reduce__() == mapper.__reduce__()
    schema = pa.schema([("text", pa.string()), ("n", pa.int8())])
    assert copy.schema(schema) == output_schema(schema, chosen)
    with pytest.raises(ConfigError):
        ArrowMapper('{"no": "settings"}')


def test_batches_in_give_batches_out_in_order() -> None:
    mapper = ArrowMapper(settings())
    batches = pa.table({"text": ["The chairman.", "RAISE", "c", "d", "e"]}).to_batches(max_chunksize=2)
    try:
        done = list(mapper([batches[0], batches[0].slice(0, 0), *batches[1:]]))
    finally:
        process_worker(settings().to_json().decode()).close()
    assert [batch.num_rows for batch in done] == [2, 2, 1]
    rows = pa.Table.from_batches(done).to_pylist()
    assert [row["restored"] for row in rows] == ["The president.", None, "c", "d", "e"]
    assert all(batch.schema == mapper.schema(batches[0].schema) for batch in done)
