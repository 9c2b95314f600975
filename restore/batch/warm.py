"""Preloaded by the fork server: loads the models once, so that every worker process is born with them.

A module of its own, whose import does the work, because that is all the fork server of Python can do.
"""

from __future__ import annotations

import contextlib
import os

from restore.batch.worker import Worker

VARIABLE = "RESTORE_BATCH_WARM"
"""The environment variable with the settings as JSON."""


def _load(settings: str) -> Worker | None:
    # Whatever is wrong is told by the first worker, which tries again; an error here would end the fork server.
    with contextlib.suppress(Exception):
        worker = Worker(settings)
        worker.warm()
        return worker
    return None


SETTINGS = os.environ.get(VARIABLE, "")
WORKER = _load(SETTINGS) if SETTINGS else None
