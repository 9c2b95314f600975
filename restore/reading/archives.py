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
from restore.reading.warc_records import RawRecord, RecordReader

_HTML = ("text/html", "application/xhtml+xml")
_ROW_ERRORS: tuple[type[Exception], ...] = (*READ_ERRORS, ValueError, InputError)


def read_archive(stream: BinaryIO, name: str) -> Iterator[Row | Unread]:
    """Yield the pages and texts of an uncompressed stream of WARC records; `id` is the record's, `url` the page's.

    Pages are responses and resources that are HTML, texts are conversions (WET). A record that is broken, or cannot be
    read, gives an `Unread`, and the next one follows; where the archive itself ends in a record, or holds nothing, one
    `Unread` ends it.
    """
    warc = needs("fastwarc.warc", "web archives (WARC)")
    reader = RecordReader(stream)
    number = yielded = 0
    truncated = False
    for number, raw in enumerate(reader, 1):
        where = f"{name}, record {number}"
        row = Unread(where, f"{where} is broken: {raw.error}", raw.size) if raw.error else _parsed(warc, raw, where)
        truncated = raw.ended
        if row is not None:
            yielded += 1
            yield row
    if reader.error is not None:
        yield Unread(name, f"{name} cannot be read to its end, after record {number}: {reader.error}", rest=True)
    elif truncated:
        yield Unread(name, f"{name} ends in the middle of record {number}: it is truncated", rest=True)
    elif not yielded:
        yield Unread(name, f"{name} holds no page of HTML and no text: {number} records were looked at")


def _parsed(warc: Any, raw: RawRecord, where: str) -> Row | Unread | None:
    """Return the page or the text of a record as it stands; None for what is neither."""
    try:
        records = warc.ArchiveIterator(
            io.BytesIO(raw.data),
            record_types=warc.WarcRecordType.response | warc.WarcRecordType.resource | warc.WarcRecordType.conversion,
            parse_http=False,
            stream_detect=False,
            fsspec_args=False,
        )
        record = next(iter(records), None)
        return None if record is None else _document(record, where)
    except BaseException as error:
        if not isinstance(error, READ_ERRORS) and type(error).__name__ != "PanicException":  # of its Rust, no Exception
            raise
        return Unread(where, f"{where} is broken: {error}", raw.size)


def _document(record: Any, where: str) -> Row | Unread | None:
    """Return the page or the text of a record that is one, or may be one; None for what is neither."""
    address = record.headers.get("WARC-Target-URI") or ""
    where += f" ({address})" * bool(address)
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
