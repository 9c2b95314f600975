"""The judge that needs no extra: symspellpy's bigram counts, interpolated with those of the references.

Interpolation after Jelinek and Mercer (1980); unknown words get the mass of a word seen half a time.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from restore.frequencies import pair_counts, total_count, word_counts

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[^\w\s]")
_WEIGHTS = (0.25, 0.45, 0.3)  # reference bigram, dictionary bigram, unigram
_NEW_WORD = 0.5


@dataclass(frozen=True, slots=True)
class BigramState:
    """All that the next word's probability depends on."""

    last: str = ""


class BigramJudge:
    """Bigram counts of the dictionary, with the reference's own bigrams where there is one."""

    name = "bigram"

    def __init__(self, references: Iterable[str] = ()) -> None:
        self._own: Counter[tuple[str, str]] = Counter()
        self._own_first: Counter[str] = Counter()
        for text in references:
            words = list(_words(text))
            self._own.update(pairwise(words))
            self._own_first.update(words[:-1])

    def begin(self, contexts: Sequence[str]) -> list[BigramState]:
        """Remember the last word of each context."""
        return [BigramState(_last(context)) for context in contexts]

    def peek(self, state: BigramState, texts: Sequence[str]) -> list[tuple[float, bool]]:
        """Give log P(text | state); exact here."""
        return [(self._score(state.last, text)[1], True) for text in texts]

    def extend(self, steps: Sequence[tuple[BigramState, str]]) -> list[tuple[BigramState, float]]:
        """Give the states after the texts and the log-probabilities of the texts."""
        found = []
        for state, text in steps:
            last, score = self._score(state.last, text)
            found.append((BigramState(last), score))
        return found

    def walk(self, state: BigramState, texts: Sequence[str]) -> list[BigramState]:
        """Give the states after each text of a row."""
        found = []
        for text in texts:
            state = BigramState(self._score(state.last, text)[0])
            found.append(state)
        return found

    def reset(self) -> None:
        """Nothing to forget."""

    def release(self, states: Sequence[BigramState]) -> None:
        """Nothing to free."""

    def _score(self, last: str, text: str) -> tuple[str, float]:
        score = 0.0
        for word in _words(text):
            score += math.log(self._probability(last, word))
            last = word
        return last, score

    def _probability(self, last: str, word: str) -> float:
        words, pairs = word_counts(), pair_counts()
        own = self._own[last, word] / self._own_first[last] if self._own_first[last] else 0.0
        pair = pairs.get(f"{last} {word}", 0) / words[last] if last in words else 0.0
        single = words.get(word, _NEW_WORD) / total_count()
        return _WEIGHTS[0] * own + _WEIGHTS[1] * min(pair, 1.0) + _WEIGHTS[2] * single


def _words(text: str) -> Iterator[str]:
    for match in _WORD.finditer(text):
        yield match.group().lower().replace("’", "'")


def _last(context: str) -> str:
    words = list(_words(context[-200:]))
    return words[-1] if words else ""
