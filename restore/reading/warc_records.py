"""The records of a web archive, told apart by their lengths and, where one is wrong, by where the next one begins.

FastWARC reads a single record well, but ends, or loses the next one, at a record that does not keep to its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from restore.reading.compressed import READ_ERRORS
from restore.reading.lines import LONGEST_ITEM

_BLANKS = b"\r\n"
_LONGEST_HEAD = 1 << 18
"""Bytes of the longest header of a record: addresses may have some thousands. By hand."""
_PIECE = 1 << 16
"""Bytes read at once. By hand."""
_FIRST = re.compile(rb"WARC/\d+\.\d+[ \t]*\r?\n")
_BEGINNING = re.compile(
    rb"(?<=\n)WARC/\d+\.\d+[ \t]*\r?\n[A-Za-z-]{2,40}[ \t]*:"
    rb"|WARC/\d+\.\d+[ \t]*\r?\n(?:WARC|Content)-[A-Za-z-]{2,40}[ \t]*:"
)
"""The second form needs no line end before it: it may stand right behind a record that was cut off."""
_LONGEST_BEGINNING = 100
"""Bytes that suffice to see whether a record begins: `_BEGINNING` hardly ever matches as many. By hand."""
_LINE_END = re.compile(rb"\r?\n")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"^Content-Length[ \t]*:[ \t]*(\d{1,18})[ \t]*\r?$", re.I | re.M)


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A record as it stands: its bytes, of a long one `LONGEST_ITEM` and a few; `error` says what is wrong with it.

    `size` is all that it takes up. `ended` if the archive ends in it.
    """

    data: bytes
    size: int
    error: str = ""
    ended: bool = False


