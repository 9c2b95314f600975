"""The log of a run: one JSON object a line for each event, for machines; texts never stand in it."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Self

import msgspec

from restore.batch.listener import BatchListener
from restore.errors import OutputError

if TYPE_CHECKING:
    from restore.batch.outcomes import Outcome
    from restore.batch.report import Report
    from restore.batch.shard_records import RowCounts, ShardRecord
    from restore.batch.shards import Shard


class EventLog(BatchListener):
    """Writes events to the end of a file, each at once, and tells another listener of them.

    Each line has `time` (UTC, RFC 3339, milliseconds) and `event`: `start`, `shard` (written), `skipped` (done before),
    `redo`, `alone`, `error` (of a row) or `end`. A log that can no longer be written ends silently: the run goes on.
    """

    def __init__(self, path: str, listener: BatchListener) -> None:
        """Open the file at `path`; raises `OutputError` where it cannot be."""
        self._listener = listener
        try:
            self._file: BinaryIO = Path(path).open("ab", buffering=0)  # noqa: SIM115 - closed by `__exit__`
        except OSError as error:
            raise OutputError(f"the log {path} cannot be written: {error.strerror or error}; name another") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def start(self, report: Report) -> None:
        """Write what is run, with which settings and which version."""
        self._write(
            "start", inputs=report.inputs, output=report.output, config=report.config, version=report.version,
            workers=report.workers,
        )  # fmt: skip

    def end(self, report: Report) -> None:
        """Write how the run ended and what became of its rows."""
        self._write(
            "end", state=report.state, reason=report.reason, seconds=report.seconds, counts=report.counts,
            before=report.before, deaths=report.deaths, memory_mb=report.memory_mb,
            worker_memory_mb=report.worker_memory_mb,
        )  # fmt: skip

    def row(self, outcome: Outcome, weight: float) -> None:
        """Pass it on: the output itself has a line for each row."""
        self._listener.row(outcome, weight)

    def finished(self, name: str, source: str, counts: RowCounts) -> None:
        """Write what became of the rows of a shard."""
        self._write("shard", shard=name, source=source, counts=counts)
        self._listener.finished(name, source, counts)

    def skipped(self, record: ShardRecord, weight: float) -> None:
        """Write that a shard was done before."""
        self._write("skipped", shard=record.file, source=record.source, counts=record.counts)
        self._listener.skipped(record, weight)

    def redo(self, shard: Shard, why: str) -> None:
        """Write why a shard is made again."""
        self._write("redo", shard=shard.name, source=shard.source, why=why)
        self._listener.redo(shard, why)

    def error(self, where: str, outcome: Outcome) -> None:
        """Write the error of a row."""
        self._write("error", where=where, error=outcome.error)
        self._listener.error(where, outcome)

    def alone(self, where: str, seconds: float) -> None:
        """Write that a row is tried with nothing beside it."""
        self._write("alone", where=where, seconds=round(seconds, 1))
        self._listener.alone(where, seconds)

    def _write(self, event: str, **fields: Any) -> None:
        now = time.time()
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now * 1000) % 1000:03d}Z"
        with suppress(OSError, ValueError):  # a full disk, a closed pipe: what is restored matters more
            self._file.write(msgspec.json.encode({"time": stamp, "event": event, **fields}) + b"\n")
