from __future__ import annotations

import numpy as np

from restore.alignment.grids import boxed, equal, gathered, runs, shifted


def test_shifted_gives_the_entry_some_steps_away_and_nothing_outside() -> None:
    matrix = np.arange(1, 7, dtype=np.float32).reshape(2, 3)
    assert shifted(matrix, 1, 1).tolist() == [[5, 6, 0], [0, 0, 0]]
    assert shifted(matrix, -1, 0).tolist() == [[0, 0, 0], [1, 2, 3]]
    assert shifted(matrix, 5, 0).tolist() == [[0, 0, 0], [0, 0, 0]]


def test_boxed_sums_what_is_near() -> None:
    matrix = np.arange(20, dtype=np.float32).reshape(4, 5)
    found = boxed(matrix, 1)
    for i in range(4):
        for j in range(5):
            assert found[i, j] == matrix[max(0, i - 1) : i + 2, max(0, j - 1) : j + 2].sum()


def test_runs_count_equal_neighbours_on_the_diagonal() -> None:
    before, after = runs(np.eye(3, dtype=np.float32))
    assert before.diagonal().tolist() == [0, 1, 2]
    assert after.diagonal().tolist() == [2, 1, 0]
    assert before[0, 2] == 0


def test_equal_compares_everything_with_everything() -> None:
    assert equal(["a", "b"], ["b", "a", "c"]).tolist() == [[0, 1, 0], [1, 0, 0]]


def test_gathered_gives_a_row_for_each_cell_and_spreads_rows_and_columns() -> None:
    columns = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.array([[7], [8]], dtype=np.float32)}
    assert gathered(columns, (2, 3), None).tolist() == [[0, 7], [1, 7], [2, 7], [3, 8], [4, 8], [5, 8]]
    assert gathered(columns, (2, 3), np.array([4])).tolist() == [[4, 8]]
