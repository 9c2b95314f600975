"""A restoration as HTML for notebooks: the lines with a correction or a proposal, with what was and what is."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from restore.records import Correction, Restoration
from restore.rendering.text import summary

_MOST_LINES = 200
"""Changed lines that are shown: a notebook keeps every output in its file. By hand."""
_OLD = "background:#ffd7d5;color:#82071e;text-decoration:line-through"
_NEW = "background:#ccffd8;color:#055d20;text-decoration:none"
_MAYBE = "border-bottom:2px dotted #9a6700"


def html_diff(restoration: Restoration) -> str:
    """Return the diff as one HTML element, every text escaped, without scripts and links.

    Applied corrections stand as deleted and inserted, proposals are underlined; the explanation of each shows when it
    is pointed at. Lines without any are only counted, as are the changed ones behind the 200th.
    """
    if restoration.error:
        return f"<div><b>restore</b>: {escape(restoration.error)}</div>"
    verdict = "damaged" if restoration.verdict.damaged else "looks clean"
    head = f"{verdict} (probability {restoration.verdict.probability:.2f}); {summary(restoration)}"
    rows = "".join(_rows(restoration))
    return f'<div><div><b>restore</b>: {escape(head)}</div><div style="font-family:serif">{rows}</div></div>'


def _rows(restoration: Restoration) -> Iterator[str]:
    quiet = shown = hidden = 0
    for start, end, corrections in _lines(restoration):
        if not corrections:
            quiet += 1
        elif shown == _MOST_LINES:
            hidden += 1
        else:
            yield from _unchanged(quiet)
            quiet, shown = 0, shown + 1
            yield f'<p style="white-space:pre-wrap">{_marked(restoration, start, end, corrections)}</p>'
    yield from _unchanged(quiet)
    if hidden:
        yield f'<p style="color:gray">{hidden} more changed lines are not shown</p>'


def _unchanged(lines: int) -> Iterator[str]:
    if lines:
        yield f'<p style="color:gray">⋯ {lines} unchanged line{"s" * (lines > 1)}</p>'


def _lines(restoration: Restoration) -> Iterator[tuple[int, int, list[Correction]]]:
    """Yield the lines that hold more than white space, and the corrections in each.

    A correction over a line end makes one of two lines.
    """
    text, start = restoration.text, 0
    waiting = [c for c in restoration.corrections if c.review != "rejected"]  # these may overlap the others
    while start < len(text) or (waiting and start == len(text)):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        inside: list[Correction] = []
        while waiting and waiting[0].start <= end:
            inside.append(waiting.pop(0))
            if inside[-1].end > end:
                end = text.find("\n", inside[-1].end)
                end = len(text) if end < 0 else end
        if inside or text[start:end].strip():
            yield start, end, inside
        start = end + 1


def _marked(restoration: Restoration, start: int, end: int, corrections: list[Correction]) -> str:
    pieces: list[str] = []
    for correction in corrections:
        pieces.append(escape(restoration.text[start : correction.start]))
        pieces.append(_mark(correction, correction.applies(restoration.threshold)))
        start = correction.end
    return "".join([*pieces, escape(restoration.text[start:end])])


def _mark(correction: Correction, applied: bool) -> str:
    old, new = escape(correction.original), escape(correction.replacement)
    why = escape(f"{correction.kind}, {correction.confidence:.2f}: {correction.explanation}")
    if not applied:
        why = f"proposed: “{new}”; {why}"
        return f'<span style="{_MAYBE}" title="{why}">{old or "‸"}</span>'
    deleted = f'<del style="{_OLD}" title="{why}">{old}</del>' if old else ""
    return deleted + (f'<ins style="{_NEW}" title="{why}">{new}</ins>' if new else "")
