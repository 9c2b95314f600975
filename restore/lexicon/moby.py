"""The Moby Thesaurus from its shipped table (training/lexicon/moby.py): which word lists which, both ways."""

from __future__ import annotations

import io
import lzma
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restore.runtime.tables import table_path

Numbers = NDArray[np.uint16]


@dataclass(frozen=True)
class Lists:
    """Lists of word numbers, one after the other: those of word n are `targets[starts[n] : starts[n + 1]]`."""

    targets: Numbers
    starts: NDArray[np.int64]

    def of(self, number: int) -> Numbers:
        """Return the list of a word, ascending."""
        return self.targets[self.starts[number] : self.starts[number + 1]]

    def lengths(self) -> NDArray[np.int64]:
        """Return the length of every list."""
        return np.diff(self.starts)


@dataclass(frozen=True)
class Moby:
    """Single lower-cased words with the words they list and the words whose entries list them."""

    words: tuple[str, ...]
    numbers: dict[str, int]
    lists: Lists
    listed_by: Lists

    def mentions(self, head: str, word: str) -> bool:
        """Return whether the entry of `head` lists `word`."""
        first, second = self.numbers.get(head), self.numbers.get(word)
        if first is None or second is None:
            return False
        found = self.lists.of(first)
        at = int(np.searchsorted(found, second))
        return at < len(found) and int(found[at]) == second

    def together(self, number: int, others: NDArray[np.integer[Any]]) -> NDArray[np.float32]:
        """Return for each of some words how often entries list it beside this one: a cosine between 0 and 1."""
        heads = self.listed_by.of(number)
        if not len(heads):
            return np.zeros(len(others), dtype=np.float32)
        listed = np.concatenate([self.lists.of(head) for head in heads.tolist()])
        counts = np.bincount(listed, minlength=len(self.words))[others]
        starts = self.listed_by.starts
        sizes = np.sqrt(len(heads) * np.maximum(starts[others + 1] - starts[others], 1))
        return np.asarray(counts / sizes, dtype=np.float32)


def read_lists(data: bytes) -> tuple[tuple[str, ...], Lists, Mapping[str, NDArray[np.uint8]]]:
    """Read a compressed table of lists: its words, the list of each word, and the archive's other parts."""
    with np.load(io.BytesIO(lzma.decompress(data)), allow_pickle=False) as table:
        words = tuple(table["words"].tobytes().decode().split("\n"))
        counts = table["counts"].astype(np.int64)
        sums = np.cumsum(table["steps"], dtype=np.int64)
        others = {name: table[name] for name in table.files if name not in {"words", "counts", "steps"}}
    starts = np.concatenate([[0], np.cumsum(counts)])
    before = np.concatenate([[0], sums])[starts[:-1]]
    return words, Lists((sums - np.repeat(before, counts)).astype(np.uint16), starts), others


@cache
def load_moby() -> Moby:
    """Load the shipped table once (about a third of a second); raises `ModelNotFoundError` if it is missing."""
    words, lists, _ = read_lists(table_path("moby.npz.xz").read_bytes())
    heads = np.repeat(np.arange(len(words), dtype=np.uint16), lists.lengths())
    order = np.argsort(lists.targets, kind="stable")
    back = np.concatenate([[0], np.cumsum(np.bincount(lists.targets, minlength=len(words)))])
    numbers = {word: number for number, word in enumerate(words)}
    return Moby(words, numbers, lists, Lists(heads[order], back))
