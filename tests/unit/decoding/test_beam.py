"""The beam against a slow, plain twin that goes through every path."""

import math
from itertools import product
from random import Random

import pytest

from restore.candidates.base import Candidate
from restore.decoding.beam import BeamSettings, decode
from restore.decoding.lattice import Edge, Lattice, ScoredCandidate
from restore.language_model.bigram import BigramJudge

WORDS = ["the", "of", "president", "house", "white", "said", "that", "he", "was", "a"]


def random_lattice(seed: int, size: int = 5) -> Lattice:
    rng = Random(seed)
    edges = []
    for node in range(size):
        out = [Edge(node, node + 1, " " + rng.choice(WORDS))]
        for _ in range(rng.randrange(3)):
            end = min(size, node + rng.choice([1, 1, 1, 2]))
            text = rng.choice(["", *[f" {w}" for w in WORDS]])
            scored = ScoredCandidate(Candidate(0, 1, text, ()), rng.uniform(-4, 2))
            out.append(Edge(node, end, text, scored))
        edges.append(tuple(out))
    return Lattice(0, "It is known", size, tuple(edges))


def paths(lattice: Lattice, node: int = 0) -> list[list[Edge]]:
    if node == lattice.size:
        return [[]]
    return [[edge, *rest] for edge in lattice.edges[node] for rest in paths(lattice, edge.end)]


def exact(lattice: Lattice, weight: float) -> dict[Edge, float]:
    """Give the posteriors: an outcome reached in several ways counts for the edits of the best of them."""
    judge = BigramJudge()
    outcomes: dict[str, list[tuple[float, list[Edge]]]] = {}
    for path in paths(lattice):
        (state,) = judge.begin([lattice.context])
        score = sum(e.cost for e in path)
        for edge in path:
            ((state, gain),) = judge.extend([(state, edge.text)])
            score += weight * gain
        outcomes.setdefault("".join(e.text for e in path), []).append((score, path))
    masses: dict[Edge, float] = {}
    total = 0.0
    for ways in outcomes.values():
        mass = sum(math.exp(score) for score, _ in ways)
        total += mass
        for edge in max(ways, key=lambda way: way[0])[1]:
            if edge.scored:
                masses[edge] = masses.get(edge, 0.0) + mass
    return {edge: mass / total for edge, mass in masses.items()}


@pytest.mark.parametrize("seed", range(25))
def test_wide_beam_finds_the_exact_posteriors(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("restore.decoding.beam._MARGIN", 1e9)
    monkeypatch.setattr("restore.decoding.beam._RECOMBINE", 50)
    lattice = random_lattice(seed)
    (found,) = decode([lattice], BigramJudge(), BeamSettings(0.5, 10_000, 1))
    wanted = exact(lattice, 0.5)
    for edge in found.keys() | wanted.keys():
        assert found.get(edge, 0.0) == pytest.approx(wanted.get(edge, 0.0), abs=1e-5)


@pytest.mark.parametrize(("width", "bound"), [(2, 0.06), (4, 0.03)])
def test_a_narrow_beam_stays_near_the_exact_posteriors(width: int, bound: float) -> None:
    gaps = []
    for seed in range(40):
        lattice = random_lattice(seed)
        (found,) = decode([lattice], BigramJudge(), BeamSettings(0.5, width, 1))
        gaps += [abs(found.get(e, 0.0) - p) for e, p in exact(lattice, 0.5).items()]
    assert sum(gaps) / len(gaps) < bound


def test_a_crowded_place_does_not_inflate_the_places_before_it() -> None:
    def scored(cost: float) -> ScoredCandidate:
        return ScoredCandidate(Candidate(0, 1, "x", ()), cost)

    class Flat(BigramJudge):
        def _score(self, last: str, text: str) -> tuple[str, float]:
            return last, 0.0

    first = Edge(0, 1, " other", scored(math.log(0.7 / 0.3)))
    crowd = [Edge(1, 2, f" w{n}", scored(0.0)) for n in range(8)]
    lattice = Lattice(0, "", 2, ((Edge(0, 1, " one"), first), (Edge(1, 2, " two"), *crowd)))
    (found,) = decode([lattice], Flat(), BeamSettings(1.0, 6, 1))
    assert found[first] == pytest.approx(0.7, abs=0.01)


def test_one_outcome_reached_in_two_ways_is_one_outcome() -> None:
    def scored(cost: float) -> ScoredCandidate:
        return ScoredCandidate(Candidate(0, 1, "x", ()), cost)

    edges = (
        (Edge(0, 1, " the"), Edge(0, 1, "", scored(0.0))),
        (Edge(1, 2, " the"), Edge(1, 2, "", scored(0.0))),
        (Edge(2, 3, " house"),),
    )
    (found,) = decode([Lattice(0, "in", 3, edges)], BigramJudge(), BeamSettings(1.0, 6, 1))
    assert max(found.values()) > 0.9


@pytest.mark.parametrize(("together", "width"), list(product([1, 3, 8], [2, 6])))
def test_the_batch_does_not_change_the_result(together: int, width: int) -> None:
    lattices = [random_lattice(seed, 6) for seed in range(10)]
    alone = list(decode(lattices, BigramJudge(), BeamSettings(0.7, width, 1)))
    assert list(decode(lattices, BigramJudge(), BeamSettings(0.7, width, together))) == alone


class CountingJudge(BigramJudge):
    """Counts states that were handed out and not given back."""

    def __init__(self) -> None:
        super().__init__()
        self.held: set[int] = set()

    def begin(self, contexts):
        return [self._hold(s) for s in super().begin(contexts)]

    def extend(self, steps):
        for state, _ in steps:
            assert id(state) in self.held
        return [(self._hold(s), score) for s, score in super().extend(steps)]

    def release(self, states):
        for state in states:
            self.held.remove(id(state))
            self.kept.remove(state)

    def _hold(self, state):
        own = type(state)(state.last)
        self.held.add(id(own))
        self.kept = [*getattr(self, "kept", []), own]
        return own


def test_every_state_is_released_exactly_once() -> None:
    judge = CountingJudge()
    list(decode([random_lattice(seed, 7) for seed in range(30)], judge, BeamSettings(0.5, 3, 4)))
    assert not judge.held


def test_nothing_to_decide_asks_nothing() -> None:
    lattice = Lattice(0, "", 1, ((Edge(0, 1, "word"),),))
    assert list(decode([lattice], None, BeamSettings(1.0, 4, 2))) == [{}]  # type: ignore[arg-type]
