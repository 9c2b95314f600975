"""Files as they are or compressed: gzip, bzip2, xz and Zstandard, told by their first bytes."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import zlib
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, BinaryIO, cast

from restore.reading.extras import needs

SUFFIXES = (".gz", ".gzip", ".bz2", ".xz", ".zst", ".zstd")
READ_ERRORS: tuple[type[Exception], ...] = (OSError, EOFError, zlib.error, lzma.LZMAError)
"""What a broken or truncated compressed file raises while it is read (Zstandard's own error is an `OSError` here)."""

_PIECE = 1 << 10
"""Bytes read at once: a kilobyte of Zstandard holds 32 MB at most, and the library gives all of a piece at once. Chosen
by hand, for memory."""
_LARGEST_WINDOW = 1 << 31
"""Bytes, what `zstd --long=31` writes."""


class _ZstandardFile(io.RawIOBase):
    """Frames of Zstandard, one after the other, as a raw stream; broken or cut off, it raises `OSError`.

    The library's own reader takes the end of the file for that of the frame.
    """

    def __init__(self, file: BinaryIO) -> None:
        zstandard = needs("zstandard", "compressed files (.zst)")
        self._error: type[Exception] = zstandard.ZstdError
        self._decompressor = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW)
        self._file = file
        self._frame: Any = None  # None between two frames
        self._rest = b""
        self._found = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._found:
            piece = self._rest or self._file.read(_PIECE)
            if not piece:
                if self._frame is not None:
                    raise OSError("the file ends in the middle of a Zstandard frame: it is truncated")
                return 0
            self._found = memoryview(self._decompressed(piece))
        count = min(len(buffer), len(self._found))
        buffer[:count] = self._found[:count]
        self._found = self._found[count:]
        return count

    def _decompressed(self, piece: bytes) -> bytes:
        frame = self._frame or self._decompressor.decompressobj()
        try:
            found = cast(bytes, frame.decompress(piece))
        except self._error as error:
            raise OSError(str(error)) from error
        self._rest = frame.unused_data if frame.eof else b""
        self._frame = None if frame.eof else frame
        return found


def zstandard_stream(file: BinaryIO) -> BinaryIO:
    """Return what a stream of Zstandard holds; reading raises `OSError` where it is broken or cut off."""
    return cast(BinaryIO, io.BufferedReader(_ZstandardFile(file), 1 << 16))


_OPENERS: tuple[tuple[re.Pattern[bytes], Callable[[BinaryIO], BinaryIO]], ...] = (
    (re.compile(rb"\x1f\x8b"), lambda file: cast(BinaryIO, gzip.GzipFile(fileobj=file))),
    # Letters alone could be a text: what follows the size is the mark of a block, or of the end.
    (re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"), lambda file: cast(BinaryIO, bz2.BZ2File(file))),
    (re.compile(rb"\xfd7zXZ\x00"), lambda file: cast(BinaryIO, lzma.LZMAFile(file))),  # noqa: SIM115
    # A frame, or one that readers skip; pzstd begins with such.
    (re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"), zstandard_stream),
)


def plain_stream(file: BinaryIO, stack: ExitStack) -> BinaryIO:
    """Return what a stream holds, uncompressed; `stack` closes what is opened.

    Raises `InputError` if Zstandard is asked for and not installed; reading may raise any of `READ_ERRORS`.
    """
    buffered = file if isinstance(file, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, file))
    head = buffered.peek(16)[:16]
    for magic, opener in _OPENERS:
        if magic.match(head):
            return stack.enter_context(opener(cast(BinaryIO, buffered)))
    return cast(BinaryIO, buffered)


def without_suffix(name: str) -> str:
    """Return a file name in lower case without the suffix of its compression."""
    lower = name.lower()
    for suffix in SUFFIXES:
        if lower.endswith(suffix):
            return lower[: -len(suffix)]
    return lower
