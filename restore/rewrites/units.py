"""What is compared of a sentence: its words by rarity and meaning, its names and its figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from restore.lexicon.vectors import load_vectors
from restore.references.rarity import rarity
from restore.text.parsing import ParsedText, Token
from restore.text.word_lists import CONTENT_POS

_CONTENT = CONTENT_POS | {"NUM"}
_LEAST_NEAR = 0.3
"""Cosines below this say nothing: so near are words that have only their topic in common. Chosen by hand."""


@dataclass(frozen=True)
class Unit:
    """A sentence of an article, a clause of one, or two that follow each other: the tokens `[first, last)`."""

    parsed: ParsedText
    first: int
    last: int

    @property
    def start(self) -> int:
        """Its first character."""
        return self.parsed.tokens[self.first].start

    @property
    def end(self) -> int:
        """Where its characters end."""
        return self.parsed.tokens[self.last - 1].end

    @property
    def text(self) -> str:
        """Its characters."""
        return self.parsed.text[self.start : self.end]

    @cached_property
    def tokens(self) -> Sequence[Token]:
        """Its tokens."""
        return self.parsed.tokens[self.first : self.last]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its words and figures in lower case."""
        return tuple(t.lower for t in self.tokens if t.is_word or t.is_figure)

    @cached_property
    def names(self) -> frozenset[str]:
        """The words of its names, in lower case."""
        return frozenset(t.lower for t in self.tokens if t.is_name)

    @cached_property
    def figures(self) -> frozenset[str]:
        """The digits of its figures."""
        return frozenset(d for t in self.tokens if (d := "".join(c for c in t.text if c.isdigit())))

    @cached_property
    def weights(self) -> dict[str, float]:
        """Its content words, names and figures by rarity (0 to 1): lemmas, names as they are written."""
        found: dict[str, float] = {}
        for token in self.tokens:
            if token.pos in _CONTENT and (token.is_word or token.is_figure):
                key = token.lower if token.is_name else token.lemma
                found[key] = max(0.05, rarity(key))
        return found

    @cached_property
    def total(self) -> float:
        """The sum of the weights."""
        return math.fsum(self.weights.values())

    @cached_property
    def vectors(self) -> NDArray[np.float32]:
        """The vectors of its content words, a row each, in the order of `weights`; zeros for unknown words."""
        known = load_vectors()
        matrix = np.zeros((len(self.weights), known.matrix.shape[1]), dtype=np.float32)
        for row, word in enumerate(self.weights):
            if (place := known.rows.get(word)) is not None:
                matrix[row] = known.matrix[place]
        return matrix


def shared(one: Unit, other: Unit) -> float:
    """Return the share (0 to 1) of what a unit tells, by rarity, that another one has in the same words."""
    both = math.fsum(weight for word, weight in one.weights.items() if word in other.weights)
    return both / one.total if one.total else 0.0


def content_shares(one: Unit, other: Unit) -> tuple[float, float]:
    """Return the shares (0 to 1) of what each of two units tells, by rarity, that the other has in words as near.

    A word that the other has counts whole, another one as its cosine to the nearest.
    """
    if not one.total or not other.total:
        return 0.0, 0.0
    near = one.vectors @ other.vectors.T
    shares = []
    for side, against, best in ((one, other, near.max(axis=1)), (other, one, near.max(axis=0))):
        gained = [
            weight * (1.0 if word in against.weights else cosine if cosine >= _LEAST_NEAR else 0.0)
            for (word, weight), cosine in zip(side.weights.items(), best.tolist(), strict=True)
        ]
        shares.append(min(1.0, math.fsum(gained) / side.total))
    return shares[0], shares[1]


def share_in(ours: frozenset[str], theirs: frozenset[str]) -> float:
    """Return the share of some words that are among others; 1 where there are none."""
    return len(ours & theirs) / len(ours) if ours else 1.0


def apart(one: Unit, other: Unit) -> float:
    """Return how far two units are from each other in words: 1 less the share of words in a common order (0 to 1)."""
    longest = max(len(one.words), len(other.words))
    return 1.0 - common_order(one.words, other.words) / longest if longest else 0.0


def common_order(one: Sequence[str], other: Sequence[str]) -> int:
    """Return the length of the longest common subsequence of two lists of words."""
    from rapidfuzz.distance import LCSseq

    return LCSseq.similarity(one, other)


def longest_rise(numbers: Sequence[int]) -> int:
    """Return the length of the longest part of a list, gaps allowed, in which no number is less than the one before."""
    from bisect import bisect_right

    ends: list[int] = []
    for number in numbers:
        place = bisect_right(ends, number)
        ends[place : place + 1] = [number]
    return len(ends)
