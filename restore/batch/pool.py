"""Worker processes that may die: time-outs and memory limits that hold in native code, deaths that cost one document.

Each worker process has a Pebble pool of its own (ProcessPool of one): Pebble watches, times and kills it. Pools are not
shared because the workers of one pool share its locks and pipes: one that is killed while it holds them stops the
others. A pool in which anything died is therefore given up whole.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
import weakref
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import msgspec

from restore.batch import process, warm
from restore.batch.outcomes import Job, Outcome
from restore.batch.settings import BatchSettings
from restore.errors import RestoreError
from restore.reading.extras import needs
from restore.runtime.machine import cores, memory_mb

if TYPE_CHECKING:
    import pyarrow

Tag = TypeVar("Tag")
_LOADING_SECONDS = 900.0
"""For loading an engine from a slow disk. By hand."""
_MOST_FAILED_STARTS = 3
"""In a row: then no document is to blame. By hand."""
_GRACE = 30.0
"""Seconds after the time-out of Pebble and the alarm of the process itself, until a process is given up that neither
has ended. By hand."""
_decoder = msgspec.json.Decoder(Outcome)


class Watch(Protocol):
    """Is told what the worker processes, by their numbers, have at work."""

    def begun(self, place: int, key: str) -> None:
        """Hear that a process gets a document; `key` names it."""

    def ended(self, place: int) -> None:
        """Hear that a process has none any more."""


class _Nobody:
    def begun(self, place: int, key: str) -> None:
        pass

    def ended(self, place: int) -> None:
        pass


@dataclass
class _Task(Generic[Tag]):
    """A document at a worker; `deaths` counts the workers that it has killed."""

    tag: Tag
    job: Job
    deaths: int = 0


@dataclass(frozen=True)
class Done(Generic[Tag]):
    """A document that is done; `lasting` if its error came of a death or a time-out and would cost as much again."""

    tag: Tag
    job: Job
    outcome: Outcome
    lasting: bool = False


class WorkerProcess(Generic[Tag]):
    """One worker process, replaced when it dies, hangs or has done its share."""

    def __init__(self, settings: BatchSettings, memory_mb: int, place: int, watch: Watch) -> None:
        self._settings = settings
        self._place = place
        self._watch = watch
        self._settings_json = settings.to_json()
        self._memory_mb = memory_mb
        self._pool: Any = None
        self._end: weakref.finalize[..., Any] | None = None  # its process ends with this object, closed or forgotten
        self._pid = 0
        self._age = 0
        self.task: _Task[Tag] | None = None
        self.future: Future[Any] | None = None
        self.loading = False
        self.deadline = 0.0

    def give(self, task: _Task[Tag]) -> None:
        """Start on a document; a new process loads its models first."""
        self.task = task
        self._age += 1
        if self._pool is not None and self._settings.recycle and self._age > self._settings.recycle:
            self.discard()
        self._try_submit(task)

    def _try_submit(self, task: _Task[Tag]) -> None:
        for _ in range(_MOST_FAILED_STARTS):
            try:
                self._submit(task)
            except RuntimeError:  # it died while it had nothing to do, or the fork server did
                self.discard()
            else:
                return
        raise RestoreError("worker processes cannot be started: take fewer workers, or look at the memory")

    def _submit(self, task: _Task[Tag]) -> None:
        self.loading = self._pool is None
        if self.loading:
            pebble = needs("pebble", "batches")
            self._pool = pebble.ProcessPool(
                max_workers=1,
                initializer=process.start,
                initargs=[self._memory_mb],
                context=_context(self._settings_json),
            )
            self._end = weakref.finalize(self, _stop, self._pool)
            self._end.atexit = False  # Pebble has its own
            self._age = 1
            seconds = _LOADING_SECONDS
            self.future = self._pool.schedule(process.hello, [self._settings_json], timeout=seconds)
        else:
            seconds = self._settings.seconds(max(len(task.job.text), len(task.job.html)))
            self._watch.begun(self._place, task.job.key)
            self.future = self._pool.schedule(process.work, [msgspec.json.encode(task.job), seconds], timeout=seconds)
        self.deadline = time.monotonic() + seconds + _GRACE

    def loaded(self, pid: int) -> None:
        """Go on with the document now that the models are loaded."""
        self._pid = pid
        assert self.task is not None
        self._try_submit(self.task)

    def rest(self) -> None:
        """Hear that the document is done."""
        self._watch.ended(self._place)

    def discard(self) -> None:
        """Kill the process, whatever it does, and give its pool up; a new one is made when it is needed."""
        self._watch.ended(self._place)
        self._pool = self.future = None
        if self._pid:
            with contextlib.suppress(OSError):
                os.kill(self._pid, signal.SIGKILL)
        self._pid = 0
        if self._end is not None:
            self._end()


def _stop(pool: Any) -> None:
    """Stop a pool without waiting: its threads may wait for ever for the rest of a message whose sender was killed."""
    pool.stop()
    threading.Thread(target=_join, args=[pool], daemon=True).start()


def _join(pool: Any) -> None:
    with contextlib.suppress(Exception):
        pool.join()


class WorkerPool(Generic[Tag]):
    """Several worker processes; documents go in as they get free, outcomes come out as they are done."""

    def __init__(self, settings: BatchSettings, workers: int = 1, watch: Watch | None = None) -> None:
        self._watch = watch or _Nobody()
        threads = settings.config.threads or max(1, cores() // workers)
        self._settings = settings.replace(config=settings.config.replace(threads=threads))
        if "grammar" in settings.config.active_sources:  # before the workers, or each would have a server of its own
            from restore.languagetool.names import check_names
            from restore.languagetool.server import start

            check_names(settings.config.languagetool, start(settings.config.languagetool))
        memory = settings.memory_mb or share_of_memory(workers)
        self._workers: list[WorkerProcess[Tag]] = [
            WorkerProcess(self._settings, memory, place, self._watch) for place in range(workers)
        ]
        self._failed_starts = 0
        self.deaths = 0
        self.peak_memory = 0.0
        """The most that one process has taken (MB)."""

    @property
    def free(self) -> bool:
        """Whether a worker waits for a document."""
        return any(worker.task is None for worker in self._workers)

    @property
    def busy(self) -> bool:
        """Whether a document is at work."""
        return any(worker.task is not None for worker in self._workers)

    def give(self, tag: Tag, job: Job) -> None:
        """Start on a document; there must be a free worker."""
        next(worker for worker in self._workers if worker.task is None).give(_Task(tag, job))

    def done(self, seconds: float) -> Iterator[Done[Tag]]:
        """Wait so long at most, and give what is done.

        Raises the `RestoreError` that kept a worker from loading its models, or for which no document is to blame.
        """
        running = {
            worker.future: worker for worker in self._workers if worker.task is not None and worker.future is not None
        }
        finished, _ = wait(running, timeout=seconds, return_when=FIRST_COMPLETED)
        late = [f for f, worker in running.items() if f not in finished and time.monotonic() > worker.deadline]
        for future in (*finished, *late):
            worker = running[future]
            # Pebble has not ended it in time: its own threads may be stuck on what a killed worker left.
            error = TimeoutError() if future in late else future.exception()
            found = self._outcome_of(worker, future, error)
            if found is not None:
                worker.task = worker.future = None
                worker.rest()
                yield found

    def _outcome_of(
        self, worker: WorkerProcess[Tag], future: Future[Any], error: BaseException | None
    ) -> Done[Tag] | None:
        """Return what became of a document; None if it is not done yet."""
        task = worker.task
        assert task is not None
        if error is None and worker.loading:
            self._failed_starts = 0
            worker.loaded(future.result())
            return None
        if error is None:
            data, memory = future.result()
            self.peak_memory = max(self.peak_memory, memory)
            return Done(task.tag, task.job, _decoder.decode(data))
        if isinstance(error, RestoreError):
            raise error
        worker.discard()
        self.deaths += 1
        how = _manner(error)
        if worker.loading:
            self._failed_starts += 1
            if self._failed_starts >= _MOST_FAILED_STARTS:
                raise RestoreError(
                    f"worker processes do not come up ({how}): take fewer workers, or give them more memory"
                ) from error
        elif how == _TIMED_OUT:
            seconds = self._settings.seconds(max(len(task.job.text), len(task.job.html)))
            return Done(task.tag, task.job, Outcome(error=f"timed out: it was not done in {seconds:g} seconds"), True)
        else:
            task.deaths += 1
            if task.deaths >= self._settings.attempts:
                message = f"quarantined: it killed its worker process {task.deaths} times ({how})"
                return Done(task.tag, task.job, Outcome(error=message), True)
        worker.give(task)
        return None

    def close(self) -> None:
        """Kill every worker process, at once."""
        for worker in self._workers:
            worker.task = None
            worker.discard()


class IsolatedWorker:
    """A `Worker` whose documents run in a process of their own: one that hangs or crashes costs its own row only."""

    def __init__(self, settings: BatchSettings | bytes | str) -> None:
        """Take the settings, or their JSON."""
        self.settings = settings if isinstance(settings, BatchSettings) else BatchSettings.from_json(settings)
        self._pool: WorkerPool[int] = WorkerPool(self.settings)

    def restore(self, job: Job) -> Outcome:
        """Restore one document; only an error for which it is not to blame is raised, as a `RestoreError`."""
        return self.restore_all([job])[0]

    def restore_all(self, jobs: Iterable[Job]) -> list[Outcome]:
        """Restore documents one after the other."""
        outcomes = []
        for number, job in enumerate(jobs):
            self._pool.give(number, job)
            while self._pool.busy:
                outcomes += [done.outcome for done in self._pool.done(60.0)]
        return outcomes

    def restore_table(self, table: pyarrow.Table | pyarrow.RecordBatch) -> pyarrow.Table:
        """Restore the rows of a table; see `restore.batch.tables.restore_table`."""
        from restore.batch.tables import finished_table, table_jobs

        jobs = table_jobs(table, self.settings)
        return finished_table(table, jobs, self.restore_all(jobs), self.settings)

    def close(self) -> None:
        """End the process."""
        self._pool.close()


_TIMED_OUT = "timed out"


def _manner(error: BaseException) -> str:
    """Return how a worker process ended."""
    if isinstance(error, TimeoutError):
        return _TIMED_OUT
    if isinstance(error, MemoryError):
        return "out of memory"
    code = getattr(error, "exitcode", None)
    if not isinstance(code, int):
        return "it ended" if not isinstance(error, Exception) or type(error).__module__ != "builtins" else repr(error)
    if code >= 0:
        return f"it ended with code {code}"
    if code == -getattr(signal, "SIGALRM", 0):
        return _TIMED_OUT
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def _context(settings: bytes) -> Any:
    """Return the way to start processes: forked off a server that has the models loaded, where there is one."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    from multiprocessing import forkserver  # not everywhere

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["restore.batch.warm"])
    os.environ[warm.VARIABLE] = settings.decode()
    try:
        forkserver.ensure_running()
    finally:
        del os.environ[warm.VARIABLE]  # other processes that this one starts are none of its workers
    return context


def share_of_memory(workers: int) -> int:
    """Return nine tenths of the memory there is for each of so many workers (MB), 1,000 at least; 0 if unknown."""
    whole = memory_mb()
    return max(1_000, int(0.9 * whole / workers)) if whole else 0
