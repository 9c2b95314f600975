"""Files as they are or compressed: gzip, bzip2, xz and Zstandard, told by their first bytes."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable
from contextlib import ExitStack
from typing import BinaryIO, cast

from restore.reading.extras import needs

SUFFIXES = (".gz", ".bz2", ".xz", ".zst")
READ_ERRORS: tuple[type[Exception], ...] = (OSError, EOFError, zlib.error, lzma.LZMAError)
"""What a broken or truncated compressed file raises while it is read (Zstandard's own error is an `OSError` here)."""


class _ZstandardFile(io.RawIOBase):
    """Frames of Zstandard, one after the other, as a raw stream whose errors are `OSError`."""

    def __init__(self, file: BinaryIO) -> None:
        zstandard = needs("zstandard", "compressed files (.zst)")
        self._error: type[Exception] = zstandard.ZstdError
        self._stream = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            return cast(int, self._stream.readinto(buffer))
        except self._error as error:
            raise OSError(str(error)) from error


def _zstandard(file: BinaryIO) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(_ZstandardFile(file), 1 << 16))


_OPENERS: tuple[tuple[bytes, Callable[[BinaryIO], BinaryIO]], ...] = (
    (b"\x1f\x8b", lambda file: cast(BinaryIO, gzip.GzipFile(fileobj=file))),
    (b"BZh", lambda file: cast(BinaryIO, bz2.BZ2File(file))),
    (b"\xfd7zXZ\x00", lambda file: cast(BinaryIO, lzma.LZMAFile(file))),  # noqa: SIM115
    (b"\x28\xb5\x2f\xfd", _zstandard),
)


def plain_stream(file: BinaryIO, stack: ExitStack) -> BinaryIO:
    """Give what a stream holds, uncompressed; `stack` closes what is opened.

    Raises `InputError` if Zstandard is asked for and not installed; reading may raise any of `READ_ERRORS`.
    """
    buffered = file if isinstance(file, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, file))
    head = buffered.peek(8)[:8]
    for magic, opener in _OPENERS:
        if head.startswith(magic):
            return stack.enter_context(opener(cast(BinaryIO, buffered)))
    return cast(BinaryIO, buffered)


def without_suffix(name: str) -> str:
    """Give a file name in lower case without the suffix of its compression."""
    lower = name.lower()
    for suffix in SUFFIXES:
        if lower.endswith(suffix):
            return lower[: -len(suffix)]
    return lower
