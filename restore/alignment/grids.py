"""Arrays with a cell for every pair of words of two sentences: neighbours, sums of what is near, runs, rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

_RUN_CAP = 6.0
"""Longer runs of equal words count as this long. Chosen by hand; the networks (training/alignment/words.py) are fitted
to it, so another one needs new weights."""


def equal(ours: Sequence[object], theirs: Sequence[object]) -> Matrix:
    """Return 1 where both sides have the same, else 0."""
    numbers: dict[object, int] = {}
    a, b = (np.array([numbers.setdefault(x, len(numbers)) for x in side]) for side in (ours, theirs))
    return np.asarray(a[:, None] == b[None, :], dtype=np.float32)


def shifted(matrix: Matrix, down: int, right: int) -> Matrix:
    """Return the entries `down` rows below and `right` columns to the right of each; 0 outside."""
    rows, columns = matrix.shape
    moved = np.zeros_like(matrix)
    if abs(down) < rows and abs(right) < columns:
        moved[max(0, -down) : rows - max(0, down), max(0, -right) : columns - max(0, right)] = matrix[
            max(0, down) : rows + min(0, down), max(0, right) : columns + min(0, right)
        ]
    return moved


def boxed(matrix: Matrix, radius: int) -> Matrix:
    """Sum the entries at most `radius` rows and columns away, the own row and column among them."""
    rows, columns = matrix.shape
    sums = np.zeros((rows + 1, columns + 1), dtype=np.float32)
    sums[1:, 1:] = matrix.cumsum(axis=0).cumsum(axis=1)
    top, bottom = np.maximum(np.arange(rows) - radius, 0), np.minimum(np.arange(rows) + radius + 1, rows)
    left, right = np.maximum(np.arange(columns) - radius, 0), np.minimum(np.arange(columns) + radius + 1, columns)
    return sums[bottom][:, right] - sums[top][:, right] - sums[bottom][:, left] + sums[top][:, left]


def runs(equal: Matrix) -> tuple[Matrix, Matrix]:
    """Return how many pairs in a row, this one not counted, are equal before and after each pair."""
    rows, columns = equal.shape
    before = np.zeros((rows + 1, columns + 1), dtype=np.float32)
    after = np.zeros((rows + 2, columns + 2), dtype=np.float32)
    for i in range(rows):
        before[i + 1, 1:] = (before[i, :-1] + 1) * equal[i]
    for i in range(rows - 1, -1, -1):
        after[i + 1, 1:-1] = (after[i + 2, 2:] + 1) * equal[i]
    return np.minimum(before[:-1, :-1], _RUN_CAP), np.minimum(after[2:, 2:], _RUN_CAP)


def gathered(columns: Mapping[str, Matrix], shape: tuple[int, int], places: NDArray[np.int64] | None) -> Matrix:
    """Return a row for each place of the flattened matrices (all, if None), with an entry from each of them."""
    found = np.empty((len(columns), *shape), dtype=np.float32)
    for number, column in enumerate(columns.values()):
        found[number] = column
    flat = found.reshape(len(columns), -1)
    return np.ascontiguousarray((flat if places is None else flat[:, places]).T)
