"""Which sentences of a reference are about what some words of a text are about, the nearest first.

Weaker than alignment (restore/alignment/sentences.py): it orders all sentences that share a word and judges none. What
the encoder gets to see is chosen by it: a sentence that tells something else does little harm there, and one that tells
the same and was left out is lost.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

from restore.references.rarity import rarity

_TELLING = 0.2
"""Rarer words tell what a sentence is about (restore/references/rarity.py: "the" is 0); by hand, not sensitive."""
_LONGEST_POSTING = 200
"""Words that stand in more sentences than this are passed over, so that long references stay cheap; by hand."""


class SentenceIndex:
    """The sentences of a reference, found by their words (inverted index, cosine of weights by rarity)."""

    def __init__(self, sentences: Sequence[Iterable[str]]) -> None:
        self._postings: dict[str, list[int]] = defaultdict(list)
        self._lengths: list[float] = []
        for number, words in enumerate(sentences):
            weights = _weights(words)
            self._lengths.append(math.sqrt(math.fsum(w * w for w in weights.values())) or 1.0)
            for word in weights:
                self._postings[word].append(number)

    def nearest(self, words: Iterable[str]) -> list[tuple[float, int]]:
        """Return (cosine up to a constant, number) of sentences that share an informative word, best first."""
        found: dict[int, float] = defaultdict(float)
        for word, weight in _weights(words).items():
            posting = self._postings.get(word, ())
            if len(posting) <= _LONGEST_POSTING:
                for number in posting:
                    found[number] += weight * weight / self._lengths[number]
        return sorted(((score, number) for number, score in found.items()), key=lambda pair: (-pair[0], pair[1]))


def _weights(words: Iterable[str]) -> dict[str, float]:
    """Return the informative words, in small letters, with their weights (0 to 1); each counts once."""
    lower = dict.fromkeys(word.lower() for word in words)
    return {word: weight for word in lower if (weight := rarity(word)) > _TELLING}
