"""Words that share a translation, from the shipped table (training/lexicon/pivot.py)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from restore.lexicon.moby import Lists, read_lists
from restore.runtime.tables import table_path


@dataclass(frozen=True)
class Pivot:
    """Single lower-cased words, the words each shares a translation with, and in how many languages (as the lists)."""

    words: tuple[str, ...]
    numbers: dict[str, int]
    lists: Lists
    languages: NDArray[np.uint8]

    def partners(self, word: str) -> tuple[NDArray[np.uint16], NDArray[np.uint8]]:
        """Return the numbers of the words that share a translation with one, and the number of languages of each."""
        number = self.numbers.get(word)
        if number is None:
            return np.zeros(0, dtype=np.uint16), np.zeros(0, dtype=np.uint8)
        return self.lists.of(number), self.languages[self.lists.starts[number] : self.lists.starts[number + 1]]

    def shared(self, one: str, other: str) -> int:
        """Return in how many languages two words share a translation."""
        number = self.numbers.get(other)
        found, languages = self.partners(one)
        at = len(found) if number is None else int(np.searchsorted(found, number))
        return int(languages[at]) if at < len(found) and int(found[at]) == number else 0


@cache
def load_pivot() -> Pivot:
    """Load the shipped table once; raises `ModelNotFoundError` if it is missing."""
    words, lists, others = read_lists(table_path("pivot.npz.xz").read_bytes())
    return Pivot(words, {word: number for number, word in enumerate(words)}, lists, others["languages"])
