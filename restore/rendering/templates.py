"""Jinja2 environments for the HTML pages: every text that a template shows is escaped."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from restore.errors import ModelNotFoundError

if TYPE_CHECKING:
    from jinja2 import Environment


def require_jinja(extra: str, instead: str) -> None:
    """Raise `ModelNotFoundError` unless Jinja2 is there, naming the extra that brings it and what works `instead`."""
    if find_spec("jinja2") is None:
        raise ModelNotFoundError(f"pages need jinja2: run `pip install 'restore-text[{extra}]'`, or {instead}")


def environment(package: str) -> Environment:
    """Return an environment for the templates that lie in a package: all is escaped, undefined names are errors."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader(package, ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
