"""What of the package's own requirements is installed, told without importing any of it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from typing import Literal

import msgspec
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from restore.errors import ModelNotFoundError

DISTRIBUTION = "restore-text"
REINSTALL = f"pip install --force-reinstall {DISTRIBUTION}"
"""What mends a package that lacks a part of itself."""

_MODULES = {"harper-py": "harper", "scikit-learn": "sklearn"}
"""Modules that are not called as their packages are."""

State = Literal["ready", "missing", "old"]


class Package(msgspec.Struct, frozen=True):
    """A package that is asked for: the version that is there ("" for none), the versions that will do, its extra."""

    name: str
    version: str
    wanted: str
    state: State
    extra: str = ""


def install_command(extra: str) -> str:
    """Return the command that installs an extra."""
    return f"pip install '{DISTRIBUTION}[{extra}]'"


def own_version() -> str:
    """Return the version of this package; raises `ModelNotFoundError` where it is run without being installed."""
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError as error:
        raise ModelNotFoundError(
            f"{DISTRIBUTION} is not installed in this Python: run `pip install .` in its folder"
        ) from error


def packages(extra: str = "") -> tuple[Package, ...]:
    """Return what an extra asks for, or without one what is always needed; raises `ModelNotFoundError` as above."""
    own_version()
    return tuple(_package(requirement, extra) for requirement in _requirements(extra))


def _requirements(extra: str) -> Iterator[Requirement]:
    """Give the requirements that hold here; those of an extra without those that hold anyway."""
    for line in requires(DISTRIBUTION) or ():
        requirement = Requirement(line)
        always = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if (not extra and always) or (
            extra and not always and requirement.marker and requirement.marker.evaluate({"extra": extra})
        ):
            yield requirement


def _package(requirement: Requirement, extra: str) -> Package:
    name = canonicalize_name(requirement.name)
    found = _version(name) if find_spec(_MODULES.get(name, name.replace("-", "_"))) is not None else ""
    state: State = "missing"
    if found:
        state = "ready" if requirement.specifier.contains(found, prereleases=True) else "old"
    return Package(name, found, str(requirement.specifier), state, extra)


def _version(name: str) -> str:
    """Return the version of a package; "" where only its folder is left."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
