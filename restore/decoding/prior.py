"""A prior per document: how much of this text is damaged, by its own evidence.

Every place is a draw from a mixture: damaged with the rate of the document, else whole. The rate is the maximum a
posteriori estimate under a Beta prior, by expectation maximisation (Dempster, Laird and Rubin 1977).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

CLEAN = "prior.clean"
"""The feature that carries the prior of the document into the cost of an edit."""
_CLEAN_BELOW = -0.5
_STEPS = 30
_PRIOR_RATE = 0.003
_PRIOR_WORDS = 100.0
_STEP = 0.25
_LOWEST, _HIGHEST = 0.0005, 0.5


def spin_rate(odds: Sequence[float], words: int, base: float) -> float:
    """Estimate the share of damaged words of a text, between 0.0005 and 0.5.

    `odds` are the odds of damage at the suspicious places, given by a model that expects the share `base` of damage
    everywhere; at the others there is nothing that speaks for damage. A text without words has the prior's rate.
    """
    ratios = [o * (1 - base) / base for o in odds]
    rate = max(base, _PRIOR_RATE)  # from above, so that a text full of damage is not taken for a clean one
    for _ in range(_STEPS):
        expected = sum(rate * r / (1 - rate + rate * r) for r in ratios)
        rate = (expected + _PRIOR_RATE * _PRIOR_WORDS) / (words + _PRIOR_WORDS)
        rate = min(max(rate, _LOWEST), _HIGHEST)
    return rate


def shift(rate: float, base: float) -> float:
    """Give how much likelier than usual an edit is, in log-odds, in steps of a quarter (so that equal costs recur)."""
    return round((log_odds(rate) - log_odds(base)) / _STEP) * _STEP


def prior_features(shifted: float) -> dict[str, float]:
    """Say how far the shift lies below that of damaged texts, in log-odds; among those it told nothing in training."""
    return {CLEAN: min(0.0, shifted - _CLEAN_BELOW)}


def log_odds(share: float) -> float:
    """Give the natural log-odds of a share strictly between 0 and 1."""
    return math.log(share / (1 - share))


def place_odds(outlooks: Iterable[float]) -> float:
    """Give the odds that something has to be edited at a place, from the log-odds of its candidates."""
    return sum(math.exp(min(o, 30.0)) for o in outlooks)
