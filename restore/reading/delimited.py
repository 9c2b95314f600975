"""CSV and TSV, row by row: whatever is wrong with a row, those behind it are read."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from restore.reading.encodings import decode_anyhow
from restore.reading.lines import LONGEST_ITEM, Item, read_lines
from restore.reading.records import Row, Unread

_BOM = b"\xef\xbb\xbf"
_DELIMITERS = ",;\t|"
_SPOKEN = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_NAMED = re.compile(r"sep=([^\w\s]|\t)\r?\n?", re.I)
"""How Excel writes which delimiter a file has, in a line of its own before the header."""
_CLOSING = re.compile(r'(?:[^"]|"")*"')


class _TooLongError(Exception):
    """The line that comes next is longer than what is read."""


class _ReadLines:
    """Lines for `csv.reader`: remembers those of the record being read, and takes lines back.

    Those taken back `alone` are a record each: where quotes are broken, they no longer hold lines together.
    """

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._items = read_lines(stream, name)
        self._back: deque[Item] = deque()
        self._alone = 0
        self.record: list[Item] = []
        self.cut = False

    def begin(self) -> None:
        """Begin a record."""
        self._alone -= bool(self._alone and self.record)
        self.record, self.cut = [], False

    def take_back(self, items: Sequence[Item], *, alone: bool) -> None:
        """Put lines of this record back, to be read again."""
        self._back.extendleft(reversed(items))
        if alone and items:
            self._alone = len(items)
            self.record = []

    def __iter__(self) -> _ReadLines:
        return self

    def __next__(self) -> str:
        item = None if self._alone and self.record else self._back.popleft() if self._back else next(self._items, None)
        if item is None:
            self.cut = bool(self.record)
            raise StopIteration
        self.record.append(item)
        if item.too_long:
            raise _TooLongError
        return _text(item)

    @property
    def data(self) -> bytes:
        return b"".join(item.data for item in self.record)


def read_csv(stream: BinaryIO, name: str, delimiter: str) -> Iterator[Row | Unread]:
    """Read the rows of CSV whose first row names the columns; a bad row gives an `Unread`, and the rest goes on.

    Where the first two rows do not agree on such a delimiter, but on another one of CSV, it is that.
    """
    csv.field_size_limit(LONGEST_ITEM)
    lines = _ReadLines(stream, name)
    delimiter = _delimiter(lines, delimiter)
    reader = csv.reader(lines, delimiter=delimiter)
    header: list[str] | None = None
    number = 0
    while True:
        lines.begin()
        values: list[str] | None = []
        error = ""
        try:
            values = next(reader, None)
        except (csv.Error, _TooLongError) as found:
            error = str(found)
        if values is None:
            return
        broken = _broken(lines, values, error, delimiter)
        if broken is None and not values:
            continue
        if broken is None and header is None:
            header = distinct([_decoded(value) for value in values])
            continue
        number += 1
        where = f"{name}, row {number}"
        if broken is not None:
            yield Unread(where, f"{where}: {broken.error}", broken.size, broken.line)
        elif header is not None and len(values) > len(header):
            error = f"{where} has {len(values)} fields, the first row names {len(header)}: put fields that hold"
            error += f" {_SPOKEN.get(delimiter, delimiter)} in quotes"
            yield Unread(where, error, len(lines.data), lines.data)
        elif header is not None:
            size = sum(len(item.data) for item in lines.record)
            yield Row(where, dict(zip(header, map(_decoded, values), strict=False)), size, columns=header)


def _delimiter(lines: _ReadLines, usual: str) -> str:
    """Return what divides the fields of the first line; a line that only says so is used up."""
    try:
        line = next(lines, "")
    except _TooLongError:
        line = ""
    named = _NAMED.fullmatch(line)
    if named:
        return named[1]
    try:
        second = next(lines, "")
    except _TooLongError:
        second = ""
    lines.take_back(lines.record, alone=False)
    lines.record = []
    bare, other = _QUOTED.sub("", line), _QUOTED.sub("", second)
    if usual not in bare:
        return max(usual + _DELIMITERS, key=bare.count)
    # A comma may stand in the name of a column between semicolons.
    both = [d for d in usual + _DELIMITERS if 0 < bare.count(d) == other.count(d)]
    return usual if usual in both or not both or '"' in other else max(both, key=bare.count)


def _broken(lines: _ReadLines, values: Sequence[str], error: str, delimiter: str) -> Unread | None:
    """Return what is wrong with the record just read, if anything is; lines that are not to blame are taken back."""
    record, data = lines.record, lines.data
    alone = True
    if len(record) == 1 and record[0].too_long:
        return Unread("", f"{record[0].place} is longer than {LONGEST_ITEM:,} bytes", len(data))
    if lines.cut:
        ends = values[-1].count("\n") if values else 0
        first = max(0, len(record) - ends - (not data.endswith(b"\n")))
    elif len(record) > 1 and (record[-1].too_long or "limit" in error):
        first = 0
    elif len(record) > 1 and not error and _swallows(record, delimiter):
        first, alone = 0, False
    else:
        return Unread("", error, len(data), data) if error else None
    own = b"".join(item.data for item in record[: first + 1])
    place = record[first].place
    lines.take_back(record[first + 1 :], alone=alone)
    return Unread("", f"the quote that begins on {place} is not closed", len(own), own)


def _swallows(record: Sequence[Item], delimiter: str) -> bool:
    """Return whether a field of several lines ends where another one begins: its own quote was never closed."""
    texts = [_text(item) for item in record]
    strict = csv.reader(texts, delimiter=delimiter, strict=True)
    try:
        next(strict)
    except csv.Error:
        line = texts[strict.line_num - 1]
        closing = _CLOSING.match(line)
        if strict.line_num > 1 and closing:
            before, after = line[: closing.end() - 1][-1:], line[closing.end() :][:1]
            return before in ("", delimiter) and after not in ("", delimiter, "\r", "\n")
    return False


def _text(item: Item) -> str:
    return item.data.removeprefix(_BOM).decode("utf-8", "surrogateescape")


def distinct(names: Sequence[str]) -> list[str]:
    """Return each name once: the second `text` becomes `text_2`, the third `text_3`."""
    taken, found = set(names), []
    seen: set[str] = set()
    for name in names:
        chosen, count = name, 1
        while chosen in seen or (count > 1 and chosen in taken):
            count += 1
            chosen = f"{name}_{count}"
        seen.add(chosen)
        found.append(chosen)
    return found


def _decoded(value: str) -> str:
    """Read field by field what is not UTF-8: tables are put together of others."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return decode_anyhow(value.encode("utf-8", "surrogateescape"))
    return value
