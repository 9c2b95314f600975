"""The passages of a text in which nothing is repaired: what is not English, verse, and page furniture."""

from __future__ import annotations

from itertools import chain
from typing import NamedTuple

from restore.detection.foreign import Foreign, foreign_passages
from restore.detection.furniture import furniture_passages
from restore.detection.verse import verse_passages
from restore.records import PassageKind, Span
from restore.text.parsing import ParsedText


class LeftAlone(NamedTuple):
    """The passages by their kind, each kind in text order."""

    foreign: tuple[Foreign, ...]
    verse: tuple[Span, ...]
    furniture: tuple[Span, ...]

    @property
    def spans(self) -> tuple[Span, ...]:
        """Where they lie, kind after kind."""
        return tuple(chain.from_iterable(self.by_kind().values()))

    def by_kind(self) -> dict[PassageKind, tuple[Span, ...]]:
        """Return where the passages of each kind lie."""
        foreign = tuple(passage.span for passage in self.foreign)
        return {"foreign": foreign, "verse": self.verse, "furniture": self.furniture}


def left_alone(parsed: ParsedText) -> LeftAlone:
    """Return the passages of a text in which nothing is repaired."""
    return LeftAlone(foreign_passages(parsed), verse_passages(parsed), furniture_passages(parsed))
