"""A sharper verdict: what the judge of fluency says of the candidates, on top of what the words say by themselves."""

from __future__ import annotations

import math
from functools import cache

import msgspec

from restore.errors import ModelDamagedError
from restore.records import Verdict
from restore.resources import table_path

LEAST_RATE = 0.0005
"""The spin rate of a text in which the judge finds nothing at all."""
_LEAST = 1e-4


class JudgeWeights(msgspec.Struct, frozen=True):
    """A logistic function of the log-odds of a verdict and the natural log of the decoder's spin rate."""

    intercept: float
    verdict: float
    rate: float

    def probability(self, probability: float, rate: float) -> float:
        """Give the probability that a text is damaged, from that of its verdict and its spin rate."""
        given, found = inputs(probability, rate)
        score = self.intercept + self.verdict * given + self.rate * found
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


def inputs(probability: float, rate: float) -> tuple[float, float]:
    """Give what the logistic function is of."""
    given = min(max(probability, _LEAST), 1.0 - _LEAST)
    return math.log(given / (1.0 - given)), math.log(max(rate, LEAST_RATE) / LEAST_RATE)


def sharpen(verdict: Verdict, rate: float, judge: str, words: int) -> Verdict:
    """Give the verdict on a text of `words` words with the spin rate (0 to 1) that the decoder found with a judge.

    `judge` is `bigram`, `llama` or `encoder`. The findings stay as they are. Raises `ModelNotFoundError` if the weights
    are missing, `ModelDamagedError` if they are broken.
    """
    from restore.detection.verdict import FEWEST_WORDS

    if words < FEWEST_WORDS:
        return verdict
    probability = load_judges()[judge].probability(verdict.probability, rate)
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
def load_judges() -> dict[str, JudgeWeights]:
    """Load the weights of each judge once; raises `ModelNotFoundError` or `ModelDamagedError`."""
    path = table_path("verdict_judges.json")
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, JudgeWeights])
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ModelDamagedError(f"{path} cannot be read ({error}): install the package again") from error
