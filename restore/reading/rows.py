"""Rows of documents from paths: each file, line or table row with its columns, or an error row; one never stops all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

from restore.errors import InputError
from restore.reading.archives import read_archive
from restore.reading.columns import parquet_shape, read_tables, table_rows
from restore.reading.compressed import READ_ERRORS, plain_stream, without_suffix
from restore.reading.delimited import read_csv
from restore.reading.encodings import decode, decode_page
from restore.reading.folders import folder_files
from restore.reading.json_lines import read_json_lines
from restore.reading.lines import LONGEST_ITEM
from restore.reading.markdown import read_markdown
from restore.reading.members import member_stream
from restore.reading.opening import STDIN, exists, is_url, open_binary, place_in, url_files
from restore.reading.recoding import unix_lines, utf8_lines
from restore.reading.records import Fields, Row, Unread

__all__ = [
    "STDIN", "Fields", "Meter", "Row", "Unread", "check_paths", "find_files", "kind_of", "read_file", "read_rows"
]  # fmt: skip
_BATCH = 256
"""Rows of a table that are held at once. By hand, for memory."""
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
    ".csv": "csv",
    ".tsv": "tsv",
    ".warc": "warc",
    ".parquet": "parquet",
}
_DELIMITERS = {"csv": ",", "tsv": "\t"}


def check_paths(paths: Iterable[str]) -> None:
    """Raise `InputError` for a path that does not exist."""
    for path in paths:
        if path != STDIN and not exists(path):
            raise InputError(f"{path} does not exist: check the name and the folder")


def find_files(paths: Iterable[str]) -> Iterator[str]:
    """Yield the files that paths and URLs name: of a folder all of a known kind in it, by name, hidden ones left out.

    What cannot be looked into is given too, so that reading it tells why. Raises `InputError` for a path that does not
    exist.
    """
    for path in paths:
        if is_url(path):
            yield from url_files(path, kind_of)
            continue
        check_paths([path])
        place = Path(path)
        if path == STDIN or place.is_file() or place.is_fifo():
            yield path
        elif place.is_dir():
            yield from folder_files(path, kind_of)
        else:
            raise InputError(f"{path} is neither a file nor a folder")


def kind_of(name: str) -> str:
    """Return which of text, markdown, html, jsonl, csv, tsv, warc or parquet by the name of a file; "" if none.

    A compression's suffix and the query of a URL are left aside; in an archive the name inside counts.
    """
    if is_url(name):
        name = place_in(name).partition("?")[0]
    return _KINDS.get(Path(without_suffix(name)).suffix, "")


class Meter:
    """Tells how many bytes of the files have been read, as they lie on the disk."""

    def __init__(self) -> None:
        self._before = 0
        self._file: BinaryIO | None = None

    def watch(self, file: BinaryIO) -> None:
        """Begin with a file, which `close` ends."""
        self._file = file

    def close(self) -> None:
        """End with the file, before it is closed."""
        self._before = self.position
        self._file = None

    @property
    def position(self) -> int:
        """The bytes read so far, of all files together."""
        try:
            return self._before + (self._file.tell() if self._file is not None else 0)
        except (OSError, ValueError):  # a pipe, or closed
            return self._before


def read_rows(paths: Iterable[str], columns: Sequence[str] | None = None) -> Iterator[Row | Unread]:
    """Read every document that paths and URLs name: files, folders, - for JSON lines on standard input.

    Of Parquet only `columns` are read, if they are given. What cannot be read gives an `Unread`, and the rest goes on.
    Raises `InputError` for a path that does not exist.
    """
    for path in find_files(paths):
        yield from read_file(path, columns)


def read_file(path: str, columns: Sequence[str] | None = None, meter: Meter | None = None) -> Iterator[Row | Unread]:
    """Read every document of one file or URL, or of standard input, in the manner of `read_rows`."""
    try:
        yield from _read_file(path, columns, meter)
    except InputError as error:
        yield Unread(path, str(error))
    except READ_ERRORS as error:
        yield _broken(path, error)
    except Exception as error:
        if not is_url(path):
            raise
        yield _broken(path, error)  # every file system has errors of its own


def _broken(path: str, error: Exception) -> Unread:
    reason = getattr(error, "strerror", None) or error or type(error).__name__
    return Unread(path, f"{path} cannot be read (to its end): {reason}", rest=True)


def _read_file(path: str, columns: Sequence[str] | None, meter: Meter | None) -> Iterator[Row | Unread]:
    kind = "jsonl" if path == STDIN else kind_of(path)
    if not is_url(path) and path != STDIN and os.path.isdir(path):  # noqa: PTH112 - it never raises
        os.listdir(path)  # noqa: PTH208 - raises what kept us out of it
    if not kind:
        if Path(without_suffix(path)).suffix:
            raise InputError(
                f"{path} is of no known kind: give .txt, .md, .html, .jsonl, .csv, .tsv, .warc or .parquet (all but"
                " the last also compressed)"
            )
        kind = "text"
    if kind == "parquet":
        yield from _read_parquet(path, columns)
        return
    with ExitStack() as stack:
        raw = open_binary(path, stack)
        if meter is not None:
            meter.watch(raw)
            stack.callback(meter.close)
        stream = (member_stream if kind == "warc" else plain_stream)(raw, stack)
        name = "standard input" if path == STDIN else path
        if kind == "jsonl":
            yield from read_json_lines(utf8_lines(stream), name)
        elif kind in _DELIMITERS:
            yield from read_csv(unix_lines(utf8_lines(stream)), name, _DELIMITERS[kind])
        elif kind == "warc":
            yield from read_archive(stream, name)
        else:
            yield _read_document(stream, path, kind)


def _read_document(stream: BinaryIO, path: str, kind: str) -> Row:
    data = stream.read(LONGEST_ITEM + 1)
    if len(data) > LONGEST_ITEM:
        raise InputError(f"{path} is longer than {LONGEST_ITEM:,} bytes")
    text = (decode_page if kind == "html" else decode)(data, path).text
    values: dict[str, Any] = {"html": text} if kind == "html" else {"text": text}
    if kind == "markdown":
        values = dict(read_markdown(text))
    id = path if is_url(path) else str(Path(path).resolve())
    id = id.encode("utf-8", "backslashreplace").decode()  # a name may be no text
    return Row(path, {"id": id, **values}, len(data), "page" if kind == "html" else "document")


def _read_parquet(path: str, columns: Sequence[str] | None) -> Iterator[Row | Unread]:
    number = 0
    shape = parquet_shape(path) if columns is not None else None
    names = tuple(shape[1].names) if shape else ()
    for table in read_tables(path, columns, _BATCH):
        if isinstance(table, Unread):
            number += table.lost
            yield table
            continue
        size = table.nbytes // max(1, table.num_rows)
        for values in table_rows(table):
            number += 1
            yield Row(f"{path}, row {number}", values, size, columns=names)
