"""How frequent words are in English: the counts of symspellpy's frequency dictionary (82,765 words)."""

from __future__ import annotations

import importlib.resources
import math
from functools import cache

_MULTI_WORD_PENALTY = 6.0


@cache
def word_counts() -> dict[str, int]:
    """Load the counts of the lower-cased words once."""
    folder = importlib.resources.files("symspellpy")
    text = (folder / "frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig")
    counts: dict[str, int] = {}
    for line in text.splitlines():
        word, _, count = line.partition(" ")
        if count:
            counts[word] = int(count)
    return counts


def log_frequency(phrase: str) -> float:
    """Give the natural log of a word's count (1 for an unknown word); a phrase is rarer than its rarest word."""
    counts = word_counts()
    words = phrase.lower().replace("-", " ").split() or [""]
    rarest = min(math.log(counts.get(word, 1)) for word in words)
    return max(0.0, rarest - _MULTI_WORD_PENALTY * (len(words) - 1))
