"""What the words of an edit say alone and to their neighbours: relatedness, topic, word pairs, function words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from restore.lexicon.frequencies import pair_counts, total_count, word_counts
from restore.lexicon.function_words import BORDER, load_function_words
from restore.lexicon.vectors import load_vectors, relatedness
from restore.text.parsing import ParsedText, Token
from restore.text.word_lists import CONTENT_POS

_FOREIGN = 0.25
"""The cosine of two words' vectors below which they have nothing to do with each other. Chosen by hand, as in
restore/lexicon/features.py; it only makes a feature, and the ranker is fitted to it."""
_PRIOR_PAIRS = 50_000.0  # rarer pairs are not listed
_CAP = 5.0
"""Gains (ln) beyond this count as this: rarely seen pairs say no more. Chosen by hand; the ranker is fitted to it."""


class WordingFeatures:
    """Describes the words of the edits of one text."""

    def __init__(self, parsed: ParsedText) -> None:
        self._parsed = parsed
        self._known: dict[tuple[str, ...], float] = {}

    def describe(self, tokens: tuple[Token, ...], spun: Sequence[str], original: Sequence[str]) -> dict[str, float]:
        """Describe the edit of `tokens`; `spun` and `original` are lower-cased words."""
        before, after = self._parsed.beside(tokens)
        return {
            **self._meaning(spun, original),
            **self._topic(spun, original),
            "wording.pairs": _pair_gain(spun, original, before.lower if before else "", after.lower if after else ""),
            **(_function_word(before, after, spun, original) if len(tokens) == 1 else {}),
        }

    @staticmethod
    def _meaning(spun: Sequence[str], original: Sequence[str]) -> dict[str, float]:
        """Return how well every word that goes is covered by one that comes, and the other way round."""
        vectors = load_vectors().rows
        gone = [w for w in spun if w in vectors and w not in original]
        new = [w for w in original if w in vectors and w not in spun]
        if not gone or not new:
            return {"wording.unpaired": float(len(gone) + len(new))}
        cosines = [[relatedness(w, g) for g in gone] for w in new]
        covered = [max(row) for row in cosines]
        kept = [max(column) for column in zip(*cosines, strict=True)]
        return {
            "wording.known": 1.0,
            "wording.covered": min(covered),
            "wording.kept": min(kept),
            "wording.foreign": float(sum(c < _FOREIGN for c in covered)),
        }

    def _topic(self, spun: Sequence[str], original: Sequence[str]) -> dict[str, float]:
        """Return how much nearer the new words are to what the text is about than the old ones."""
        ours, theirs = self._nearness(spun), self._nearness(original)
        return {"wording.topic": theirs - ours} if ours and theirs else {}

    def _nearness(self, words: Sequence[str]) -> float:
        key = tuple(words)
        found = self._known.get(key)
        if found is None:
            vectors = load_vectors()
            rows = [vectors.rows[w] for w in words if w in vectors.rows]
            if not rows or self._centre is None:
                found = 0.0
            elif len(rows) == 1:
                found = float(vectors.matrix[rows[0]] @ self._centre)
            else:
                found = float((vectors.matrix[rows] @ self._centre).mean())
            self._known[key] = found
        return found

    @cached_property
    def _centre(self) -> NDArray[np.float32] | None:
        """The mean direction of the content words of the text, rare words first of all."""
        vectors = load_vectors()
        words = {t.lower for t in self._parsed.tokens if t.pos in CONTENT_POS and t.lower in vectors.rows}
        if not words:
            return None
        rarity = [(w, 1.0 / math.log(10.0 + word_counts().get(w, 0))) for w in sorted(words)]
        centre = np.sum([vectors.matrix[vectors.rows[w]] * r for w, r in rarity], axis=0)
        length = float(np.linalg.norm(centre))
        return (centre / length).astype(np.float32) if length else None


def _function_word(
    before: Token | None, after: Token | None, spun: Sequence[str], original: Sequence[str]
) -> dict[str, float]:
    """Return how much better one function word fits the place than another, by the tags and words beside it."""
    if len(spun) != 1 or len(original) != 1 or spun[0] == original[0]:
        return {}
    function_words = load_function_words()
    if spun[0] not in function_words or original[0] not in function_words:
        return {}
    contexts = {
        "tags": f"{before.tag if before else BORDER} {after.tag if after else BORDER}",
        "before": before.lower if before else BORDER,
        "after": after.lower if after else BORDER,
    }
    gains = {view: function_words.gain(view, context, spun[0], original[0]) for view, context in contexts.items()}
    usual = function_words.gain("all", "", spun[0], original[0])
    return {
        "slot.usual": _capped(usual),
        **{f"slot.{view}": _capped(gain - usual) for view, gain in gains.items()},
    }


def _pair_gain(spun: Sequence[str], original: Sequence[str], before: str, after: str) -> float:
    """Return the gain in pointwise mutual information per border of words, by the dictionary's pairs."""
    return _capped(_bond(original, before, after) - _bond(spun, before, after))


def _bond(words: Sequence[str], before: str, after: str) -> float:
    row = [w for w in (before, *words, after) if w]
    bonds = [_mutual(a, b) for a, b in pairwise(row)]
    return sum(bonds) / len(bonds) if bonds else 0.0


@lru_cache(maxsize=50_000)
def _mutual(first: str, second: str) -> float:
    counts = word_counts()
    expected = counts.get(first, 0) * counts.get(second, 0) / total_count()
    return math.log((pair_counts().get(f"{first} {second}", 0) + _PRIOR_PAIRS) / (expected + _PRIOR_PAIRS))


def _capped(value: float) -> float:
    return max(-_CAP, min(_CAP, value))
