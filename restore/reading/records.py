"""What readers give: rows, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

_MOST_NAMED = 12
"""Columns that a message names: a line on a terminal. By hand."""


@dataclass(frozen=True, slots=True)
class Row:
    """A document as read: `where` it stands, for messages, and its columns. `size` is what was read for it, in bytes.

    Of a file, the columns are `id` (its absolute path) and `text` or `html`; Markdown adds its front matter. `kind` is
    "document" for a text file, "page" for a page of HTML, "row" for a row among others. `raw` is the line of JSON as it
    stands, if it was one. `columns` are the names of all columns of a table where `values` may hold only some.
    """

    where: str
    values: dict[str, Any]
    size: int = 0
    kind: str = "row"
    raw: bytes = b""
    columns: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """A document or file that could not be read: where it stands, and what to do about it.

    `line` is what stands there, if it is a line or a few; `lost` is how many rows of a table it stands for. `rest` if
    more of the file is lost with it, for now at least: a disk or a network may be back tomorrow.
    """

    where: str
    error: str
    size: int = 0
    line: bytes = b""
    lost: int = 0
    rest: bool = False


@dataclass(frozen=True)
class Fields:
    """Under which names a row may hold each field; the first that is there and not empty counts."""

    id: Sequence[str] = ("id",)
    text: Sequence[str] = ("text", "content", "body")
    html: Sequence[str] = ("html",)
    url: Sequence[str] = ("url", "link", "source_url")
    title: Sequence[str] = ("title", "headline")
    date: Sequence[str] = ("date", "published", "date_publish")
    deleted: Sequence[str] = field(default=("deleted",))
    references: Sequence[str] = ("references", "reference")

    @property
    def names(self) -> list[str]:
        """Every name of every field that an article has; references are of texts to restore."""
        groups = (self.id, self.text, self.html, self.url, self.title, self.date, self.deleted)
        return [name for group in groups for name in group]

    def missing_text(self, columns: Iterable[str]) -> str:
        """Return what to do about a row whose columns hold no text; "" if one of them may."""
        wanted, there = [*self.text, *self.html], list(columns)
        if not there or set(wanted) & set(there):
            return ""
        more = f" and {len(there) - _MOST_NAMED} more" if len(there) > _MOST_NAMED else ""
        named = [name if name.strip() == name != "" and "," not in name else repr(name) for name in there[:_MOST_NAMED]]
        return (
            f"it has no column {', '.join(wanted[:-1])} or {wanted[-1]}, but {', '.join(named)}{more}:"
            " name the one that holds the text with --text-field"
        )
