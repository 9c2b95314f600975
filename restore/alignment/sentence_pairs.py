"""How likely two sentences of two articles tell the same: what is weighed, and the weights.

A logistic function, fitted by training/alignment/sentence_pairs.py on pairs that were judged by hand. It weighs what
both sentences share (words, names, figures, by rarity), how near their words lie in meaning, and how the pair stands
among the other pairs of each of the two: a sentence whose likeness to every other one is middling tells nothing by it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray

from restore.lexicon.vectors import load_vectors
from restore.runtime.odds import logistic_of
from restore.runtime.tables import decoded, table_path

Floats = NDArray[np.float64]
MIN_INFORMATIVE = 0.25
"""Words that weigh so much (restore/references/rarity.py) tell what a sentence is about. By hand; the model is fitted
to it."""
FEATURES = (
    "inside",
    "likeness",
    "shared",
    "telling",
    "names",
    "figures",
    "meaning",
    "shorter",
    "longer",
    "likeness_in_row",
    "likeness_in_column",
    "meaning_in_row",
    "meaning_in_column",
    "meaning_over_row",
    "meaning_over_column",
)
"""`inside` is the share of the shorter sentence that the longer one has, `likeness` the mean of both shares; `shared`,
`telling`, `names`, `figures` are ln(1 + weight) of what both have; `meaning` the cosine of their vectors; `shorter` and
`longer` ln of their words. `in_row` and `in_column` are over the best other pair of the sentence of the text and of the
reference, `over` over the mean of all its pairs."""


@dataclass(frozen=True, slots=True)
class SentenceContent:
    """What a sentence says: its words, names and figures with their weights (0 to 1), and the sum of its vectors."""

    weights: Mapping[str, float]
    names: frozenset[str]
    figures: frozenset[str]
    meaning: NDArray[np.float32]
    words: int


class PairModel(msgspec.Struct, frozen=True):
    """Weights over the features (standardised by `means` and `scales`), and the chance from which a pair counts."""

    means: list[float]
    scales: list[float]
    weights: list[float]
    offset: float
    least: Annotated[float, msgspec.Meta(gt=0, lt=1)]

    def chances(self, matrix: Floats) -> Floats:
        """Return the chance (0 to 1) that each pair tells the same, (P,) from (P, features)."""
        standard = (matrix - np.asarray(self.means)) / np.asarray(self.scales)
        return logistic_of(standard @ np.asarray(self.weights) + self.offset)


def meaning(weights: Mapping[str, float]) -> NDArray[np.float32]:
    """Return the sum of the vectors of words, weighed; of length 1, or 0 if no word has one."""
    vectors = load_vectors()
    total = np.zeros(vectors.matrix.shape[1], dtype=np.float32)
    for word, weight in weights.items():
        row = vectors.rows.get(word)
        if row is not None:
            total += np.float32(weight) * vectors.matrix[row]
    length = float(np.linalg.norm(total))
    return total / np.float32(length) if length else total


def describe(
    pairs: Sequence[tuple[int, int]],
    ours: Sequence[SentenceContent],
    theirs: Sequence[SentenceContent],
    rare: Mapping[str, float],
) -> Floats:
    """Return the features of pairs of sentences, (P, features), by their numbers in `ours` and `theirs`.

    `rare` discounts what stands in many sentences of the reference.
    """
    alone = np.array([_alone(ours[n], theirs[m], rare) for n, m in pairs]).reshape(
        len(pairs), FEATURES.index("likeness_in_row")
    )
    likeness, near = alone[:, FEATURES.index("likeness")], alone[:, FEATURES.index("meaning")]
    sides = [[pair[side] for pair in pairs] for side in (0, 1)]
    among = [
        *(values - _best_other(keys, values) for values in (likeness, near) for keys in sides),
        *(near - _mean(keys, near) for keys in sides),
    ]
    return np.column_stack([alone, *among])


def _alone(one: SentenceContent, other: SentenceContent, rare: Mapping[str, float]) -> list[float]:
    shared = math.fsum(weight * rare.get(f, 1.0) for f, weight in one.weights.items() if f in other.weights)
    informative = math.fsum(
        w for f, w in one.weights.items() if w >= MIN_INFORMATIVE and " " not in f and f in other.weights
    )
    a, b = (
        math.fsum(weight * rare.get(f, 1.0) for f, weight in side.weights.items() if " " not in f)
        for side in (one, other)
    )
    inside, whole = shared / max(min(a, b), 0.1), shared / max(a, b, 0.1)
    lengths = sorted((one.words, other.words))
    return [
        min(1.5, inside),
        min(1.5, (inside + whole) / 2),
        math.log1p(shared),
        math.log1p(informative),
        math.log1p(len(one.names & other.names)),
        math.log1p(len(one.figures & other.figures)),
        float(one.meaning @ other.meaning),
        *(math.log1p(length) for length in lengths),
    ]


def _best_other(keys: Sequence[int], values: Floats) -> Floats:
    """Return for each value the highest other one of the same key, 0 where there is none."""
    best: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for key, value in zip(keys, values.tolist(), strict=True):
        top = best[key]
        top[:] = sorted((*top, value), reverse=True)[:2]
    return np.array([best[k][1] if v == best[k][0] else best[k][0] for k, v in zip(keys, values.tolist(), strict=True)])


def _mean(keys: Sequence[int], values: Iterable[float]) -> Floats:
    groups: dict[int, list[float]] = defaultdict(list)
    for key, value in zip(keys, values, strict=True):
        groups[key].append(value)
    means = {key: math.fsum(group) / len(group) for key, group in groups.items()}
    return np.array([means[key] for key in keys])


@cache
def load_pair_model() -> PairModel:
    """Load the shipped weights once; raises `ModelNotFoundError` or `ModelDamagedError`."""
    return decoded(table_path("sentence_pairs.json"), PairModel)
