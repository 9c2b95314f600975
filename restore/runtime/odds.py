"""Log-odds and what they are of."""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = TypeVar("Floats", NDArray[np.float32], NDArray[np.float64])

_LIMIT = 30.0
"""Log-odds beyond which a chance is 0 or 1 to thirteen digits; keeps `exp` from running over."""


def logistic(log_odds: float, limit: float = _LIMIT) -> float:
    """Return the chance, 0 to 1, that some log-odds (ln) are of, cut at `limit` on both sides."""
    return 1.0 / (1.0 + math.exp(-max(-limit, min(limit, log_odds))))


def logistic_of(odds: Floats, limit: float | None = None) -> Floats:
    """Return the chances, 0 to 1, of an array of log-odds (ln), cut at `limit` on both sides if one is given."""
    cut = odds if limit is None else np.clip(odds, -limit, limit)
    return np.asarray(1.0 / (1.0 + np.exp(-cut)), dtype=odds.dtype)


def log_odds(chance: float) -> float:
    """Return the log-odds (ln) of a chance, 0 to 1; within the limits of `logistic`."""
    least = 1.0 / (1.0 + math.exp(_LIMIT))
    return math.log(max(least, chance) / max(least, 1.0 - chance))
