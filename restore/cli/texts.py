"""Reading many texts: plain files, standard input, and JSONL with a `text` in each line, one text at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from restore.cli.reading import STDIN, read_text, text_of
from restore.errors import InputError
from restore.reading.compressed import without_suffix
from restore.runtime.decoding import from_json

if TYPE_CHECKING:
    from restore.reading.lines import Item

_ENDINGS = (".jsonl", ".ndjson")
_BOM = b"\xef\xbb\xbf"
_BYTES_PER_CHARACTER = 4
"""At most, in UTF-8, UTF-16 and UTF-32."""


class NamedText(msgspec.Struct, frozen=True):
    """A text with its id; `of_many` says whether it is a line of JSONL."""

    id: str | int
    text: str
    of_many: bool = False


class _Record(msgspec.Struct):
    text: str
    id: str | int | None = None


def is_jsonl(path: str) -> bool:
    """Return whether a file is JSONL by its name."""
    return without_suffix(path).endswith(_ENDINGS)


def read_texts(path: str, limit: int) -> Iterator[NamedText]:
    """Read the texts of a file, or of standard input for `-`, each of at most `limit` characters.

    A file that ends in .jsonl or .ndjson, and standard input whose first line is a JSON object with a `text`, hold one
    text a line, with an `id` if they like. Raises `InputError`, with the line, for what cannot be read.
    """
    if path != STDIN and not (is_jsonl(path) and _is_file(path)):
        yield NamedText(path, read_text(path, limit).text)
        return
    from restore.learning.source import JsonLines

    items = JsonLines(path).items()
    head: list[Item] = []
    for item in items:
        head.append(item)
        if item.data.strip():
            break
    if path == STDIN and not (head and starts_jsonl(head[-1].data)):
        yield NamedText("standard input", text_of(_joined(chain(head, items), limit), "standard input", limit).text)
        return
    empty = True
    for number, item in enumerate(chain(head, items), 1):
        if item.data.strip():
            empty = False
            yield _record(item, f"{path}:{number}", limit)
    if empty:
        raise InputError(f"{path} holds no text (it is empty)")


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except OSError:  # a name that is too long, say: opening it tells why
        return False


def _record(item: Item, default_id: str, limit: int) -> NamedText:
    remedy = "write one JSON object a line, with a `text`"
    if item.too_long:
        raise InputError(f"{item.name} is too long: {remedy} of at most {limit:,} characters")
    try:
        record = from_json(item.data.removeprefix(_BOM), _Record)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InputError(f"{item.name}: {error}; {remedy}") from error
    if not record.text.strip():
        raise InputError(f"{item.name}: `text` is empty; give a text, or take the line out")
    if len(record.text) > limit:
        raise InputError(
            f"{item.name}: `text` has {len(record.text):,} characters, the limit is {limit:,}; split it, or raise"
            " `max_characters` in a file given with --config"
        )
    return NamedText(default_id if record.id is None else record.id, record.text, of_many=True)


def starts_jsonl(line: bytes) -> bool:
    """Return whether the first line of an input makes it JSONL: it is an object with a `text`."""
    try:
        from_json(line.removeprefix(_BOM), _Record)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False
    return True


def _joined(items: Iterable[Item], limit: int) -> bytes | None:
    """Put lines together again; None if they are more than a text of `limit` characters can have."""
    parts: list[bytes] = []
    size = 0
    for item in items:
        parts.append(item.data)
        size += len(item.data)
        if item.too_long or size > limit * _BYTES_PER_CHARACTER + _BYTES_PER_CHARACTER:
            return None
    return b"".join(parts)
