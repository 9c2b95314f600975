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
        """Give the log-odds of each row; the columns are `features`."""
        if not len(matrix):
            return np.zeros(0)
        feature, threshold, left, right, value = self._stacked
        tree = np.arange(len(self.trees))
        row = np.arange(len(matrix))[:, None]
        node = np.zeros((len(matrix), len(self.trees)), dtype=np.int64)
        for _ in range(self._depth):
            asked = feature[tree, node]
            goes_left = matrix[row, np.maximum(asked, 0)] <= threshold[tree, node]
            node = np.where(asked < 0, node, np.where(goes_left, left[tree, node], right[tree, node]))
        found: NDArray[np.float64] = self.base + value[tree, node].sum(axis=1)
        return found

    @cached_property
    def _stacked(self) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64], NDArray[np.int64], NDArray]:  # type: ignore[type-arg]
        size = (len(self.trees), max(len(tree.feature) for tree in self.trees))
        feature, left, right = (np.full(size, fill, dtype=np.int64) for fill in (-1, 0, 0))
        threshold, value = np.zeros(size), np.zeros(size)
        for number, tree in enumerate(self.trees):
            end = len(tree.feature)
            feature[number, :end], threshold[number, :end] = tree.feature, tree.threshold
            left[number, :end], right[number, :end], value[number, :end] = tree.left, tree.right, tree.value
        return feature, threshold, left, right, value

    @cached_property
    def _depth(self) -> int:
        def depth(tree: Tree, node: int) -> int:
            if tree.feature[node] < 0:
                return 0
            return 1 + max(depth(tree, tree.left[node]), depth(tree, tree.right[node]))

        return max(depth(tree, 0) for tree in self.trees)
