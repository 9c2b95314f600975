"""How likely every two words of two sentences correspond: small neural networks, applied in passes.

The first pass sees each pair of words for itself and what surrounds it. The later ones also see how likely the pass
before held all the other links, so that neighbours, rivals, heads and dependents decide together (stacked learning,
Cohen and Carvalho 2005, "Stacked Sequential Learning"). The weights come from training/alignment/words.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from restore.alignment.grids import Matrix, gathered
from restore.alignment.link_features import link_columns
from restore.alignment.pair_features import Pair, Side
from restore.errors import ModelNotFoundError
from restore.runtime.odds import logistic_of
from restore.runtime.tables import decoded, table_path
from restore.text.parsing import Token

_HOPELESS = 0.004
"""Links that one pass finds less likely are not judged by the next. Chosen by hand, for speed, some hundred times below
the threshold of a link. The networks (training/alignment/words.py) learn from what is left, so another number needs new
weights."""
_LONGEST_GAP = 6
"""Tokens of a gap between equal links whose links are judged all the same. Chosen by hand; likewise learned from."""
_FARTHEST = 6.0
"""Standard deviations beyond which a feature counts as this far. Chosen by hand: it keeps an odd text from driving the
networks where nothing was learned. They are fitted with it."""


@dataclass(frozen=True, slots=True)
class Network:
    """Layers of weights and biases with rectified units between them, and a logistic output."""

    layers: tuple[tuple[Matrix, Matrix], ...]

    def __call__(self, rows: Matrix) -> Matrix:
        """Return a probability for each row of scaled features."""
        for weights, bias in self.layers[:-1]:
            rows = np.maximum(rows @ weights + bias, 0.0)
        weights, bias = self.layers[-1]
        return np.asarray(logistic_of(rows @ weights + bias, 30.0)[:, 0], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass: how its features are scaled, and networks whose mean counts."""

    mean: Matrix
    scale: Matrix
    networks: tuple[Network, ...]

    def __call__(self, rows: Matrix) -> Matrix:
        """Return the probability of each row of raw features."""
        scaled = self.scaled(rows)
        return np.asarray(np.mean([network(scaled) for network in self.networks], axis=0), dtype=np.float32)

    def scaled(self, rows: Matrix) -> Matrix:
        """Bring features to mean 0 and deviation 1, outliers cut."""
        return np.asarray(np.clip((rows - self.mean) / self.scale, -_FARTHEST, _FARTHEST), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Scorer:
    """The passes in their order; `threshold` is the probability from which a link is held for one."""

    passes: tuple[Pass, ...]
    threshold: float

    def __call__(self, pair: Pair) -> Matrix:
        """Return the probability of each link; rows are our words, columns theirs."""
        return score(pair, self.passes)


def score(pair: Pair, passes: Sequence[Pass]) -> Matrix:
    """Apply one pass after the other to a pair of sentences."""
    found = np.zeros((pair.ours.size, pair.theirs.size), dtype=np.float32)
    for number, each in enumerate(passes):
        rows, places = describe(pair, found if number else None)
        flat = np.zeros(found.size, dtype=np.float32)
        flat[places] = each(rows)
        found = flat.reshape(found.shape)
    return found


def describe(pair: Pair, before: Matrix | None) -> tuple[Matrix, NDArray[np.int64]]:
    """Return the features of the links that a pass has to judge, and their places in the flattened matrix.

    The first pass (`before` is None) judges all; the later ones what the pass before did not hold for hopeless, and
    what lies in short gaps between the same links.
    """
    if before is None:
        return pair.array(), np.arange(pair.ours.size * pair.theirs.size)
    columns = link_columns(pair, before)
    short = (columns["gap.ours"] <= _LONGEST_GAP) & (columns["gap.theirs"] <= _LONGEST_GAP)
    gap = (columns["gap.left"] + columns["gap.right"] > 1) & short
    places = np.flatnonzero((before > _HOPELESS) | gap)
    return gathered({**pair.columns, **columns}, before.shape, places), places


class _Layer(msgspec.Struct, frozen=True):
    weights: list[list[float]]
    bias: list[float]


class _StoredPass(msgspec.Struct, frozen=True):
    mean: list[float]
    scale: list[float]
    networks: list[list[_Layer]]


class _Stored(msgspec.Struct, frozen=True):
    features: list[str]
    threshold: float
    passes: list[_StoredPass]


@cache
def load_scorer() -> Scorer:
    """Load the shipped weights once; raises `ModelNotFoundError` if they are missing or made for other features."""
    stored = decoded(table_path("aligner.json"), _Stored)
    if stored.features != feature_names():
        raise ModelNotFoundError("models/aligner.json was made for other features: run training/alignment/words.py")
    return Scorer(tuple(map(_read, stored.passes)), stored.threshold)


def _read(stored: _StoredPass) -> Pass:
    networks = tuple(
        Network(tuple((np.array(x.weights, dtype=np.float32), np.array(x.bias, dtype=np.float32)) for x in layers))
        for layers in stored.networks
    )
    return Pass(np.array(stored.mean, dtype=np.float32), np.array(stored.scale, dtype=np.float32), networks)


def dump_scorer(scorer: Scorer) -> bytes:
    """Return the file that `load_scorer` reads."""
    passes = [
        _StoredPass(
            _rounded(each.mean),
            _rounded(each.scale),
            [[_Layer([_rounded(row) for row in w], _rounded(b)) for w, b in n.layers] for n in each.networks],
        )
        for each in scorer.passes
    ]
    return msgspec.json.encode(_Stored(feature_names(), scorer.threshold, passes)) + b"\n"


def _rounded(values: Matrix) -> list[float]:
    return [float(f"{value:.4g}") for value in values.tolist()]


def feature_names() -> list[str]:
    """Return the names of all features in their order: those of pairs, then those of links."""
    token = Token(0, 0, 1, "a", "a", "DET", "DT", "det", 0, "", 0)
    pair = Pair(Side([token]), Side([token]))
    return [*pair.columns, *link_columns(pair, np.zeros((1, 1), dtype=np.float32))]
