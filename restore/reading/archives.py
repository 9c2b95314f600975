"""Pages and texts of a web archive (WARC, WET), by FastWARC, with their addresses."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from restore.errors import InputError
from restore.reading.bodies import http_body, is_html
from restore.reading.compressed import READ_ERRORS
from restore.reading.encodings import decode, decode_page, header_label
from restore.reading.extras import needs
from restore.reading.lines import LONGEST_ITEM
from restore.reading.records import Row, Unread

_HTML = ("text/html", "application/xhtml+xml")
_ROW_ERRORS: tuple[type[Exception], ...] = (*READ_ERRORS, ValueError, InputError)
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
            data = self._stream.read1(size)  # type: ignore[attr-defined]  # every stream of `plain_stream` has it
        except READ_ERRORS as error:
            self.error = error
        self._position += len(data)
        self.tail = (self.tail + data)[-len(_END) :] if len(data) < len(_END) else data[-len(_END) :]
        return data

    def tell(self) -> int:
        return self._position


def read_archive(stream: BinaryIO, name: str) -> Iterator[Row | Unread]:
    """Give the pages and texts of an uncompressed stream of WARC records; `id` is the record's, `url` the page's.

    Pages are responses and resources that are HTML, texts are conversions (WET). One that cannot be read gives an
    `Unread`; where the archive itself is broken, or holds neither, one `Unread` ends it.
    """
    warc = needs("fastwarc.warc", "web archives (WARC)")
    watched = _Watched(stream)
    number = found = 0
    try:
        for record in warc.ArchiveIterator(
            watched,
            record_types=warc.WarcRecordType.response | warc.WarcRecordType.resource | warc.WarcRecordType.conversion,
            parse_http=False,
            stream_detect=False,
            fsspec_args=False,
        ):
            number += 1
            row = _document(record, name, number)
            if row is not None:
                found += 1
                yield row
    except BaseException as error:
        if not isinstance(error, READ_ERRORS) and type(error).__name__ != "PanicException":  # of its Rust, no Exception
            raise
        yield Unread(name, f"{name} is broken after record {number}: {error}", rest=True)
        return
    if watched.error is not None:
        yield Unread(name, f"{name} cannot be read to its end, after record {number}: {watched.error}", rest=True)
    elif watched.tail and watched.tail != _END:
        yield Unread(name, f"{name} ends in the middle of a record, after record {number}: it is truncated", rest=True)
    elif not found:
        yield Unread(name, f"{name} holds no page of HTML and no text: {number} responses and the like were looked at")


def _document(record: Any, name: str, number: int) -> Row | Unread | None:
    """Give the page or the text of a record; None for what is neither."""
    address = record.headers.get("WARC-Target-URI") or ""
    where = f"{name}, record {number}" + f" ({address})" * bool(address)
    data = b""
    try:
        http = record.is_http
        if http:
            record.parse_http(auto_decode="none")  # a body that cannot be decoded must not end the archive
        given = (record.http_headers if http else record.headers).get("Content-Type")
        kind = (given or "").partition(";")[0].strip().lower()
        plain = record.headers.get("WARC-Type") == "conversion" and kind in ("", "text/plain")
        if not plain and kind and kind not in _HTML:
            return None
        data = record.reader.read(LONGEST_ITEM + 1)
        if len(data) < min(record.content_length, LONGEST_ITEM):
            return Unread(where, f"{where} is cut off: {len(data):,} of {record.content_length:,} bytes", len(data))
        if http:
            data = http_body(data, record.http_headers, LONGEST_ITEM)
        if len(data) > LONGEST_ITEM:
            return Unread(where, f"{where} is longer than {LONGEST_ITEM:,} bytes", len(data))
        if not plain and not kind and not is_html(data):
            return None
        text = (decode if plain else decode_page)(data, where, header_label(given)).text
    except _ROW_ERRORS as error:
        return Unread(where, f"{where} cannot be read: {str(error)[:200]}", len(data))
    values = {"id": (record.record_id or "").strip("<>"), "url": address, "text" if plain else "html": text}
    moment = record.record_date
    if moment is not None:
        values["archived"] = moment.isoformat()
    return Row(where, values, len(data), "row" if plain else "page")
