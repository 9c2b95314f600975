"""The pinned jars of a LanguageTool server, from models/languagetool.json."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import msgspec

from restore.runtime.tables import decoded, table_path


class Jar(msgspec.Struct, frozen=True):
    """A jar: its path in a Maven repository, its bytes, and the SHA-256 of its content."""

    path: str
    size: int
    sha256: str

    @property
    def name(self) -> str:
        """The file name."""
        return self.path.rpartition("/")[2]


class Catalogue(msgspec.Struct, frozen=True):
    """The jars of one version of LanguageTool, and the class that is its server."""

    version: str
    main: str
    jars: tuple[Jar, ...]

    @property
    def size(self) -> int:
        """All jars together, in bytes."""
        return sum(jar.size for jar in self.jars)


@cache
def load_catalogue() -> Catalogue:
    """Read the list; raises `ModelNotFoundError` if it is missing, `ModelDamagedError` if it is broken."""
    return decoded(table_path("languagetool.json"), Catalogue)


def is_genuine(path: Path, jar: Jar) -> bool:
    """Return whether a file is this jar, by size and SHA-256."""
    if not path.is_file() or path.stat().st_size != jar.size:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == jar.sha256
