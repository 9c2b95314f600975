from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.decoding.prior import place_odds, shift, spin_rate

BASE = 0.1


def test_a_text_without_a_suspicious_place_has_a_rate_near_zero() -> None:
    assert spin_rate([], 1000, BASE) < 0.002


def test_much_evidence_gives_a_high_rate() -> None:
    assert spin_rate([20.0] * 60, 200, BASE) > 0.15


def test_one_odd_word_in_a_long_text_stays_an_exception() -> None:
    assert spin_rate([5.0], 1000, BASE) < 0.01


def test_doubtful_places_count_for_less_in_a_clean_text() -> None:
    few = spin_rate([0.2] * 10, 500, BASE)
    many = spin_rate([0.2] * 10 + [50.0] * 60, 500, BASE)
    assert few < 0.02 < many


def test_a_short_text_is_drawn_to_the_prior() -> None:
    assert spin_rate([], 2000, BASE) < spin_rate([], 5, BASE) < 0.01


@given(st.lists(st.floats(0, 1e6), max_size=50), st.integers(0, 5000))
def test_the_rate_is_a_share_and_grows_with_the_evidence(odds: list[float], words: int) -> None:
    words = max(words, len(odds))
    rate = spin_rate(odds, words, BASE)
    assert 0.0005 <= rate <= 0.5
    assert spin_rate([*odds, 100.0], words, BASE) >= rate - 1e-9
    assert spin_rate(odds, words, BASE) == rate


def test_shift_is_zero_at_the_base_and_comes_in_steps() -> None:
    assert shift(BASE, BASE) == 0.0
    assert shift(0.01, BASE) < -2
    assert shift(0.3, BASE) % 0.25 == 0


def test_odds_of_a_place_add_up() -> None:
    assert place_odds([math.log(2), math.log(3)]) == pytest.approx(5.0)
    assert place_odds([]) == 0.0
