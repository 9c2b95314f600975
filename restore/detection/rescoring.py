"""The verdict rescored: what the encoder reads of the text, on top of what its words say by themselves."""

from __future__ import annotations

import math
from functools import cache

import msgspec

from restore.detection.verdict import FEWEST_WORDS
from restore.errors import ModelDamagedError
from restore.records import Verdict
from restore.resources import table_path

LEAST_RATE = 0.0005
"""A rate of damage below it counts as this one."""
_LEAST = 1e-4


class RateWeights(msgspec.Struct, frozen=True):
    """A logistic function of the log-odds of a verdict and the natural log of the rate of damage."""

    intercept: float
    verdict: float
    rate: float

    def probability(self, probability: float, rate: float) -> float:
        """Return the probability that a text is damaged, from that of its verdict and its rate of damage."""
        given, found = inputs(probability, rate)
        score = self.intercept + self.verdict * given + self.rate * found
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


def inputs(probability: float, rate: float) -> tuple[float, float]:
    """Return what the logistic function is of."""
    given = min(max(probability, _LEAST), 1.0 - _LEAST)
    return math.log(given / (1.0 - given)), math.log(max(rate, LEAST_RATE) / LEAST_RATE)


def rescored(verdict: Verdict, rate: float, words: int) -> Verdict:
    """Return the verdict on a text of `words` words whose rate of damage (0 to 1) the encoder has read.

    The findings stay as they are. Raises `ModelNotFoundError` if the weights are missing, `ModelDamagedError` if they
    are broken.
    """
    if words < FEWEST_WORDS:
        return verdict
    probability = load_rate_weights().probability(verdict.probability, rate)
    damaged = probability >= 0.5
    share = max(verdict.damaged_share, rate) if damaged else min(verdict.damaged_share, probability)
    return msgspec.structs.replace(
        verdict,
        damaged=damaged,
        probability=round(probability, 4),
        damaged_share=round(share, 4),
        family=verdict.family if damaged else "",
        family_share=verdict.family_share if damaged else 0.0,
    )


@cache
def load_rate_weights() -> RateWeights:
    """Return the shipped weights, loaded once; raises `ModelNotFoundError` or `ModelDamagedError`."""
    path = table_path("verdict_encoder.json")
    try:
        return msgspec.json.decode(path.read_bytes(), type=RateWeights)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ModelDamagedError(f"{path} cannot be read ({error}): install the package again") from error
