"""The cluster that a run with Ray works on: joined or started, set up for shards, and what it failed of."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
import warnings
from collections.abc import Iterator
from typing import Any

from restore.errors import RestoreError
from restore.reading.extras import needs

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # Ray reports its use to its makers unless told not to
os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # or it warns of it at each start
ray: Any = needs("ray", "Ray clusters")
needs("ray.data", "Ray clusters")


def room_for(workers: int) -> int:
    """Return how many actors of so many processes the cores of the cluster carry."""
    return max(1, int(ray.cluster_resources().get("CPU", 1) // workers))


def join(address: str) -> None:
    """Join a cluster, or start one on loopback; raises `RestoreError`."""
    if ray.is_initialized():
        return
    where = address or os.environ.get("RAY_ADDRESS", "") or "local"
    main = threading.current_thread() is threading.main_thread()
    handler = signal.getsignal(signal.SIGTERM)
    own = {"include_dashboard": False, "_node_ip_address": "127.0.0.1"} if where == "local" else {}
    try:
        ray.init(address=where, log_to_driver=False, logging_level=logging.ERROR, **own)
    except (ConnectionError, RuntimeError, ValueError, TimeoutError) as error:
        raise RestoreError(f"no Ray cluster at {where}: {error}") from error
    finally:
        if main:  # Ray has put its own in its place
            signal.signal(signal.SIGTERM, handler)


@contextlib.contextmanager
def quiet(progress: bool) -> Iterator[None]:
    """Set Ray Data up for a run, which says nothing unless its `progress` is wanted; put back what was there."""
    context = ray.data.DataContext.get_current()
    # The smallest size there is makes every shard a block of its own, which no other one is added to.
    wanted = {
        "target_max_block_size": 1,
        "target_min_block_size": 1,
        "raise_original_map_exception": True,
        "enable_progress_bars": progress,
        "print_on_execution_start": progress,
    }
    before = {name: getattr(context, name) for name in wanted}
    logger = logging.getLogger("ray.data")
    level = logger.level
    logger.setLevel(level if progress else logging.ERROR)
    for name, value in wanted.items():
        setattr(context, name, value)
    try:
        with warnings.catch_warnings():
            # It counts sources, before it has seen their shards.
            warnings.filterwarnings("ignore", "The (minimum|maximum) number of concurrent", UserWarning)
            yield
    finally:
        logger.setLevel(level)
        for name, value in before.items():
            setattr(context, name, value)


def cause_of(error: BaseException) -> BaseException:
    """Find our own error in what Ray made of it."""
    seen: BaseException | None = error
    for _ in range(20):
        if seen is None:
            break
        cause = getattr(seen, "cause", None)  # where Ray keeps what a task raised
        if isinstance(cause, RestoreError):
            return cause
        if isinstance(seen, RestoreError):
            return seen
        seen = cause if isinstance(cause, BaseException) else seen.__cause__
    return RestoreError(f"the cluster gave up: {error}")
