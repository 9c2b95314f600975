"""Gold folders: one sub-folder per spun article, or one such folder itself."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import msgspec

from restore.errors import GoldError
from restore.gold.markup import MarkedText, parse_markup
from restore.records import Reference

MARKUP_NAME = "spun.markup"
REFERENCE_NAME = "reference.txt"


class GoldSet(msgspec.Struct, frozen=True):
    """One spun article with its damaged places and, where there is one, the clean article about the same event."""

    name: str
    marked: MarkedText
    reference: Reference | None
    sha256: str


def load_gold(folder: Path) -> tuple[GoldSet, ...]:
    """Load the gold sets in a folder, by name.

    Raises `GoldError` if the folder is missing, holds no `spun.markup`, or a file of it is unreadable or broken.
    """
    if not folder.is_dir():
        raise GoldError(
            f"there is no gold folder {folder}: give a folder with {MARKUP_NAME} in it or in its sub-folders"
        )
    if (folder / MARKUP_NAME).is_file():
        return (_load_set(folder),)
    found = sorted(path.parent for path in folder.glob(f"*/{MARKUP_NAME}"))
    if not found:
        raise GoldError(f"{folder} holds no gold set: neither it nor a sub-folder of it has a file {MARKUP_NAME}")
    return tuple(_load_set(each) for each in found)


def data_fingerprint(sets: tuple[GoldSet, ...]) -> str:
    """Return the SHA-256 over the names and contents of gold sets, as hexadecimal digits."""
    return sha256("".join(f"{each.name} {each.sha256}\n" for each in sets).encode()).hexdigest()


def read_text(path: Path) -> str:
    """Read a UTF-8 file of a gold or clean collection; raises `GoldError` if that fails."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise GoldError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise GoldError(f"{path} is not UTF-8 (byte {error.start}): convert it") from error


def _load_set(folder: Path) -> GoldSet:
    path = folder / MARKUP_NAME
    markup = read_text(path)
    reference_path = folder / REFERENCE_NAME
    reference = read_text(reference_path) if reference_path.is_file() else None
    return GoldSet(
        name=folder.resolve().name,
        marked=parse_markup(markup, path),
        reference=None if reference is None else Reference(str(reference_path), reference),
        sha256=sha256(f"{markup}\0{reference or ''}".encode("utf-8", "surrogatepass")).hexdigest(),
    )
