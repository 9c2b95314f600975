"""Batches on a Ray cluster: Ray Data reads, hands out, retries and writes; each actor loads the models once.

What crosses the wire: the settings as JSON, and Arrow tables. The package must be installed on every node, and every
path (inputs, output, references, index, tables) must mean the same there. The output is that of the local runner, file
by file, with the same records of shards: a run may be begun here and ended there.
"""

# ruff: noqa: ARG002 - some methods are those of Ray Data
from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from restore.batch.folder import open_folder
from restore.batch.listener import BatchListener
from restore.batch.messages import ShardMessage, failures_of, message_table, pack, read_messages, unpack
from restore.batch.outcomes import Job, Outcome
from restore.batch.pool import WorkerPool, share_of_memory
from restore.batch.ray_cluster import cause_of, join, quiet, ray, room_for
from restore.batch.report import Report, with_place
from restore.batch.run_state import RunState
from restore.batch.runner import count_rows
from restore.batch.settings import BatchSettings
from restore.batch.shard_records import ShardRecord
from restore.batch.shards import cut_shards, cut_source, find_sources
from restore.batch.tables import finished_table, table_jobs
from restore.batch.writers import render
from restore.errors import InputError
from restore.reading.extras import needs
from restore.reading.opening import STDIN, is_url
from restore.runtime.machine import cores

if TYPE_CHECKING:
    import pyarrow

_MOST_FAILURES = 100
"""Of a shard that are told; the rows have all. By hand."""


class RestoreActor:
    """Restores tables in an actor of a cluster: made once, from the settings as JSON; the models load once."""

    def __init__(self, settings: str, workers: int = 1) -> None:
        """Take the settings, and the number of processes, a core for each."""
        given = BatchSettings.from_json(settings)
        self._settings = given.replace(config=given.config.replace(threads=given.config.threads or 1))
        self._settings = self._settings.replace(memory_mb=given.memory_mb or share_of_memory(cores()))
        self._pool: WorkerPool[int] = WorkerPool(self._settings, workers)
        self._lasting: dict[str, Outcome] = {}

    def restore_all(self, jobs: Sequence[Job]) -> tuple[list[Outcome], set[int]]:
        """Restore documents, as many at once as there are processes; say which of them have lasting errors."""
        outcomes: dict[int, Outcome] = {n: Outcome(error=job.error) for n, job in enumerate(jobs) if job.error}
        todo = [n for n, job in enumerate(jobs) if not job.error]
        lasting = set()
        while todo or self._pool.busy:
            while todo and self._pool.free:
                row = todo.pop(0)
                if (known := self._lasting.get(jobs[row].key)) is None:
                    self._pool.give(row, jobs[row])
                else:  # the same document has killed its workers before
                    outcomes[row] = known
                    lasting.add(row)
            for done in self._pool.done(60.0):
                outcomes[done.tag] = done.outcome
                if done.lasting:
                    lasting.add(done.tag)
                    self._lasting[done.job.key] = done.outcome
        return [outcomes[n] for n in range(len(jobs))], lasting

    def __call__(self, table: pyarrow.Table) -> pyarrow.Table:
        """Return the rows with their new columns."""
        jobs = table_jobs(table, self._settings)
        return finished_table(table, jobs, self.restore_all(jobs)[0], self._settings)


class _ShardActor(RestoreActor):
    """Turns shards, as `restore.batch.messages` packs them, into the files they end in."""

    def __call__(self, table: pyarrow.Table) -> pyarrow.Table:
        arrow = needs("pyarrow", "tables")
        return arrow.concat_tables([self._done(message, content) for message, content in read_messages(table)])

    def _done(self, message: ShardMessage, content: bytes) -> pyarrow.Table:
        if message.skipped:
            return message_table(message)
        deaths = self._pool.deaths
        shard = unpack(message, content, self._settings)
        outcomes, lasting = self.restore_all(shard.jobs)
        done = msgspec.structs.replace(
            message,
            wheres=[],
            errors=[],
            counts=count_rows(shard, outcomes, len(lasting), self._settings.config),
            failures=failures_of(shard.jobs, outcomes, range(len(outcomes)))[:_MOST_FAILURES],
            quarantined=failures_of(shard.jobs, outcomes, sorted(lasting)),
            deaths=self._pool.deaths - deaths,
            memory_mb=round(self._pool.peak_memory, 1),
        )
        return message_table(done, render(shard, outcomes, self._settings))


