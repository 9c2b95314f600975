"""Runs steps: what hinders one, its processes, and what is done before and after it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection

from restore.errors import RestoreError
from restore.language_model.weights import neural_weights
from training.manifest import renew
from training.state import Places, State, by_name
from training.steps import STEPS, Step


class StepFailedError(Exception):
    """A builder ended with an error, which it has told on standard error."""


def hindrance(step: Step, places: Places, state: State, coming: Collection[str] = ()) -> str:
    """Return what a step lacks here, with the remedy, "" if nothing.

    `coming` are outputs, and steps ("step NAME"), that will be there when its turn comes.
    """
    steps = by_name(STEPS)
    early = [name for name in step.after if f"step {name}" not in coming and state.why(steps[name], places)]
    if early:
        return f"step {', '.join(early)} has to run first"
    packages = [name for name in step.packages if importlib.util.find_spec(name) is None]
    if packages:
        return f"needs {', '.join(packages)}: pip install {' '.join(packages)}"
    programs = [name for name in step.programs if shutil.which(name) is None]
    if programs:
        return f"needs {', '.join(programs)}" + (f": {step.get}" if step.get else "")
    missing = [path for path in step.reads if path not in coming and not places.found(path)]
    if missing:
        return f"{', '.join(missing)} not there" + (f" ({step.get})" if step.get else "")
    if step.causal:
        try:
            neural_weights()
        except RestoreError as error:
            return str(error)
    return ""


def run(step: Step, places: Places, state: State, workers: int, save: Callable[[], None]) -> None:
    """Run a step; raises `StepFailedError` if one of its processes ends with an error.

    What it left in the work folder is thrown away first, unless its last run on the same inputs was cut short: most
    builders go on behind their last whole shard. `save` is called when the state has changed.
    """
    goes_on = state.start(step, places)
    save()
    if not goes_on:
        for path in (path for name in step.writes if name.startswith("work/") for path in places.found(name)):
            path.unlink()
    places.work.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", step.module, *places.arguments(step)]
    parts = workers if step.parts else 1
    split = [["--part", str(n), "--parts", str(parts)] if step.parts else [] for n in range(parts)]
    importable = os.pathsep.join(filter(None, (str(places.tree), os.environ.get("PYTHONPATH", ""))))
    environment = {"OMP_NUM_THREADS": "1", **os.environ, "PYTHONPATH": importable}
    processes = [subprocess.Popen([*command, *part], cwd=places.tree, env=environment) for part in split]
    codes = [process.wait() for process in processes]
    if any(codes):
        raise StepFailedError(f"step {step.name} ended with {max(codes, key=abs)}: {' '.join(command)}")
    gone = [name for name in step.writes if not places.found(name)]
    if gone:
        raise StepFailedError(f"step {step.name} did not write {', '.join(gone)}: {' '.join(command)}")
    if any(name.startswith("models/") for name in step.writes):
        renew(places.models)
    state.end(step, places)
    save()
