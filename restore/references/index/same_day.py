"""Whether an article that seems to be on the event of a text is of the same day, or of another day of the story.

Running stories share names, words and figures for months. What tells their days apart is, in this order, the weekdays
that both name, whether those and the dates fit the day on which the article appeared, quotations that both have, and
what both begin with. training/references/same_day.py fits the model on articles whose days are known and measures it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache

import msgspec

from restore.runtime.odds import logistic
from restore.runtime.tables import decoded, table_path

APART = 3
"""Articles that are more days apart are of different days of a story: other outlets follow within so many. By hand; the
groups of events_other are made so."""
LEAST_DAY = 0.73
"""The least probability "same day" of an article that is accepted (log-odds of 1). Chosen on events_open, clean_open
and clean_other up to 2016 (docs/quality.md, "Finding references"), together with the next."""
LEAST_LEAD = 1.0
"""The least lead, in log-odds, over every article of another day: where one agrees nearly as well, what agrees is what
the whole story shares."""
_NO_RIVAL = 8.0
"""The lead of an article beside which none of another day is found, and the most that is told. By hand."""


class SameDayModel(msgspec.Struct, frozen=True):
    """Weights by feature (for values 0 to 1) and of the log-odds "same event", and the offset of the log-odds."""

    weights: dict[str, float]
    same_event: float
    offset: float

    def odds(self, same_event: float, features: Mapping[str, float]) -> float:
        """Return the log-odds "same day"; `same_event` are those of the same event, features that are missing are 0."""
        known = math.fsum(weight * features.get(name, 0.0) for name, weight in self.weights.items())
        return self.offset + self.same_event * same_event + known


def probability(odds: float) -> float:
    """Return the probability, 0 to 1, of log-odds."""
    return logistic(odds, 40.0)


def leads(odds: Sequence[float], days: Sequence[int | None]) -> list[float]:
    """Return how far each article leads over the best one of another day; both arguments go article by article.

    An article without a date is of no other day, and no article is of another day than it.
    """
    dated = [(its_odds, its_day) for its_odds, its_day in zip(odds, days, strict=True) if its_day is not None]
    found: list[float] = []
    for own, day in zip(odds, days, strict=True):
        rivals = [other for other, its_day in dated if day is not None and abs(its_day - day) > APART]
        found.append(min(_NO_RIVAL, own - max(rivals)) if rivals else _NO_RIVAL)
    return found


@cache
def load_same_day() -> SameDayModel:
    """Load the shipped model once; raises `ModelNotFoundError` if it is missing, `ModelDamagedError` if broken."""
    return decoded(table_path("same_day.json"), SameDayModel)
