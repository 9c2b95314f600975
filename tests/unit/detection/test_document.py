from __future__ import annotations

import numpy as np
import pytest

from restore.detection.document import MEASURES, damaged_share, log_ratio, measure, posteriors


def words(clean: int, damaged: int, clear: float = 4.0) -> np.ndarray:
    return np.array([-1.5] * clean + [clear] * damaged)


def test_one_odd_word_says_little_in_a_long_text_and_many_say_a_lot() -> None:
    assert log_ratio(words(300, 0)) < log_ratio(words(299, 1)) < 0 < log_ratio(words(260, 40))


def test_more_words_of_the_same_kind_are_more_evidence_either_way() -> None:
    assert log_ratio(words(16, 4)) < log_ratio(words(160, 40))
    assert log_ratio(words(20, 0)) > log_ratio(words(200, 0))


def test_a_single_word_cannot_outweigh_everything() -> None:
    assert log_ratio(words(100, 1, clear=50.0)) == log_ratio(words(100, 1, clear=6.0))


@pytest.mark.parametrize("damaged", [0, 20, 60])
def test_the_share_is_about_right(damaged: int) -> None:
    assert damaged_share(words(300 - damaged, damaged)) == pytest.approx(damaged / 300, abs=0.05)


def test_posteriors_rise_with_odds_and_rate() -> None:
    odds = np.array([-3.0, 0.0, 3.0])
    low, high = posteriors(odds, 0.02), posteriors(odds, 0.2)
    assert (np.diff(low) > 0).all()
    assert (high > low).all()
    assert ((low > 0) & (high < 1)).all()
    assert posteriors(odds, 0.2)[1] == pytest.approx(0.2)


def test_nothing_measures_as_nothing() -> None:
    assert log_ratio(np.zeros(0)) == 0.0
    assert len(measure(np.zeros(0))) == len(MEASURES)
    assert np.isfinite(measure(np.zeros(0))).all()
