"""Verse: lines that poets broke, which are no prose and so nothing to judge or to repair by the habits of news.

Verse is told by its lines alone, as a reader tells it before reading: short ones in a row that begin with capitals
though many of the lines before them end inside a sentence. Headlines do not end with commas, wrapped prose goes on with
small letters.
"""

from __future__ import annotations

import re

from restore.detection.lines import runs
from restore.records import Span
from restore.text.parsing import ParsedText

NOTE = "verse, left alone"
FEWEST_LINES = 4
"""Of a run; a couplet tells too little."""
WORDS = range(2, 15)
"""Of a line. The longest usual metres have eight feet."""
CAPITALS, INSIDE, MOST_STOPS = 0.8, 0.25, 0.6
"""The shares of lines that begin with a capital and that end with a comma or the like, at least, and that end with a
full stop, at most. Chosen by hand."""
_RUN_ON = re.compile(r"[,;:—–-]['\"”’]?$")
_STOP = re.compile(r"[.!?]['\"”’)]*$")
_QUOTED = re.compile(r"[^\r\n\"“”]+")
"""Prose quotes verse in one line, with slashes where the lines ended."""
_FURTHEST = 4
"""Characters between the lines of a run at most: a line end or the two of an empty line."""


def verse_passages(parsed: ParsedText) -> tuple[Span, ...]:
    """Return where a text is verse, whole lines or a quotation that parts lines by slashes, in text order."""
    whole = [
        Span(run[0].start, run[-1].end)
        for run in runs(parsed.text, _has_length, _FURTHEST)
        if _is_verse([parsed.text[line.start : line.end] for line in run])
    ]
    slashed = [
        Span(*found.span())
        for found in _QUOTED.finditer(parsed.text)
        if all(map(_has_length, lines := found.group().split(" / "))) and _is_verse(lines)
    ]
    return tuple(sorted([*whole, *slashed], key=lambda span: span.start))


def is_mostly_verse(parsed: ParsedText) -> bool:
    """Return whether half of the words of a text or more stand in verse."""
    inside = sum(t.is_word for span in verse_passages(parsed) for t in parsed.tokens_between(span.start, span.end))
    return inside > 0 and 2 * inside >= sum(t.is_word for t in parsed.tokens)


def _has_length(line: str) -> bool:
    return len(line.split()) in WORDS


def _is_verse(lines: list[str]) -> bool:
    if len(lines) < FEWEST_LINES:
        return False
    first = [next((c for c in line if c.isalpha()), "") for line in lines]
    capitals = sum(c.isupper() for c in first) / len(lines)
    inside = sum(bool(_RUN_ON.search(line)) for line in lines) / len(lines)
    stops = sum(bool(_STOP.search(line)) for line in lines) / len(lines)
    return capitals >= CAPITALS and inside >= INSIDE and stops <= MOST_STOPS
