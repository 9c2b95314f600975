"""The furniture of a page: menus, lists of links, scores, which are no prose and so nothing to repair by its habits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from restore.parsing import ParsedText
from restore.records import Span

FEWEST_LINES = 3
MOST_WORDS = 4
"""Of a line. Headlines and most sentences have more; a few short sentences below each other are left alone, too. Both
are chosen by hand."""
_LINE = re.compile(r"[^\r\n]+")
_WORD = re.compile(r"\w+(?:['’-]\w+)*")


def furniture_passages(parsed: ParsedText) -> tuple[Span, ...]:
    """Return the runs of at least three lines of a few words each, whole lines, in text order."""
    return tuple(Span(run[0].start, run[-1].end) for run in _runs(parsed.text) if len(run) >= FEWEST_LINES)


def _runs(text: str) -> Iterator[list[Span]]:
    """Yield the short lines that follow each other, empty ones left out."""
    run: list[Span] = []
    for match in _LINE.finditer(text):
        if not match.group().strip():
            continue
        if len(_WORD.findall(match.group())) > MOST_WORDS:
            yield run
            run = []
        else:
            run.append(Span(match.start(), match.end()))
    yield run
