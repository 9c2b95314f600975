"""Shards as bytes: JSON lines, Parquet or CSV, the rows as they were read and the new columns beside them."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import msgspec

from restore.batch.outcomes import COLUMNS, Job, Outcome, basis
from restore.batch.settings import BatchSettings
from restore.batch.shards import Shard
from restore.batch.tables import finished_table
from restore.reading.articles import as_text
from restore.reading.columns import table_rows
from restore.reading.extras import needs
from restore.reading.records import Row, Unread
from restore.records import text_sha256

if TYPE_CHECKING:
    import pyarrow

UNREAD = "unread"
"""The column that holds a line as it stands, if it cannot be read."""

_raw = msgspec.json.Decoder(dict[str, msgspec.Raw])


def render(shard: Shard, outcomes: Sequence[Outcome], settings: BatchSettings) -> bytes:
    """Return the content of a shard's file; the same rows and outcomes always give the same bytes."""
    if shard.format == "parquet":
        return _parquet(shard, outcomes, settings)
    if shard.format == "csv":
        return _csv(shard, outcomes, settings)
    data = b"".join(_lines(shard, outcomes, settings))
    if shard.format == "jsonl.gz":
        return gzip.compress(data, mtime=0)
    if shard.format == "jsonl.zst":
        return cast(bytes, needs("zstandard", "compressed files (.zst)").ZstdCompressor().compress(data))
    return data


def _lines(shard: Shard, outcomes: Sequence[Outcome], settings: BatchSettings) -> Iterator[bytes]:
    for row, job, outcome in zip(_rows(shard, settings), shard.jobs, outcomes, strict=True):
        if settings.output == "sidecar":
            yield _encode(sidecar(job, outcome, settings)) + b"\n"
        else:
            yield _line(row, _added(row, job, outcome, settings)) + b"\n"


def _rows(shard: Shard, settings: BatchSettings) -> Sequence[Row | Unread | dict[str, Any]]:
    """Return the rows of a shard; texts that a table holds as bytes are written as the texts that were restored."""
    if shard.table is None:
        return shard.rows
    arrow = needs("pyarrow", "Parquet files")
    rows = table_rows(shard.table)
    binary = {f.name for f in shard.table.schema if not arrow.types.is_nested(f.type) and "binary" in str(f.type)}
    for name in binary.intersection([*settings.fields.names, *settings.fields.references]):
        for row in rows:
            row[name] = as_text(row[name])
    return rows


def _line(row: Row | Unread | dict[str, Any], added: dict[str, Any]) -> bytes:
    """Return a row with its new columns; a line of JSON keeps its own bytes."""
    if not isinstance(row, Row) or not row.raw:
        return _encode({k: v for k, v in values_of(row).items() if k not in added} | added)
    if row.values.keys() & added.keys():
        return _encode({k: v for k, v in _raw.decode(row.raw).items() if k not in added} | added)
    own = row.raw[:-1].rstrip()  # without its brace
    return own + (b"" if own == b"{" else b",") + _encode(added)[1:]


def values_of(row: Row | Unread | dict[str, Any]) -> dict[str, Any]:
    """Return the columns of a row that are written: of a page without its HTML, of a line that is unread itself."""
    if isinstance(row, dict):
        return row
    if isinstance(row, Unread):
        return {UNREAD: row.line.decode("utf-8", "replace")} if row.line else {}
    return {k: v for k, v in row.values.items() if row.kind != "page" or k != "html"}


def _added(row: Row | Unread | dict[str, Any], job: Job, outcome: Outcome, settings: BatchSettings) -> dict[str, Any]:
    added = {
        "restored": outcome.text(job),
        "corrections": outcome.corrections,
        "verdict": outcome.verdict,
        "error": outcome.error or None,
    }
    if isinstance(row, Row) and row.kind == "page":
        return {**_page(outcome, settings), **added}
    return added if outcome.extracted is None else {"extracted": outcome.extracted, **added}


def _page(outcome: Outcome, settings: BatchSettings) -> dict[str, Any]:
    """Return what was taken out of a page, under the first name of each field."""
    fields = settings.fields
    return {
        fields.title[0]: outcome.title or None,
        fields.date[0]: outcome.date or None,
        fields.text[0]: outcome.extracted,
    }


def sidecar(job: Job, outcome: Outcome, settings: BatchSettings) -> dict[str, Any]:
    """Return the plan of a row, without its text."""
    text = basis(job, outcome)
    return {
        "id": job.id or None,
        "text_sha256": text_sha256(text) if text else None,
        "threshold": settings.config.threshold,
        "corrections": outcome.corrections,
        "verdict": outcome.verdict,
        "error": outcome.error or None,
    }


def _encode(value: Any) -> bytes:
    return msgspec.json.encode(value, enc_hook=_other)


def _other(value: Any) -> Any:
    """Write what Parquet holds and JSON does not know."""
    return str(value)


def _parquet(shard: Shard, outcomes: Sequence[Outcome], settings: BatchSettings) -> bytes:
    parquet = needs("pyarrow.parquet", "Parquet files")
    arrow = needs("pyarrow", "Parquet files")
    table = shard.table if shard.table is not None else _table_of(shard, outcomes, settings)
    sink = arrow.BufferOutputStream()
    parquet.write_table(finished_table(table, shard.jobs, outcomes, settings), sink, compression="zstd")
    return cast(bytes, sink.getvalue().to_pybytes())


def _table_of(shard: Shard, outcomes: Sequence[Outcome], settings: BatchSettings) -> pyarrow.Table:
    """Make a table of rows whose columns nobody declared: all are strings, what is no text is JSON.

    A type that depended on the rows would not be the same in all shards, which nobody sees at once.
    """
    arrow = needs("pyarrow", "Parquet files")
    rows = []
    for row, outcome in zip(shard.rows, outcomes, strict=True):
        page = isinstance(row, Row) and row.kind == "page"
        rows.append(values_of(row) | (_page(outcome, settings) if page else {}))
    names = dict.fromkeys(name for row in rows for name in row) or [UNREAD]
    return arrow.table({n: arrow.array([_string(row.get(n)) for row in rows], arrow.string()) for n in names})


def _string(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else _encode(value).decode()


def _csv(shard: Shard, outcomes: Sequence[Outcome], settings: BatchSettings) -> bytes:
    """Write CSV with a header; lists and objects are JSON in their cells."""
    made: list[dict[str, Any]] = []
    for row, job, outcome in zip(_rows(shard, settings), shard.jobs, outcomes, strict=True):
        if settings.output == "sidecar":
            made.append(sidecar(job, outcome, settings))
        else:
            added = _added(row, job, outcome, settings)
            made.append({k: v for k, v in values_of(row).items() if k not in added} | added)
    last = [name for name in ("extracted", *COLUMNS) if any(name in row for row in made)]
    names = [n for n in dict.fromkeys(name for row in made for name in row) if n not in last] + last
    lines: list[str] = []
    # The writer quotes what stands in its own line end; Python before 3.13 would leave a lone carriage return bare.
    writer = csv.writer(_WrittenLines(lines.append), lineterminator="\r\n")
    writer.writerow(names)
    for found in made:
        writer.writerow([_cell(found.get(name)) for name in names])
    return "".join(line.removesuffix("\r\n") + "\n" for line in lines).encode("utf-8", "replace")


@dataclass(frozen=True)
class _WrittenLines:
    """What `csv.writer` writes to: hears of each row."""

    write: Callable[[str], object]


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    return _encode(value).decode()
