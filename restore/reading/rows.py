"""Rows of documents from paths: each file, line or table row with its columns, or an error row; one never stops all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from restore.errors import InputError
from restore.reading.compressed import READ_ERRORS, plain_stream, without_suffix
from restore.reading.encodings import decode
from restore.reading.extras import needs
from restore.reading.lines import LONGEST_ITEM, read_lines
from restore.reading.markdown import read_markdown

STDIN = "-"
_BATCH = 256
_BOM = b"\xef\xbb\xbf"
_KINDS = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
_object = msgspec.json.Decoder(dict[str, Any])


@dataclass(frozen=True, slots=True)
class Row:
    """A document as read: `where` it stands, for messages, and its columns. `size` is what was read for it, in bytes.

    Of a file, the columns are `id` (its absolute path) and `text` or `html`; Markdown adds its front matter.
    """

    where: str
    values: dict[str, Any]
    size: int = 0


@dataclass(frozen=True, slots=True)
class Unread:
    """A document or file that could not be read: where it stands, and what to do about it."""

    where: str
    error: str
    size: int = 0


@dataclass(frozen=True)
class Fields:
    """Under which names a row may hold each field; the first that is there and not empty counts."""

    id: Sequence[str] = ("id",)
    text: Sequence[str] = ("text", "content", "body")
    html: Sequence[str] = ("html",)
    url: Sequence[str] = ("url", "link", "source_url")
    title: Sequence[str] = ("title", "headline")
    date: Sequence[str] = ("date", "published", "date_publish")
    deleted: Sequence[str] = field(default=("deleted",))
    references: Sequence[str] = ("references", "reference")

    @property
    def names(self) -> list[str]:
        """Every name of every field that an article has; references are of texts to restore."""
        groups = (self.id, self.text, self.html, self.url, self.title, self.date, self.deleted)
        return [name for group in groups for name in group]


def check_paths(paths: Iterable[str]) -> None:
    """Raise `InputError` for a path that does not exist."""
    for path in paths:
        # Path.exists raises for a name that is too long or a folder closed to us.
        if path != STDIN and not os.path.exists(path):  # noqa: PTH110
            raise InputError(f"{path} does not exist: check the name and the folder")


def find_files(paths: Iterable[str]) -> Iterator[str]:
    """Give the files that paths name: of a folder all of a known kind in it, by name, hidden ones left out.

    Raises `InputError` for a path that does not exist.
    """
    for path in paths:
        place = Path(path)
        if path == STDIN or place.is_file() or place.is_fifo():
            yield path
        elif place.is_dir():
            for found in sorted(place.rglob("*")):
                hidden = any(part.startswith(".") for part in found.relative_to(place).parts)
                if not hidden and kind_of(found.name) and found.is_file():
                    yield str(found)
        else:
            check_paths([path])
            raise InputError(f"{path} is neither a file nor a folder")


def kind_of(name: str) -> str:
    """Tell text, markdown, html, jsonl or parquet by the name of a file, a compression's suffix aside; "" if none."""
    return _KINDS.get(Path(without_suffix(name)).suffix, "")


def read_rows(paths: Iterable[str], columns: Sequence[str] | None = None) -> Iterator[Row | Unread]:
    """Read every document that paths name: files, folders, - for JSON lines on standard input.

    Of Parquet only `columns` are read, if they are given. What cannot be read gives an `Unread`, and the rest goes on.
    Raises `InputError` for a path that does not exist.
    """
    for path in find_files(paths):
        try:
            yield from _read_file(path, columns)
        except InputError as error:
            yield Unread(path, str(error))
        except READ_ERRORS as error:
            reason = getattr(error, "strerror", None) or error or type(error).__name__
            yield Unread(path, f"{path} cannot be read (to its end): {reason}")


def _read_file(path: str, columns: Sequence[str] | None) -> Iterator[Row | Unread]:
    kind = "jsonl" if path == STDIN else kind_of(path)
    if not kind:
        if Path(without_suffix(path)).suffix:
            raise InputError(
                f"{path} is of no known kind: give .txt, .md, .html, .jsonl or .parquet (all but the last also"
                " compressed)"
            )
        kind = "text"
    if kind == "parquet":
        yield from _read_parquet(path, columns)
        return
    with ExitStack() as stack:
        raw = sys.stdin.buffer if path == STDIN else stack.enter_context(Path(path).open("rb"))
        stream = plain_stream(raw, stack)
        if kind == "jsonl":
            yield from _read_jsonl(stream, "standard input" if path == STDIN else path)
        else:
            yield _read_document(stream, path, kind)


def _read_jsonl(stream: BinaryIO, name: str) -> Iterator[Row | Unread]:
    for item in read_lines(stream, name):
        data = item.data.removeprefix(_BOM)
        if item.too_long:
            yield Unread(item.name, f"{item.name} is longer than {LONGEST_ITEM:,} bytes", len(item.data))
        elif data.strip():
            try:
                yield Row(item.name, _object.decode(data), len(item.data))
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                yield Unread(item.name, f"{item.name}: {error}; write one JSON object a line", len(item.data))


def _read_document(stream: BinaryIO, path: str, kind: str) -> Row:
    data = stream.read(LONGEST_ITEM + 1)
    if len(data) > LONGEST_ITEM:
        raise InputError(f"{path} is longer than {LONGEST_ITEM:,} bytes")
    text = decode(data, path).text
    values: dict[str, Any] = {"html": text} if kind == "html" else {"text": text}
    if kind == "markdown":
        values = dict(read_markdown(text))
    return Row(path, {"id": str(Path(path).resolve()), **values}, len(data))


def _read_parquet(path: str, columns: Sequence[str] | None) -> Iterator[Row | Unread]:
    parquet = needs("pyarrow.parquet", "Parquet files")
    arrow = needs("pyarrow", "Parquet files")
    number = 0
    try:
        with parquet.ParquetFile(path) as file:
            names = file.schema_arrow.names
            wanted = [n for n in names if n in set(columns)] if columns is not None else names
            for batch in file.iter_batches(batch_size=_BATCH, columns=wanted):
                size = batch.nbytes // max(1, batch.num_rows)
                for values in batch.to_pylist():
                    number += 1
                    yield Row(f"{path}, row {number}", values, size)
    except (arrow.ArrowException, ValueError) as error:
        yield Unread(path, f"{path} cannot be read after row {number}: {error}")
