"""Which families of spinners a text went through, by the informative words that stand in it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping

from restore.channel.model import ChannelRow, SpinnerChannel, normalise
from restore.text.parsing import ParsedText

_TELLING = 0.5
"""The chance that a phrase is damage from which on it tells the family: damage more often than not. Chosen by hand:
with less, words that people write as well tell of families."""
_PRIOR_WORDS = 4.0
"""For how many words the usual shares of the families count. Chosen by hand: with more, a short text keeps the usual
mix; with less, its first few words decide."""
_LONGEST = 3  # words of a phrase; by hand: 94 % of the shipped rows have no more on their spun side (counted)
_STEPS = 12  # of expectation maximisation; by hand, a fixed number so that every run gives the same


class FamilyMix:
    """The mix of families in a text, inferred by expectation maximisation from its informative words and phrases.

    A phrase is informative if it is damage more often than not; it counts once, however often the text has it, and
    by the odds that it is damage. The mix starts from, and is drawn towards, the share of each family in all rows (a
    Dirichlet prior of four words).
    """

    def __init__(self, parsed: ParsedText, channel: SpinnerChannel) -> None:
        self._prior = channel.family_shares
        self._phrases: dict[str, dict[str, float]] = {}
        self._weights: dict[str, float] = {}
        for sentence in parsed.sentences:
            tokens = parsed.sentence_tokens(sentence)
            for length in range(1, _LONGEST + 1):
                for first, last in zip(tokens, tokens[length - 1 :], strict=False):
                    self._hear(normalise(parsed.text[first.start : last.end]), channel)
        self._shares: dict[str, dict[str, float]] = {}
        self.mix = self._infer()

    def _hear(self, phrase: str, channel: SpinnerChannel) -> None:
        if phrase in self._phrases:
            return
        self._phrases[phrase] = {}
        rows = channel.originals(phrase)
        damaged = 1.0 - channel.identity(phrase) if rows else 0.0
        if damaged < _TELLING:
            return
        counts: dict[str, float] = defaultdict(float)
        for row in rows:
            for name, weight in row.family_weights.items():
                counts[name] += weight
        # P(phrase | family), up to a factor that is the same for all families
        self._phrases[phrase] = {name: count / self._prior[name] for name, count in counts.items()}
        self._weights[phrase] = damaged

    def _infer(self) -> Mapping[str, float]:
        """Return the mix; the shares add up to 1."""
        informative = [(phrase, likely) for phrase, likely in self._phrases.items() if likely]
        mix = dict(self._prior)
        for _ in range(_STEPS):
            new = {name: _PRIOR_WORDS * share for name, share in self._prior.items()}
            for phrase, likely in informative:
                joint = {name: mix[name] * weight for name, weight in likely.items()}
                total = sum(joint.values())
                self._shares[phrase] = {name: self._weights[phrase] * part / total for name, part in joint.items()}
                for name, part in self._shares[phrase].items():
                    new[name] += part
            total = sum(new.values())
            mix = {name: part / total for name, part in new.items()}
        self._total = _PRIOR_WORDS + sum(self._weights.values())
        return mix

    @property
    def informative(self) -> float:
        """How many words and phrases tell the mix, each counted by the probability that it is damage."""
        return self._total - _PRIOR_WORDS

    def mix_without(self, spun: str) -> Mapping[str, float]:
        """Return the mix as the rest of the text tells it, without this word or phrase."""
        own = self._shares.get(spun)
        if not own:
            return self.mix
        left = self._total - sum(own.values())
        return {name: (share * self._total - own.get(name, 0.0)) / left for name, share in self.mix.items()}

    def fit(self, row: ChannelRow, mix: Mapping[str, float]) -> float:
        """Return how well a row fits a mix: ln of its families' share in it over that in all rows, -2 to 2."""
        weights = row.family_weights
        total = sum(weights.values())
        here = sum(weight / total * mix.get(name, 0.0) for name, weight in weights.items())
        usual = sum(weight / total * self._prior.get(name, 0.0) for name, weight in weights.items())
        return max(-2.0, min(2.0, math.log(here / usual))) if here > 0 and usual > 0 else 0.0
