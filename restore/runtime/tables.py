"""Where the learned tables are: beside the package in a checkout, inside it in an installed wheel."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from restore.errors import ModelDamagedError, ModelNotFoundError
from restore.runtime.decoding import from_json, from_toml

Kind = TypeVar("Kind")


class Table(msgspec.Struct, frozen=True):
    """An entry of models/manifest.toml: a shipped table, where it comes from, and the SHA-256 of its content."""

    name: str
    file: str
    licence: str
    sha256: str
    script: str = ""
    source: str | list[str] = ""


class _Manifest(msgspec.Struct):
    table: list[Table] = []


@cache
def models_folder() -> Path:
    """Return the folder of the shipped tables; raises `ModelNotFoundError` if the installation lacks it."""
    package = Path(__file__).parents[1]
    for folder in (package / "models", package.parent / "models"):
        if (folder / "manifest.toml").is_file():
            return folder
    raise ModelNotFoundError("the tables in models/ are missing: install the package again")


def table_path(name: str) -> Path:
    """Return the path of a table, such as `spinner_channel.tsv`; raises `ModelNotFoundError` if it is not there."""
    path = models_folder() / name
    if not path.is_file():
        raise ModelNotFoundError(f"the table {name} is missing from {models_folder()}: install the package again")
    return path


def decoded(path: Path, kind: type[Kind]) -> Kind:
    """Return a JSON table as records of a kind; raises `ModelDamagedError` if it is none."""
    try:
        return from_json(path.read_bytes(), kind)
    except (msgspec.MsgspecError, ValueError, OSError) as error:
        raise ModelDamagedError(f"{path} is broken ({error}): install the package again") from error


def tables() -> list[Table]:
    """Read models/manifest.toml; raises `ModelNotFoundError` if it is missing or broken."""
    path = models_folder() / "manifest.toml"
    try:
        return from_toml(path.read_bytes(), _Manifest).table
    except (OSError, msgspec.MsgspecError, ValueError) as error:
        raise ModelNotFoundError(f"{path} cannot be read ({error}): install the package again") from error


def table_state(table: Table) -> Literal["ready", "absent", "damaged"]:
    """Compare a table with the SHA-256 of its manifest entry."""
    path = models_folder() / table.file
    if not path.is_file():
        return "absent"
    with path.open("rb") as file:
        return "ready" if hashlib.file_digest(file, "sha256").hexdigest() == table.sha256 else "damaged"


def engine_fingerprint(settings: str, pipeline: str) -> str:
    """Return twelve hexadecimal digits that name the settings, tables, weights and versions of the engine."""
    packages = (
        "restore-text",
        "spacy",
        "symspellpy",
        "lemminflect",
        "ftfy",
        "onnxruntime",
        "tokenizers",
        "py3langid",
    )
    parts = [settings, hashlib.sha256((models_folder() / "manifest.toml").read_bytes()).hexdigest()]
    for package in (*packages, pipeline.replace("_", "-")):
        try:
            parts.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            parts.append(f"{package} absent")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