def restore_dataset(
    dataset: Any, settings: BatchSettings, *, actors: int = 0, workers: int = 1, batch_size: int | None = None
) -> Any:
    """Return a `ray.data.Dataset` with the columns of `restored` and so on, for rows from wherever Ray Data reads them.

    Rows keep their order if `preserve_order` of Ray Data's execution options is set.

    Args:
        dataset: the rows; the columns are found by the names in `settings.fields`.
        settings: travel as JSON.
        actors: how many; 0 takes as many as the cluster has cores for.
        workers: processes of an actor, a core for each; they share the memory of the models.
        batch_size: rows of a table; None takes the blocks of the dataset as they are.

    """
    return _mapped(dataset, RestoreActor, settings, actors or room_for(workers), workers, batch_size)


def _mapped(
    dataset: Any, actor: type[RestoreActor], settings: BatchSettings, actors: int, workers: int, batch_size: int | None
) -> Any:
    # Half a core for each: the actors of a node that is lost must find room on the others, or their rows would wait.
    # Ray Data starts actors again and tries their tasks again without end.
    memory = settings.memory_mb * workers * 1_000_000 / 2 if settings.memory_mb else None
    return dataset.map_batches(
        actor,
        fn_constructor_kwargs={"settings": settings.to_json().decode(), "workers": workers},
        batch_format="pyarrow",
        batch_size=batch_size,
        zero_copy_batch=True,
        compute=ray.data.ActorPoolStrategy(size=actors, max_tasks_in_flight_per_actor=1),
        udf_modifying_row_count=False,
        num_cpus=workers / 2,
        memory=memory,
    )


class RayRun:
    """One run on a cluster, in the manner of `restore.batch.runner.LocalRun`; `report` is right when it has ended."""

    def __init__(
        self,
        settings: BatchSettings,
        run_state: RunState,
        listener: BatchListener,
        *,
        output: str,
        address: str = "",
        actors: int = 0,
        workers: int = 1,
        retry: bool = False,
        progress: bool = False,
        stopped: Callable[[], None] = lambda: None,
    ) -> None:
        """Prepare a run into the folder `output` of `run_state`.

        Args:
            settings: travel as JSON.
            run_state: says at the end what belongs to the run.
            listener: hears of errors and of shards that are made again, when the run has ended.
            output: a path or URL that every node sees.
            address: of the cluster (`auto`, `host:port`); without one RAY_ADDRESS counts, else a cluster is started on
                this machine for the time of the run. A cluster that this process has joined already is used as it is.
            actors: how many; 0 takes as many as the cluster has cores for.
            workers: processes of an actor, a core for each.
            retry: also make shards with errors again.
            progress: show the bars of Ray Data.
            stopped: is asked at the end, and raises what should have ended the run.

        """
        self.report = Report(config=settings.fingerprint, version=settings.version, workers=actors * workers)
        config = settings.config.replace(
            index=_absolute(settings.config.index), channels=tuple(map(_absolute, settings.config.channels))
        )
        self._settings = settings.replace(config=config, reference_folder=_absolute(settings.reference_folder))
        self._run_state = run_state
        self._listener = listener
        self._output = _absolute(output)
        self._address = address
        self._actors = actors
        self._workers = workers
        self._retry = retry
        self._progress = progress
        self._stopped = stopped

    def work(self, inputs: Iterable[str]) -> None:
        """Restore every row that is not done yet; raises `RestoreError`, and whatever `stopped` raises."""
        tasks = self._reading(inputs)
        if not tasks:
            return
        sink = _Sink(self._output, self._settings.to_json())
        before = self._run_state.records()
        joined = ray.is_initialized()
        try:
            self._run(tasks, sink)
        except Exception as error:
            raise cause_of(error) from error
        finally:
            if not joined:
                ray.shutdown()
            # Ray tells at the end only what was written; of a run that was cut short their records tell it.
            self._settle(
                sink.messages or [_message_of(record) for record in self._run_state.records() if record not in before]
            )
        self._stopped()
        for message in sink.messages:
            self._run_state.kept.add(f"{message.name}.{message.format}")
            if message.lost:
                self._run_state.keep_source(message.name)
        if not self._settings.limit:
            self.report.removed = self._run_state.clear()

    def _reading(self, inputs: Iterable[str]) -> list[partial[Iterator[pyarrow.Table]]]:
        """Return what reads the shards: a function for each source, or one for all if only first rows are wanted."""
        given = list(inputs)
        if STDIN in given:
            raise InputError("a cluster cannot read standard input: give files, folders or URLs that every node sees")
        paths = list(map(_absolute, given))
        more = (self._settings.to_json(), self._output, self._retry)
        if self._settings.limit:
            return [partial(_read, None, paths, *more)]
        return [partial(_read, number, list(files), *more) for number, files in find_sources(paths)]

    def _run(self, tasks: Sequence[partial[Iterator[pyarrow.Table]]], sink: _Sink) -> None:
        join(self._address)
        actors = self._actors or room_for(self._workers)
        self.report.workers = actors * self._workers
        # Reading and writing ask for no cores: actors that have taken all of them must not keep rows from coming. Both
        # are tried again without end, which is what Ray Data does with tasks.
        with quiet(self._progress):
            shards = ray.data.read_datasource(
                _Source(tasks), override_num_blocks=len(tasks), concurrency=max(2, actors), num_cpus=0
            )
            done = _mapped(shards, _ShardActor, self._settings, actors, self._workers, None)
            done.write_datasink(sink, concurrency=max(2, actors), ray_remote_args={"num_cpus": 0})

    def _settle(self, done: Iterable[ShardMessage]) -> None:
        for message in sorted(done, key=lambda m: m.name):
            report, counts = self.report, message.counts
            report.shards += 1
            if message.skipped and counts is not None and message.lost:
                failure = report.add_unread(message.source, message.lost[0], counts)
                self._listener.error(failure.where, Outcome(error=failure.error))
                continue
            if message.skipped and counts is not None:
                report.skipped += 1
                report.before.add(counts)
                continue
            report.written += 1
            report.redone += message.redone
            report.deaths += message.deaths
            report.worker_memory_mb = max(report.worker_memory_mb, message.memory_mb)
            if counts is not None:
                report.counts.add(counts)
                self._listener.finished(message.name, message.source, counts)
            report.quarantine += [with_place(q.where, q.error) for q in message.quarantined]
            for failure in message.failures:
                report.add_error(failure.where, failure.error)
                self._listener.error(failure.where, Outcome(error=failure.error))


