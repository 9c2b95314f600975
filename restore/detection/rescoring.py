"""The verdict rescored: what the encoder reads of the text, on top of what its words say by themselves."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from restore.detection.document import log_ratio
from restore.detection.reading_findings import merged, word_chances
from restore.detection.verdict import FEWEST_WORDS, count_words
from restore.records import Verdict
from restore.runtime.odds import logistic
from restore.runtime.tables import decoded, table_path
from restore.text.parsing import ParsedText

if TYPE_CHECKING:
    from restore.encoder.reading import Reading

LEAST_RATE = 0.0005
"""A rate of damage below it counts as this one."""
TRAINED_RATE = 0.13
"""The share of damaged words in what the encoder was trained on (training/encoder/windows.py: a third of the texts
clean, the others damaged at 3 to 36 %)."""
_LEAST = 1e-4
"""The least chance, and one less it the highest, whose log odds are taken: they stay within 9.2 either way. Chosen by
hand; training/detection/rescoring.py fits the weights with it."""


MANY_WORDS, SURE_ALONE = 150, 0.99
"""A text of so many words of which the words alone are so sure is damaged whatever the encoder reads: the weights here
are fitted on sentences and paragraphs, where the words tell less. No piece of 200 words of the addresses or of
MEANTIME is above 0.47 (docs/quality.md)."""


class EncoderWeights(msgspec.Struct, frozen=True):
    """A logistic function of what the words say of a text and of what the encoder reads in it (see `inputs`)."""

    intercept: float
    verdict: float
    rate: float
    ratio: float

    def probability(self, probability: float, chances: NDArray[np.float32]) -> float:
        """Return the probability that a text is damaged, from that of its verdict and the chance of every word."""
        verdict, rate, ratio = inputs(probability, chances)
        score = self.intercept + self.verdict * verdict + self.rate * rate + self.ratio * ratio
        return logistic(score)


def inputs(probability: float, chances: NDArray[np.float32]) -> tuple[float, float, float]:
    """Return what the logistic function is of: log-odds of the verdict, ln of the rate of damage, likelihood ratio.

    The ratio is that of "a part of the words is damaged" against "none is" (restore/detection/document.py); `chances`
    are those of the words that they are damaged, where `TRAINED_RATE` of all words are.
    """
    given = min(max(probability, _LEAST), 1.0 - _LEAST)
    rate = max(float(chances.mean()) if len(chances) else 0.0, LEAST_RATE)
    clipped = np.clip(chances.astype(np.float64), _LEAST, 1.0 - _LEAST)
    odds = np.log(clipped / (1.0 - clipped)) - math.log(TRAINED_RATE / (1.0 - TRAINED_RATE))
    return math.log(given / (1.0 - given)), math.log(rate / LEAST_RATE), log_ratio(odds)


def rescored(verdict: Verdict, parsed: ParsedText, reading: Reading) -> Verdict:
    """Return the verdict on a text with what the encoder has read of it: rate of damage, and places.

    Raises `ModelNotFoundError` if the weights are missing, `ModelDamagedError` if they are broken.
    """
    verdict = msgspec.structs.replace(verdict, findings=merged(verdict.findings, parsed, reading))
    if count_words(parsed) < FEWEST_WORDS:
        return verdict
    chances = word_chances(parsed, reading)
    rate = float(chances.mean())
    probability = load_encoder_weights().probability(verdict.probability, chances)
    if len(chances) >= MANY_WORDS and verdict.probability >= SURE_ALONE:
        probability = max(probability, verdict.probability)
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
def load_encoder_weights() -> EncoderWeights:
    """Return the shipped weights, loaded once; raises `ModelNotFoundError` or `ModelDamagedError`."""
    return decoded(table_path("verdict_encoder.json"), EncoderWeights)
