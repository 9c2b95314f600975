"""Are confidences true? Reliability and the expected calibration error (Naeini, Cooper and Hauskrecht 2015)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

_BINS = 10
"""As is usual for reliability diagrams."""


class DecisionOutcome(msgspec.Struct, frozen=True):
    """A decision: the confidence it was given, 0 to 1, and whether it was right."""

    confidence: float
    right: bool


class ReliabilityRow(msgspec.Struct, frozen=True):
    """Decisions with a confidence from `least` to `most`: how many, their mean confidence, the share that was right."""

    least: float
    most: float
    count: int
    said: float
    right: float


def reliability(outcomes: Iterable[DecisionOutcome], bins: int = _BINS) -> list[ReliabilityRow]:
    """Sort decisions into `bins` ranges of confidence of the same width; empty ranges are left out."""
    groups: list[list[DecisionOutcome]] = [[] for _ in range(bins)]
    for outcome in outcomes:
        groups[min(bins - 1, int(outcome.confidence * bins))].append(outcome)
    return list(_rows(groups))


def expected_error(outcomes: Sequence[DecisionOutcome], bins: int = _BINS) -> float:
    """Return the mean gap between confidence and the share that is right, over the ranges by decisions; 0 to 1."""
    rows = reliability(outcomes, bins)
    total = sum(row.count for row in rows)
    return sum(row.count * abs(row.said - row.right) for row in rows) / total if total else 0.0


def _rows(groups: Sequence[Sequence[DecisionOutcome]]) -> Iterator[ReliabilityRow]:
    for number, group in enumerate(groups):
        if group:
            said = sum(o.confidence for o in group) / len(group)
            right = sum(o.right for o in group) / len(group)
            yield ReliabilityRow(number / len(groups), (number + 1) / len(groups), len(group), said, right)