class _Ahead:
    """A stream that can be looked into; an error of reading is its end, and kept."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.data = bytearray()
        self.place = 0
        """Where in the stream `data` begins."""
        self.ended = False
        self.error: Exception | None = None

    def see(self, size: int) -> bytearray:
        """Return what comes next: so many bytes, or all that is left."""
        while not self.ended and len(self.data) < size:
            try:
                # One decompressed block at a time: an error must not take along what comes before it.
                piece = self._stream.read1(_PIECE)  # type: ignore[attr-defined]  # every stream of a reader has it
            except READ_ERRORS as error:
                self.error = error
                piece = b""
            self.ended = not piece
            self.data += piece
        return self.data

    def drop(self, size: int) -> None:
        self.place += min(size, len(self.data))
        del self.data[:size]


class RecordReader:
    """Reads the records of an uncompressed stream one by one; `error` is what reading it ended with, if not its end."""

    def __init__(self, stream: BinaryIO) -> None:
        self._ahead = _Ahead(stream)
        self._faults: list[tuple[int, str]] = getattr(getattr(stream, "raw", None), "faults", [])

    @property
    def error(self) -> Exception | None:
        """What the stream raised; None if it ended well."""
        return self._ahead.error

    def __iter__(self) -> Iterator[RawRecord]:
        """Yield every record; of what is none, and of one that does not keep to its length, one with an error."""
        while self._skip_blanks():
            lost = self._fault(self._ahead.place)
            yield RawRecord(b"", 0, lost) if lost else self._record()
        while lost := self._fault(self._ahead.place):
            yield RawRecord(b"", 0, lost)

    def _skip_blanks(self) -> bool:
        while data := self._ahead.see(_PIECE):
            blank = len(data) - len(data.lstrip(_BLANKS))
            self._ahead.drop(blank)
            if self._ahead.data:
                return True
        return False

    def _fault(self, place: int) -> str:
        """Return what broke the stream at or before a place, if anything did, once."""
        if self._faults and self._faults[0][0] <= place:
            return self._faults.pop(0)[1]
        return ""

    def _record(self) -> RawRecord:
        data = self._ahead.see(_LONGEST_HEAD)
        end = _HEAD_END.search(data, 0, _LONGEST_HEAD)
        if not _FIRST.match(data):
            return self._stray("it does not begin with the line WARC/1.0 or the like")
        if end is None:
            return self._stray("its header has no end")
        if _BEGINNING.search(data, 1, end.end()):
            return self._stray("its header has no end")
        length = _LENGTH.search(data, 0, end.start() + 1)
        if length is None:
            return self._stray("its header has no Content-Length")
        size = end.end() + int(length[1])
        if size > LONGEST_ITEM:
            return self._long(size)
        data = self._ahead.see(size + _PIECE)
        if len(data) >= size and self._is_over(size):
            return self._taken(size)
        if len(data) < size and not _BEGINNING.search(data, 1):
            return self._taken(len(data), ended=True)
        return self._stray("it does not keep to its Content-Length")

    def _is_over(self, size: int) -> bool:
        """Return whether a record may end here: two line ends follow, or the next record, or the end."""
        while True:
            data = self._ahead.data
            after = size
            while after < len(data) and data[after] in _BLANKS:
                after += 1
            if len(data) - after >= _LONGEST_BEGINNING or self._ahead.ended:
                ends = data[size:after].replace(b"\r\n", b"\n")
                return len(ends) > 1 or after == len(data) or bool(_FIRST.match(data, after))
            self._ahead.see(len(data) + _PIECE)

    def _taken(self, size: int, *, ended: bool = False) -> RawRecord:
        start = self._ahead.place
        data = bytes(self._ahead.data[: min(size, LONGEST_ITEM + _LONGEST_HEAD)])
        self._ahead.drop(size)
        broken = self._fault(start + size)
        return RawRecord(_with_line_ends(data), size, broken, ended and not broken)

    def _stray(self, error: str) -> RawRecord:
        """Return all up to the next beginning of a record as one that is wrong."""
        start, data = self._ahead.place, b""
        while True:
            seen = self._ahead.see(2 * _PIECE)
            found = _BEGINNING.search(seen, 1 if not data else 0)
            if found is None and not self._ahead.ended:
                data = data or bytes(seen[:_PIECE])
                self._ahead.drop(len(seen) - _LONGEST_BEGINNING)
                continue
            size = found.start() if found else len(seen)
            data = data or bytes(seen[: min(size, _PIECE)])
            self._ahead.drop(size)
            place = self._ahead.place
            return RawRecord(data, place - start, self._fault(place) or error)

    def _long(self, size: int) -> RawRecord:
        """Return the beginning of a record that is too long to be kept, and look for its end in all of it."""
        start = self._ahead.place
        data = bytes(self._ahead.see(LONGEST_ITEM + _LONGEST_HEAD)[: LONGEST_ITEM + _LONGEST_HEAD])
        rest = self._stray("it does not keep to its Content-Length")
        over = self._ahead.place - start - size
        if rest.error.startswith("it does not keep") and 0 <= over <= len(b"\r\n\r\n\r\n"):
            return RawRecord(_with_line_ends(data), rest.size)
        ended = self._ahead.ended and not self._ahead.data
        return RawRecord(_with_line_ends(data), rest.size, "" if ended else rest.error, ended)


def _with_line_ends(data: bytes) -> bytes:
    """Return a record whose header, or that of HTTP in it, has bare line feeds the line ends that FastWARC wants."""
    end = _HEAD_END.search(data)
    if end is None:
        return data
    head, block = _LINE_END.sub(b"\r\n", data[: end.end()]), data[end.end() :]
    inner = _HEAD_END.search(block, 0, _LONGEST_HEAD) if block.startswith(b"HTTP/") else None
    if inner is not None:
        mended = _LINE_END.sub(b"\r\n", block[: inner.end()])
        if more := len(mended) - inner.end():
            head = _LENGTH.sub(lambda m: b"Content-Length: %d\r" % (int(m[1]) + more), head, count=1)
            block = mended + block[inner.end() :]
    return head + block