def _message_of(record: ShardRecord) -> ShardMessage:
    return ShardMessage(
        record.file.partition(".")[0], record.source, record.start, "auto", record.input, counts=record.counts
    )


class _Source(ray.data.Datasource):  # type: ignore[misc]
    """Reads shards, a task for each source, a block for each shard."""

    def __init__(self, tasks: Sequence[partial[Iterator[pyarrow.Table]]]) -> None:
        super().__init__()
        self._tasks = tasks

    def get_name(self) -> str:
        return "Shards"

    def estimate_inmemory_data_size(self) -> int | None:
        return None

    def get_read_tasks(
        self, parallelism: int, per_task_row_limit: int | None = None, data_context: Any = None
    ) -> list[Any]:
        from ray.data.block import BlockMetadata

        about = BlockMetadata(num_rows=None, size_bytes=None, input_files=None, exec_stats=None)
        return [ray.data.ReadTask(task, about, per_task_row_limit=per_task_row_limit) for task in self._tasks]


def _read(number: int | None, paths: list[str], settings: bytes, output: str, retry: bool) -> Iterator[pyarrow.Table]:
    """Read the shards of a source, or of all if it has no number; of those that are done only what they count."""
    known = BatchSettings.from_json(settings)
    run_state = RunState(open_folder(output), known)
    shards = cut_shards(paths, known) if number is None else cut_source(number, iter(paths), known)
    for shard in shards:
        state, record = run_state.state(shard, retry)
        if state in ("done", "unread") and record is not None:
            lost = shard.lost if state == "unread" else []
            about = ShardMessage(
                shard.name, shard.source, shard.start, shard.format, shard.fingerprint, counts=record.counts
            )
            yield message_table(msgspec.structs.replace(about, skipped=True, lost=lost))
        else:
            yield pack(shard, redone=state != "new")


class _Sink(ray.data.Datasink):  # type: ignore[misc]
    """Writes the files of shards, whole or not at all, and their records; it may happen twice."""

    def __init__(self, output: str, settings: bytes) -> None:
        self._output = output
        self._settings = settings
        self.messages: list[ShardMessage] = []

    def write(self, blocks: Iterable[pyarrow.Table], ctx: Any) -> bytes:
        run_state = RunState(open_folder(self._output), BatchSettings.from_json(self._settings))
        written = []
        for message, content in (pair for block in blocks if block.num_rows for pair in read_messages(block)):
            written.append(message)
            if not message.skipped and message.counts is not None:
                run_state.finish(message.shard, content, message.counts)
        return msgspec.json.encode(written)

    def on_write_complete(self, write_result: Any) -> None:
        for written in write_result.write_returns:
            self.messages += msgspec.json.decode(written, type=list[ShardMessage])


def _absolute(path: str) -> str:
    """Name a file so that it is found from any folder; links stay."""
    return os.path.abspath(path) if path and not is_url(path) else path  # noqa: PTH100
