"""The map of docs/architecture.md as a contract: rooms import only what stands to their left, lazily or not."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "restore"
FLOW = (
    *("errors", "corrections", "records", "rendering", "runtime", "plans", "text", "lexicon", "language_model"),
    *("languagetool", "config", "channel", "odds", "reading", "references", "alignment", "encoder", "detection"),
    *("user_dictionary", "candidates", "ranking", "fingerprints", "engine", "fixed_point", "rewrites", "restorer"),
    *("functions", "__init__", "gold", "simulation", "batch", "review", "evaluation", "learning", "cli"),
    *("__main__", "integrations"),
)
"""Folders and modules of the package, from left to right."""
ALLOWED = {
    # A notebook asks a record itself how it looks (`_repr_html_`).
    ("restore.records", "restore.rendering.notebook"),
}


def imports() -> Iterator[tuple[str, str]]:
    """Yield (module, module it imports) for all modules of the package."""
    for path in sorted(PACKAGE.rglob("*.py")):
        module = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "restore":
                if node.module == "restore":
                    yield from ((module, f"restore.{name.name}") for name in node.names)
                else:
                    yield module, str(node.module)
            elif isinstance(node, ast.Import):
                yield from ((module, name.name) for name in node.names if name.name.startswith("restore."))


@cache
def all_imports() -> frozenset[tuple[str, str]]:
    """Return what `imports` gives."""
    return frozenset(imports())


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
    back = {
        (module, other)
        for module, other in all_imports()
        if room(module) == name and place[room(other)] > place[name] and (module, other) not in ALLOWED
    }
    assert not back
