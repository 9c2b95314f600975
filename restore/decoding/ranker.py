"""The learned log-linear model over candidates; models/build/ranker.py fits it, models/ranker.json holds it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated

import msgspec

from restore.errors import ModelDamagedError
from restore.resources import table_path


class JudgeWeights(msgspec.Struct, frozen=True):
    """Weights for one judge: of its log-probability, and of every feature; `floor` is the lowest useful cost.

    Confidence is the posterior calibrated after Platt (1999): its log-odds times `slope` plus `offset`. Where one
    reference is all that speaks for an edit, `lone_slope` and `lone_offset` are applied to that in the same way
    (models/build/calibration.py).
    """

    language_model: float
    features: dict[str, float]
    floor: float
    slope: Annotated[float, msgspec.Meta(gt=0)] = 1.0
    offset: float = 0.0
    lone_slope: Annotated[float, msgspec.Meta(gt=0)] = 1.0
    lone_offset: float = 0.0


class Ranker(msgspec.Struct, frozen=True):
    """The weights by judge. `prefilter` scores a candidate without a judge, to leave out hopeless ones early."""

    judges: dict[str, JudgeWeights]
    prefilter: dict[str, float]
    prefilter_floor: float
    base_rate: Annotated[float, msgspec.Meta(gt=0, lt=1)]

    def cost(self, judge: str, features: Mapping[str, float]) -> float:
        """Give the log-odds of an edit against keeping, all but the language model's part."""
        weights = self.judges[judge].features
        return sum(weights.get(name, 0.0) * value for name, value in features.items())

    def outlook(self, features: Mapping[str, float]) -> float:
        """Give the log-odds of an edit when no judge has been asked."""
        return sum(self.prefilter.get(name, 0.0) * value for name, value in features.items())


@cache
def load_ranker() -> Ranker:
    """Load the shipped weights once; raises `ModelDamagedError` if the file is broken."""
    path = table_path("ranker.json")
    try:
        return msgspec.json.decode(path.read_bytes(), type=Ranker)
    except (msgspec.MsgspecError, ValueError, OSError) as error:
        raise ModelDamagedError(f"the ranker {path} is broken: {error}; install the package again") from error
