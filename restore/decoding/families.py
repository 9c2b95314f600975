"""Which family of spinners a text went through, by the telling words that stand in it."""

from __future__ import annotations

import math
from collections import defaultdict

from restore.channel import ChannelRow, SpinnerChannel, normalise
from restore.parsing import ParsedText

_TELLING = 0.5
_PRIOR_WORDS = 4.0
_LONGEST = 3


class FamilyMix:
    """The mix of families in a text: the prior of all rows, and the telling words and phrases of the text itself.

    A phrase is telling if it is damage more often than not. Each counts once, however often it stands in the text.
    """

    def __init__(self, parsed: ParsedText, channel: SpinnerChannel) -> None:
        self._prior = channel.family_shares
        self._own: dict[str, dict[str, float]] = {}
        self._mix: dict[str, float] = defaultdict(float)
        for sentence in parsed.sentences:
            tokens = parsed.sentence_tokens(sentence)
            for length in range(1, _LONGEST + 1):
                for first, last in zip(tokens, tokens[length - 1 :], strict=False):
                    self._hear(normalise(parsed.text[first.start : last.end]), channel)

    def _hear(self, phrase: str, channel: SpinnerChannel) -> None:
        if phrase in self._own:
            return
        rows = channel.originals(phrase)
        damaged = 1.0 - channel.identity(phrase) if rows else 0.0
        if damaged < _TELLING:
            self._own[phrase] = {}
            return
        weights: dict[str, float] = defaultdict(float)
        for row in rows:
            for name, weight in row.family_weights.items():
                weights[name] += weight
        total = sum(weights.values())
        self._own[phrase] = {name: damaged * weight / total for name, weight in weights.items()}
        for name, weight in self._own[phrase].items():
            self._mix[name] += weight

    def fit(self, spun: str, row: ChannelRow) -> float:
        """Say how well a row fits the mix: ln of its families' share in this text over that in all rows, -2 to 2.

        The word in question is left out of the evidence.
        """
        own = self._own.get(spun, {})
        heard = sum(self._mix.values()) - sum(own.values())
        weights = row.family_weights
        total = sum(weights.values())
        here = usual = 0.0
        for name, weight in weights.items():
            prior = self._prior.get(name, 1e-3)
            share = (self._mix.get(name, 0.0) - own.get(name, 0.0) + _PRIOR_WORDS * prior) / (heard + _PRIOR_WORDS)
            here += weight / total * share
            usual += weight / total * prior
        return max(-2.0, min(2.0, math.log(here / usual))) if here > 0 and usual > 0 else 0.0
