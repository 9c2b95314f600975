"""The probability of the same event, and the measures of agreement it is made of."""

from __future__ import annotations

import pytest

from restore.references.index.agreement import FEATURES
from restore.references.index.same_event import SameEventModel, load_same_event


def test_the_probability_is_logistic_and_missing_features_count_as_zero() -> None:
    model = SameEventModel({"likeness": 4.0, "numbers": 1.0}, -2.0)
    assert model.probability({"likeness": 0.5}) == pytest.approx(0.5)
    assert model.probability({}) < model.probability({"likeness": 0.5}) < model.probability({"likeness": 1.0})
    assert 0.0 < SameEventModel({}, 1e9).probability({}) <= 1.0


def test_the_shipped_model_knows_every_feature_and_trusts_likeness() -> None:
    model = load_same_event()
    assert set(model.weights) == set(FEATURES)
    assert model.weights["likeness"] > 0
    assert model.probability({}) < 0.01
