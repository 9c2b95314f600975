"""Bodies of HTTP as archives hold them: in chunks, compressed, or already unpacked whatever the header says."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Mapping
from typing import BinaryIO

from restore.reading.compressed import zstandard_stream
from restore.reading.extras import needs

_GZIP = b"\x1f\x8b"
_BEGINNING = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.{0,2000}?-->\s*|<\?xml[^>]{0,200}>\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.I | re.S,
)


def is_html(data: bytes) -> bool:
    """Return whether a body without a content type begins like a page of HTML."""
    return bool(_BEGINNING.match(data))


def http_body(data: bytes, headers: Mapping[str, str], limit: int) -> bytes:
    """Undo what the headers say was done to a body; of a longer one only `limit` bytes and one more are given.

    Raises `OSError`, or zlib's error, for a body that is broken or cut off.
    """
    done = [*_named(headers, "Transfer-Encoding")[::-1], *_named(headers, "Content-Encoding")[::-1]]
    for encoding in done:
        if not data or is_html(data):  # many archives hold bodies unpacked, under the old headers
            break
        data = _undone(data, encoding, limit)
    return data


def _undone(data: bytes, encoding: str, limit: int) -> bytes:
    if encoding == "chunked":
        return _read(needs("fastwarc.stream_io", "web archives (WARC)").ChunkedReader(io.BytesIO(data)), limit)
    if encoding in ("gzip", "x-gzip"):
        return _inflated(data, limit) if data.startswith(_GZIP) else data
    if encoding == "deflate":
        return _inflated(data, limit)
    if encoding == "br":
        return _read(needs("fastwarc.stream_io", "web archives (WARC)").BrotliReader(io.BytesIO(data)), limit)
    return _read(zstandard_stream(io.BytesIO(data)), limit) if encoding == "zstd" else data


def _named(headers: Mapping[str, str], name: str) -> list[str]:
    return [part.strip().lower() for part in (headers.get(name) or "").split(",")]


def _read(stream: BinaryIO, limit: int) -> bytes:
    parts: list[bytes] = []
    left = limit + 1
    while left > 0 and (part := stream.read(left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _inflated(data: bytes, limit: int) -> bytes:
    """Unpack gzip, one member after the other, or deflate with or without its header."""
    found = b""
    while not found or data.startswith(_GZIP):
        gzip = data.startswith(_GZIP)
        # The header of zlib is a multiple of 31; many servers leave it out.
        headed = len(data) > 1 and data[0] & 15 == 8 and int.from_bytes(data[:2], "big") % 31 == 0
        member = zlib.decompressobj(31 if gzip else 15 if headed else -15)
        found += member.decompress(data, limit + 1 - len(found))
        if len(found) > limit:
            break
        if not member.eof:
            raise OSError("its compressed body is cut off")
        data = member.unused_data
        if not data:
            break
    return found
