"""Rows as articles: text out of HTML, an id where none is given, metadata as strings."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

import msgspec

from restore.errors import InputError
from restore.reading.encodings import decode_page
from restore.reading.html import extract
from restore.reading.rows import Fields, Row, Unread, read_rows

_LONGEST_ID = 2_000
"""Characters; ids may be addresses. By hand."""
_YES = frozenset({"true", "yes", "1", "1.0"})


class Article(msgspec.Struct, frozen=True):
    """A clean article with its metadata; `deleted` asks to take the one of this id out.

    `where` it was read, for messages, and how many bytes that took.
    """

    id: str
    text: str
    url: str = ""
    title: str = ""
    date: str = ""
    deleted: bool = False
    where: str = ""
    size: int = 0


def read_articles(paths: Iterable[str], fields: Fields | None = None) -> Iterator[Article | Unread]:
    """Read every article that paths name, or an `Unread` for what is none; see `read_rows`."""
    chosen = fields or Fields()
    for row in read_rows(paths, chosen.names):
        if isinstance(row, Unread):
            yield row
            continue
        try:
            yield article_of(row, chosen)
        except InputError as error:
            yield Unread(row.where, str(error), row.size)


def article_of(row: Row, fields: Fields) -> Article:
    """Make an article of a row; without an id it is known by its URL, else by the hash of its text.

    Raises `InputError` if the row holds no text.
    """
    values = row.values
    id, url = first_value(values, fields.id), first_value(values, fields.url)
    title, date = first_value(values, fields.title), first_value(values, fields.date)
    if any(_is_true(values.get(name)) for name in fields.deleted):
        if not (id or url):
            raise InputError(f"{row.where}: a deleted article needs its id or url")
        return Article(_checked(id or url, row), "", url, deleted=True, where=row.where, size=row.size)
    text = first_value(values, fields.text)
    html = "" if text.strip() else first_value(values, fields.html)
    if html:
        page = extract(html, row.where, url)
        text, title, date, url = page.text, title or page.title, date or page.date, url or page.url
    if not text.strip():
        missing = fields.missing_text(row.columns or values) if row.kind == "row" else ""
        sought = f"it is looked for under {', '.join([*fields.text, *fields.html])}"
        raise InputError(f"{row.where} holds no text: {missing or sought}")
    text = text.encode("utf-8", "replace").decode() if not text.isascii() else text
    known = id or url or "sha256:" + sha256(text.encode()).hexdigest()[:32]
    return Article(_checked(known, row), text, url, " ".join(title.split()), date, False, row.where, row.size)


def _checked(id: str, row: Row) -> str:
    if len(id) > _LONGEST_ID:
        raise InputError(f"{row.where}: the id has {len(id):,} characters, the limit is {_LONGEST_ID:,}")
    return id.encode("utf-8", "backslashreplace").decode()


def first_value(values: Mapping[str, Any], names: Sequence[str]) -> str:
    """Return the first value that is there, as a string; "" if none is."""
    for name in names:
        value = as_text(values.get(name))
        if isinstance(value, str) and value.strip():
            return value
        if isinstance(value, datetime.date | datetime.datetime):
            return value.isoformat()
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
    return ""


def _is_true(value: Any) -> bool:
    """Whether a value says yes: true, or what tables write for it ("True", "yes", 1)."""
    value = as_text(value)
    return value.strip().lower() in _YES if isinstance(value, str) else value is True or value == 1


def as_text(value: Any) -> Any:
    """Return bytes that are a text or a page, as Parquet without a logical type holds them, as a string; else as is."""
    if isinstance(value, bytes):
        try:
            return decode_page(value, "").text
        except InputError:  # binary
            return value
    return value
