"""The noisy-channel decoder: candidates and their features in, decisions with confidence out."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from restore.candidates.base import Candidate, Context
from restore.channel import SpinnerChannel
from restore.config import Config
from restore.decoding.beam import BeamSettings, decode
from restore.decoding.corrections import Decision
from restore.decoding.features import Features
from restore.decoding.lattice import Edge, Lattice, ScoredCandidate, build
from restore.decoding.prior import log_odds, place_odds, prior_features, shift, spin_rate
from restore.decoding.ranker import JudgeWeights, Ranker
from restore.detection.verdict import count_words
from restore.dictionary import PREFERRED
from restore.language_model.base import Judge
from restore.parsing import ParsedText, Sentence

_MOST_PER_PLACE = 8
_CERTAIN = 0.9999  # nothing is, so a threshold of 1 applies nothing
_CONTEXT_CHARACTERS = 240
_REFERENCE_CHARACTERS = 500
_VERBATIM = ("reference.quotation", "reference.name")

Posteriors = dict[int, float]


class Decided(NamedTuple):
    """The decisions on a text, its spin rate (0 to 1), and whether the rate it had before made a difference."""

    decisions: list[Decision]
    rate: float
    held: bool


class Decoder:
    """Decides over the candidates of a text, with the features, the ranker and a judge."""

    def __init__(self, config: Config, channel: SpinnerChannel, ranker: Ranker) -> None:
        self._config = config
        self._channel = channel
        self._ranker = ranker

    def decide(
        self,
        context: Context,
        candidates: Iterable[Candidate],
        judge: Judge,
        memory: dict[tuple[object, ...], Posteriors],
        least_rate: float = 0.0,
    ) -> Decided:
        """Give every candidate that was explored with its posterior.

        `memory` keeps the posteriors of decoded lattices between the passes over one text; `least_rate` is the spin
        rate it had before a part of the damage was mended.
        """
        found_rate, scored = self.score(context, candidates, judge.name, least_rate)
        lattices = list(self._lattices(context, scored))
        keys = [_key(lattice) for lattice in lattices]
        new = {key: lattice for key, lattice in zip(keys, lattices, strict=True) if key not in memory}
        weights = self._ranker.judges[judge.name]
        settings = BeamSettings(weights.language_model, self._config.beam_width, self._config.side_by_side)
        for (key, lattice), found in zip(new.items(), decode(new.values(), judge, settings), strict=True):
            numbers = {id(edge): n for n, edge in enumerate(_edits(lattice))}
            memory[key] = {numbers[id(edge)]: share for edge, share in found.items()}
        decisions = []
        for key, lattice in zip(keys, lattices, strict=True):
            edits = _edits(lattice)
            for number, share in memory[key].items():
                scored_candidate = edits[number].scored
                assert scored_candidate is not None
                decisions.append((scored_candidate.candidate, share))
        return self._second_look(context, decisions, found_rate, least_rate, weights)

    def _second_look(
        self,
        context: Context,
        decisions: Sequence[tuple[Candidate, float]],
        found_rate: float,
        least_rate: float,
        weights: JudgeWeights,
    ) -> Decided:
        """Estimate the spin rate again, from what the judge said, and move every confidence by the difference."""
        base = self._ranker.base_rate
        assumed = self._effect(max(found_rate, least_rate), weights)
        damaged: dict[int, float] = defaultdict(float)
        for candidate, confidence in decisions:
            damaged[candidate.start] += confidence
        places = {start: log_odds(min(max(share, 1e-9), _CERTAIN)) for start, share in damaged.items()}
        odds = [math.exp(o - assumed) for o in places.values()]
        rate = spin_rate(odds, count_words(context.parsed), base)
        moved = self._effect(max(rate, least_rate), weights) - assumed
        found = []
        for candidate, confidence in decisions:
            share = confidence / max(damaged[candidate.start], 1e-9) / (1 + math.exp(-places[candidate.start] - moved))
            sure = calibrated(share, weights.slope, weights.offset)
            if is_lone_reference(candidate, context.parsed):
                sure = calibrated(min(sure, _CERTAIN), weights.lone_slope, weights.lone_offset)
            found.append(Decision(candidate, min(round(sure, 4), _CERTAIN)))
        held = any(self._effect(max(r, least_rate), weights) != self._effect(r, weights) for r in (found_rate, rate))
        return Decided(found, rate, held)

    def _effect(self, rate: float, weights: JudgeWeights) -> float:
        """Give what the prior adds to the log-odds of every edit in a text with this spin rate."""
        described = prior_features(shift(rate, self._ranker.base_rate))
        return sum(weights.features.get(name, 0.0) * value for name, value in described.items())

    def score(
        self, context: Context, candidates: Iterable[Candidate], judge: str, least_rate: float = 0.0
    ) -> tuple[float, list[ScoredCandidate]]:
        """Give the spin rate of the text (0 to 1), and the candidates worth decoding, the best few of every place.

        Costs count with the greater of this rate and `least_rate`.
        """
        features = Features(context, self._channel)
        described = [(candidate, features.describe(candidate)) for candidate in candidates]
        outlooks = [self._ranker.outlook(found) for _, found in described]
        rate = self._rate(context, [candidate for candidate, _ in described], outlooks)
        likelier = shift(rate, self._ranker.base_rate)
        prior = prior_features(shift(max(rate, least_rate), self._ranker.base_rate))
        floor = self._ranker.judges[judge].floor
        places: dict[int, list[tuple[float, ScoredCandidate]]] = defaultdict(list)
        for (candidate, found), outlook in zip(described, outlooks, strict=True):
            wish = found.get(PREFERRED, 0.0)  # not learned: the user says how much it counts
            if outlook + wish + likelier < self._ranker.prefilter_floor:
                continue
            cost = self._ranker.cost(judge, {**found, **prior}) + wish
            if cost >= floor:
                places[candidate.start].append((outlook + wish, ScoredCandidate(candidate, round(cost, 3))))
        best = []
        for options in places.values():
            options.sort(key=lambda o: (-o[0], o[1].candidate.end, o[1].candidate.replacement))
            best += [scored for _, scored in options[:_MOST_PER_PLACE]]
        return rate, best

    def _rate(self, context: Context, candidates: Sequence[Candidate], outlooks: Sequence[float]) -> float:
        places: dict[int, list[float]] = defaultdict(list)
        for candidate, outlook in zip(candidates, outlooks, strict=True):
            places[candidate.start].append(outlook)
        odds = [place_odds(found) for found in places.values()]
        return spin_rate(odds, count_words(context.parsed), self._ranker.base_rate)

    def _lattices(self, context: Context, scored: Sequence[ScoredCandidate]) -> Iterator[Lattice]:
        parsed = context.parsed
        by_sentence: dict[int, list[ScoredCandidate]] = defaultdict(list)
        for item in scored:
            token = parsed.tokens_between(item.candidate.start, item.candidate.end)[0]
            by_sentence[token.sentence].append(item)
        for number, items in sorted(by_sentence.items()):
            sentence = parsed.sentences[number]
            yield from build(parsed, sentence, items, judge_context(context, sentence))


def judge_context(context: Context, sentence: Sentence) -> str:
    """Give what the judge reads before a sentence: the reference's sentences about the same, then what precedes it."""
    heard = []
    room = _REFERENCE_CHARACTERS
    for reference in context.references:
        for pair in reference.by_sentence.get(sentence.index, ())[:2]:
            other = reference.parsed.sentences[pair.reference]
            words = reference.parsed.text[other.start : other.end]
            if len(words) <= room:
                heard.append(words)
                room -= len(words)
    before = _preceding(context.parsed, sentence)
    return "\n".join([*heard, "", before]) if heard else before


