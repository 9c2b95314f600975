"""Files of many compressed members, one after the other: of a broken one the next is found."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, BinaryIO, Protocol, cast

from restore.reading.compressed import READ_ERRORS, plain_stream
from restore.reading.extras import needs

GAP = b"\r\n\r\n"
"""What stands in the plain stream for the rest of a broken member: the end of a record, and of any line."""
_PIECE = 1 << 12  # a decompressor gives all that a piece holds at once: 4 MB of gzip, 130 MB of Zstandard
_KEPT = 1 << 20
"""Bytes of a member in which the beginning of the next one is searched for, once it turns out to be broken. By hand."""


class _Inflater(Protocol):
    """A decompressor of one member, as zlib and zstandard have them."""

    eof: bool
    unused_data: bytes

    def decompress(self, data: bytes, /) -> bytes: ...


class Members(io.RawIOBase):
    """The content of all members; `faults` says at which offset of it one broke off, in plain words, oldest first.

    A file that ends in a member raises `EOFError`, as `gzip` does.
    """

    def __init__(self, file: BinaryIO, begin: Callable[[], _Inflater], magic: re.Pattern[bytes]) -> None:
        self.faults: list[tuple[int, str]] = []
        self._file = file
        self._begin = begin
        self._magic = magic
        self._inflater: _Inflater | None = None
        self._member = bytearray()  # what has been read of the member
        self._rest = b""
        self._found = memoryview(b"")
        self._given = 0
        self._sought = False  # the last member was broken: bytes up to the next magic are no members

    def readable(self) -> bool:
        """Return True, as every stream for reading does."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Return how many bytes were read; 0 at the end."""
        while not self._found:
            piece = self._rest[:_PIECE] or self._file.read(_PIECE)
            if not piece:
                if self._inflater is not None and not self._sought:
                    raise EOFError("the file ends in the middle of a compressed member: it is truncated")
                return 0
            self._rest = self._rest[_PIECE:]
            self._found = memoryview(self._inflated(piece))
        count = min(len(buffer), len(self._found))
        buffer[:count] = self._found[:count]
        self._found = self._found[count:]
        self._given += count
        return count

    def _inflated(self, piece: bytes) -> bytes:
        if self._inflater is None:
            piece = piece.lstrip(b"\0") if not self._sought else piece  # padding between members
            if self._sought and not (piece := self._from_magic(piece)):
                return b""
            if not piece:
                return b""
            self._inflater = self._begin()
        self._member += piece
        try:
            data = self._inflater.decompress(piece)
        except Exception as error:  # every library has its own
            if not isinstance(error, READ_ERRORS) and type(error).__name__ != "ZstdError":
                raise
            return self._broken(error)
        if self._inflater.eof:
            self._rest = self._inflater.unused_data + self._rest
            self._inflater, self._sought = None, False
            self._member.clear()
        elif len(self._member) > _KEPT:
            del self._member[: len(self._member) - _KEPT]
        return data

    def _broken(self, error: Exception) -> bytes:
        """Note the fault, and go on behind the beginning of the member; of one that was only guessed at say nothing."""
        again = self._sought
        self._rest = bytes(self._member[1:]) + self._rest
        self._member.clear()
        self._inflater, self._sought = None, True
        if again:
            return b""
        self.faults.append((self._given, f"its compressed member is broken ({error})"))
        return GAP

    def _from_magic(self, piece: bytes) -> bytes:
        """Return a piece from the next magic on; what may be the beginning of one at its end is looked at again."""
        found = self._magic.search(piece)
        if found:
            return piece[found.start() :]
        more = self._rest or self._file.read(_PIECE)
        self._rest = piece[-3:] + more if more else b""
        return b""


def member_stream(file: BinaryIO, stack: ExitStack) -> BinaryIO:
    """Return what a stream holds, uncompressed, in the manner of `plain_stream`.

    A broken member of gzip or Zstandard does not end it, but is a `GAP`, and one of the `faults` of the stream's `raw`.
    """
    buffered = file if isinstance(file, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, file))
    head = buffered.peek(4)[:4]
    if head.startswith(b"\x1f\x8b"):
        members = Members(cast(BinaryIO, buffered), _gzip, re.compile(rb"\x1f\x8b\x08[\x00-\x1f]"))
    elif head.startswith(b"\x28\xb5\x2f\xfd"):
        members = Members(cast(BinaryIO, buffered), _zstandard(), re.compile(rb"\x28\xb5\x2f\xfd"))
    else:
        return plain_stream(cast(BinaryIO, buffered), stack)
    return cast(BinaryIO, io.BufferedReader(members, 1 << 16))


def _gzip() -> Any:
    return zlib.decompressobj(31)


def _zstandard() -> Callable[[], Any]:
    zstandard = needs("zstandard", "compressed files (.zst)")
    return cast("Callable[[], Any]", zstandard.ZstdDecompressor(max_window_size=1 << 31).decompressobj)
