"""Shards on their way through a cluster: Arrow tables of one row, which hold the rows of a shard, or its file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, cast

import msgspec

from restore.batch.outcomes import Job, Outcome
from restore.batch.report import Failure
from restore.batch.settings import BatchSettings, Format
from restore.batch.shard_records import RowCounts
from restore.batch.shards import Shard, job_of_row
from restore.batch.tables import table_jobs
from restore.reading.extras import needs
from restore.reading.records import Row, Unread

if TYPE_CHECKING:
    import pyarrow


class ShardMessage(msgspec.Struct, frozen=True):
    """What is known of a shard besides its rows: how it is told apart, and, when it is done, what became of it.

    `skipped` is one that an earlier run has done, `redone` one that it has done otherwise. `wheres` are the places of
    the rows of a table, `errors` their errors, if any have one; `lost` is that of the shard.
    """

    name: str
    source: str
    start: int
    format: Format
    fingerprint: str
    wheres: list[str] = []
    errors: list[str] = []
    counts: RowCounts | None = None
    failures: list[Failure] = []
    quarantined: list[Failure] = []
    deaths: int = 0
    memory_mb: float = 0.0
    lost: list[str] = []
    skipped: bool = False
    redone: bool = False

    @property
    def shard(self) -> Shard:
        """The shard without its rows."""
        shard = Shard(self.name, self.source, self.start, self.format, lost=self.lost)
        shard.fingerprint = self.fingerprint
        return shard


def pack(shard: Shard, *, redone: bool = False) -> pyarrow.Table:
    """Return a shard as a table of one row."""
    table = _table_of(shard.rows) if shard.table is None else shard.table
    wheres = [] if shard.table is None else [job.where for job in shard.jobs]
    errors = [job.error for job in shard.jobs] if wheres and any(job.error for job in shard.jobs) else []
    about = ShardMessage(
        shard.name, shard.source, shard.start, shard.format, shard.fingerprint, wheres, errors, lost=shard.lost,
        redone=redone,
    )  # fmt: skip
    return message_table(about, _stream(table))


def message_table(message: ShardMessage, content: bytes = b"") -> pyarrow.Table:
    """Return a message and its content, an Arrow stream or the file of a shard, as a table of one row."""
    arrow = needs("pyarrow", "tables")
    return arrow.table(
        {
            "shard": arrow.array([msgspec.json.encode(message).decode()]),
            "content": arrow.array([content], arrow.large_binary()),
        }
    )


def read_messages(table: pyarrow.Table) -> list[tuple[ShardMessage, bytes]]:
    """Read messages and their contents out of a table."""
    about = table.column("shard").to_pylist()
    return [
        (msgspec.json.decode(message, type=ShardMessage), content)
        for message, content in zip(about, table.column("content").to_pylist(), strict=True)
    ]


def unpack(message: ShardMessage, content: bytes, settings: BatchSettings) -> Shard:
    """Return the shard that was packed, with its jobs."""
    arrow = needs("pyarrow", "tables")
    table = arrow.ipc.open_stream(content).read_all()
    shard = message.shard
    if message.wheres:
        shard.table = table
        shard.jobs = [
            msgspec.structs.replace(job, where=where, error=error)
            for job, where, error in zip(
                table_jobs(table, settings), message.wheres, message.errors or [""] * len(message.wheres), strict=True
            )
        ]
    else:
        shard.rows = _rows_of(table)
        shard.jobs = [job_of_row(row, settings) for row in shard.rows]
    return shard


def _stream(table: pyarrow.Table) -> bytes:
    arrow = needs("pyarrow", "tables")
    sink = arrow.BufferOutputStream()
    with arrow.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return cast(bytes, sink.getvalue().to_pybytes())


_COLUMNS = ("where", "kind", "raw", "values", "error")


def _table_of(rows: Sequence[Row | Unread]) -> pyarrow.Table:
    """Lay rows out as a table; a line of JSON travels as it stands."""
    arrow = needs("pyarrow", "tables")
    cells: list[tuple[bytes | str | None, ...]] = []
    for row in rows:
        # The standard library's JSON, because file names may hold what is no valid Unicode.
        where = json.dumps(row.where)
        if isinstance(row, Unread):
            cells.append((where, "", row.line, "", json.dumps(row.error)))
        else:
            cells.append((where, row.kind, row.raw, "" if row.raw else json.dumps(row.values), None))
    types = (arrow.string(), arrow.string(), arrow.large_binary(), arrow.large_string(), arrow.string())
    columns = list(zip(*cells, strict=True)) or [()] * len(_COLUMNS)
    return arrow.table({n: arrow.array(c, t) for n, c, t in zip(_COLUMNS, columns, types, strict=True)})


def _rows_of(table: pyarrow.Table) -> list[Row | Unread]:
    rows: list[Row | Unread] = []
    for where, kind, raw, values, error in zip(*(table.column(n).to_pylist() for n in _COLUMNS), strict=True):
        place = json.loads(where)
        if error is not None:
            rows.append(Unread(place, json.loads(error), len(raw), raw))
        else:
            rows.append(Row(place, _object.decode(raw) if raw else json.loads(values), len(raw), kind, raw))
    return rows


_object = msgspec.json.Decoder(dict[str, Any])


def failures_of(jobs: Sequence[Job], outcomes: Sequence[Outcome], rows: Iterable[int]) -> list[Failure]:
    """Name those of the rows that have an error."""
    return [Failure(jobs[n].where or jobs[n].id, outcomes[n].error) for n in rows if outcomes[n].error]
