"""What the steps were made of: fingerprints of their inputs, kept in a file of the work folder.

A step is due when it never ran here, when something that it reads has another content now (the builder's own code and
what it imports of training/, data, tables, what earlier steps left), when a step it comes after ran again, or when
something that it writes is gone. The code of restore/ is not counted: nearly every change of it would make everything
due. Whoever changes what a builder takes from it runs `--from` the step.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import msgspec

from restore.runtime.atomic import write_bytes
from training.paths import ROOT
from training.steps import PLACES, Step


@dataclass(frozen=True)
class Places:
    """The folders that the paths of steps begin with."""

    data: Path
    sources: Path
    work: Path
    models: Path
    tree: Path = ROOT

    def found(self, path: str) -> list[Path]:
        """Return the files of a step's path in one order: itself, all below a folder, or all that fit a pattern."""
        name, _, rest = path.partition("/")
        if name not in PLACES:
            raise ValueError(f"{path} begins with no place: use one of {', '.join(PLACES)}")
        folder: Path = getattr(self, name)
        if "*" in rest:
            return sorted(folder.glob(rest))
        whole = folder / rest
        return sorted(p for p in whole.rglob("*") if p.is_file()) if whole.is_dir() else [whole] * whole.is_file()

    def arguments(self, step: Step) -> list[str]:
        """Return the command line of a step with its places filled in."""
        values = {name: str(getattr(self, name)) for name in PLACES}
        return [argument.format(**values) for argument in step.arguments]


class _Hashed(msgspec.Struct, frozen=True):
    """The SHA-256 of a file of a size and a time (nanoseconds)."""

    size: int
    time: int
    digest: str


class Record(msgspec.Struct):
    """What a step was started with (by name of the input), whether it ended, and the name of that run."""

    inputs: dict[str, str] = {}
    ended: bool = False
    run: str = ""


class State(msgspec.Struct):
    """The records of all steps, and the sums of files that were read for them."""

    steps: dict[str, Record] = {}
    files: dict[str, _Hashed] = {}

    def digest(self, files: list[Path]) -> str:
        """Return a sum over names and contents; a file of the same size and time as before is not read again."""
        total = hashlib.sha256()
        for path in files:
            stat, known = path.stat(), self.files.get(str(path))
            if known is None or (known.size, known.time) != (stat.st_size, stat.st_mtime_ns):
                with path.open("rb") as file:
                    found = hashlib.file_digest(file, "sha256").hexdigest()
                known = self.files[str(path)] = _Hashed(stat.st_size, stat.st_mtime_ns, found)
            total.update(f"{path.name} {known.digest}\n".encode())
        return total.hexdigest()

    def inputs(self, step: Step, places: Places) -> dict[str, str]:
        """Return what a step would be made of now: the sum of each input, by its name."""
        found = {path: self.digest(places.found(path)) for path in step.reads}
        found |= {path: self.digest([places.tree / path]) for path in sources_of(step.module, places.tree)}
        found |= {f"step {name}": self.steps.get(name, Record()).run for name in step.after}
        return found | {"command": " ".join((step.module, *step.arguments))}

    def why(self, step: Step, places: Places) -> str:
        """Return why a step is due, "" if it is not."""
        record = self.steps.get(step.name)
        if record is None:
            return "it never ran here"
        if not record.ended:
            return "its last run did not end"
        gone = [path for path in step.writes if not places.found(path)]
        if gone:
            return f"{', '.join(gone)}: gone"
        now = self.inputs(step, places)
        changed = sorted(name for name in {*now, *record.inputs} if now.get(name) != record.inputs.get(name))
        return f"changed: {', '.join(changed)}" if changed else ""

    def start(self, step: Step, places: Places) -> bool:
        """Note what a step is started with; return whether it goes on with an unfinished run on the same inputs."""
        now, before = self.inputs(step, places), self.steps.get(step.name)
        self.steps[step.name] = Record(now)
        return before is not None and not before.ended and before.inputs == now

    def end(self, step: Step, places: Places) -> None:
        """Note that a step ended, or that what is there is taken as made of what is there (`--touch`)."""
        record = self.steps.get(step.name)
        inputs = record.inputs if record and not record.ended else self.inputs(step, places)
        self.steps[step.name] = Record(inputs, True, uuid4().hex)


def load_state(path: Path) -> State:
    """Read the records; none yet is an empty state. Raises `ValueError` if the file is broken."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=State)
    except FileNotFoundError:
        return State()
    except msgspec.MsgspecError as error:
        raise ValueError(f"{path} is broken ({error}): delete it, and `--touch` what is up to date") from error


def save_state(state: State, path: Path) -> None:
    """Write the records, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, msgspec.json.format(msgspec.json.encode(state, order="sorted"), indent=1) + b"\n")


def sources_of(module: str, tree: Path = ROOT) -> tuple[str, ...]:
    """Return the files that a builder consists of, relative to the checkout: its own and what it imports beside it."""
    found: dict[str, None] = {}
    left = [module]
    while left:
        name = left.pop()
        path = f"{name.replace('.', '/')}.py"
        if path not in found and (tree / path).is_file():
            found[path] = None
            left += _imported(tree / path, name.partition(".")[0])
    return tuple(sorted(found))


def _imported(path: Path, package: str) -> Iterator[str]:
    """Yield the modules of a package that a file imports anywhere."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == package:
            yield str(node.module)
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.partition(".")[0] == package)


def by_name(steps: tuple[Step, ...]) -> Mapping[str, Step]:
    """Return the steps by their names; raises `ValueError` if one stands twice."""
    found = {step.name: step for step in steps}
    if len(found) != len(steps):
        raise ValueError("two steps have the same name")
    return found
