"""What `restore` brings along: the packages of its core and of each extra, by the metadata of those installed here."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CORE = "core"
_UNKNOWN = "unknown"
_LONGEST = 100
"""Characters of a licence field that names it; longer ones are its text."""


@dataclass(frozen=True)
class Package:
    """An installed package, its licence as its metadata say, and the set (core or an extra) that first brings it."""

    name: str
    version: str
    licence: str
    needed_by: str


def packages() -> tuple[list[Package], list[str]]:
    """Return the packages of the core and of all extras, and the names of those that are not installed here.

    A package counts for the core if the core brings it, else for the first extra that does.
    """
    found: dict[str, Package] = {}
    missing: set[str] = set()
    sets = {CORE: PROJECT["dependencies"], **PROJECT["optional-dependencies"]}
    for label, requirements in sets.items():
        waiting = [Requirement(line) for line in requirements]
        while waiting:
            requirement = waiting.pop()
            name = canonicalize_name(requirement.name)
            if name in found or name in missing or name == PROJECT["name"]:
                continue
            try:
                about = distribution(name)
            except PackageNotFoundError:
                missing.add(name)
                continue
            found[name] = Package(name, about.version, licence(about), label)
            waiting += needed(about, requirement.extras)
    return sorted(found.values(), key=lambda p: p.name), sorted(missing)


def needed(about: Distribution, extras: Iterable[str]) -> list[Requirement]:
    """Return what a package asks for on this machine, with some of its extras."""
    environments = [{"extra": extra} for extra in ("", *extras)]
    lines = map(Requirement, about.requires or ())
    return [r for r in lines if r.marker is None or any(r.marker.evaluate(each) for each in environments)]


def licence(about: Distribution) -> str:
    """Return the licence that a package names: its SPDX expression, else its field, else its classifiers."""
    fields = about.metadata
    expression = fields.get("License-Expression") or ""
    named = re.sub("UNKNOWN", "", fields.get("License") or "")
    classified = [c.rpartition(" :: ")[2] for c in fields.get_all("Classifier") or () if c.startswith("License ::")]
    if expression:
        return expression
    if named.strip() and len(named) <= _LONGEST and "\n" not in named.strip():
        return named.strip()
    return " AND ".join(classified) or _text(about)


def _text(about: Distribution) -> str:
    """Return the first words of the licence file, where the metadata name none."""
    files = [f for f in about.files or () if re.search(r"licen[cs]e|copying", f.name, re.I) and f.suffix != ".py"]
    for file in files:
        path = Path(str(file.locate()))
        if path.is_file():
            return " ".join(path.read_text("utf-8", "replace").split()[:6])
    return _UNKNOWN
