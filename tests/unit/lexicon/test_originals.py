from __future__ import annotations

import math

import numpy as np
import pytest

from restore.lexicon.features import FEATURES, UNSEEN, describe
from restore.lexicon.originals import MOBY, WORDNET, lexical_originals, log_lexical


@pytest.mark.parametrize(
    ("spun", "pos", "original"),
    [("purchase", "v", "buy"), ("automobile", "n", "car"), ("enormous", "a", "huge"), ("swiftly", "r", "quickly")],
)
def test_plain_synonyms_are_among_the_first(spun: str, pos: str, original: str) -> None:
    first = [found.lemma for found in lexical_originals(spun, pos, 5)]  # type: ignore[arg-type]
    assert original in first


def test_probabilities_leave_a_share_for_the_unseen() -> None:
    found = lexical_originals("purchase", "v")
    masses = [math.exp(candidate.log_probability) for candidate in found]
    assert masses == sorted(masses, reverse=True)
    assert 0.5 < sum(masses) < 1.0
    assert len({candidate.lemma for candidate in found}) == len(found)
    assert all(candidate.lemma != "purchase" for candidate in found)


def test_the_limit_does_not_change_the_probabilities() -> None:
    assert lexical_originals("huge", "a", 3) == lexical_originals("huge", "a", 40)[:3]
    assert lexical_originals("huge", "a", 0) == ()


def test_resources_say_who_relates_the_two() -> None:
    found = {candidate.lemma: candidate for candidate in lexical_originals("automobile", "n")}
    assert {WORDNET, MOBY} <= set(found["car"].resources)
    assert found["car"].related is not None
    assert found["car"].related.relation == "synonym"
    assert found["car"].pos == "n"


def test_any_pair_has_a_probability() -> None:
    (first, *_) = lexical_originals("purchase", "v", 1)
    assert log_lexical("purchase", first.lemma, "v") == pytest.approx(first.log_probability, abs=1e-5)
    related, other = log_lexical("purchase", "buy", "v"), log_lexical("purchase", "giraffe", "v")
    assert -20.0 <= other < related <= 0.0
    assert -20.0 <= log_lexical("qqqzzz", "xxqqyy", "n") <= 0.0


def test_an_unknown_word_has_no_originals() -> None:
    assert lexical_originals("qqqzzz", "n") == ()


def test_rows_are_described_in_bounds() -> None:
    described = describe("run", "v")
    assert described.features.shape == (len(described.lemmas), len(FEATURES))
    assert described.unseen.shape == (len(UNSEEN),)
    assert np.isfinite(described.features).all()
    assert np.abs(described.features).max() <= 10.0
