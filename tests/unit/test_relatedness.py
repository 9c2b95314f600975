from __future__ import annotations

import numpy as np
import pytest

from restore.relatedness import Vectors, load_vectors, neighbours, relatedness


def test_cosines_are_symmetric_and_bounded() -> None:
    assert relatedness("film", "movie") == pytest.approx(relatedness("movie", "film"))
    assert relatedness("film", "film") == pytest.approx(1.0, abs=1e-3)
    assert -1.0 <= relatedness("film", "gravel") < 0.3 < relatedness("film", "movie") <= 1.0


def test_an_unknown_word_is_related_to_nothing() -> None:
    assert relatedness("film", "qqqzzz") == relatedness("qqqzzz", "qqqzzz") == 0.0
    assert neighbours("qqqzzz", 5) == ()
    assert neighbours("film", 0) == ()


def test_neighbours_come_nearest_first_without_the_word_itself() -> None:
    found = neighbours("enormous", 10)
    assert len(found) == 10
    assert "huge" in dict(found)
    assert "enormous" not in dict(found)
    cosines = [cosine for _, cosine in found]
    assert cosines == sorted(cosines, reverse=True)
    word, cosine = found[0]
    assert cosine == pytest.approx(relatedness("enormous", word), abs=1e-5)


def test_lemmas_come_first_and_rows_have_length_one() -> None:
    vectors = load_vectors()
    assert 0 < vectors.lemmas < len(vectors.words) == len(vectors.matrix)
    assert vectors.rows["buy"] < vectors.lemmas <= vectors.rows["bought"]
    assert np.allclose(np.linalg.norm(vectors.matrix[:100], axis=1), 1.0, atol=1e-5)


def test_unknown_words_have_no_cosines() -> None:
    matrix = np.eye(2, dtype=np.float32)
    vectors = Vectors(("a", "b"), {"a": 0, "b": 1}, matrix, 2)
    assert vectors.cosines(["b", "c"], 2).tolist() == [[0.0, 1.0], [0.0, 0.0]]
