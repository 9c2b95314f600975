"""Plans made one after the other, folded into one plan for the first text; what is found in its outcome, moved back."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as replace_fields
from typing import Generic, TypeVar

from msgspec.structs import replace

from restore.records.corrections import REWRITE, Correction, Evidence, Span, apply, splice, with_evidence
from restore.records.restoration import Conflict, Passage, Refusal

Placed = TypeVar("Placed", Correction, Conflict, Refusal)


@dataclass(frozen=True)
class TextPlan:
    """What was found in a text: the plan to apply, the proposals that stay below the threshold, and the conflicts.

    Also what was refused, and where nothing was repaired.
    """

    plan: tuple[Correction, ...] = ()
    proposals: tuple[Correction, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    refused: tuple[Refusal, ...] = ()
    left_alone: tuple[Passage, ...] = ()

    def behind(self, text: str, first: Sequence[Correction]) -> TextPlan:
        """Return what was found in the outcome of `first`, in the terms of `text`, which `first` was made for.

        The plan does both in turn. Proposals, conflicts and refusals that touch a place that `first` changed are left
        out; evidence that the text itself gives points into `text`.
        """
        if not first:
            return self
        plan = compose(text, first, with_original_offsets(first, self.plan))
        return replace_fields(self.ending(text, tuple(first)), plan=plan)

    def ending(self, text: str, first: tuple[Correction, ...]) -> TextPlan:
        """Return what `behind` does where nothing more is to be applied: `first` stays the plan, as it is."""
        if not first:
            return self
        return TextPlan(
            first,
            moved_back(text, first, with_original_offsets(first, self.proposals)),
            moved_back(text, first, self.conflicts),
            moved_back(text, first, self.refused),
            tuple(_passages_before(first, self.left_alone)),
        )


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
    folded = []
    for group, start, end in _placed(_groups(first, second)):
        edits = ((c.start, c.end, c.replacement) for c in group.later)
        replacement = splice(middle, edits, group.start, group.end)
        if replacement != text[start:end]:
            folded.append(_fold(group, start, end, text[start:end], replacement))
    return tuple(folded)


def moved_back(text: str, first: Sequence[Correction], later: Sequence[Placed]) -> tuple[Placed, ...]:
    """Return what lies in the outcome of `first` as lying in `text`, without what touches a place `first` changed."""
    moved: list[Placed] = []
    for group, at, _ in _placed(_groups(first, later)):
        if not group.earlier:
            for c in group.later:
                start, end = c.start - group.start + at, c.end - group.start + at
                moved.append(replace(c, start=start, end=end, original=text[start:end]))
    return tuple(moved)


def outcome_spans(plan: Sequence[Correction]) -> Iterator[Span]:
    """Yield where the replacement of each correction of a plan, in text order, lies in the outcome of the plan."""
    shift = 0
    for c in plan:
        yield Span(c.start + shift, c.start + shift + len(c.replacement))
        shift += len(c.replacement) - len(c.original)


def in_outcome(plan: Sequence[Correction], spans: Iterable[Span]) -> Iterator[Span]:
    """Yield where ranges that a plan, in text order, does not touch lie in the outcome of the plan, sorted."""
    shift = at = 0
    for span in sorted(spans):
        while at < len(plan) and plan[at].end <= span.start:
            shift += len(plan[at].replacement) - len(plan[at].original)
            at += 1
        yield Span(span.start + shift, span.end + shift)


def _passages_before(plan: Sequence[Correction], passages: Iterable[Passage]) -> Iterator[Passage]:
    """Yield where passages of the outcome of a plan lie in its text.

    A passage that begins or ends inside a correction takes all of what that replaced.
    """
    there = list(outcome_spans(plan))
    starts, ends = [span.start for span in there], [span.end for span in there]
    for passage in passages:
        at = bisect_right(ends, passage.start)  # so many corrections end before it
        start = passage.start + (plan[at - 1].end - ends[at - 1] if at else 0)
        if at < len(plan) and starts[at] < passage.start:
            start = plan[at].start
        at = bisect_left(starts, passage.end)  # so many begin before its end
        end = passage.end + (plan[at - 1].end - ends[at - 1] if at else 0)
        if at and ends[at - 1] > passage.end:
            end = plan[at - 1].end
        yield replace(passage, start=start, end=max(start, end))


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
    for c, there in zip(first, outcome_spans(first), strict=True):
        if there.start >= evidence.end:
            break
        if there.end > evidence.start:
            return replace(evidence, start=None, end=None)
        shift = there.end - c.end
    return replace(evidence, start=evidence.start - shift, end=evidence.end - shift)


def _groups(first: Sequence[Correction], second: Sequence[Placed]) -> list[_Group[Placed]]:
    items: list[_Group[Placed]] = [
        _Group(there.start, there.end, [c], []) for c, there in zip(first, outcome_spans(first), strict=True)
    ]
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


def _placed(groups: Sequence[_Group[Placed]]) -> Iterator[tuple[_Group[Placed], int, int]]:
    """Yield groups with the range in the first text that each stands for."""
    shift = 0  # offset in the text between the plans minus offset in the first one, left of the group
    for group in groups:
        growth = sum(len(c.replacement) - len(c.original) for c in group.earlier)
        yield group, group.start - shift, group.end - shift - growth
        shift += growth


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
