"""What of the package's own requirements is installed, told without importing any of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution, requires, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from urllib.request import url2pathname

import msgspec
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from restore.errors import ModelNotFoundError

DISTRIBUTION = "restore-text"
_MODULES = {"harper-py": "harper", "scikit-learn": "sklearn"}
"""Modules that are not called as their packages are."""

State = Literal["ready", "missing", "old"]


class Package(msgspec.Struct, frozen=True):
    """A package that is asked for: its version ("" if it is not there), the versions that will do, and its extra.

    `old` is one whose version will not do.
    """

    name: str
    version: str
    wanted: str
    state: State
    extra: str = ""


class _Origin(msgspec.Struct):
    """Where pip took a package from that came out of no index (PEP 610)."""

    url: str
    dir_info: Mapping[str, Any] | None = None
    vcs_info: Mapping[str, Any] | None = None


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


def install_command(extra: str = "") -> str:
    """Return the command that installs an extra, or what is always needed, from where this package came from."""
    named = f"{DISTRIBUTION}[{extra}]" if extra else DISTRIBUTION
    origin = _origin()
    if origin is None:
        return f"pip install '{named}'" if extra else f"pip install {named}"
    if origin.dir_info is None:
        kind = f"{origin.vcs_info.get('vcs', '')}+" if origin.vcs_info else ""
        return f"pip install '{named} @ {kind}{origin.url}'"
    editable = "-e " if origin.dir_info.get("editable") else ""
    return f"pip install {editable}'{_folder(origin)}{f'[{extra}]' if extra else ''}'"


def repair_command() -> str:
    """Return the command that brings back the package's own files."""
    origin = _origin()
    if origin is not None and origin.dir_info and origin.dir_info.get("editable"):
        return f"git -C '{_folder(origin)}' checkout -- restore models"
    return install_command().replace("pip install ", "pip install --force-reinstall --no-deps ", 1)


def _origin() -> _Origin | None:
    """Return where this package came from; None for an index, or where nobody knows."""
    try:
        return msgspec.json.decode(distribution(DISTRIBUTION).read_text("direct_url.json") or "", type=_Origin)
    except (PackageNotFoundError, OSError, ValueError):
        return None


def _folder(origin: _Origin) -> Path:
    return Path(url2pathname(urlsplit(origin.url).path))


def _requirements(extra: str) -> Iterator[Requirement]:
    """Yield the requirements that hold here; those of an extra without those that hold anyway."""
    for line in requires(DISTRIBUTION) or ():
        requirement = Requirement(line)
        always = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        asked = requirement.marker is None or requirement.marker.evaluate({"extra": extra})
        if asked and always != bool(extra):
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
