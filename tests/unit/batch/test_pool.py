"""Documents that fail, hang or kill their worker: each fault costs its own row only."""

from __future__ import annotations

import gc
import multiprocessing
import os
import time
from collections.abc import Iterator

import pytest

from restore.batch import Job
from restore.batch.pool import IsolatedWorker, WorkerPool
from restore.errors import ConfigError, RestoreError
from tests.helpers.batch_runs import settings


@pytest.fixture
def worker() -> Iterator[IsolatedWorker]:
    made = IsolatedWorker(settings())
    yield made
    made.close()


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("RAISE", "internal error: ValueError: told to raise"),
        ("EMPTY", "the text is empty"),
        ("", "the row holds no text"),
        ("ABORT", "quarantined: it killed its worker process 3 times (SIGABRT)"),
        ("SEGFAULT", "quarantined: it killed its worker process 3 times (SIGSEGV)"),
        ("KILLED", "quarantined: it killed its worker process 3 times (SIGKILL)"),
        ("EXIT", "quarantined: it killed its worker process 3 times (it ended with code 3)"),
    ],
)
def test_a_fault_gives_an_error_and_the_next_document_is_restored(
    worker: IsolatedWorker, text: str, error: str
) -> None:
    assert worker.restore(Job(text=text)).error == error
    assert worker.restore(Job(text="The chairman.")).restored == "The president."


def test_a_document_that_takes_too_much_memory_is_quarantined() -> None:
    worker = IsolatedWorker(settings(timeout=60.0, memory_mb=400, attempts=2))
    try:
        outcome = worker.restore(Job(text="GREEDY"))
        assert outcome.error == "quarantined: it killed its worker process 2 times (out of memory)"
        assert worker.restore(Job(text="fine")).same
    finally:
        worker.close()


def test_a_document_that_hangs_deaf_to_signals_is_killed_in_time() -> None:
    worker = IsolatedWorker(settings(timeout=0.5))
    try:
        began = time.monotonic()
        assert worker.restore(Job(text="HANG")).error == "timed out: it was not done in 0.5 seconds"
        assert time.monotonic() - began < 20
        assert worker.restore(Job(text="fine")).same
    finally:
        worker.close()


def test_a_worker_that_dies_while_it_waits_is_replaced(worker: IsolatedWorker) -> None:
    assert worker.restore(Job(text="fine")).same
    process = worker._pool._workers[0]
    os.kill(process._pid, 9)
    assert worker.restore(Job(text="The chairman.")).restored == "The president."


def test_workers_are_replaced_before_they_grow_old() -> None:
    worker = IsolatedWorker(settings(recycle=3))
    pids = set()
    try:
        for _ in range(10):
            assert worker.restore(Job(text="fine")).same
            pids.add(worker._pool._workers[0]._pid)
        assert len(pids) >= 3
    finally:
        worker.close()


def test_an_engine_that_does_not_load_is_no_fault_of_the_document() -> None:
    worker = IsolatedWorker(settings(engine="tests.helpers.scripted_engine:Missing"))
    try:
        with pytest.raises(ConfigError, match="cannot be loaded"):
            worker.restore(Job(text="fine"))
    finally:
        worker.close()


def test_workers_that_die_while_loading_end_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    worker = IsolatedWorker(settings(engine="tests.helpers.scripted_engine:dead_engine"))
    try:
        with pytest.raises(RestoreError, match="do not come up"):
            worker.restore(Job(text="fine"))
    finally:
        worker.close()


def test_a_table_goes_through_isolated_as_it_does_in_this_process() -> None:
    arrow = pytest.importorskip("pyarrow", reason="tables need the extra batch")
    from restore.batch import Worker

    table = arrow.table({"text": ["The chairman of the zone.", "fine", None, "RAISE"]})
    isolated = IsolatedWorker(settings())
    try:
        assert isolated.restore_table(table).equals(Worker(settings()).restore_table(table))
    finally:
        isolated.close()


def children() -> set[int | None]:
    return {child.pid for child in multiprocessing.active_children() if child.name.startswith("pebble")}


def is_gone(process: int | None) -> bool:
    """Wait until a process of ours has ended."""
    end = time.monotonic() + 60
    while process in children() and time.monotonic() < end:
        time.sleep(0.05)
    return process not in children()


def test_closing_leaves_no_process_behind() -> None:
    before = children()
    pool: WorkerPool[int] = WorkerPool(settings(), 2)
    pool.give(1, Job(text="HANG"))
    pool.give(2, Job(text="SLOW"))
    list(pool.done(0.5))
    started = children() - before
    assert len(started) == 2
    pool.close()
    assert all(is_gone(process) for process in started)


def test_a_worker_that_is_forgotten_leaves_no_process_behind() -> None:
    before = children()
    worker = IsolatedWorker(settings())
    assert not worker.restore(Job(text="fine")).error
    (started,) = children() - before
    del worker
    gc.collect()
    assert is_gone(started)