def _preceding(parsed: ParsedText, sentence: Sentence) -> str:
    """Give whole preceding sentences up to a few hundred characters, and the line end if there is one between."""
    first = sentence.index
    while first > 0 and sentence.start - parsed.sentences[first - 1].start <= _CONTEXT_CHARACTERS:
        first -= 1
    if first == sentence.index:
        return ""
    text = parsed.text[parsed.sentences[first].start : sentence.start]
    return text.rstrip() + ("\n" if "\n" in text[len(text.rstrip()) :] else "")


def _edits(lattice: Lattice) -> list[Edge]:
    return [edge for edges in lattice.edges for edge in edges if edge.scored]


def _key(lattice: Lattice) -> tuple[object, ...]:
    return lattice.context, tuple((e.start, e.end, e.text, e.cost) for edges in lattice.edges for e in edges)


def is_lone_reference(candidate: Candidate, parsed: ParsedText) -> bool:
    """Say whether other words stand in one reference and nothing else speaks for them, be it a quotation or a name.

    Two reports say the same in different words: neither the ranker, whose training has few real references, nor the
    judge, which has just read that very sentence, knows how often.
    """
    if len({(e.kind, e.source) for e in candidate.evidence}) != 1 or candidate.evidence[0].kind != "reference":
        return False
    if any(candidate.features.get(name) for name in _VERBATIM):
        return False
    return parsed.text[candidate.start : candidate.end].lower() != candidate.replacement.lower()


def calibrated(share: float, slope: float, offset: float) -> float:
    """Turn a posterior into the share of such edits that are right."""
    share = min(max(share, 1e-9), 1 - 1e-9)
    return 1 / (1 + math.exp(-slope * log_odds(share) - offset))
