"""The review page as the commands write it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from restore.cli.writing import check_target, write_result
from restore.rendering.text import one_line

if TYPE_CHECKING:
    from restore.records import Reference, Restoration
    from restore.review.documents import ReviewDocument


def check_page(output: str | None) -> None:
    """Raise before long work if a page could not be written: no Jinja2, no folder, or a terminal as its target."""
    from restore.review.page import require

    require()
    check_target(output)
    if output in (None, "-") and sys.stdout is not None and sys.stdout.isatty():
        raise typer.BadParameter("a page is for a browser, not for the terminal: name a file with -o review.html")


def page_document(name: str, restoration: Restoration, texts: Sequence[Reference], index: str = "") -> ReviewDocument:
    """Return a plan as a document of the page, with the texts it quotes, also out of the index they were found in."""
    from restore.review.documents import ReviewDocument
    from restore.review.texts import ReferenceTexts

    return ReviewDocument(name, restoration, ReferenceTexts(texts, index).of(restoration))


def write_page(documents: Sequence[ReviewDocument], title: str, output: str | None, left_out: int = 0) -> None:
    """Write the page to a file, or to stdout."""
    from restore.review.page import render

    write_result(render(documents, one_line(title), left_out).encode(), output)
