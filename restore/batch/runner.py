"""The local runner: shards in, worker processes, shards out; whatever happens, what is done stays done."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from restore.batch.folder import Folder
from restore.batch.forms import render
from restore.batch.guarded import Crew, Done
from restore.batch.ledger import Counts, Ledger, Mark, file_name
from restore.batch.moves import Moves
from restore.batch.outcomes import Outcome, chosen
from restore.batch.plans import PlanShard
from restore.batch.process import peak_memory
from restore.batch.replaying import replay
from restore.batch.report import Report, told
from restore.batch.settings import BatchSettings
from restore.batch.shards import Shard, cut_shards
from restore.batch.stream import StreamLedger
from restore.config import Config
from restore.errors import InputError, PlanMismatchError
from restore.reading.opening import STDIN, stdin_is_ready

_WAIT, _WAIT_FOR_INPUT = 0.5, 0.05
_AHEAD = 2
_HELD = 100
"""Finished shards a worker that may wait for one before them: of a stream, whose shards are rows."""


class Listener(Protocol):
    """Is told how a run goes on."""

    def row(self, outcome: Outcome, weight: float) -> None:
        """Hear that a row is done, which took so many bytes of the input."""

    def skipped(self, mark: Mark, weight: float) -> None:
        """Hear that a shard was done before."""

    def redo(self, shard: Shard, why: str) -> None:
        """Hear that a shard of an earlier run is made again: it is `changed`, `outdated`, `damaged` or `failed`."""

    def error(self, where: str, outcome: Outcome) -> None:
        """Hear that a row has an error."""


@dataclass
class _Open:
    """A shard at work."""

    shard: Shard
    outcomes: list[Outcome | None]
    lasting: set[int]
    missing: int


class Run:
    """One run over the input; `report` is right at any moment."""

    def __init__(
        self,
        settings: BatchSettings,
        ledger: Ledger | StreamLedger,
        listener: Listener,
        *,
        workers: int = 1,
        retry: bool = False,
        stopped: Callable[[], None] = lambda: None,
    ) -> None:
        """Prepare a run; `stopped` is asked again and again, and raises what shall end it."""
        self.report = Report(config=settings.fingerprint, version=settings.version, workers=workers)
        self._settings = settings
        self._ledger = ledger
        self._listener = listener
        self._workers = workers
        self._retry = retry
        self._stopped = stopped
        self._open: dict[str, _Open] = {}
        self._crew: Crew[tuple[str, int]] | None = None

    def work(self, inputs: Iterable[str]) -> None:
        """Restore every row that is not done yet; raises `RestoreError`, and whatever `stopped` raises."""
        self._crew = Crew(self._settings, self._workers)
        given = list(inputs)
        feed = self._feed(given)
        live = isinstance(self._ledger, StreamLedger) and STDIN in given
        try:
            more = True
            while True:
                # Waiting for the next row of a pipe must not keep back one that is done.
                while more and self._crew.free and not (live and self._crew.busy and not stdin_is_ready()):
                    item = next(feed, None)
                    more = item is not None
                    if not item:
                        break
                    state, row = item
                    self._crew.give((state.shard.name, row), state.shard.jobs[row])
                self._stopped()
                if not self._crew.busy and not more:
                    break
                for done in self._crew.done(_WAIT_FOR_INPUT if live else _WAIT):
                    self._settle(done)
        finally:
            self.report.deaths = self._crew.deaths
            self.report.worker_memory_mb = round(self._crew.peak_memory, 1)
            self.report.memory_mb = round(peak_memory(), 1)
            self.report.quarantine = [told(q.where or q.id, q.error) for q in self._ledger.quarantine]
            self._crew.close()
        if not self._settings.limit:  # what lies behind the limit is not gone from the input
            self.report.removed = self._ledger.clear()

    def _feed(self, inputs: Iterable[str]) -> Iterator[tuple[_Open, int] | tuple[()]]:
        """Give the rows to work on, or () while enough shards are open."""
        for shard in cut_shards(inputs, self._settings):
            self._stopped()
            self._ledger.kept.add(file_name(shard))
            state, mark = self._ledger.state(shard, self._retry)
            self.report.shards += 1
            if mark is not None and state == "done":
                self.report.skipped += 1
                self.report.before.add(mark.counts)
                self._listener.skipped(mark, shard.weight)
                continue
            if mark is not None and state == "unread":
                failure = self.report.add_unread(shard.source, shard.lost[0], mark.counts)
                self._listener.skipped(mark, shard.weight)
                self._listener.error(failure.where, Outcome(error=failure.error))
                continue
            if state != "new":
                self.report.redone += 1
                self._listener.redo(shard, state)
            yield from self._feed_shard(shard, self._finished(shard, mark))
            while len(self._open) >= self._workers + _AHEAD or self._ledger.held >= _HELD * self._workers:
                yield ()

    def _finished(self, shard: Shard, mark: Mark | None) -> dict[int, tuple[Outcome, bool]]:
        """Give the outcomes without an error of a shard that was done before, by row."""
        if mark is None:
            return {}
        try:
            rows = PlanShard(self._ledger.path(mark), mark.sha256, mark)
            outcomes = replay(shard, rows, True, self._settings, self._settings.config)
        except (PlanMismatchError, InputError):  # then all rows are done again
            return {}
        return {row: (outcome, False) for row, outcome in enumerate(outcomes) if not outcome.error}

    def _feed_shard(self, shard: Shard, known: dict[int, tuple[Outcome, bool]]) -> Iterator[tuple[_Open, int]]:
        known |= self._ledger.recall(shard, self._retry)
        state = _Open(shard, [None] * len(shard), set(), len(shard))
        self._open[shard.name] = state
        todo = []
        for row, job in enumerate(shard.jobs):
            outcome, lasting = known.pop(row, (None, False))
            if outcome is None and job.error:
                outcome = Outcome(error=job.error)
            if outcome is None and (outcome := self._ledger.quarantined(job)):
                lasting = True
            if outcome is None:
                todo.append(row)
            else:
                self._take(state, row, outcome, lasting)
        self._finish(state)
        for row in todo:
            outcome = self._ledger.quarantined(shard.jobs[row])  # by now perhaps: documents come more than once
            if outcome is None:
                yield state, row
            else:
                self._settle(Done((shard.name, row), shard.jobs[row], outcome, lasting=True))

    def _settle(self, done: Done[tuple[str, int]]) -> None:
        name, row = done.tag
        state = self._open[name]
        self._ledger.note(state.shard, row, done.outcome, done.lasting)
        self._take(state, row, done.outcome, done.lasting)
        self._finish(state)

    def _take(self, state: _Open, row: int, outcome: Outcome, lasting: bool) -> None:
        state.outcomes[row] = outcome
        state.missing -= 1
        if lasting:
            state.lasting.add(row)
        self._listener.row(outcome, state.shard.weight / len(state.shard))
        if outcome.error:
            job = state.shard.jobs[row]
            self.report.add_error(job.where or job.id, outcome.error)
            self._listener.error(job.where or job.id, outcome)

    def _finish(self, state: _Open) -> None:
        if state.missing:
            return
        outcomes = [outcome for outcome in state.outcomes if outcome is not None]
        counts = count_rows(state.shard, outcomes, len(state.lasting), self._settings.config)
        self._ledger.finish(state.shard, render(state.shard, outcomes, self._settings), counts)
        del self._open[state.shard.name]
        self.report.written += 1
        self.report.counts.add(counts)


def count_rows(shard: Shard, outcomes: Sequence[Outcome], quarantined: int, config: Config) -> Counts:
    """Count what became of the rows of a shard."""
    counts = Counts(rows=len(outcomes), quarantined=quarantined)
    for job, outcome in zip(shard.jobs, outcomes, strict=True):
        text = job.text if outcome.extracted is None else outcome.extracted
        counts.characters += len(text)
        counts.referenced += bool(job.references)
        counts.errors += bool(outcome.error)
        counts.damaged += outcome.verdict is not None and outcome.verdict.damaged
        counts.corrections += len(outcome.corrections)
        applied = len(chosen(outcome, config))
        counts.applied += applied
        counts.restored += bool(applied)
    return counts


@contextlib.contextmanager
def folder_ledger(
    folder: Folder, settings: BatchSettings, resume: bool, retry: bool, fingerprint: str = ""
) -> Iterator[Ledger]:
    """Open the book of a folder, and keep other runs out; raises `OutputError`."""
    with folder.lock():
        ledger = Ledger(folder, settings, fingerprint)
        ledger.begin(resume, retry)
        ledger.moves = Moves(folder, ledger.config, settings.version) if resume else None
        ledger.start()
        yield ledger
