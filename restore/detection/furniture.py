"""The furniture of a page: menus, lists of links, scores, which are no prose and so nothing to repair by its habits."""

from __future__ import annotations

import re

from restore.detection.lines import runs
from restore.records import Span
from restore.text.parsing import ParsedText

FEWEST_LINES = 3
"""Of a run. Chosen by hand: with two, a headline above its date would be one."""
MOST_WORDS = 4
"""Of a line. Headlines and most sentences have more; a few short sentences below each other are left alone, too. Both
are chosen by hand."""
_WORD = re.compile(r"\w+(?:['’-]\w+)*")


def furniture_passages(parsed: ParsedText) -> tuple[Span, ...]:
    """Return the runs of at least three lines of a few words each, whole lines, in text order."""
    short = runs(parsed.text, lambda line: len(_WORD.findall(line)) <= MOST_WORDS)
    return tuple(Span(run[0].start, run[-1].end) for run in short if len(run) >= FEWEST_LINES)
