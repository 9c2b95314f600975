"""Beam search over lattices, several sentences side by side, and the posterior of every edit.

A hypothesis scores `weight * log P(text | language model) + sum of edit costs`; hypotheses that end in the same
words are merged (the usual recombination of n-gram decoders) and pruned ones leave their mass to the best survivor at
their node (save longer texts of which only an upper bound was known), so that the share of the mass that contains an
edit is its confidence (posterior over the explored lattice, as in word lattices of speech recognition: Wessel et al.
2001).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from restore.decoding.lattice import Edge, Lattice
from restore.language_model.base import Judge, JudgeFullError

_RECOMBINE = 7
_MARGIN = 5.0
_SPARE = 2


@dataclass(frozen=True, slots=True)
class BeamSettings:
    """`weight` of the language model's log-probability, hypotheses kept per node, sentences in one batch."""

    weight: float
    width: int
    side_by_side: int


@dataclass(slots=True, eq=False)
class Hypothesis:
    """A way through the lattice up to a node; `mass` is the log-mass of all that was merged into it."""

    state: Any
    score: float
    mass: float
    read: str
    edits: dict[Edge, float] = field(default_factory=dict)

    @property
    def tail(self) -> tuple[str, ...]:
        """The last words; hypotheses that end in the same ones have the same future."""
        return tuple(self.read.split()[-_RECOMBINE:])

    def absorb(self, mass: float, edits: dict[Edge, float]) -> None:
        """Take over the mass of a hypothesis that is given up."""
        total = _log_add(self.mass, mass)
        mine, theirs = math.exp(self.mass - total), math.exp(mass - total)
        if theirs > 1e-6:
            keys = self.edits.keys() | edits.keys()
            self.edits = {k: mine * self.edits.get(k, 0.0) + theirs * edits.get(k, 0.0) for k in keys}
        self.mass = total


class _Search:
    """The search through one lattice; it asks for steps and is fed their scores."""

    def __init__(self, lattice: Lattice, state: Any, settings: BeamSettings) -> None:
        self.lattice = lattice
        self.settings = settings
        self.node = 0
        self.waiting: dict[int, list[Hypothesis]] = defaultdict(list)
        self.users: Counter[int] = Counter()  # a deletion leaves the state as it is, so several hypotheses may hold one
        self.lost: list[tuple[float, Hypothesis, Edge]] = []
        self._wait(0, Hypothesis(state, 0.0, 0.0, ""))

    def _wait(self, node: int, hypothesis: Hypothesis) -> None:
        self.waiting[node].append(hypothesis)
        self.users[id(hypothesis.state)] += 1

    def drop(self, hypotheses: Iterable[Hypothesis], judge: Judge) -> None:
        """Give up hypotheses, and free the states that nobody else holds."""
        for hypothesis in hypotheses:
            self.users[id(hypothesis.state)] -= 1
            if not self.users[id(hypothesis.state)]:
                del self.users[id(hypothesis.state)]
                judge.release([hypothesis.state])

    @property
    def done(self) -> bool:
        return self.node >= self.lattice.size

    def plan(self, judge: Judge) -> list[tuple[Hypothesis, Edge]]:
        """Choose the steps out of the next node that are worth an evaluation."""
        current = self.waiting[self.node]
        by_end: dict[int, list[tuple[float, bool, Hypothesis, Edge]]] = defaultdict(list)
        for hypothesis in current:
            edges = self.lattice.edges[self.node]
            hints = judge.peek(hypothesis.state, [e.text for e in edges])
            for edge, (hint, exact) in zip(edges, hints, strict=True):
                bound = hypothesis.score + edge.cost + self.settings.weight * hint
                by_end[edge.end].append((bound, exact, hypothesis, edge))
        chosen: list[tuple[Hypothesis, Edge]] = []
        for options in by_end.values():
            options.sort(key=lambda o: -o[0])
            floor = options[0][0] - _MARGIN
            for rank, (bound, exact, hypothesis, edge) in enumerate(options):
                if bound < floor:
                    break
                if rank < self.settings.width + _SPARE or not edge.scored:
                    chosen.append((hypothesis, edge))
                elif exact:  # of the others only an upper bound is known: they have no mass to leave
                    self.lost.append((bound, hypothesis, edge))
        return chosen

    def take(
        self, steps: Sequence[tuple[Hypothesis, Edge]], results: Sequence[tuple[Any, float]], judge: Judge
    ) -> None:
        """Add the evaluated steps and close the node; `results` are states and log-probabilities."""
        for (parent, edge), (state, score) in zip(steps, results, strict=True):
            gain = edge.cost + self.settings.weight * score
            edits = dict(parent.edits)
            if edge.scored:
                edits[edge] = 1.0
            read = parent.read + edge.text
            self._wait(edge.end, Hypothesis(state, parent.score + gain, parent.mass + gain, read, edits))
        for bound, parent, edge in self.lost:
            heir = max(self.waiting[edge.end], key=lambda h: h.score)
            heir.absorb(parent.mass + bound - parent.score, {**parent.edits, edge: 1.0})
        self.lost.clear()
        self.drop(self.waiting.pop(self.node), judge)
        self.node += 1
        while not self.done and self.node not in self.waiting:
            self.node += 1
        if self.node in self.waiting:
            self._prune(judge)

    def _prune(self, judge: Judge) -> None:
        found: dict[tuple[str, ...], Hypothesis] = {}
        lost: list[Hypothesis] = []
        ranked = sorted(self.waiting[self.node], key=lambda h: -h.score)
        floor = ranked[0].score - _MARGIN
        for hypothesis in ranked:
            tail = hypothesis.tail
            twin = found.get(tail)
            if twin is not None and twin.read == hypothesis.read:  # one outcome, reached in two ways
                twin.mass = _log_add(twin.mass, hypothesis.mass)
                lost.append(hypothesis)
            elif twin is not None:
                twin.absorb(hypothesis.mass, hypothesis.edits)
                lost.append(hypothesis)
            elif len(found) < self.settings.width and hypothesis.score >= floor:
                found[tail] = hypothesis
            else:
                next(iter(found.values())).absorb(hypothesis.mass, hypothesis.edits)
                lost.append(hypothesis)
        self.waiting[self.node] = list(found.values())
        self.drop(lost, judge)

    def posteriors(self) -> dict[Edge, float]:
        """Give the share of the mass that contains each edit."""
        final = self.waiting[self.lattice.size]
        total = max(h.mass for h in final)
        total += math.log(sum(math.exp(h.mass - total) for h in final))
        shares: dict[Edge, float] = defaultdict(float)
        for hypothesis in final:
            share = math.exp(hypothesis.mass - total)
            for edge, inside in hypothesis.edits.items():
                shares[edge] += share * inside
        return dict(shares)


