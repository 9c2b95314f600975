from __future__ import annotations

import numpy as np

from restore.alignment.grids import Matrix
from restore.alignment.link_features import link_columns
from restore.alignment.pair_features import Pair, Side
from tests.helpers.toy import parse


def columns(ours: str, theirs: str, links: dict[tuple[int, int], float]) -> dict[str, Matrix]:
    pair = Pair(Side(parse(ours).tokens), Side(parse(theirs).tokens))
    p = np.zeros((pair.ours.size, pair.theirs.size), dtype=np.float32)
    for place, probability in links.items():
        p[place] = probability
    return link_columns(pair, p)


def test_rivals_are_the_best_other_links_of_a_word() -> None:
    found = columns("a b", "a b c", {(0, 0): 0.9, (0, 2): 0.4, (1, 2): 0.7})
    assert np.isclose(found["link.rival_row"][0, 0], 0.4)
    assert np.isclose(found["link.rival_row"][0, 1], 0.9)
    assert np.isclose(found["link.rival_column"][0, 2], 0.7)
    assert np.isclose(found["link.others_column"][0, 2], 0.7)


def test_a_gap_lies_between_the_same_links() -> None:
    found = columns("a b c d", "a x y d", {(0, 0): 0.9, (3, 3): 0.9})
    assert found["gap.left"][1, 2] == found["gap.right"][1, 2] == 1
    assert found["gap.ours"][2, 1] == found["gap.theirs"][2, 1] == 2
    assert found["gap.free"][0, 1] == 0


def test_a_gap_at_the_end_of_both_sentences_counts_as_closed() -> None:
    found = columns("a b", "a x", {(0, 0): 0.9})
    assert found["gap.left"][1, 1] == found["gap.right"][1, 1] == 1


def test_gaps_beside_different_links_do_not_meet() -> None:
    found = columns("a b c", "c x a", {(0, 2): 0.9, (2, 0): 0.9})
    assert found["gap.free"][1, 1] == 1
    assert found["gap.left"][1, 1] == found["gap.right"][1, 1] == 0


def test_links_that_would_cross_others_are_told() -> None:
    found = columns("a b", "b a", {(0, 1): 1.0})
    assert found["link.crossed"][1, 0] == 1
    assert found["link.crossed"][0, 1] == 0


def test_a_link_that_follows_its_neighbours_lies_on_their_diagonal() -> None:
    found = columns("a b c", "x a b c", {(0, 1): 1.0, (2, 3): 1.0})
    assert found["link.off_2"][1, 2] == 0
    assert found["link.off_2"][1, 0] == 2


def test_one_word_each_has_no_rivals() -> None:
    found = columns("a", "a", {(0, 0): 0.5})
    assert found["link.rival_row"].tolist() == [[0.0]]
    assert all(np.isfinite(column).all() for column in found.values())
