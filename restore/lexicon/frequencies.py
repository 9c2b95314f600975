"""How frequent words are in English: the counts of symspellpy's frequency dictionary (82,765 words)."""

from __future__ import annotations

import importlib.resources
import math
from functools import cache, lru_cache
from itertools import pairwise

_MULTI_WORD_PENALTY = 6.0
"""How much rarer (ln; 6 is 400 times) each further word makes a phrase that is not listed. Chosen by hand: with less,
phrases look as usual as their rarest word."""
_PAIR_SCALE = 64  # all numbers of the bigram dictionary are multiples of it (counted), see `pair_counts`


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


@cache
def total_count() -> int:
    """Return the sum of the counts of all words."""
    return sum(word_counts().values())


@cache
def pair_counts() -> dict[str, int]:
    """Load the counts of the lower-cased word pairs of symspellpy's bigram dictionary (242,342 pairs) once.

    The dictionary's numbers are multiples of 64 ("of the" would be thirteen times as frequent as "of"): divided by it
    they are on the scale of `word_counts`; pairs below 100,000 are not listed.
    """
    folder = importlib.resources.files("symspellpy")
    text = (folder / "frequency_bigramdictionary_en_243_342.txt").read_text(encoding="utf-8-sig")
    pairs = (line.rsplit(" ", 1) for line in text.splitlines() if line.strip())
    return {pair: int(count) // _PAIR_SCALE for pair, count in pairs}


def phrase_count(phrase: str) -> float:
    """Estimate the count of a lower-cased word or phrase; a phrase is as frequent as its rarest pair of words."""
    words = phrase.split()
    if len(words) == 1:
        return float(word_counts().get(phrase, 1))
    return min(_pair_count(a, b) for a, b in pairwise(words))


def _pair_count(first: str, second: str) -> float:
    count = pair_counts().get(f"{first} {second}")
    return math.exp(log_frequency(f"{first} {second}")) if count is None else float(count)


@lru_cache(maxsize=50_000)  # more than half of the words that have a count
def log_frequency(phrase: str) -> float:
    """Return the natural log of a word's count (1 for an unknown word); a phrase is rarer than its rarest word."""
    counts = word_counts()
    words = phrase.lower().replace("-", " ").split() or [""]
    rarest = min(math.log(counts.get(word, 1)) for word in words)
    return max(0.0, rarest - _MULTI_WORD_PENALTY * (len(words) - 1))
