"""From the odds of every word to the odds of the document: a part of the words is damaged, or none.

The likelihood ratio of "a share r of the words is damaged" against "none is", averaged over shares from 3 to 40 %
(the real pages have 5 to 30 %), so that one odd word in a long text says little and odd words all over it say a lot.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from restore.runtime.odds import logistic_of

SHARES = np.array([0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4])
MEASURES = ("ratio", "ratio_per_root", "share", "likely", "strongest", "length")
"""Names of what `measure` gives, in order."""
_MOST = 4.0
"""Bound of the log odds of one word (ln; 55 to 1). Chosen by hand, 6 at first: with more, a single odd word can call a
text damaged; with less, a few damaged ones are overlooked. training/detection/verdict.py fits the function of the
document on odds within it."""
_PRIOR_RATE = 0.02
"""The share of damaged words that is assumed beforehand. Chosen by hand: it decides in short texts, and the fitted
scale and offset of the share (training/detection/verdict.py) make up for it on average."""
_PRIOR_WORDS = 20.0
"""For how many words that assumption counts. Chosen by hand: with more, short texts tell less."""
_STEPS = 25  # of expectation maximisation; by hand: more take time and change little once the share has settled
_STRONGEST = 3  # words whose mean is the measure `strongest`; by hand: a single one may be a slip


def independent(odds: NDArray[np.float64], together: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the log odds of words as far as each is evidence of its own, none above 4.

    What speaks for damage is shared among `together` words that say it jointly: those of a phrase, and a content word
    that the text has several times (a spinner would not have written it everywhere).
    """
    shared = np.where(odds > 0, odds / np.maximum(together, 1), odds)
    found: NDArray[np.float64] = np.minimum(shared, _MOST)
    return found


def log_ratio(odds: NDArray[np.float64]) -> float:
    """Return the log likelihood ratio of a damaged text against a clean one; `odds` are those of its words (ln)."""
    if not len(odds):
        return 0.0
    ratios = np.exp(np.clip(odds, -_MOST, _MOST))[:, None]
    sums = np.log(1.0 - SHARES + SHARES * ratios).sum(axis=0)
    top = float(sums.max())
    return top + math.log(float(np.exp(sums - top).mean()))


def damaged_share(odds: NDArray[np.float64]) -> float:
    """Estimate the share of damaged words, 0 to 1, by expectation maximisation from the log odds of the words."""
    ratios = np.exp(np.clip(odds, -_MOST, _MOST))
    rate = 0.1
    for _ in range(_STEPS):
        expected = float((rate * ratios / (1 - rate + rate * ratios)).sum())
        rate = (expected + _PRIOR_RATE * _PRIOR_WORDS) / (len(odds) + _PRIOR_WORDS)
    return rate


def posteriors(odds: NDArray[np.float64], rate: float) -> NDArray[np.float64]:
    """Return the probability of each word that it is damaged in a text with this share of damaged words."""
    rate = min(max(rate, 1e-4), 0.9)
    return logistic_of(odds + math.log(rate / (1 - rate)))


def measure(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Describe a text by the log odds of its words; columns as in `MEASURES`."""
    words = len(odds)
    ratio = log_ratio(odds)
    share = damaged_share(odds)
    likely = float((odds > 2.0).sum()) / (words + 10.0)
    strongest = np.sort(np.clip(odds, -_MOST, _MOST))[-_STRONGEST:]
    mean = float(strongest.sum()) / _STRONGEST if words else 0.0
    return np.array([ratio, ratio / math.sqrt(words + 5.0), share, likely, mean, math.log(words + 1.0)])
