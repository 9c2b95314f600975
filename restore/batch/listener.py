"""What a caller hears of a batch while it runs; imports nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from restore.batch.outcomes import Outcome
    from restore.batch.shard_records import RowCounts, ShardRecord
    from restore.batch.shards import Shard


class BatchListener:
    """Is told how a run goes on, and does nothing of it; a subclass says it to people, or writes it down."""

    def row(self, outcome: Outcome, weight: float) -> None:
        """Hear that a row is done, which took so many bytes of the input."""

    def skipped(self, record: ShardRecord, weight: float) -> None:
        """Hear that a shard was done before."""

    def finished(self, name: str, source: str, counts: RowCounts) -> None:
        """Hear that a shard of this name is written, what it was made of, and what became of its rows."""

    def redo(self, shard: Shard, why: str) -> None:
        """Hear that a shard of an earlier run is made again: it is `changed`, `outdated`, `damaged` or `failed`."""

    def error(self, where: str, outcome: Outcome) -> None:
        """Hear that a row has an error."""

    def alone(self, where: str, seconds: float) -> None:
        """Hear that a row that was at work when a run was killed is tried alone, in so many seconds."""
