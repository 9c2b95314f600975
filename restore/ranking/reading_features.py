"""What the encoder's reading says of a candidate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean
from typing import NamedTuple

import numpy as np

from restore.candidates.base import Candidate
from restore.detection.reading_findings import word_chances
from restore.encoder.pieces import case_class
from restore.encoder.reading import Asked, Reading
from restore.text.parsing import ParsedText, Token

_NEAR = 4
"""Words on either side over which the damage around a candidate is averaged; chosen by hand."""
_LEAST = -25.0
"""ln of the chance of a string below which nothing is told apart; chosen by hand."""


class Change(NamedTuple):
    """What a candidate changes, without the words that stay at its ends.

    `tokens` go and `words` come; without tokens, words are put in behind token `behind`.
    """

    tokens: tuple[Token, ...]
    words: tuple[str, ...]
    behind: Token | None


def change_of(parsed: ParsedText, candidate: Candidate) -> Change:
    """Return what a candidate changes, casing aside; nothing on both sides for a change of casing alone."""
    tokens = parsed.tokens_between(candidate.start, candidate.end)
    words = candidate.replacement.split()
    first, last, end = 0, len(tokens), len(words)
    while first < min(last, end) and tokens[first].lower == words[first].lower():
        first += 1
    while last > first and end > first and tokens[last - 1].lower == words[end - 1].lower():
        last, end = last - 1, end - 1
    before = tokens[first - 1] if first == last and first else None
    return Change(tokens[first:last], tuple(words[first:end]), before)


def questions(change: Change) -> tuple[list[Asked], list[Asked]]:
    """Return what to ask of the words that come, one a token and the rest at the last, and of those that stand."""
    if not change.tokens:
        behind = change.behind
        return ([Asked(behind.index, " ".join(change.words), True)] if behind and change.words else []), []
    last = len(change.tokens) - 1
    come = [
        Asked(t.index, " ".join(change.words[n:] if n == last else change.words[n : n + 1]))
        for n, t in enumerate(change.tokens)
    ]
    return come, [Asked(t.index, t.lower) for t in change.tokens]


class ReadingFeatures:
    """Describes candidates of one text by what the encoder says; all are asked at once."""

    def __init__(self, parsed: ParsedText, reading: Reading) -> None:
        self._parsed, self._reading = parsed, reading
        # As plain numbers: a few at a time, they are several times faster than arrays.
        self._damaged: list[float] = reading.damaged.tolist()
        odds = np.log(np.clip(reading.damaged, 1e-4, 1 - 1e-4) / np.clip(1 - reading.damaged, 1e-4, 1))
        self._odds: list[float] = odds.tolist()
        self._cases: list[list[float]] = np.log(np.clip(reading.case, 1e-5, 1.0)).tolist()
        chances = word_chances(parsed, reading)
        self.rate = float(chances.mean()) if len(chances) else 0.0
        """The mean chance of damage over the words of the text."""
        self._length = math.log1p(len(chances))
        self._known: dict[tuple[int, int, str], tuple[Change, list[Asked], list[Asked]]] = {}

    def bounds(self, candidates: Sequence[Candidate]) -> list[float]:
        """Return what `read.said` of each candidate is at most, from the first pieces of its words alone."""
        asked = [self._asked(c)[1] for c in candidates]
        flat = list(dict.fromkeys(q for come in asked for q in come))
        known = dict(zip(flat, self._reading.first_chances(flat).tolist(), strict=True)) if flat else {}
        return [max(_LEAST, sum(known[q] for q in come)) for come in asked]

    def _asked(self, candidate: Candidate) -> tuple[Change, list[Asked], list[Asked]]:
        """Return what a candidate changes, and what is asked of the words that come and of those that stand."""
        key = candidate.start, candidate.end, candidate.replacement
        found = self._known.get(key)
        if found is None:
            change = change_of(self._parsed, candidate)
            found = self._known[key] = change, *questions(change)
        return found

    def describe(self, candidates: Sequence[Candidate]) -> list[dict[str, float]]:
        """Return the features of each candidate, named `read.what`."""
        asked = [self._asked(c) for c in candidates]
        flat = list(dict.fromkeys(q for _, come, stand in asked for q in (*come, *stand)))
        known = dict(zip(flat, self._reading.log_chances(flat).tolist(), strict=True)) if flat else {}
        found = []
        for candidate, (change, come, stand) in zip(candidates, asked, strict=True):
            features = self._around(candidate)
            features |= self._case(candidate)
            if come:
                said, kept = sum(known[q] for q in come), sum(known[q] for q in stand)
                features |= {
                    "read.said": max(_LEAST, said),
                    "read.kept": max(_LEAST, kept),
                    "read.gain": max(_LEAST, min(-_LEAST, said - kept)),
                    "read.weakest": max(_LEAST, min(known[q] for q in come)),
                    "read.insertion": float(not change.tokens),
                }
            if change.tokens:
                odds = [self._odds[t.index] for t in change.tokens]
                features |= {"read.damaged": max(odds), "read.damaged_least": min(odds)}
            elif change.behind is not None and change.words:
                chance = float(np.clip(self._reading.missing[change.behind.index], 1e-4, 1 - 1e-4))
                features["read.missing"] = math.log(chance / (1 - chance))
            found.append(features)
        return found

    def _around(self, candidate: Candidate) -> dict[str, float]:
        tokens = self._parsed.tokens_between(candidate.start, candidate.end)
        first, last = tokens[0].index, tokens[-1].index + 1
        beside = [*self._damaged[max(0, first - _NEAR) : first], *self._damaged[last : last + _NEAR]]
        next_to = [*self._damaged[max(0, first - 1) : first], *self._damaged[last : last + 1]]
        return {
            "read.near": fmean(beside) if beside else 0.0,
            "read.beside": max(next_to, default=0.0),
            "read.length": self._length,
        }

    def _case(self, candidate: Candidate) -> dict[str, float]:
        """Return how much likelier the casing of the first word that comes is than that of the one that stands."""
        token = self._parsed.tokens_between(candidate.start, candidate.end)[0]
        words = candidate.replacement.split()
        if not words:
            return {}
        row = self._cases[token.index]
        new, old = case_class(words[0]), case_class(token.text)
        return {"read.case": row[new], "read.case_gain": row[new] - row[old]}
