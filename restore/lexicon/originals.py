"""The lexical channel: which word a synonym spinner started from, where no counted substitution tells.

P(original | spun word, part of speech) is a conditional logit (McFadden 1974) over the lemmas that WordNet, the Moby
Thesaurus and word vectors relate to the spun one, and "something else". Its weights come from
training/lexicon/originals.py.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from restore.lexicon.features import COLUMN, FEATURES, UNSEEN, Described, describe
from restore.lexicon.frequencies import log_frequency, total_count
from restore.lexicon.vectors import load_vectors
from restore.lexicon.wordnet import Pos, Related, load_thesaurus
from restore.runtime.tables import decoded, table_path

Resource = Literal["WordNet 3.0", "Moby Thesaurus", "shared translations", "word vectors (GloVe)"]
WORDNET: Resource = "WordNet 3.0"
MOBY: Resource = "Moby Thesaurus"
PIVOT: Resource = "shared translations"
VECTORS: Resource = "word vectors (GloVe)"

_KEPT = 40
"""Candidates of a lemma that are kept. Chosen by hand: the right one is among the first 25 for 75 % of the
substitutions on real pages (docs/quality.md). With more, memory grows; probabilities do not change."""
_FLOOR = -20.0  # the least ln P; by hand: a bound against words that are next to never written


@dataclass(frozen=True, slots=True)
class LexicalCandidate:
    """A lemma a spinner could have started from.

    `pos` is its part of speech: the spun word's, unless it has none such. `log_probability` is the natural log of
    P(lemma | spun lemma). `resources` are those that relate the two. `related` is WordNet's nearest relation, if any.
    """

    lemma: str
    pos: Pos
    log_probability: float
    resources: tuple[Resource, ...]
    cosine: float
    related: Related | None


class _Distribution(NamedTuple):
    """The best candidates, and the log-probabilities of all: by row of the vectors (ascending), and by name."""

    best: tuple[LexicalCandidate, ...]
    rows: NDArray[np.int32]
    log_probabilities: NDArray[np.float32]
    extras: dict[str, float]
    log_unseen: float


class _Weights(msgspec.Struct, frozen=True):
    weights: dict[str, float]
    unseen: dict[str, float]


def lexical_originals(lemma: str, pos: Pos, limit: int = 40) -> tuple[LexicalCandidate, ...]:
    """Return the likeliest originals of a lower-cased spun lemma, best first.

    Probabilities are of all candidates, whatever the limit (at most 40), and leave a share for originals that no
    resource relates.
    """
    return _distribution(lemma, pos).best[:limit]


@lru_cache(maxsize=100_000)
def log_lexical(spun_lemma: str, original_lemma: str, pos: Pos) -> float:
    """Return ln P(original | spun lemma) for any pair of lower-cased lemmas, at least -20.

    A lemma that no resource relates shares the rest by how frequent it is.
    """
    known = _distribution(spun_lemma, pos)
    row = load_vectors().rows.get(original_lemma, -1)
    at = int(np.searchsorted(known.rows, row))
    if at < len(known.rows) and known.rows[at] == row:
        return max(_FLOOR, float(known.log_probabilities[at]))
    if original_lemma in known.extras:
        return max(_FLOOR, known.extras[original_lemma])
    return max(_FLOOR, known.log_unseen + log_frequency(original_lemma) - math.log(total_count()))


@lru_cache(maxsize=3_000)
def _distribution(lemma: str, pos: Pos) -> _Distribution:
    described = describe(lemma, pos)
    weights, unseen = _load_weights()
    scores = np.append(described.features @ weights, described.unseen @ unseen).astype(np.float64)
    scores -= scores.max()
    scores -= math.log(np.exp(scores).sum())
    vectors = load_vectors()
    rows = [row for word in described.lemmas if (row := vectors.rows.get(word, vectors.lemmas)) < vectors.lemmas]
    extras = {word: float(scores[at]) for at, word in enumerate(described.lemmas[len(rows) :], start=len(rows))}
    best = tuple(_candidates(described, np.argsort(-scores[:-1], kind="stable")[:_KEPT], pos, scores))
    known = np.array(rows, dtype=np.int32), scores[: len(rows)].astype(np.float32)
    return _Distribution(best, *known, extras, float(scores[-1]))


def _candidates(
    described: Described, best: NDArray[np.int64], pos: Pos, scores: NDArray[np.float64]
) -> Iterator[LexicalCandidate]:
    """Make the candidates of the best rows; numpy is asked for all of them at once."""
    table = described.features[best]
    columns = (
        (WORDNET, table[:, : COLUMN["wordnet.sense_spun"]].any(axis=1)),
        (MOBY, (table[:, COLUMN["moby.lists"]] != 0) | (table[:, COLUMN["moby.listed"]] != 0)),
        (PIVOT, table[:, COLUMN["pivot.shared"]] != 0),
        (VECTORS, table[:, COLUMN["vectors.near"]] != 0),
    )
    marks = list(zip(*(column.tolist() for _, column in columns), strict=True))
    cosines = table[:, COLUMN["vectors.cosine"]].tolist()
    for at, score, mark, cosine in zip(best.tolist(), scores[best].tolist(), marks, cosines, strict=True):
        lemma = described.lemmas[at]
        related = described.related.get(lemma)
        resources: tuple[Resource, ...] = tuple(name for (name, _), says in zip(columns, mark, strict=True) if says)
        yield LexicalCandidate(lemma, _pos_of(lemma, pos, related), score, resources, cosine, related)


def _pos_of(lemma: str, pos: Pos, related: Related | None) -> Pos:
    own = load_thesaurus().parts_of_speech(lemma)
    if pos in own:
        return pos
    if related is not None:
        return related.pos
    return own[0] if own else pos


@cache
def _load_weights() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    stored = decoded(table_path("lexicon.json"), _Weights)
    weights = np.array([stored.weights.get(name, 0.0) for name in FEATURES], dtype=np.float32)
    return weights, np.array([stored.unseen.get(name, 0.0) for name in UNSEEN], dtype=np.float32)
