"""What runs inside a worker process: start, and one job after the other. Bytes in, bytes out."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from multiprocessing import connection

import msgspec

from restore.batch.outcomes import Job
from restore.batch.worker import Worker

_GRACE = 15.0
"""Seconds after its time-out until a process ends itself: Pebble comes first, and the pool (30 seconds) last. By
hand."""
_decoder = msgspec.json.Decoder(Job)
_worker: Worker | None = None


def start(memory_mb: int) -> None:
    """Prepare the process: a memory limit that holds in native code, and an end when the run has ended."""
    os.dup2(2, 1)  # the result of a run may go to standard output; no library may write into it
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
    if memory_mb and sys.platform == "linux":
        import resource

        limit = memory_mb * 1_000_000
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    threading.Thread(target=_end_with_parent, daemon=True).start()


def hello(settings: bytes) -> int:
    """Load the models unless the process was born with them; give its id. Raises `RestoreError`."""
    from restore.batch import warm

    global _worker
    inherited = warm.WORKER is not None and warm.SETTINGS.encode() == settings
    _worker = warm.WORKER if inherited else Worker(settings)
    assert _worker is not None
    warm.alive()
    if not inherited:
        _worker.warm()
    return os.getpid()


def work(job: bytes, seconds: float) -> tuple[bytes, float]:
    """Restore a job; give its outcome, and the most memory that the process ever took (MB).

    The process ends itself long after its time is over, should nobody be left to end it.
    """
    assert _worker is not None, "hello comes first"
    timer = hasattr(signal, "setitimer")
    if timer:
        signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE)
    try:
        return msgspec.json.encode(_worker.restore(_decoder.decode(job))), peak_memory()
    finally:
        if timer:
            signal.setitimer(signal.ITIMER_REAL, 0)


def peak_memory() -> float:
    """Return the most memory that this process has taken (MB); 0 where nobody counts."""
    try:
        import resource
    except ImportError:
        return 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
