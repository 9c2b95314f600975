"""Scores of a restored text against gold markup: token errors removed, and the share of edits that were right.

The distance is the token-level Levenshtein distance between a text and the gold lattice: of every damaged place the
alternative that costs least is taken. An edit is good when it alone, applied to the spun text, lowers the distance.
The lattice's distances to all beginnings and all ends of the spun text are computed once, so that judging an edit
costs a few tokens instead of the whole text.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from restore.gold.markup import MarkedText
from restore.gold.tokens import tokenise

_Row = NDArray[np.float32]  # counts far below 2**24 are exact, and the tables of long texts half as large


class Score(msgspec.Struct, frozen=True):
    """Distances before and after, the share removed (None where nothing was wrong), and the edits by outcome.

    `precision` is good / (good + bad), 0 where there are none; `broken` shows each bad edit, place and words.
    """

    tokens: int
    before: int
    after: int
    removed: float | None
    edits: int
    good: int
    neutral: int
    bad: int
    precision: float
    broken: tuple[tuple[str, str], ...] = ()


class Lattice(Protocol):
    """Gold readings that texts and single edits can be measured against, in token edits."""

    spun: list[str]

    @property
    def before(self) -> int:
        """The distance of the spun text."""

    def distance(self, tokens: Sequence[str]) -> int:
        """Return the distance of a text, as tokens."""

    def distance_with(self, start: int, end: int, tokens: Sequence[str]) -> int:
        """Return the distance of the spun text whose tokens `[start, end)` are replaced."""

    def distance_of(self, text: str) -> int:
        """Return the distance of a text that differs little from the spun one."""


@dataclass
class _Lattice:
    """Nodes in topological order; `edges[v]` lists (predecessor, token), where the token None costs nothing."""

    edges: list[list[tuple[int, str | None]]] = field(default_factory=lambda: [[]])

    def read(self, alternatives: Sequence[Sequence[str]]) -> None:
        """Append a stretch with one or several readings."""
        start = len(self.edges) - 1
        ends: list[tuple[int, str | None]] = []
        for tokens in alternatives:
            node = start
            for token in tokens[:-1]:
                self.edges.append([(node, token)])
                node = len(self.edges) - 1
            ends.append((node, tokens[-1] if tokens else None))
        self.edges.append(ends)


class GoldLattice:
    """The gold readings of a marked text, against which texts and single edits are measured."""

    def __init__(self, marked: MarkedText) -> None:
        self.spun = tokenise(marked.text)
        self._lattice = _Lattice()
        last = 0
        for edit in marked.edits:
            self._read_plain(marked.text[last : edit.start])
            self._lattice.read([tokenise(gold) for gold in edit.gold])
            last = edit.end
        self._read_plain(marked.text[last:])

    def _read_plain(self, text: str) -> None:
        for token in tokenise(text):
            self._lattice.read([[token]])

    @cached_property
    def before(self) -> int:
        """The distance of the spun text."""
        return int(self._beginnings[-1, -1])

    def distance(self, tokens: Sequence[str]) -> int:
        """Return the distance of a text, as tokens, in O(lattice x tokens)."""
        return int(_sweep(self._lattice.edges, tokens)[-1, -1])

    def distance_with(self, start: int, end: int, tokens: Sequence[str]) -> int:
        """Return the distance of the spun text whose tokens `[start, end)` are replaced."""
        column = self._beginnings[:, start].tolist()
        for token in tokens:
            column = self._advance(column, token)
        return int(min(np.asarray(column) + self._ends[:, end]))

    def distance_of(self, text: str) -> int:
        """Return the distance of a text that differs little from the spun one."""
        tokens = tokenise(text)
        first = 0
        while first < min(len(tokens), len(self.spun)) and tokens[first] == self.spun[first]:
            first += 1
        same = 0
        while same < min(len(tokens), len(self.spun)) - first and tokens[-1 - same] == self.spun[-1 - same]:
            same += 1
        return self.distance_with(first, len(self.spun) - same, tokens[first : len(tokens) - same])

    def _advance(self, column: list[float], token: str) -> list[float]:
        new: list[float] = []
        for node, edges in enumerate(self._lattice.edges):
            best = column[node] + 1
            for before, word in edges:
                if word is None:
                    best = min(best, new[before])
                else:
                    best = min(best, column[before] + (word != token), new[before] + 1)
            new.append(best)
        return new

    @cached_property
    def _beginnings(self) -> _Row:
        """Distance from the start of the lattice to each node, for each beginning of the spun text."""
        return _sweep(self._lattice.edges, self.spun)

    @cached_property
    def _ends(self) -> _Row:
        """Distance from each node to the end of the lattice, for each rest of the spun text."""
        count = len(self._lattice.edges)
        backwards: list[list[tuple[int, str | None]]] = [[] for _ in range(count)]
        for node, edges in enumerate(self._lattice.edges):
            for before, word in edges:
                backwards[count - 1 - before].append((count - 1 - node, word))
        return _sweep(backwards, self.spun[::-1])[::-1, ::-1]


class UnitedLattice:
    """The gold readings of several annotators: what is nearest to the reading of any of them counts."""

    def __init__(self, annotations: Sequence[MarkedText]) -> None:
        self._each = [GoldLattice(marked) for marked in annotations]
        self.spun = self._each[0].spun

    @cached_property
    def before(self) -> int:
        """The distance of the spun text."""
        return min(each.before for each in self._each)

    def distance(self, tokens: Sequence[str]) -> int:
        """Return the distance of a text, as tokens."""
        return min(each.distance(tokens) for each in self._each)

    def distance_with(self, start: int, end: int, tokens: Sequence[str]) -> int:
        """Return the distance of the spun text whose tokens `[start, end)` are replaced."""
        return min(each.distance_with(start, end, tokens) for each in self._each)

    def distance_of(self, text: str) -> int:
        """Return the distance of a text that differs little from the spun one."""
        return min(each.distance_of(text) for each in self._each)


def make_lattice(annotations: Sequence[MarkedText]) -> Lattice:
    """Return the lattice of one annotator, or that of several of the same spun text."""
    return GoldLattice(annotations[0]) if len(annotations) == 1 else UnitedLattice(annotations)


def _sweep(edges: Sequence[Sequence[tuple[int, str | None]]], tokens: Sequence[str]) -> _Row:
    """Levenshtein distances, node by node: row v holds those to all beginnings of the tokens."""
    numbers: dict[str, int] = {}
    out = np.array([numbers.setdefault(token, len(numbers)) for token in tokens], dtype=np.int64)
    places = np.arange(len(tokens) + 1, dtype=np.float32)
    rows = np.empty((len(edges), len(tokens) + 1), dtype=np.float32)
    rows[0] = places
    for node in range(1, len(edges)):
        best = np.full(len(tokens) + 1, np.inf, dtype=np.float32)
        for before, word in edges[node]:
            row = rows[before]
            if word is None:
                np.minimum(best, row, out=best)
                continue
            np.minimum(best, row + 1, out=best)
            np.minimum(best[1:], row[:-1] + (out != numbers.get(word, -1)), out=best[1:])
        rows[node] = np.minimum.accumulate(best - places) + places
    return rows


def score(marked: MarkedText, restored: str, lattice: Lattice | None = None) -> Score:
    """Score a restored text; `lattice`, if given, is the one of `marked`, for several scores on one text."""
    lattice = lattice or GoldLattice(marked)
    spun, out = lattice.spun, tokenise(restored)
    before, after = lattice.before, lattice.distance(out)
    good = neutral = 0
    broken: list[tuple[str, str]] = []
    for what, i1, i2, j1, j2 in difflib.SequenceMatcher(None, spun, out, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        distance = lattice.distance_with(i1, i2, out[j1:j2])
        good += distance < before
        neutral += distance == before
        if distance > before:
            broken.append((" ".join(spun[max(0, i1 - 2) : i2 + 2]), " ".join(out[j1:j2])))
    return Score(
        tokens=len(spun),
        before=before,
        after=after,
        removed=round(1 - after / before, 4) if before else None,
        edits=good + neutral + len(broken),
        good=good,
        neutral=neutral,
        bad=len(broken),
        precision=round(good / max(1, good + len(broken)), 4),
        broken=tuple(broken),
    )
