"""Packages of the extras `index`, `batch` and `ray`, imported when they are needed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from restore.errors import InputError

_BATCH = ("fastwarc", "fsspec", "pebble", "prometheus_client")
_OWN = ("ray",)


def needs(module: str, what: str) -> Any:
    """Import a package of the extra; raises `InputError` with the command that installs it."""
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        extra = "batch" if package in _BATCH else package if package in _OWN else "index"
        raise InputError(
            f"{what} need the package {package}, which is not installed: run `pip install 'restore-text[{extra}]'`"
        ) from error
