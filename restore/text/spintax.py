"""Open spintax: what a spinner was given to choose from, published as it was ("{fell|declined|dropped} on Monday").

The form is that of the spinners themselves: alternatives between braces, parted by bars, nested at will. The first of
them is put in, which most spinners take from the original; which of them stood there nobody can know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from restore.records import Correction, Evidence, Finding

KIND = "R:SPINTAX"
CONFIDENCE = 0.9
"""The braces are damage beyond doubt; the first alternative is one of several that all make sense. By hand."""
_CERTAIN = 0.99
"""The chance of damage of open spintax: nobody writes braces and bars in prose. By hand; not 1, since nothing is."""
_LONGEST = 2_000
"""Letters of a group: more is code or a table. By hand."""
_DEEPEST = 8
"""Groups within groups: spinners nest two or three deep; deeper is code, or made to exhaust a parser. By hand."""
_PROSE = re.compile(r"[^{}|\\<>=;/_@#$\"\x00-\x1f\x7f-\x9f\ufffd]*")
"""What an alternative is made of; other signs speak for code, patterns, templates, control characters for a binary."""


class Group(NamedTuple):
    """Alternatives at `[start, end)`, braces included, and the first of them, nested groups settled."""

    start: int
    end: int
    first: str


def find_spintax(text: str) -> Iterator[Group]:
    """Yield the outermost groups of alternatives, in text order."""
    at = text.find("{")
    while at >= 0:
        inner = at > 0 and text[at - 1] == "{"  # "{{title | upper}}" is a template: the outer brace was no spintax
        group = None if inner else _read(text, at, 0)
        if group is not None:
            yield _fitted(text, group)
        at = text.find("{", group.end if group is not None else at + 1)


def _fitted(text: str, group: Group) -> Group:
    """Return a group whose first alternative brings no blank where one stands already."""
    start, end, first = group
    before, behind = text[start - 1 : start] if start else "\n", text[end : end + 1]
    first = first.lstrip(" ") if before in " \n" else first
    first = first.rstrip(" ") if behind == " " else first
    return Group(start - (not first and before == behind == " "), end, first)


def _read(text: str, start: int, depth: int) -> Group | None:
    """Return the group whose brace opens at `start`, or None if that is no spintax."""
    if depth > _DEEPEST:
        return None
    first: list[str] = []
    bars = words = 0
    at = start + 1
    while at < min(len(text), start + _LONGEST):
        sign = text[at]
        if sign == "{":
            inner = _read(text, at, depth + 1)
            if inner is None:
                return None
            first += [inner.first] * (not bars)
            words, at = words + 1, inner.end
            continue
        if sign in "|}":
            bars, at = bars + (sign == "|"), at + 1
            if sign == "}":
                return Group(start, at, "".join(first)) if bars and words else None
            continue
        prose = _PROSE.match(text, at)
        if prose is None or prose.end() == at:
            return None
        words += any(c.isalpha() for c in prose.group())
        first += [prose.group()] * (not bars)
        at = prose.end()
    return None


def spintax_repairs(text: str) -> Iterator[Correction]:
    """Yield the corrections that put the first alternative in for every group, sorted and disjoint."""
    for group in find_spintax(text):
        original = text[group.start : group.end]
        quote = f"alternatives of a spinner, of which the first is {group.first!r}"
        evidence = (Evidence("spinner", "open spintax", quote, CONFIDENCE),)
        why = f"{original!r} becomes {group.first!r}: {quote}"
        yield Correction(group.start, group.end, original, group.first, KIND, CONFIDENCE, evidence, why)


def spintax_findings(text: str) -> Iterator[Finding]:
    """Yield a finding for every group."""
    for group in find_spintax(text):
        shown = text[group.start : group.end]
        why = f"open spintax: alternatives of a spinner, the first is {group.first!r}"
        yield Finding(group.start, group.end, shown, "spintax", _CERTAIN, why)
