"""Candidates of a text in, decisions with confidence out: one look at each, no search."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from restore.candidates.base import Candidate, Context
from restore.candidates.inflected_names import INFLECTED
from restore.candidates.listed_names import TOLD
from restore.candidates.reference_words import NAMED
from restore.candidates.spacing import GLUED, STOP
from restore.candidates.spinner import OWN_ROW
from restore.candidates.torn import TORN
from restore.candidates.whole_quotations import WHOLE
from restore.channel.model import SpinnerChannel
from restore.encoder.reading import Reading
from restore.ranking.corrections import Decision
from restore.ranking.features import FUNCTION_TAGS, Features
from restore.ranking.model import EncoderRanker
from restore.ranking.places import by_place
from restore.ranking.quotations import decide_quotations
from restore.ranking.reading_features import ReadingFeatures
from restore.ranking.second_opinion import Adviser
from restore.runtime.odds import logistic
from restore.text.parsing import has_digit
from restore.user_dictionary.dictionary import PREFERRED

MOST_PER_PLACE = 8
"""Candidates of a place that are described in full: those the encoder finds likeliest. By hand, for speed."""
LIKELY_PER_PLACE = 14
"""Those of which the encoder is asked for more than the first piece: more than enough for the likeliest few. By
hand."""
MORE_OF_WITNESSES = 4
"""And so many of those that a reference, the text itself, a list or a rule speaks for, whatever the encoder says. By
hand, for speed."""
_WITNESSES = frozenset({"reference", "document", "spins", "names", "spelling", "grammar", "dictionary"})
_LONE_GUESS = math.log(2.0)
"""A content word that nobody but the encoder knows must be twice as likely to be right. Chosen by hand."""
_LONE_FIGURE = math.log(8.0)
"""And figures written as words eight times: news writes "two years", where others write "2 years" and are right. Chosen
by hand, on addresses to Congress and web text."""
_MEANT_STOP = math.log(8.0)
"""Less odds for a blank behind a stop that may be that of a program's name ("System.Exit"). The ranker has read news
alone, where every such stop lost its blank. Chosen by hand, so that the preset `safe` leaves them."""
_SOUND = math.log(4.0)
"""Two thirds of the texts that the ranker learned from are damaged; of a text that passes for clean (restore/detection)
the odds of a change count a quarter. By hand, on the 300 sentences with unusual names (data/names)."""
_OWN_ROW_ODDS = math.log(20.0)
"""What a row of a user's own table adds: it was counted on the very spinner, and no training has seen it. By hand."""
_COUNTED_ODDS = {
    GLUED: math.log(30.0),
    TORN: math.log(200.0),
    INFLECTED: math.log(30.0),
    TOLD: math.log(30.0),
    NAMED: math.log(20.0),
}
"""The least log-odds of what is so sure by itself that it was counted, by the feature that tells it.

Blanks lost behind a stop: of 349 such places in 4,715 articles that pass for clean 120 were read, and all were lost
blanks: at least 97 % are (lower end of the 95 % interval, Wilson 1927). Torn words: of 6,957 joins in 900 training
articles with words torn apart 6,955 were right, and in these articles as they stand or spun (355,000 words) nothing was
joined but what was torn (training/lexicon/torn_words.py): 99.9 % at least; less is taken. Inflected names: of 342 that
were mended so in 800 training articles 340 were right (173 of 174 of the persons held out); none of 214 verbs that look
like surnames was taken for one, and nothing in the articles as they stand (training/lexicon/inflected_names.py): 98 %
at least; less is taken. Names that a reference has whole, beside other reports on the event: a listed one of which one
word was replaced was right 293 times of 294, another one 484 times of 496 (training/lexicon/told_names.py; 240 events
that the rules were not chosen on): 98 and 95 % at least."""
_RATE_STEPS = 2.0
"""Steps for each unit of log-odds of the rate of damage: a text that one repair changes mostly keeps its step, and so
its decisions. Chosen by hand; the ranker learns from the same steps."""
_LEAST_RATE = 0.002
"""The rate of damage (0 to 1) below which texts are not told apart: one word in five hundred. Chosen by hand; likewise
fitted to."""
_CERTAIN = 0.9999  # nothing is, so a threshold of 1 applies nothing


class _Stakes(NamedTuple):
    """What moves the log-odds of a candidate beside the trees: the user's word, what is taken off, the least of all."""

    user: float
    lone: float
    meant: float
    counted: float


def describe(
    context: Context,
    candidates: Iterable[Candidate],
    reading: Reading,
    channel: SpinnerChannel,
    least_rate: float = 0.0,
) -> tuple[list[Candidate], list[dict[str, float]], float]:
    """Return the candidates worth deciding on, their features, and the rate of damage that the encoder reads (0 to 1).

    The features count with the greater of this rate and `least_rate`, in steps. Whole quotations are left out
    (restore/ranking/quotations.py).
    """
    given = [c for c in candidates if not c.features.get(WHOLE)]
    read = ReadingFeatures(context.parsed, reading)
    likely = sorted(_kept(given, read.bounds(given), LIKELY_PER_PLACE))
    given = [given[n] for n in likely]
    readings = read.describe(given)
    kept = sorted(_kept(given, [f.get("read.said", 0.0) for f in readings], MOST_PER_PLACE))
    features = Features(context, channel)
    rate = stepped(max(read.rate, least_rate))
    chosen, described = [given[n] for n in kept], []
    for n in kept:
        described.append({**features.describe(given[n]), **readings[n], "read.rate": rate, **_evidence(given[n])})
    _compare(chosen, described)
    return chosen, described, read.rate


