"""A restoration as HTML for notebooks: the lines with a correction or a proposal, with what was and what is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from restore.records.corrections import Correction

_MOST_LINES = 200
"""Changed lines that are shown: a notebook keeps every output in its file. By hand."""
_OLD = "background:#ffd7d5;color:#82071e;text-decoration:line-through"
_NEW = "background:#ccffd8;color:#055d20;text-decoration:none"
_MAYBE = "border-bottom:2px dotted #9a6700"


def html_diff(head: str, text: str = "", corrections: Sequence[Correction] = (), threshold: float = 1.0) -> str:
    """Return a line that heads it and the diff as one HTML element, all escaped, without scripts and links.

    Corrections that apply at `threshold` stand as deleted and inserted, proposals are underlined; the explanation of
    each shows when it is pointed at. Lines without any are only counted, as are the changed ones behind the 200th.
    """
    rows = "".join(_rows(text, corrections, threshold))
    below = f'<div style="font-family:serif">{rows}</div>' if rows else ""
    return f"<div><div><b>restore</b>: {escape(head)}</div>{below}</div>"


def _rows(text: str, corrections: Sequence[Correction], threshold: float) -> Iterator[str]:
    quiet = shown = hidden = 0
    for start, end, inside in _lines(text, corrections):
        if not inside:
            quiet += 1
        elif shown == _MOST_LINES:
            hidden += 1
        else:
            yield from _unchanged(quiet)
            quiet, shown = 0, shown + 1
            yield f'<p style="white-space:pre-wrap">{_marked(text, start, end, inside, threshold)}</p>'
    yield from _unchanged(quiet)
    if hidden:
        yield f'<p style="color:gray">{hidden} more changed lines are not shown</p>'


def _unchanged(lines: int) -> Iterator[str]:
    if lines:
        yield f'<p style="color:gray">⋯ {lines} unchanged line{"s" * (lines > 1)}</p>'


def _lines(text: str, corrections: Sequence[Correction]) -> Iterator[tuple[int, int, list[Correction]]]:
    """Yield the lines that hold more than white space, and the corrections in each.

    A correction over a line end makes one of two lines.
    """
    start = 0
    waiting = [c for c in corrections if c.review != "rejected"]  # these may overlap the others
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


def _marked(text: str, start: int, end: int, corrections: Sequence[Correction], threshold: float) -> str:
    pieces: list[str] = []
    for correction in corrections:
        pieces.append(escape(text[start : correction.start]))
        pieces.append(_mark(correction, correction.applies(threshold)))
        start = correction.end
    return "".join([*pieces, escape(text[start:end])])


def _mark(correction: Correction, applied: bool) -> str:
    old, new = escape(correction.original), escape(correction.replacement)
    why = escape(f"{correction.kind}, {correction.confidence:.2f}: {correction.explanation}")
    if not applied:
        why = f"proposed: “{new}”; {why}"
        return f'<span style="{_MAYBE}" title="{why}">{old or "‸"}</span>'
    deleted = f'<del style="{_OLD}" title="{why}">{old}</del>' if old else ""
    return deleted + (f'<ins style="{_NEW}" title="{why}">{new}</ins>' if new else "")
