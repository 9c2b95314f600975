"""The calibrated probability that a text and an article tell of the same event: a logistic function of agreement.

What else was found counts, too: where an article of another day agrees nearly as well, neither is proof of the event,
for what agrees is what the whole story shares. training/references/same_event.py fits the model and measures it by
cross-validation.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache

import msgspec

from restore.runtime.odds import logistic
from restore.runtime.tables import decoded, table_path

APART = 3
"""Days from which on, beyond it, two articles are of different days of a story: other outlets follow within so many.
By hand, as the groups of events_other are made."""
MOST_LEAD = 8.0
"""Log-odds by which an article leads at most, and does where no article of another day is found. Chosen by hand: more
proves nothing more."""


class SameEventModel(msgspec.Struct, frozen=True):
    """Weights by feature (for values 0 to 1), the offset of the log-odds, and what a lead over other days weighs."""

    weights: dict[str, float]
    offset: float
    lead: float = 0.0

    def odds(self, features: Mapping[str, float]) -> float:
        """Return the log-odds of the same event by agreement alone; features that are missing count as 0."""
        return self.offset + math.fsum(w * features.get(name, 0.0) for name, w in self.weights.items())

    def probability(self, features: Mapping[str, float], lead: float = MOST_LEAD) -> float:
        """Return P(same event), 0 to 1, of an article that leads so far over those of other days."""
        return logistic(self.odds(features) + self.lead * (min(lead, MOST_LEAD) - MOST_LEAD), 40.0)


def leads(odds: Sequence[float], days: Sequence[int | None]) -> list[float]:
    """Return how far each article leads over the best one of another day; both arguments go article by article.

    An article without a date is of no other day.
    """
    dated = [(other, day) for other, day in zip(odds, days, strict=True) if day is not None]

    def rival(day: int | None) -> float | None:
        return max((other for other, its in dated if day is not None and abs(its - day) > APART), default=None)

    rivals = [rival(day) for day in days]
    return [MOST_LEAD if best is None else min(MOST_LEAD, own - best) for own, best in zip(odds, rivals, strict=True)]


@cache
def load_same_event() -> SameEventModel:
    """Load the shipped model once; raises `ModelNotFoundError` if it is missing, `ModelDamagedError` if broken."""
    return decoded(table_path("same_event.json"), SameEventModel)
