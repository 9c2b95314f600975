from __future__ import annotations

import msgspec
import numpy as np
import pytest

from restore.detection.trees import Tree, Trees

STUMP = Tree([0, -1, -1], [1.5, 0.0, 0.0], [1, 0, 0], [2, 0, 0], [0.0, -1.0, 2.0])
DEEPER = Tree([1, -1, 0, -1, -1], [0.0] * 5, [1, 0, 3, 0, 0], [2, 0, 4, 0, 0], [0.0, 0.5, 0.0, 0.25, 4.0])


@pytest.mark.parametrize(
    ("row", "expected"),
    [((1.5, 0.0), 0.1 - 1.0 + 0.5), ((1.6, 1.0), 0.1 + 2.0 + 4.0), ((-1.0, 1.0), 0.1 - 1.0 + 0.25)],
)
def test_a_row_falls_to_one_leaf_of_each_tree(row: tuple[float, float], expected: float) -> None:
    trees = Trees(["a", "b"], 0.1, [STUMP, DEEPER])
    assert trees.log_odds(np.array([row], dtype=np.float32)) == pytest.approx([expected])


def test_no_rows_no_odds() -> None:
    assert len(Trees(["a"], 0.0, [STUMP]).log_odds(np.zeros((0, 1), dtype=np.float32))) == 0


def test_trees_survive_json() -> None:
    trees = Trees(["a", "b"], 0.1, [STUMP, DEEPER])
    assert msgspec.json.decode(msgspec.json.encode(trees), type=Trees) == trees
