"""Pages of a web archive (WARC), by FastWARC: every HTML response with its address."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from restore.errors import InputError
from restore.reading.compressed import READ_ERRORS
from restore.reading.encodings import decode
from restore.reading.extras import needs
from restore.reading.lines import LONGEST_ITEM
from restore.reading.records import Row, Unread

_HTML = ("text/html", "application/xhtml+xml")
_CHARSET = re.compile(rb"<meta[^>]{1,200}charset\s*=\s*[\"']?\s*([\w-]{2,40})", re.I)
_END = b"\r\n\r\n"


class _Watched(io.RawIOBase):
    """A stream that remembers its last bytes: FastWARC does not tell when an archive ends inside a record."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._position = 0
        self.tail = b""
        self.error: Exception | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = b""
        try:
            # One decompressed block at a time: an error must not take along what comes before it.
            data = self._stream.read1(size) if isinstance(self._stream, gzip.GzipFile) else self._stream.read(size)
        except READ_ERRORS as error:
            self.error = error
        self._position += len(data)
        self.tail = (self.tail + data)[-len(_END) :] if len(data) < len(_END) else data[-len(_END) :]
        return data

    def tell(self) -> int:
        return self._position


def read_archive(stream: BinaryIO, name: str) -> Iterator[Row | Unread]:
    """Give the HTML pages of an uncompressed stream of WARC records; `id` is the record's, `url` the page's.

    A page that cannot be read gives an `Unread`; where the archive itself is broken, one `Unread` ends it.
    """
    warc = needs("fastwarc.warc", "web archives (WARC)")
    watched = _Watched(stream)
    number = 0
    try:
        for record in warc.ArchiveIterator(
            watched, record_types=warc.WarcRecordType.response, parse_http=False, stream_detect=False, fsspec_args=False
        ):
            number += 1
            address = record.headers.get("WARC-Target-URI") or ""
            where = f"{name}, record {number}" + f" ({address})" * bool(address)
            row = _page(record, where, address)
            if row is not None:
                yield row
    except BaseException as error:
        if not isinstance(error, READ_ERRORS) and type(error).__name__ != "PanicException":  # of its Rust, no Exception
            raise
        yield Unread(name, f"{name} is broken after record {number}: {error}")
        return
    if watched.error is not None:
        yield Unread(name, f"{name} cannot be read to its end, after record {number}: {watched.error}")
    elif watched.tail and watched.tail != _END:
        yield Unread(name, f"{name} ends in the middle of a record, after record {number}: it is truncated")


def _page(record: object, where: str, address: str) -> Row | Unread | None:
    """Give the page of a record; None for what is no page."""
    data = b""
    try:
        record.freeze()  # type: ignore[attr-defined]
        record.parse_http(auto_decode="all")  # type: ignore[attr-defined]
        kind = (record.http_content_type or "").lower()  # type: ignore[attr-defined]
        if kind not in _HTML:
            return None
        data = record.reader.read(LONGEST_ITEM + 1)  # type: ignore[attr-defined]
        if len(data) > LONGEST_ITEM:
            return Unread(where, f"{where} is longer than {LONGEST_ITEM:,} bytes", len(data))
        html = _html(data, record.http_charset, where)  # type: ignore[attr-defined]
    except (OSError, ValueError, InputError) as error:
        return Unread(where, f"{where} cannot be read: {error}", len(data))
    values = {"id": (record.record_id or "").strip("<>"), "url": address, "html": html}  # type: ignore[attr-defined]
    moment = record.record_date  # type: ignore[attr-defined]
    if moment is not None:
        values["archived"] = moment.isoformat()
    return Row(where, values, len(data), "page")


def _html(data: bytes, charset: str | None, where: str) -> str:
    """Decode a page: by its header, its own word, or its bytes."""
    named = _CHARSET.search(data[:4096])
    for encoding in (charset, named[1].decode("ascii") if named else None):
        if encoding:
            try:
                return data.decode(encoding)
            except (LookupError, UnicodeDecodeError):
                continue
    return decode(data, where).text
