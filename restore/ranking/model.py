"""The ranker of the encoder's engine: boosted trees over all that is known of a candidate, and their calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray

from restore.detection.trees import Trees
from restore.errors import ModelDamagedError
from restore.resources import table_path


class EncoderRanker(msgspec.Struct, frozen=True):
    """Trees that give the log-odds that a candidate is right; `slope` and `offset` calibrate them (Platt 1999).

    `suspect` is the chance of damage (0 to 1) from which on a word gets candidates. models/build/encoder_ranker.py
    fits all of it.
    """

    trees: Trees
    slope: Annotated[float, msgspec.Meta(gt=0)]
    offset: float
    suspect: Annotated[float, msgspec.Meta(ge=0, le=1)]

    def log_odds(self, described: Sequence[Mapping[str, float]]) -> NDArray[np.float64]:
        """Return the calibrated log-odds of each candidate that is described by named features; absent ones are 0."""
        return self.slope * self.trees.log_odds(matrix(described, self.trees.features)) + self.offset


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
    path = table_path("encoder_ranker.json")
    try:
        return msgspec.json.decode(path.read_bytes(), type=EncoderRanker)
    except (msgspec.MsgspecError, ValueError, OSError) as error:
        raise ModelDamagedError(f"the ranker {path} is broken: {error}; install the package again") from error
