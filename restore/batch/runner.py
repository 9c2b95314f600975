"""The local runner: shards in, worker processes, shards out; whatever happens, what is done stays done."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from restore.batch.folder import Folder
from restore.batch.listener import BatchListener
from restore.batch.moved_shards import MovedShards
from restore.batch.outcomes import Outcome, chosen
from restore.batch.plans import PlanShard
from restore.batch.pool import Done, WorkerPool
from restore.batch.process import peak_memory
from restore.batch.replaying import replay
from restore.batch.report import Report, with_place
from restore.batch.run_state import RunState
from restore.batch.settings import BatchSettings
from restore.batch.shard_records import RowCounts, ShardRecord, file_name
from restore.batch.shards import Shard, cut_shards
from restore.batch.stream import StreamState
from restore.batch.writers import render
from restore.config import Config
from restore.errors import InputError, PlanMismatchError
from restore.reading.opening import STDIN, stdin_is_ready

_WAIT, _WAIT_FOR_INPUT = 0.5, 0.05
"""Seconds to wait for a worker before signals, or standard input, are looked at again: so late are Ctrl-C and the next
row of a pipe heard. By hand; less costs more wake-ups."""
_AHEAD = 2
"""Shards that are open beyond one for each worker, so that none waits. By hand."""
_HELD = 100
"""Finished shards a worker that may wait for one before them: of a stream, whose shards are rows. By hand."""


@dataclass
class _OpenShard:
    """A shard at work."""

    shard: Shard
    outcomes: list[Outcome | None]
    lasting: set[int]
    missing: int


class LocalRun:
    """One run over the input; `report` is right at any moment."""

    def __init__(
        self,
        settings: BatchSettings,
        run_state: RunState | StreamState,
        listener: BatchListener,
        *,
        workers: int = 1,
        retry: bool = False,
        stopped: Callable[[], None] = lambda: None,
    ) -> None:
        """Prepare a run; `stopped` is asked again and again, and raises what shall end it."""
        self.report = Report(config=settings.fingerprint, version=settings.version, workers=workers)
        self._settings = settings
        self._run_state = run_state
        self._listener = listener
        self._workers = workers
        self._retry = retry
        self._stopped = stopped
        self._open: dict[str, _OpenShard] = {}
        self._put_off: list[tuple[_OpenShard, int]] = []
        """Rows that were at work when a run died."""

    def work(self, inputs: Iterable[str]) -> None:
        """Restore every row that is not done yet; raises `RestoreError`, and whatever `stopped` raises."""
        given = list(inputs)
        with self._run_state.casualties.watching(self._workers):
            self._work(given, WorkerPool(self._settings, self._workers, self._run_state.casualties))
        if not self._settings.limit:  # what lies behind the limit is not gone from the input
            self.report.removed = self._run_state.clear()

    def _work(self, given: list[str], pool: WorkerPool[tuple[str, int]]) -> None:
        feed = self._feed(given)
        live = isinstance(self._run_state, StreamState) and STDIN in given
        try:
            more = True
            while True:
                # Waiting for the next row of a pipe must not keep back one that is done.
                while more and pool.free and not (live and pool.busy and not stdin_is_ready()):
                    item = next(feed, None)
                    more = item is not None
                    if not item:
                        break
                    self._give(pool, *item)
                self._stopped()
                if not pool.busy and self._put_off:
                    self._try_alone(pool)
                elif not pool.busy and not more:
                    break
                else:
                    self._hear(pool, _WAIT_FOR_INPUT if live else _WAIT)
        finally:
            self.report.deaths = pool.deaths
            self.report.worker_memory_mb = round(pool.peak_memory, 1)
            self.report.memory_mb = round(peak_memory(), 1)
            self.report.quarantine = [with_place(q.where or q.id, q.error) for q in self._run_state.quarantine]
            pool.close()

    def _give(self, pool: WorkerPool[tuple[str, int]], state: _OpenShard, row: int) -> None:
        """Start on a row, or put it off if it was at work when a run died."""
        if self._run_state.casualties.case(state.shard.jobs[row].key) is None:
            pool.give((state.shard.name, row), state.shard.jobs[row])
        else:
            self._put_off.append((state, row))

    def _hear(self, pool: WorkerPool[tuple[str, int]], seconds: float) -> None:
        """Wait so long at most for what is done."""
        self._run_state.casualties.beat()
        for done in pool.done(seconds):
            self._settle(done)

    def _try_alone(self, pool: WorkerPool[tuple[str, int]]) -> None:
        """Try one of the rows that were put off, the least suspicious, while nothing else is at work."""
        casualties = self._run_state.casualties

        def suspicion(number: int) -> tuple[int, float]:
            state, row = self._put_off[number]
            case = casualties.case(state.shard.jobs[row].key)
            return (case.alone, case.longest) if case is not None else (0, 0.0)

        state, row = self._put_off.pop(min(range(len(self._put_off)), key=suspicion))
        job = state.shard.jobs[row]
        if (outcome := self._run_state.quarantined(job)) is not None:  # its copy has killed workers
            self._settle(Done((state.shard.name, row), job, outcome, lasting=True))
            return
        self._listener.alone(job.where or job.id, casualties.wait(job.key))
        while (left := casualties.wait(job.key)) > 0:
            self._stopped()
            casualties.beat()
            time.sleep(min(_WAIT, left))
        casualties.alone = True
        pool.give((state.shard.name, row), job)
        while pool.busy:
            self._stopped()
            self._hear(pool, _WAIT)
        casualties.alone = False

    def _feed(self, inputs: Iterable[str]) -> Iterator[tuple[_OpenShard, int] | tuple[()]]:
        """Yield the rows to work on, or () while enough shards are open."""
        for shard in cut_shards(inputs, self._settings):
            self._stopped()
            self._run_state.kept.add(file_name(shard))
            state, record = self._run_state.state(shard, self._retry)
            self.report.shards += 1
            if record is not None and state == "done":
                self.report.skipped += 1
                self.report.before.add(record.counts)
                self._listener.skipped(record, shard.weight)
                continue
            if record is not None and state == "unread":
                failure = self.report.add_unread(shard.source, shard.lost[0], record.counts)
                self._listener.skipped(record, shard.weight)
                self._listener.error(failure.where, Outcome(error=failure.error))
                continue
            if state != "new":
                self.report.redone += 1
                self._listener.redo(shard, state)
            yield from self._feed_shard(shard, self._finished(shard, record))
            while len(self._open) >= self._workers + _AHEAD or self._run_state.held >= _HELD * self._workers:
                yield ()

    def _finished(self, shard: Shard, record: ShardRecord | None) -> dict[int, tuple[Outcome, bool]]:
        """Return the outcomes without an error of a shard that was done before, by row."""
        if record is None:
            return {}
        try:
            rows = PlanShard(self._run_state.path(record), record.sha256, record)
            outcomes = replay(shard, rows, True, self._settings, self._settings.config)
        except (PlanMismatchError, InputError):  # then all rows are done again
            return {}
        return {row: (outcome, False) for row, outcome in enumerate(outcomes) if not outcome.error}

    def _feed_shard(self, shard: Shard, known: dict[int, tuple[Outcome, bool]]) -> Iterator[tuple[_OpenShard, int]]:
        known |= self._run_state.recall(shard, self._retry)
        state = _OpenShard(shard, [None] * len(shard), set(), len(shard))
        self._open[shard.name] = state
        todo = []
        for row, job in enumerate(shard.jobs):
            outcome, lasting = known.pop(row, (None, False))
            if outcome is None and job.error:
                outcome = Outcome(error=job.error)
            if outcome is None and (outcome := self._run_state.quarantined(job)):
                lasting = True
            if outcome is None:
                todo.append(row)
            else:
                self._take(state, row, outcome, lasting)
        self._finish(state)
        for row in todo:
            outcome = self._run_state.quarantined(shard.jobs[row])  # by now perhaps: documents come more than once
            if outcome is None:
                yield state, row
            else:
                self._settle(Done((shard.name, row), shard.jobs[row], outcome, lasting=True))

    def _settle(self, done: Done[tuple[str, int]]) -> None:
        name, row = done.tag
        state = self._open[name]
        self._run_state.note(state.shard, row, done.outcome, done.lasting)
        self._take(state, row, done.outcome, done.lasting)
        self._finish(state)

    def _take(self, state: _OpenShard, row: int, outcome: Outcome, lasting: bool) -> None:
        state.outcomes[row] = outcome
        state.missing -= 1
        if lasting:
            state.lasting.add(row)
        self._listener.row(outcome, state.shard.weight / len(state.shard))
        if outcome.error:
            job = state.shard.jobs[row]
            self.report.add_error(job.where or job.id, outcome.error)
            self._listener.error(job.where or job.id, outcome)

    def _finish(self, state: _OpenShard) -> None:
        if state.missing:
            return
        outcomes = [outcome for outcome in state.outcomes if outcome is not None]
        counts = count_rows(state.shard, outcomes, len(state.lasting), self._settings.config)
        self._run_state.finish(state.shard, render(state.shard, outcomes, self._settings), counts)
        del self._open[state.shard.name]
        self.report.written += 1
        self.report.counts.add(counts)
        self._listener.finished(state.shard.name, state.shard.source, counts)


def count_rows(shard: Shard, outcomes: Sequence[Outcome], quarantined: int, config: Config) -> RowCounts:
    """Count what became of the rows of a shard."""
    counts = RowCounts(rows=len(outcomes), quarantined=quarantined)
    sources: Counter[str] = Counter()
    for job, outcome in zip(shard.jobs, outcomes, strict=True):
        text = job.text if outcome.extracted is None else outcome.extracted
        counts.characters += len(text)
        counts.words += len(text.split())
        counts.referenced += bool(job.references)
        counts.errors += bool(outcome.error)
        counts.damaged += outcome.verdict is not None and outcome.verdict.damaged
        counts.corrections += len(outcome.corrections)
        applied = chosen(outcome, config)
        counts.applied += len(applied)
        counts.restored += bool(applied)
        sources.update(correction.source for correction in applied)
    counts.sources = dict(sorted(sources.items()))
    return counts


@contextlib.contextmanager
def open_run_state(
    folder: Folder, settings: BatchSettings, resume: bool, retry: bool, fingerprint: str = ""
) -> Iterator[RunState]:
    """Open the state of a folder's run, and keep other runs out; raises `OutputError`."""
    with folder.lock():
        run_state = RunState(folder, settings, fingerprint)
        run_state.begin(resume, retry)
        run_state.moved_shards = MovedShards(folder, run_state.config, settings.version) if resume else None
        run_state.start()
        yield run_state
