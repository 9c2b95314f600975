"""Where the learned tables are: beside the package in a checkout, inside it in an installed wheel."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from restore.errors import ModelNotFoundError


@cache
def models_folder() -> Path:
    """Give the folder of the shipped tables; raises `ModelNotFoundError` if the installation lacks it."""
    package = Path(__file__).parent
    for folder in (package / "models", package.parent / "models"):
        if (folder / "manifest.toml").is_file():
            return folder
    raise ModelNotFoundError("the tables in models/ are missing: install the package again")


def table_path(name: str) -> Path:
    """Give the path of a table, such as `spinner_channel.tsv`; raises `ModelNotFoundError` if it is not there."""
    path = models_folder() / name
    if not path.is_file():
        raise ModelNotFoundError(f"the table {name} is missing from {models_folder()}: install the package again")
    return path
