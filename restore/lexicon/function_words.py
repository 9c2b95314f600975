"""Which function word fits a place: P(word | the tags and words beside it), counted on clean text.

A product of experts over independent views of the context, each smoothed towards the word's own frequency (Dirichlet
prior of ten counts); training/lexicon/slots.py makes the table.
"""

from __future__ import annotations

import gzip
import math
from collections import Counter
from functools import cache, lru_cache

from restore.runtime.tables import table_path

BORDER = "<>"
"""Stands for the word or the tag outside the sentence."""
_PRIOR = 10.0
"""For how many places the word's own frequency counts in each context. Chosen by hand; the table has contexts from 4
places on. With less, rare contexts say more; the trees of the verdict are fitted with it."""


class FunctionWords:
    """Counts of function words by context."""

    def __init__(self, counts: dict[tuple[str, str], Counter[str]]) -> None:
        """Take, for each (view, context), how often each word stood there; ("all", "") has all places."""
        self._counts = counts
        self._all = counts["all", ""]
        self._total = sum(self._all.values())
        self._sums = {key: sum(words.values()) for key, words in counts.items()}
        self.gain = lru_cache(maxsize=50_000)(self._gain)

    def __contains__(self, word: object) -> bool:
        """Return whether a lower-cased word is one of the function words that were counted."""
        return word in self._all

    def fit(self, view: str, context: str, word: str) -> float:
        """Return ln P(word | context) - ln P(word) in one view; 0 for a word that is no function word."""
        if word not in self._all:
            return 0.0
        return math.log(self._share(view, context, word) / (self._all[word] / self._total))

    def _gain(self, view: str, context: str, spun: str, original: str) -> float:
        """Return ln P(original | context) - ln P(spun | context) in one view; 0 if either is no function word."""
        if spun not in self._all or original not in self._all:
            return 0.0
        return math.log(self._share(view, context, original) / self._share(view, context, spun))

    def _share(self, view: str, context: str, word: str) -> float:
        words = self._counts.get((view, context), Counter())
        return (words[word] + _PRIOR * self._all[word] / self._total) / (self._sums.get((view, context), 0) + _PRIOR)


@cache
def load_function_words() -> FunctionWords:
    """Load the shipped counts once; raises `ModelNotFoundError` if they are missing."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for line in gzip.decompress(table_path("slots.tsv.gz").read_bytes()).decode().splitlines():
        view, context, *pairs = line.split("\t")
        counts[view, context] = Counter({p.rpartition(":")[0]: int(p.rpartition(":")[2]) for p in pairs})
    return FunctionWords(counts)
