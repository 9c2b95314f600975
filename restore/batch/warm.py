"""Preloaded by the fork server: loads the models once, so that every worker process is born with them.

A module of its own, whose import does the work, because that is all the fork server of Python can do.
"""

from __future__ import annotations

import contextlib
import os
import sys
from types import TracebackType

from restore.batch.worker import Worker

VARIABLE = "RESTORE_BATCH_WARM"
"""The environment variable with the settings as JSON, set while the fork server starts."""


def _load(settings: str) -> Worker | None:
    # Whatever is wrong is told by the first worker, which tries again; an error here would end the fork server.
    with contextlib.suppress(Exception):
        worker = Worker(settings)
        worker.warm()
        return worker
    return None


def _late(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say nothing of a process that comes up when its run has ended: what they shared is gone."""
    if not isinstance(error, OSError | EOFError):
        sys.__excepthook__(kind, error, trace)


def alive() -> None:
    """Hear of every error again, in a process that has come up."""
    sys.excepthook = sys.__excepthook__


SETTINGS = os.environ.get(VARIABLE, "")
if SETTINGS:
    sys.excepthook = _late
WORKER = _load(SETTINGS) if SETTINGS else None