class Judged:
    """The candidates of a text that were looked at, and what is decided about them.

    `rate` is the text's rate of damage (0 to 1), `held` whether the rate it had before made a difference.
    """

    def __init__(
        self,
        context: Context,
        candidates: Iterable[Candidate],
        reading: Reading,
        channel: SpinnerChannel,
        ranker: EncoderRanker,
        least_rate: float = 0.0,
        adviser: Adviser | None = None,
        sound: float = 0.0,
    ) -> None:
        """`adviser` is asked where the ranker is unsure; `sound` is the chance (0 to 1) that nothing is damaged."""
        every = list(candidates)
        self._context, self._sound = context, sound
        self._chosen, self._described, self.rate = describe(context, every, reading, channel, least_rate)
        self._odds: list[float] = ranker.log_odds(self._described).tolist()
        rate = max(self.rate, least_rate)
        self.held = stepped(rate) != stepped(self.rate)
        whole = [c for c in every if c.features.get(WHOLE)]
        self._quotations = decide_quotations(context.parsed, whole, reading, rate)
        self._adviser = adviser

    def decisions(self) -> list[Decision]:
        """Return every candidate that was looked at with the probability that it is right."""
        odds, ratios = self._odds, dict[int, float]()
        if self._adviser is not None:
            odds, ratios = self._adviser.advise(self._context, self._chosen, self._described, self._odds)
        found = [
            Decision(candidate, self._confidence(number, odds[number]), ratios.get(number))
            for number, candidate in enumerate(self._chosen)
        ]
        return found + self._quotations

    def _confidence(self, number: int, log_odds: float) -> float:
        """Return the probability that a candidate is right, by its log-odds: the higher these, the higher it is."""
        user, lone, meant, counted = self._stakes[number]
        odds_here = log_odds + user - lone - meant - _SOUND * self._sound
        return min(round(logistic(max(odds_here, counted)), 4), _CERTAIN)

    @cached_property
    def _stakes(self) -> list[_Stakes]:
        return [_stakes(self._context, c, f) for c, f in zip(self._chosen, self._described, strict=True)]


def _stakes(context: Context, candidate: Candidate, features: Mapping[str, float]) -> _Stakes:
    # Not learned: the user says how much it counts.
    user = features.get(PREFERRED, 0.0) + _OWN_ROW_ODDS * features.get(OWN_ROW, 0.0)
    meant = _MEANT_STOP if features.get(STOP) and not features.get(GLUED) else 0.0
    counted = max((least for name, least in _COUNTED_ODDS.items() if features.get(name)), default=-math.inf)
    return _Stakes(user, _lone_odds(context, candidate), meant, counted)


def stepped(rate: float) -> float:
    """Return the log-odds of a rate of damage in steps of a half: texts that are nearly the same count the same."""
    share = min(max(rate, _LEAST_RATE), 0.5)
    return round(math.log(share / (1 - share)) * _RATE_STEPS) / _RATE_STEPS


def _kept(candidates: Sequence[Candidate], chances: Sequence[float], most: int) -> set[int]:
    """Return the numbers of the candidates that are looked at: of each place the likeliest, and some that are attested.

    `chances` are what the encoder gives each (ln); `most` is how many of a place are taken for that.
    """
    kept: set[int] = set()
    for numbers in by_place(candidates):
        numbers.sort(key=lambda n: (-chances[n], candidates[n].end, candidates[n].replacement))
        kept.update(numbers[:most])
        known = [n for n in numbers if _is_witnessed(candidates[n])]
        kept.update(known[:MORE_OF_WITNESSES])
    return kept


def _is_witnessed(candidate: Candidate) -> bool:
    return bool(candidate.features.get(OWN_ROW)) or any(e.kind in _WITNESSES for e in candidate.evidence)


def _compare(candidates: Sequence[Candidate], described: Sequence[dict[str, float]]) -> None:
    """Add to the features how a candidate stands among those of its place."""
    for numbers in by_place(candidates):
        gains = {n: described[n].get("read.gain", 0.0) for n in numbers}
        for n in numbers:
            others = [gain for m, gain in gains.items() if m != n]
            described[n]["read.lead"] = gains[n] - max(others) if others else 5.0
            described[n]["read.others"] = float(len(others))


def _evidence(candidate: Candidate) -> dict[str, float]:
    return {f"from.{kind}": 1.0 for kind in {e.kind for e in candidate.evidence}}


def _lone_odds(context: Context, candidate: Candidate) -> float:
    """Return the odds that a change of content words costs for which nothing but the encoder speaks."""
    if any(e.kind != "encoder" for e in candidate.evidence):
        return 0.0
    tokens = context.parsed.tokens_between(candidate.start, candidate.end)
    recased = context.parsed.text[candidate.start : candidate.end].lower() == candidate.replacement.lower()
    if recased or all(t.pos in FUNCTION_TAGS for t in tokens):
        return 0.0
    spelt_out = any(has_digit(t.text) for t in tokens) and not has_digit(candidate.replacement)
    return _LONE_FIGURE if spelt_out else _LONE_GUESS
