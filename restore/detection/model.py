"""The fitted model of the verdict: from the words of a text to the probability that it is damaged."""

from __future__ import annotations

import math
from functools import cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from restore.detection.document import MEASURES, damaged_share, independent, measure
from restore.detection.trees import Trees
from restore.detection.word_features import FEATURES, OPEN_CLASS_CODES
from restore.errors import ModelDamagedError
from restore.runtime.odds import logistic
from restore.runtime.tables import decoded, table_path

_LONGEST = math.log(401.0)
"""The length (ln of words + 1) from which on a text counts as no longer. Chosen by hand, a little above the pieces that
the function was fitted on (at most 330 words, training/detection/pieces.py): beyond them it would only be guessed."""


class VerdictModel(msgspec.Struct, frozen=True):
    """The fitted model: `words` gives ln of the odds ratio of each word, the rest is for the document.

    `weights` are those of `restore.detection.document.MEASURES`, then of the same times the length; the share of
    damaged words is `share_scale` times what the words say, less `share_offset`.
    """

    words: Trees
    intercept: float
    weights: list[float]
    share_scale: float
    share_offset: float

    def odds(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the log odds of the words that a matrix describes, joint evidence shared among its words."""
        return evidence(self.words.log_odds(matrix), matrix)

    def probability(self, odds: NDArray[np.float64]) -> float:
        """Return the probability that a text with these odds of its words is damaged."""
        score = self.intercept + float(np.dot(self.weights, expand(measure(odds))))
        return logistic(score)

    def share(self, odds: NDArray[np.float64]) -> float:
        """Estimate the share of damaged words, 0 to 1."""
        return max(0.0, min(1.0, self.share_scale * damaged_share(odds) - self.share_offset))


def evidence(odds: NDArray[np.float64], matrix: NDArray[np.float32]) -> NDArray[np.float64]:
    """Share joint evidence: of the words of a phrase, and of a content word among its occurrences."""
    phrase, times, pos = (matrix[:, FEATURES.index(name)] for name in ("phrase_words", "times", "pos"))
    repeated = np.where(np.isin(pos, OPEN_CLASS_CODES), times, 1.0)
    return independent(odds, (np.maximum(phrase, 1.0) * np.maximum(repeated, 1.0)).astype(np.int64))


def expand(measured: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the measures and each of them times the length (up to 400 words; longer texts count as these)."""
    length = min(float(measured[-1]), _LONGEST)
    short = np.append(measured[:-1], length)
    return np.concatenate([short, short * length])


@cache
def load_verdict_model() -> VerdictModel:
    """Load the fitted model once; raises `ModelNotFoundError` if it is missing, `ModelDamagedError` if it is broken."""
    path = table_path("verdict.json")
    model = decoded(path, VerdictModel)
    if model.words.features != list(FEATURES) or len(model.weights) != 2 * len(MEASURES):
        raise ModelDamagedError(f"{path} was made for another version of restore: install the package again")
    return model
