"""Log-odds and what they are of."""

from __future__ import annotations

import math

_LIMIT = 30.0
"""Log-odds beyond which a chance is 0 or 1 to thirteen digits; keeps `exp` from running over."""


def logistic(log_odds: float) -> float:
    """Return the chance, 0 to 1, that some log-odds (ln) are of."""
    return 1.0 / (1.0 + math.exp(-max(-_LIMIT, min(_LIMIT, log_odds))))


def log_odds(chance: float) -> float:
    """Return the log-odds (ln) of a chance, 0 to 1; within the limits of `logistic`."""
    least = 1.0 / (1.0 + math.exp(_LIMIT))
    return math.log(max(least, chance) / max(least, 1.0 - chance))
