from __future__ import annotations

import numpy as np
import pytest

from restore.lexicon.vectors import load_vectors, relatedness


def test_cosines_are_symmetric_and_bounded() -> None:
    assert relatedness("film", "movie") == pytest.approx(relatedness("movie", "film"))
    assert relatedness("film", "film") == pytest.approx(1.0, abs=1e-3)
    assert -1.0 <= relatedness("film", "gravel") < 0.3 < relatedness("film", "movie") <= 1.0


def test_an_unknown_word_is_related_to_nothing() -> None:
    assert relatedness("film", "qqqzzz") == relatedness("qqqzzz", "qqqzzz") == 0.0


def test_lemmas_come_first_and_rows_have_length_one() -> None:
    vectors = load_vectors()
    assert 0 < vectors.lemmas < len(vectors.words) == len(vectors.matrix)
    assert vectors.rows["buy"] < vectors.lemmas <= vectors.rows["bought"]
    assert np.allclose(np.linalg.norm(vectors.matrix[:100], axis=1), 1.0, atol=1e-5)
