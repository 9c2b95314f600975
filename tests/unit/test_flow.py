"""The map of docs/architecture.md as a contract: rooms import only what stands to their left, lazily or not.

No files import each other in a circle either, inside a room or not, lazy imports and those for types counted.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "restore"
FLOW = (
    *("errors", "records", "rendering", "runtime", "text", "lexicon", "language_model", "languagetool", "config"),
    *("channel", "reading", "references", "alignment", "encoder", "detection", "user_dictionary", "candidates"),
    *("ranking", "engine", "rewrites", "restorer", "functions", "__init__"),
    *("gold", "simulation", "batch", "review", "evaluation", "learning", "cli", "__main__", "integrations"),
)
"""Folders and modules of the package, from left to right."""


def imports_of(path: Path, folder: Path) -> Iterator[str]:
    """Yield the modules of the package in `folder` that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == folder.name:
            for name in node.names:
                place = folder.parent.joinpath(*f"{node.module}.{name.name}".split("."))
                is_module = place.is_dir() or place.with_suffix(".py").exists()
                yield f"{node.module}.{name.name}" if is_module or node.module == folder.name else str(node.module)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.startswith(f"{folder.name}."))


@cache
def all_imports() -> frozenset[tuple[str, str]]:
    """Return (module, module it imports) for all modules of the package."""
    return frozenset((module_of(path), other) for path in PACKAGE.rglob("*.py") for other in imports_of(path, PACKAGE))


def module_of(path: Path, folder: Path = PACKAGE) -> str:
    """Return the name of the module in a file; a room's `__init__` is the room itself."""
    name = ".".join(path.relative_to(folder.parent).with_suffix("").parts)
    return name.removesuffix(".__init__") if name.count(".") > 1 else name


def circles(imports: Iterable[tuple[str, str]]) -> list[set[str]]:
    """Return the groups of modules of which each reaches all others by imports."""
    reached: dict[str, set[str]] = {}
    for module, other in imports:
        reached.setdefault(module, set()).add(other)
    for middle in list(reached):  # Warshall, 1962
        for others in reached.values():
            if middle in others:
                others |= reached[middle]
    groups = [{o for o in others if module in reached.get(o, ())} for module, others in reached.items()]
    return [group for n, group in enumerate(groups) if len(group) > 1 and group not in groups[:n]]


def room(module: str) -> str:
    """Return the room of a module: a folder of the package, or a module beside them; names of `restore` are its own."""
    name = [*module.split("."), "__init__"][1]
    return name if name in FLOW or (PACKAGE / name).exists() or (PACKAGE / f"{name}.py").exists() else "__init__"


def test_every_room_has_its_place_in_the_flow() -> None:
    there = {p.stem for p in PACKAGE.glob("*.py")} | {p.name for p in PACKAGE.iterdir() if (p / "__init__.py").exists()}
    assert there == set(FLOW)


@pytest.mark.parametrize("name", FLOW)
def test_a_room_imports_only_what_stands_to_its_left(name: str) -> None:
    place = {room: n for n, room in enumerate(FLOW)}
    back = {(m, other) for m, other in all_imports() if room(m) == name and place[room(other)] > place[name]}
    assert not back


def test_no_files_import_each_other_in_a_circle() -> None:
    assert circles(all_imports()) == []


def test_a_circle_inside_a_room_is_seen_lazy_or_for_types_alone(tmp_path: Path) -> None:
    written = {
        "one": "def late():\n    from package.room import two\n",
        "two": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from package.room.three import Name\n",
        "three": "import package.room.one\n",
        "four": "from package.room.one import late\n",
    }
    package = tmp_path / "package"
    (package / "room").mkdir(parents=True)
    for name, code in written.items():
        (package / "room" / f"{name}.py").write_text(code)
    found = [(module_of(p, package), other) for p in package.rglob("*.py") for other in imports_of(p, package)]
    assert circles(found) == [{"package.room.one", "package.room.two", "package.room.three"}]
