"""The calibrated probability that a text and an article tell of the same event: a logistic function of agreement.

training/references/same_event.py fits it on simulated spins of articles in clusters of the same event, and measures it
by cross-validation over topics.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache

import msgspec

from restore.runtime.odds import logistic
from restore.runtime.tables import decoded, table_path


class SameEventModel(msgspec.Struct, frozen=True):
    """Weights by feature (for values 0 to 1) and the offset of the log-odds."""

    weights: dict[str, float]
    offset: float

    def odds(self, features: Mapping[str, float]) -> float:
        """Return the log-odds of the same event; features that are missing count as 0."""
        return self.offset + math.fsum(w * features.get(name, 0.0) for name, w in self.weights.items())

    def probability(self, features: Mapping[str, float]) -> float:
        """Return P(same event), 0 to 1; features that are missing count as 0."""
        return logistic(self.odds(features), 40.0)


@cache
def load_same_event() -> SameEventModel:
    """Load the shipped model once; raises `ModelNotFoundError` if it is missing, `ModelDamagedError` if broken."""
    return decoded(table_path("same_event.json"), SameEventModel)
