"""How near two words are in meaning and use: cosines of the shipped word vectors (training/lexicon/vectors.py)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from restore.runtime.tables import table_path


@dataclass(frozen=True)
class Vectors:
    """Rows of length 1. The first `lemmas` words are lemmas of WordNet, most frequent first, then come other words."""

    words: tuple[str, ...]
    rows: dict[str, int]
    matrix: NDArray[np.float32]
    lemmas: int


@cache
def load_vectors() -> Vectors:
    """Load the shipped table once (about a tenth of a second); raises `ModelNotFoundError` if it is missing."""
    with np.load(table_path("vectors.npz"), allow_pickle=False) as table:
        words = tuple(table["words"].tobytes().decode().split("\n"))
        matrix = table["vectors"].astype(np.float32)
        lemmas = int(table["lemmas"])
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    return Vectors(words, {word: row for row, word in enumerate(words)}, matrix, lemmas)


@lru_cache(maxsize=200_000)
def relatedness(a: str, b: str) -> float:
    """Return the cosine of the vectors of two lower-cased words, in [-1, 1]; 0.0 if one is unknown."""
    vectors = load_vectors()
    first, second = vectors.rows.get(a), vectors.rows.get(b)
    if first is None or second is None:
        return 0.0
    return max(-1.0, min(1.0, float(vectors.matrix[first] @ vectors.matrix[second])))
