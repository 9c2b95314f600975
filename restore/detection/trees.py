"""Boosted decision trees as plain numbers: read from JSON, evaluated with numpy."""

from __future__ import annotations

from functools import cached_property

import msgspec
import numpy as np
from numpy.typing import NDArray


class Tree(msgspec.Struct, frozen=True):
    """One tree, its root first. A row goes left if its feature is at most the threshold; a leaf has feature -1."""

    feature: list[int]
    threshold: list[float]
    left: list[int]
    right: list[int]
    value: list[float]


class Trees(msgspec.Struct, frozen=True, dict=True):
    """A sum of trees over named features; gives log-odds."""

    features: list[str]
    base: float
    trees: list[Tree]

    def log_odds(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the log-odds of each row; the columns are `features`."""
        if not len(matrix):
            return np.zeros(0)
        feature, threshold, left, right, value = self._stacked
        roots = np.arange(len(self.trees), dtype=np.int32) * self._size
        node = np.tile(roots, len(matrix))
        cells = np.ascontiguousarray(matrix).reshape(-1)
        going = np.arange(len(node))  # the pairs of row and tree that have not come to a leaf
        row = np.repeat(np.arange(len(matrix)) * matrix.shape[1], len(roots))
        while len(going):
            at = node[going]
            asked = feature[at]
            inner = asked >= 0
            going, at, asked = going[inner], at[inner], asked[inner]
            node[going] = np.where(cells[row[going] + asked] <= threshold[at], left[at], right[at])
        found: NDArray[np.float64] = self.base + value[node].reshape(len(matrix), -1).sum(axis=1)
        return found

    @cached_property
    def _size(self) -> int:
        return max(len(tree.feature) for tree in self.trees)

    @cached_property
    def _stacked(self) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.int32], NDArray[np.int32], NDArray]:  # type: ignore[type-arg]
        """All nodes of all trees end to end, `_size` a tree; left and right are numbers of nodes in that row."""
        size = (len(self.trees), self._size)
        feature, left, right = (np.full(size, fill, dtype=np.int32) for fill in (-1, 0, 0))
        threshold, value = np.zeros(size), np.zeros(size)
        for number, tree in enumerate(self.trees):
            end = len(tree.feature)
            feature[number, :end], threshold[number, :end] = tree.feature, tree.threshold
            left[number, :end], right[number, :end], value[number, :end] = tree.left, tree.right, tree.value
        first = np.arange(len(self.trees), dtype=np.int32)[:, None] * self._size
        left, right = left + first, right + first
        return feature.reshape(-1), threshold.reshape(-1), left.reshape(-1), right.reshape(-1), value.reshape(-1)
