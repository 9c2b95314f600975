"""The ranker of the encoder's engine: boosted trees over all that is known of a candidate, and their calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray

from restore.detection.trees import Trees
from restore.runtime.tables import decoded, table_path


class CalibratedTrees(msgspec.Struct, frozen=True):
    """Trees that give the log-odds that a candidate is right; `slope` and `offset` calibrate them (Platt 1999)."""

    trees: Trees
    slope: Annotated[float, msgspec.Meta(gt=0)]
    offset: float

    def log_odds(self, described: Sequence[Mapping[str, float]]) -> NDArray[np.float64]:
        """Return the calibrated log-odds of each candidate that is described by named features; absent ones are 0."""
        return self.slope * self.trees.log_odds(matrix(described, self.trees.features)) + self.offset


class EncoderRanker(CalibratedTrees, frozen=True):
    """The ranker; `suspect` is the chance of damage (0 to 1) from which on a word gets candidates.

    training/ranking/ranker.py fits all of it.
    """

    suspect: Annotated[float, msgspec.Meta(ge=0, le=1)]


def matrix(described: Sequence[Mapping[str, float]], names: Sequence[str]) -> NDArray[np.float32]:
    """Return named features as a matrix (candidates, names); others are left out, absent ones are 0."""
    columns = {name: n for n, name in enumerate(names)}
    found = np.zeros((len(described), len(columns)), dtype=np.float32)
    for row, features in enumerate(described):
        for name, value in features.items():
            column = columns.get(name)
            if column is not None:
                found[row, column] = value
    return found


@cache
def load_encoder_ranker() -> EncoderRanker:
    """Load the shipped ranker once; raises `ModelNotFoundError` or `ModelDamagedError`."""
    return decoded(table_path("encoder_ranker.json"), EncoderRanker)
