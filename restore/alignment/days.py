"""Does a reference tell of another day of the story? Told by the figures and dates that both give of the same.

What is reported of a story changes from day to day: the dead are twelve, then fifteen; the vote is due on Tuesday, then
it was lost on Wednesday. Such a report has the words of the text, its names and its quotations, and other facts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from restore.alignment.conflicts import compared_figures
from restore.alignment.records import AlignedReference
from restore.text.parsing import ParsedText

_SHOWN = 3
"""Figures that a person is shown. By hand, for reading."""


def with_day(text: ParsedText, reference: AlignedReference) -> AlignedReference:
    """Return a reference that says whether, and by what, it tells of another day of the story."""
    said = other_day(text, reference)
    return replace(reference, other_day=said) if said else reference


def other_day(text: ParsedText, reference: AlignedReference) -> str:
    """Return by what a reference is a report of another day of the story, "" if nothing says so.

    It is one if of the figures and dates that both give of the same, more differ than agree. Of 90 pairs of reports on
    one event (events_open) 1 passes for two days so, of 90 pairs of one senator's releases on one story, two days to
    three weeks apart, 32 (docs/quality.md).
    """
    compared = compared_figures(text, reference)
    other = [(ours.text, theirs.text) for ours, theirs in compared if theirs is not None]
    if 2 * len(other) <= len(compared):
        return ""
    here, there = (_listed(said) for said in zip(*other, strict=True))
    return f"gives other figures ({there} where the text has {here})"


def _listed(figures: Iterable[str]) -> str:
    return ", ".join(list(figures)[:_SHOWN])
