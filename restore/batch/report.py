"""What a run reports: counts, rates, errors by kind; as JSON, and as a table for people."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from restore.batch.shard_records import RowCounts

if TYPE_CHECKING:
    from rich.table import Table

_MOST_ERRORS = 100
"""That are told; the rows have all. By hand."""


class Failure(msgspec.Struct, frozen=True):
    """A row with an error."""

    where: str
    error: str


class Report(msgspec.Struct):
    """The outcome of a run: `counts` of the shards it wrote, `before` of those that were done before.

    `unread` counts the shards that stay as they are because what they were made of cannot be read now. `memory_mb` is
    the most that the run itself took, `worker_memory_mb` the most of one worker.
    """

    config: str
    version: str
    workers: int
    inputs: list[str] = []
    output: str = ""
    state: Literal["running", "complete", "interrupted", "failed"] = "running"
    reason: str = ""
    started: str = msgspec.field(default_factory=lambda: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))
    seconds: float = 0.0
    shards: int = 0
    written: int = 0
    skipped: int = 0
    redone: int = 0
    removed: int = 0
    unread: int = 0
    counts: RowCounts = msgspec.field(default_factory=RowCounts)
    before: RowCounts = msgspec.field(default_factory=RowCounts)
    rows_per_second: float = 0.0
    characters_per_second: float = 0.0
    deaths: int = 0
    memory_mb: float = 0.0
    worker_memory_mb: float = 0.0
    errors: list[Failure] = []
    quarantine: list[str] = []

    def add_error(self, where: str, error: str) -> None:
        """Keep an error, if there are not too many already; the rows have them all."""
        if len(self.errors) < _MOST_ERRORS:
            self.errors.append(Failure(where, error))

    def add_unread(self, source: str, reason: str, counts: RowCounts) -> Failure:
        """Count a shard that was done before and whose source cannot be read now; give what is said of it."""
        self.skipped += 1
        self.unread += 1
        self.before.add(counts)
        failure = Failure(source, f"{reason}; what an earlier run made of it is kept: try again with --resume")
        self.add_error(failure.where, failure.error)
        return failure

    @property
    def failed_rows(self) -> int:
        """How many rows of the output have an error."""
        return self.counts.errors + self.before.errors

    def end(self, state: Literal["complete", "interrupted", "failed"], seconds: float, reason: str = "") -> None:
        """Close the report."""
        self.state, self.seconds, self.reason = state, round(seconds, 3), reason
        if seconds > 0:
            self.rows_per_second = round(self.counts.rows / seconds, 3)
            self.characters_per_second = round(self.counts.characters / seconds, 1)

    def to_json(self) -> bytes:
        """Return the report as one JSON object."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"


def with_place(where: str, error: str) -> str:
    """Return an error with its place once: many messages name it themselves."""
    return error if where in error else f"{where}: {error}"


def summary_table(report: Report) -> Table:
    """Lay the report out for people."""
    from rich.table import Table

    table = Table(title=f"batch: {report.state}", title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    table.add_column()
    counts = RowCounts()
    counts.add(report.before)
    counts.add(report.counts)
    rows = max(1, counts.rows)
    lines: list[tuple[str, Any, str]] = [
        ("rows", counts.rows, f"{report.before.rows:,} of them done before" if report.before.rows else ""),
        ("damaged", counts.damaged, f"{counts.damaged / rows:.1%}"),
        ("restored", counts.restored, f"{counts.applied:,} of {counts.corrections:,} corrections applied"),
        ("errors", counts.errors, f"{counts.errors / rows:.1%}, {counts.quarantined:,} quarantined"),
        ("shards", report.shards, f"{report.written:,} written, {report.skipped:,} done before"),
    ]
    for name, value, note in lines:
        table.add_row(name, f"{value:,}", note)
    rate = f"{report.rows_per_second:,.1f} rows/s, {report.workers} workers"
    table.add_row("seconds", f"{report.seconds:,.1f}", rate)
    return table
