from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.evaluation.calibration import DecisionOutcome, expected_error, reliability

OUTCOMES = st.lists(st.builds(DecisionOutcome, st.floats(0, 1), st.booleans()), max_size=40)


def test_true_confidences_have_no_error() -> None:
    assert expected_error([DecisionOutcome(0.75, n < 3) for n in range(4)]) == 0.0


def test_too_much_confidence_is_an_error() -> None:
    assert expected_error([DecisionOutcome(0.9, n < 5) for n in range(10)]) == pytest.approx(0.4)


def test_certainty_falls_into_the_last_range() -> None:
    (row,) = reliability([DecisionOutcome(1.0, True)])
    assert (row.least, row.most, row.count) == (0.9, 1.0, 1)


@given(OUTCOMES)
def test_every_decision_is_counted_once(outcomes: list[DecisionOutcome]) -> None:
    rows = reliability(outcomes)
    assert sum(row.count for row in rows) == len(outcomes)
    assert all(row.least - 1e-9 <= row.said <= row.most + 1e-9 for row in rows)
    assert 0 <= expected_error(outcomes) <= 1
