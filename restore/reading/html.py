"""The article of an HTML page, by trafilatura (Barbaresi 2021, ACL demo): text, title, date and address."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from restore.errors import InputError
from restore.reading.extras import needs


@dataclass(frozen=True, slots=True)
class Page:
    """What was found on a page; fields that it does not tell are empty."""

    text: str
    title: str = ""
    date: str = ""
    url: str = ""


def extract(html: str, name: str, url: str = "") -> Page:
    """Return the article on a page, without navigation, comments and tables.

    Raises `InputError` if none is found, or trafilatura is not installed.
    """
    trafilatura = needs("trafilatura", "HTML pages")
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        found = trafilatura.bare_extraction(
            html, url=url or None, with_metadata=True, include_comments=False, include_tables=False
        )
    except Exception as error:  # whatever a broken page makes of its parsers
        raise InputError(f"{name}: the page cannot be read: {error}") from error
    text = (found.text or "").strip() if found is not None else ""
    if found is None or not text:
        raise InputError(f"{name}: no article was found on the page")
    return Page(text, found.title or "", found.date or "", url or found.url or "")
