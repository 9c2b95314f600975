"""Plans made one after the other, folded into one plan for the first text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from msgspec.structs import replace

from restore.records import REWRITE, Conflict, Correction, Evidence, apply, with_evidence

Placed = TypeVar("Placed", Correction, Conflict)


@dataclass
class _Group(Generic[Placed]):
    """Corrections of both plans that touch: their range in the text between the plans."""

    start: int
    end: int
    earlier: list[Correction] = field(default_factory=list)
    later: list[Placed] = field(default_factory=list)


def compose(text: str, first: Sequence[Correction], second: Sequence[Correction]) -> tuple[Correction, ...]:
    """Fold two plans into one that does what they do in turn.

    `first` was made for `text`, `second` for its outcome; both are sorted. Corrections that touch the same place become
    one, with the lowest of their confidences and the evidence of all.
    """
    middle = apply(text, first)
    groups = _groups(first, second)
    folded = []
    shift = 0  # offset in the middle text minus offset in the first one, left of the group
    for group in groups:
        growth = sum(len(c.replacement) - len(c.original) for c in group.earlier)
        start, end = group.start - shift, group.end - shift - growth
        replacement = _renew(middle, group)
        shift += growth
        if replacement != text[start:end]:
            folded.append(_fold(group, start, end, text[start:end], replacement))
    return tuple(folded)


def moved_back(text: str, first: Sequence[Correction], later: Sequence[Placed]) -> tuple[Placed, ...]:
    """Give what lies in the outcome of `first` as lying in `text`, without what touches a place `first` changed."""
    moved: list[Placed] = []
    shift = 0
    for group in _groups(first, later):
        if not group.earlier:
            for c in group.later:
                start, end = c.start - shift, c.end - shift
                moved.append(replace(c, start=start, end=end, original=text[start:end]))
        shift += sum(len(c.replacement) - len(c.original) for c in group.earlier)
    return tuple(moved)


def with_original_offsets(first: Sequence[Correction], later: Sequence[Correction]) -> tuple[Correction, ...]:
    """Let the evidence that corrections of the outcome of `first` take from the text itself point into the first text.

    What `first` wrote itself stands nowhere in the first text: such evidence loses its offsets.
    """
    if not first:
        return tuple(later)
    return tuple(with_evidence(c, lambda e: _pointing_back(first, e)) for c in later)


def _pointing_back(first: Sequence[Correction], evidence: Evidence) -> Evidence:
    if evidence.kind != "document" or evidence.start is None or evidence.end is None:
        return evidence
    shift = 0
    for c in first:
        start = c.start + shift
        if start >= evidence.end:
            break
        if start + len(c.replacement) > evidence.start:
            return replace(evidence, start=None, end=None)
        shift += len(c.replacement) - len(c.original)
    return replace(evidence, start=evidence.start - shift, end=evidence.end - shift)


def _groups(first: Sequence[Correction], second: Sequence[Placed]) -> list[_Group[Placed]]:
    items: list[_Group[Placed]] = []
    shift = 0
    for c in first:
        start = c.start + shift
        items.append(_Group(start, start + len(c.replacement), [c], []))
        shift += len(c.replacement) - len(c.original)
    items += [_Group(c.start, c.end, [], [c]) for c in second]
    items.sort(key=lambda g: (g.start, g.end))
    groups: list[_Group[Placed]] = []
    for item in items:
        last = groups[-1] if groups else None
        if last and (item.start < last.end or (item.start == last.end and item.start == item.end)):
            last.end = max(last.end, item.end)
            last.earlier += item.earlier
            last.later += item.later
        else:
            groups.append(item)
    return groups


def _renew(middle: str, group: _Group[Correction]) -> str:
    pieces, at = [], group.start
    for c in group.later:
        pieces += [middle[at : c.start], c.replacement]
        at = c.end
    return "".join([*pieces, middle[at : group.end]])


def _fold(group: _Group[Correction], start: int, end: int, original: str, replacement: str) -> Correction:
    parts = [*group.earlier, *group.later]
    rewrite = next((c for c in reversed(parts) if c.kind == REWRITE), None)
    if len(parts) == 1:
        only = parts[0]
        if (only.start, only.end) == (start, end):
            return only
        return replace(only, start=start, end=end, original=original, replacement=replacement)
    return Correction(
        start,
        end,
        original,
        replacement,
        (rewrite or parts[-1]).kind,
        min(c.confidence for c in parts),
        tuple(dict.fromkeys(e for c in parts for e in c.evidence)),
        "; then ".join(c.explanation for c in parts),
        comparison=rewrite.comparison if rewrite else None,
    )
