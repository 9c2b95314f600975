"""References as plain running text: without soft hyphens, characters of no width, hard line wraps and torn words.

What layout has put into a clean article must not hide its words. The text to restore is never changed like this.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TypeVar

from msgspec.structs import replace

from restore.lexicon.spelling import is_known
from restore.records import Conflict, Correction, Evidence, Reference, splice, with_evidence

_NO_WIDTH = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\u061c\u180e\ufeff"
"""Soft hyphens, what joins, divides and turns letters, and marks of byte order (Unicode's Default_Ignorable)."""
_INVISIBLE = re.compile(rf"[{_NO_WIDTH}]+")
_BLANKS = re.compile(r"[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
"""Blanks of other widths, or that no line may break at."""
_SOFT_BREAK = re.compile(r"\u00ad[ \t]*(?:\r\n?|\n)[ \t]*(?=\w)")
_HYPHEN_BREAK = re.compile(r"(?<=[\w\u00ad])[-\u2010][ \t]*(?:\r\n?|\n)[ \t]*(?=(\w{1,40}))")
_LAST_WORD = re.compile(r"[^\W\d_]+\Z")
_LONGEST_WORD = 40
"""Characters before a hyphen in which its word is looked for. By hand."""
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|\Z)")
_LEAST_WRAPPED, _MOST_WRAPPED = 25, 120
"""Characters of a line that may have been wrapped: narrower ones are lists and verse, wider ones paragraphs. By
hand."""
_FULL = 0.8
"""The share of the widest wrapped line that a line and the word behind it fill, if it was wrapped, too. By hand."""
_LIST = re.compile(r"(?:[-*\u2022\u2013\u2014>|]|\d+[.)])\s")

Evident = TypeVar("Evident", Correction, Conflict)


class PlainReference(Reference, frozen=True):
    """A reference as the engine reads it; `places` says where each character of its text stands in it as given."""

    places: tuple[int, ...] = ()


def plain(reference: Reference) -> Reference:
    """Return a reference as running text; itself if it is that already, or nothing would be left of it."""
    text = reference.text
    changes = list(_changes(text))
    places: list[int] = []
    last = 0
    for start, end, new in [*changes, (len(text), len(text), "")]:
        places += [*range(last, start), *[start] * len(new)]
        last = end
    found = splice(text, changes)
    if found == text or not found.strip():
        return reference
    return PlainReference(
        reference.id, found, reference.url, reference.title, reference.date, reference.same_event, tuple(places)
    )


def as_given(items: Iterable[Evident], references: Iterable[Reference]) -> list[Evident]:
    """Return corrections or conflicts whose offsets into references are those of the references as given."""
    places = {r.id: r.places for r in references if isinstance(r, PlainReference)}
    return [_moved(item, places) for item in items] if places else list(items)


def _moved(item: Evident, places: Mapping[str, tuple[int, ...]]) -> Evident:
    if isinstance(item, Conflict):
        if item.source not in places:
            return item
        start, end = _span(places[item.source], item.quote_start, item.quote_end)
        return replace(item, quote_start=start, quote_end=end)
    return with_evidence(item, lambda e: _pointing(e, places))


def _pointing(evidence: Evidence, places: Mapping[str, tuple[int, ...]]) -> Evidence:
    known = places.get(evidence.source) if evidence.kind in ("reference", "spins") else None
    if known is None or evidence.start is None or evidence.end is None:
        return evidence
    start, end = _span(known, evidence.start, evidence.end)
    return replace(evidence, start=start, end=end)


def _span(places: Sequence[int], start: int, end: int) -> tuple[int, int]:
    """Return where a range stands in the reference as given; what was taken out inside it belongs to it."""
    if not places:
        return start, end
    first = places[min(start, len(places) - 1)]
    return first, places[min(end, len(places)) - 1] + 1 if end > start else first


def _changes(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the ranges that change and what stands there instead, sorted and apart."""
    found: list[tuple[int, int, str]] = [(*match.span(), "") for match in _SOFT_BREAK.finditer(text)]
    known = {word.lower() for word in re.findall(r"[^\W\d_]+", text)}
    for match in _HYPHEN_BREAK.finditer(text):
        before = _LAST_WORD.search(_INVISIBLE.sub("", text[max(0, match.start() - _LONGEST_WORD) : match.start()]))
        whole = (before[0] + match[1]).lower() if before else ""
        torn = match[1].islower() and (whole in known or is_known(whole))
        found.append((match.start() if torn else match.start() + 1, match.end(), ""))
    found += [(start, end, " ") for start, end in _wraps(text)]
    found += [(*match.span(), "") for match in _INVISIBLE.finditer(text)]
    found += [(*match.span(), " ") for match in _BLANKS.finditer(text)]
    last = 0
    for start, end, new in sorted(found, key=lambda change: (change[0], -change[1])):
        if start >= last:
            yield start, end, new
            last = end


def _wraps(text: str) -> list[tuple[int, int]]:
    """Return the line ends, with the blanks around them, at which a paragraph goes on.

    A line that goes on in lower case was wrapped; where there are such, so were the others that are as full.
    """
    lines = [(m.start(), m[0]) for m in _LINE.finditer(text)]
    breaks = []
    for (start, line), (after, more) in pairwise(lines):
        words, rest = _INVISIBLE.sub("", line).strip(), _INVISIBLE.sub("", more).strip()
        if rest and _LEAST_WRAPPED <= len(words) <= _MOST_WRAPPED and not _LIST.match(rest):
            reach = len(words) + 1 + len(rest.split(None, 1)[0])
            goes_on = rest[0].islower() and words[-1] not in ".!?:"
            end = after + len(more) - len(more.lstrip())
            breaks.append((start + len(line.rstrip()), end, len(words), reach, goes_on))
    widest = max((width for _, _, width, _, goes_on in breaks if goes_on), default=None)
    if widest is None:
        return []
    return [(s, e) for s, e, _, reach, goes_on in breaks if goes_on or _FULL * widest <= reach]
