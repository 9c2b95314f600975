"""The engine of the unit tests under a name that no other module has, for the processes of a cluster."""

from __future__ import annotations

import threading
from importlib import util
from pathlib import Path
from typing import Any

from restore.config import Config
from restore.errors import ModelNotFoundError

_spec = util.spec_from_file_location(
    "ray_scripted_engine", Path(__file__).parents[2] / "unit" / "batch" / "scripted_engine.py"
)
assert _spec is not None
assert _spec.loader is not None
_module = util.module_from_spec(_spec)
_spec.loader.exec_module(_module)
Scripted: Any = _module.ScriptedEngine


class Engine(Scripted):  # type: ignore[misc]
    """Cannot be pickled, like an engine with models."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._lock = threading.Lock()


def without_models(config: Config) -> Engine:
    """Fail like an engine whose model is not installed."""
    raise ModelNotFoundError("the model of the test is missing: run `restore models pull`")
