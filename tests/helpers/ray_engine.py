"""The engine of the tests of batches, which cannot be pickled, for the processes of a cluster."""

from __future__ import annotations

import threading

from restore.config import Config
from restore.errors import ModelNotFoundError
from tests.helpers.scripted_engine import ScriptedEngine


class Engine(ScriptedEngine):
    """Cannot be pickled, like an engine with models."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._lock = threading.Lock()


def without_models(config: Config) -> Engine:
    """Fail like an engine whose model is not installed."""
    raise ModelNotFoundError("the model of the test is missing: run `restore models pull`")
