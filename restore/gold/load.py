"""What can be evaluated on: gold folders, pairs (JSONL) and M2 files, all as documents with gold annotations."""

from __future__ import annotations

from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import Literal

import msgspec

from restore.errors import GoldError
from restore.gold.documents import ErrorRow, GoldDocument, text_hash
from restore.gold.folders import load_gold, read_text
from restore.gold.m2 import read_m2
from restore.gold.markup import parse_markup
from restore.gold.pairs import read_pairs
from restore.reading.compressed import READ_ERRORS, plain_stream

Kind = Literal["gold", "pairs", "m2"]


class GoldData(msgspec.Struct, frozen=True):
    """Documents with gold, what they were read from, the SHA-256 over all of them, and the records that were bad."""

    kind: Kind
    documents: tuple[GoldDocument, ...]
    sha256: str
    errors: tuple[ErrorRow, ...] = ()


def load_data(path: Path, limit: int | None = None) -> GoldData:
    """Load whatever gold lies at a path; of it, the first `limit` documents at most.

    A folder is a gold folder; a file is gold markup (its name ends in .markup), pairs (lines of JSON) or M2 (lines
    that begin with "S" and "A"). Bad records of a file of pairs are listed in `errors`, and the others count.
    Raises `GoldError` if there is nothing to evaluate, or a file is broken.
    """
    if not is_there(path) or path.is_dir():
        return _gold_folder(path, limit)
    if path.suffix == ".markup":
        return _markup_file(path)
    data = read_bytes(path)
    first = data.lstrip()[:2]
    documents: tuple[GoldDocument, ...]
    if path.suffix in (".jsonl", ".ndjson", ".json") or first.startswith(b"{"):
        documents, errors = read_pairs(data, path, limit)
        return GoldData("pairs", documents, fingerprint(documents), errors)
    if path.suffix == ".m2" or first in (b"S ", b"S\n", b"S\r"):
        documents, errors = read_m2(data, path, limit)
        return GoldData("m2", documents, fingerprint(documents), errors)
    raise GoldError(
        f"{path}, line 1: this is neither pairs (one JSON object a line), nor M2 (lines that begin with S and A), nor"
        " gold markup (a file *.markup, or a folder of them); if it is text that is right, add --clean"
    )


def fingerprint(documents: tuple[GoldDocument, ...]) -> str:
    """Return the SHA-256 over the names and contents of documents, as hexadecimal digits."""
    return sha256("".join(f"{each.name} {each.sha256}\n" for each in documents).encode()).hexdigest()


def is_there(path: Path) -> bool:
    """Return whether there is such a file or folder; raises `GoldError` where that cannot be known."""
    try:
        return path.exists()
    except OSError as error:
        raise GoldError(f"cannot read {path}: {error.strerror or error}; check the name and the permissions") from error


def read_bytes(path: Path) -> bytes:
    """Read a file, unpacked and without its byte order mark; raises `GoldError` if that fails or it is empty."""
    try:
        with path.open("rb") as file, ExitStack() as stack:
            data = plain_stream(file, stack).read().removeprefix(b"\xef\xbb\xbf")
    except READ_ERRORS as error:
        why = getattr(error, "strerror", None) or error
        raise GoldError(f"cannot read {path}: {why}; check the name and the permissions") from error
    if not data.strip():
        raise GoldError(f"{path} is empty: there is nothing to evaluate")
    return data


def _gold_folder(path: Path, limit: int | None) -> GoldData:
    found = tuple(
        GoldDocument(each.name, (each.marked,), each.sha256, () if each.reference is None else (each.reference,))
        for each in load_gold(path)[:limit]
    )
    return GoldData("gold", found, fingerprint(found))


def _markup_file(path: Path) -> GoldData:
    markup = read_text(path)
    document = GoldDocument(path.stem, (parse_markup(markup, path),), text_hash(markup, ""))
    return GoldData("gold", (document,), fingerprint((document,)))
