"""Packages of the extra `index`, imported when they are needed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from restore.errors import InputError


def needs(module: str, what: str) -> Any:
    """Import a package of the extra; raises `InputError` with the command that installs it."""
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise InputError(
            f"{what} need the package {package}, which is not installed: run `pip install 'restore-text[index]'`"
        ) from error
