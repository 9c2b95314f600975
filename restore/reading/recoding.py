"""Lines in other encodings, or with the line ends of old Macs, as readers of lines want them."""

from __future__ import annotations

import codecs
import io
from typing import BinaryIO, Protocol, cast

from restore.reading.encodings import MARKS

_PIECE = 1 << 16
"""Bytes read at once. By hand."""


class _Decoder(Protocol):
    def decode(self, data: bytes, final: bool) -> str: ...


class _Recoded(io.RawIOBase):
    """A raw stream that decodes another and encodes it anew, piece by piece."""

    def __init__(self, stream: BinaryIO, decoder: _Decoder, encoding: str) -> None:
        self._stream = stream
        self._decoder = decoder
        self._encoding = encoding
        self._found = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = b"more"
        while not self._found and data:
            data = self._stream.read1(_PIECE)  # type: ignore[attr-defined]
            self._found = memoryview(self._decoder.decode(data, not data).encode(self._encoding))
        count = min(len(buffer), len(self._found))
        buffer[:count] = self._found[:count]
        self._found = self._found[count:]
        return count


def utf8_lines(stream: BinaryIO) -> BinaryIO:
    """Return a stream as UTF-8 if its first bytes are the mark of UTF-16 or UTF-32, else as it is."""
    head = stream.peek(4)  # type: ignore[attr-defined]  # every stream of `plain_stream` has it
    for mark, encoding in MARKS:
        if head.startswith(mark) and encoding != "utf-8":
            decoder = cast(_Decoder, codecs.getincrementaldecoder(encoding)("replace"))
            return cast(BinaryIO, io.BufferedReader(_Recoded(stream, decoder, "utf-8"), _PIECE))
    return stream


def unix_lines(stream: BinaryIO) -> BinaryIO:
    """Return a stream with line feeds if its first line ends in a carriage return alone, else as it is."""
    head = stream.peek(_PIECE)  # type: ignore[attr-defined]
    if b"\n" in head or b"\r" not in head[:-1]:
        return stream
    # Latin-1 leaves every byte what it is.
    decoder = cast(_Decoder, io.IncrementalNewlineDecoder(codecs.getincrementaldecoder("latin-1")(), translate=True))
    return cast(BinaryIO, io.BufferedReader(_Recoded(stream, decoder, "latin-1"), _PIECE))
