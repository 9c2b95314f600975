"""The output as one stream: shards are written in their order as soon as they are done; nothing is kept."""

# ruff: noqa: ARG002 - the methods are those of `RunState`
from __future__ import annotations

from collections.abc import Callable, Sequence

from restore.batch.casualties import Casualties
from restore.batch.outcomes import Job, Outcome
from restore.batch.run_state import Quarantined, ShardState
from restore.batch.shard_records import RowCounts, ShardRecord
from restore.batch.shards import Shard


class StreamState:
    """Stands in for `restore.batch.run_state.RunState` where the output is a stream and there is no folder."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write
        self._order: list[str] = []
        self._done: dict[str, bytes] = {}
        self._quarantine: dict[str, Quarantined] = {}
        self.kept: set[str] = set()
        self.casualties = Casualties(None, ("", ""), 0)
        """Knows of no earlier run: there is nothing to resume."""

    def state(self, shard: Shard, retry: bool = False) -> tuple[ShardState, ShardRecord | None]:
        """Take every shard for a new one."""
        self._order.append(shard.name)
        return "new", None

    def path(self, record: ShardRecord) -> str:
        """Return the name of a shard, which nobody can read any more."""
        return record.file

    def recall(self, shard: Shard, retry: bool = False) -> dict[int, tuple[Outcome, bool]]:
        """Remember nothing."""
        return {}

    def note(self, shard: Shard, row: int, outcome: Outcome, lasting: bool) -> None:
        """Remember only what the report names."""
        if lasting:
            job = shard.jobs[row]
            self._quarantine.setdefault(job.key, Quarantined(job.key, job.id, job.where, outcome.error, "", ""))

    def quarantined(self, job: Job) -> Outcome | None:
        """Return the outcome of a document that has stood in the input before."""
        entry = self._quarantine.get(job.key)
        return Outcome(error=entry.error) if entry is not None else None

    @property
    def quarantine(self) -> Sequence[Quarantined]:
        """The documents that killed their worker or ran out of time."""
        return list(self._quarantine.values())

    @property
    def held(self) -> int:
        """How many shards are done and wait for one before them."""
        return len(self._done)

    def finish(self, shard: Shard, data: bytes, counts: RowCounts) -> None:
        """Write a shard when all before it are written."""
        self._done[shard.name] = data
        while self._order and self._order[0] in self._done:
            self._write(self._done.pop(self._order.pop(0)))

    def clear(self) -> int:
        """Leave all as it is."""
        return 0
