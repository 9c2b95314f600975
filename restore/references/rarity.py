"""How much a word tells about what a text is about: rare words tell much, common ones nothing."""

from __future__ import annotations

import math
from functools import cache

from restore.lexicon.frequencies import word_counts

_CLITICS = frozenset({"n't", "'s", "’s", "n’t", "'re", "’re", "'ve", "’ve", "'ll", "’ll", "'d", "’d", "'m", "’m"})


@cache
def _scale() -> tuple[float, float]:
    counts = word_counts()
    top, bottom = max(counts.values()), min(counts.values())
    return math.log(top), math.log(top / bottom)


def rarity(word: str) -> float:
    """Return the inverse document frequency of a word scaled to 0 (as common as "the") to 1 (rarest, or unknown).

    Clitics and strings without a letter or digit get 0.
    """
    lower = word.lower()
    if lower in _CLITICS or not any(c.isalnum() for c in lower):
        return 0.0
    count = word_counts().get(lower)
    if count is None:
        return 1.0 if len(lower) > 1 else 0.1
    top, width = _scale()
    return (top - math.log(count)) / width