def decode(lattices: Iterable[Lattice], judge: Judge, settings: BeamSettings) -> Iterator[dict[Edge, float]]:
    """Give the posterior of every explored edit, lattice by lattice in order; `side_by_side` run in one batch."""
    queue: list[Lattice] = []
    for lattice in lattices:
        queue.append(lattice)
        if len(queue) == settings.side_by_side:
            yield from _decode_safely(queue, judge, settings)
            queue = []
    if queue:
        yield from _decode_safely(queue, judge, settings)


def _decode_safely(lattices: Sequence[Lattice], judge: Judge, settings: BeamSettings) -> list[dict[Edge, float]]:
    """Decode a batch; where the judge has no room for it, in halves, then with a narrower beam."""
    try:
        return _decode_batch(lattices, judge, settings)
    except JudgeFullError:
        judge.reset()
    except BaseException:
        judge.reset()  # what was held is lost, and the judge ready for the next text
        raise
    if len(lattices) > 1:
        middle = len(lattices) // 2
        parts = (lattices[:middle], lattices[middle:])
        return [found for part in parts for found in _decode_safely(part, judge, settings)]
    if settings.width == 1:
        return [{}]
    return _decode_safely(lattices, judge, replace(settings, width=settings.width // 2))


def _decode_batch(lattices: Sequence[Lattice], judge: Judge, settings: BeamSettings) -> list[dict[Edge, float]]:
    work = [n for n, lattice in enumerate(lattices) if lattice.is_open]
    found: list[dict[Edge, float]] = [{} for _ in lattices]
    if not work:
        return found
    states = judge.begin([lattices[n].context for n in work])
    searches = [_Search(lattices[n], state, settings) for n, state in zip(work, states, strict=True)]
    while True:
        plans = [(search, search.plan(judge)) for search in searches if not search.done]
        if not plans:
            break
        moving = [(h, e) for _, steps in plans for h, e in steps if e.text]
        results = iter(judge.extend([(h.state, e.text) for h, e in moving]))
        for search, steps in plans:
            search.take(steps, [next(results) if e.text else (h.state, 0.0) for h, e in steps], judge)
    for n, search in zip(work, searches, strict=True):
        found[n] = search.posteriors()
        search.drop(search.waiting[search.lattice.size], judge)
    return found


def _log_add(a: float, b: float) -> float:
    high, low = max(a, b), min(a, b)
    return high + math.log1p(math.exp(low - high))
