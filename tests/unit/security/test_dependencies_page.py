"""docs/dependencies.md names every dependency with its licence, and all may be used by an MIT-licensed package."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = {
    extra: [re.split(r"[\[<>=~! ]", entry)[0] for entry in entries]
    for extra, entries in PROJECT["optional-dependencies"].items()
}
NAMES = sorted(
    {re.split(r"[\[<>=~! ]", entry)[0] for entry in PROJECT["dependencies"]}
    | {name for names in EXTRAS.values() for name in names} - {PROJECT["name"]}
)
FREE = ("MIT", "BSD-3-Clause", "BSD-2-Clause", "Apache-2.0", "PSF-like", "ISC", "MPL-2.0", "LGPL-3.0", "CNRI-Python")
"""Licences under which a package may be imported by one of another licence; LGPL and MPL ask it of their own files."""


def _licences() -> dict[str, str]:
    """Return the row of the page for each package, where its first cell names it and another one has its licence."""
    found: dict[str, str] = {}
    for line in (ROOT / "docs" / "dependencies.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and "-" * 3 not in cells[0]:
            for name in cells[0].split(", "):
                found.setdefault(name, cells[-1])
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_dependency_stands_there_with_its_licence(name: str) -> None:
    licence = _licences()[name]
    if "GPL-3.0**" in licence:
        assert [extra for extra, names in EXTRAS.items() if name in names] == ["languagetool"]
    else:
        assert any(free in licence for free in FREE), licence
        assert not re.search(r"(?<!L)GPL", licence)


def test_only_the_client_of_languagetool_is_gpl() -> None:
    assert [name for name in NAMES if re.search(r"(?<!L)GPL", _licences()[name])] == ["language-tool-python"]
