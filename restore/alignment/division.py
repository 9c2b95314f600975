"""Dividing two runs of words into the cheapest pairs of pieces, in order: the dynamic programme of both aligners."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

Cell = tuple[int, int, int, int]
"""Words `[i, k)` of the one side for words `[j, m)` of the other; either may be empty."""
_TIE = 1e-9
"""Costs nearer than this are equal: sums of floats differ in their last digits. Chosen by hand, far above these and far
below what the callers' costs differ by."""


@cache
def _moves(longest: int) -> tuple[tuple[int, int], ...]:
    """Return the sizes of the pieces in the order in which they win ties."""
    sizes = range(1, longest + 1)
    return ((1, 1), (1, 0), (0, 1), *((p, q) for p in sizes for q in sizes if p + q > 2))


def cheapest(height: int, width: int, cost: Callable[[int, int, int, int], float | None], longest: int) -> list[Cell]:
    """Return the cheapest division of `height` words against `width`, pieces being `longest` words at most.

    `cost(i, k, j, m)`, zero or more, is the cost of a cell; None where the two are no words for one another. A single
    word must always be allowed to stand for nothing.
    """
    best: dict[tuple[int, int], tuple[float, tuple[int, int]]] = {(0, 0): (0.0, (0, 0))}
    for i in range(height + 1):
        for j in range(width + 1):
            for p, q in _moves(longest):
                before, now = best.get((i - p, j - q)), best.get((i, j))
                if before is None or (now is not None and before[0] >= now[0]):
                    continue
                step = cost(i - p, i, j - q, j)
                if step is not None and (now is None or before[0] + step < now[0] - _TIE):
                    best[i, j] = before[0] + step, (p, q)
    cells: list[Cell] = []
    i, j = height, width
    while i or j:
        p, q = best[i, j][1]
        cells.append((i - p, i, j - q, j))
        i, j = i - p, j - q
    return cells[::-1]
