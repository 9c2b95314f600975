"""What the ranker weighs about a candidate, whichever source it came from.

Names are `group.what`; the sources' own features (`thesaurus.synonym`, ...) are taken over as they are.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

from restore.candidates.base import Candidate, Context
from restore.candidates.spins import weigh
from restore.channel.families import FamilyMix
from restore.channel.model import ChannelRow, ChannelView, SpinnerChannel, normalise
from restore.lexicon.frequencies import word_counts
from restore.ranking.reference_features import ReferenceFeatures, pair_share
from restore.ranking.wording import WordingFeatures
from restore.text.agreement import fit, wanted_tags
from restore.text.morphology import lemmas, lemmas_by_pos
from restore.text.parsing import ParsedText, Token

FUNCTION_TAGS = frozenset({"ADP", "DET", "PRON", "AUX", "CCONJ", "SCONJ", "PART"})
_LEMMINFLECT_TAGS = {"ADJ": "ADJ", "ADV": "ADV", "NOUN": "NOUN", "VERB": "VERB", "AUX": "AUX", "PROPN": "PROPN"}
_FLOOR = -9.0
"""ln of a chance, or of odds, below which nothing is told apart: one to eight thousand. Chosen by hand; the ranker is
fitted to it."""
_LOG_MILLIONS = 5.73  # of the words that the frequency dictionary was counted on
_SPLITS = re.compile(r"(-|'s\b|n't\b)")


class _Said(NamedTuple):
    """What the channel says of a spun phrase in this text: its rows, the channel in the family mix without it.

    `same` is ln P(the phrase stood there itself).
    """

    rows: Sequence[ChannelRow]
    mix: Mapping[str, float]
    view: ChannelView
    same: float
    unseen: float


class _PlaceWords:
    """The words that candidates replace, with what is the same for all candidates of the place."""

    def __init__(self, parsed: ParsedText, start: int, end: int) -> None:
        self.start = start
        self.tokens = tokens = parsed.tokens_between(start, end)
        self.spun = normalise(parsed.text[start:end])
        self.old = _pieces(self.spun)
        self.frequency = log_millions(self.old)
        before, after = parsed.beside(tokens)
        self.before, self.after = before.lower if before else "", after.lower if after else ""
        self.function = all(t.pos in FUNCTION_TAGS for t in tokens)
        self.content = not all(t.pos in FUNCTION_TAGS or not t.is_word for t in tokens)
        self.named = float(any(t.is_name for t in tokens))
        self.figured = float(any(t.is_figure for t in tokens))
        self.opens = float(parsed.sentences[tokens[0].sentence].first == tokens[0].index)
        self.words = len(self.spun.split())
        self.wanted = wanted_tags(parsed, tokens[0]) if len(tokens) == 1 else frozenset()
        self.lower = tokens[0].lower
        self.suspicion: float | None = None


class Features:
    """Describes the candidates of one text."""

    def __init__(self, context: Context, channel: SpinnerChannel) -> None:
        self._context = context
        self._channel = channel
        self._phrases: dict[str, _Said] = {}
        self._places: dict[tuple[int, int], _PlaceWords] = {}
        self._suspicions: dict[str, float] = {}
        self._wording = WordingFeatures(context.parsed)
        self._references = ReferenceFeatures(context)

    def describe(self, candidate: Candidate) -> dict[str, float]:
        """Return the features of one candidate; absent ones are 0."""
        place = self._place(candidate.start, candidate.end)
        original = normalise(candidate.replacement)
        new = _pieces(original)
        found = {name: _bounded(value) for name, value in candidate.features.items()}
        found["bias"] = 1.0
        found |= self._shape(place, candidate, original)
        if place.spun == original:
            found |= self._written(place.tokens, candidate.replacement.split())
        else:
            found |= self._channel_features(place.spun, original)
            found["frequency.spun"] = place.frequency
            found["frequency.gain"] = log_millions(new) - place.frequency if original else 0.0
            found |= self._wording.describe(place.tokens, place.old, new)
        found |= self._grammar(place, new)
        found |= self._references.describe(place.tokens, place.old, new, place.content)
        found |= self._document(place, new)
        found |= weigh(self._context, candidate, self._channel)
        return {name: value for name, value in found.items() if value}

    def _place(self, start: int, end: int) -> _PlaceWords:
        found = self._places.get((start, end))
        if found is None:
            found = self._places[start, end] = _PlaceWords(self._context.parsed, start, end)
        return found

    @cached_property
    def _quoted(self) -> frozenset[int]:
        return frozenset(n for span in self._context.parsed.quotations for n in range(span.start, span.end))

    @cached_property
    def _families(self) -> FamilyMix:
        return FamilyMix(self._context.parsed, self._channel)

    @cached_property
    def _mixed(self) -> ChannelView:
        return self._channel.within(self._families.mix)

    def _shape(self, place: _PlaceWords, candidate: Candidate, original: str) -> dict[str, float]:
        case = place.spun == original
        words = len(original.split())
        return {
            "shape.case": float(case),
            "shape.delete": float(not original),
            "shape.longer": float(max(0, words - place.words)),
            "shape.shorter": float(max(0, place.words - words)) if original else 0.0,
            "shape.phrase": float(" " in place.spun),
            "shape.function": float(not case and place.function),
            "shape.name": 0.0 if case else place.named,
            "shape.name_case": place.named if case else 0.0,
            "shape.figure": place.figured,
            "shape.first": place.opens,
            "shape.quoted": float(candidate.start in self._quoted),
            "shape.sources": math.log(len({e.kind for e in candidate.evidence}) or 1),
        }

    def _channel_features(self, spun: str, original: str) -> dict[str, float]:
        said = self._said(spun)
        row = next((r for r in said.rows if r.original == original), None)
        odds = max(_FLOOR, said.view.log_inverse(spun, original) - said.same)
        forward = max(_FLOOR, said.view.log_forward(spun, original))
        known, unknown = (odds, forward), (0.0, 0.0)
        (odds_row, forward_row), (odds_new, forward_new) = (known, unknown) if row else (unknown, known)
        return {
            "channel.row": float(row is not None),
            "channel.family": self._families.fit(row, said.mix) if row else 0.0,
            "channel.forward_row": forward_row,
            "channel.forward_new": forward_new,
            "channel.odds_row": odds_row,
            "channel.odds_new": odds_new,
            "channel.same": max(-4.0, said.same),
            "channel.unseen": said.unseen,
        }

    def _said(self, spun: str) -> _Said:
        """Look a phrase up once for all its candidates."""
        found = self._phrases.get(spun)
        if found is None:
            channel, mix = self._channel, self._families.mix_without(spun)
            view = self._mixed if mix is self._families.mix else channel.within(mix)
            rows = channel.originals(spun)
            unseen = float(not channel.seen(spun)[0] and not rows)
            found = self._phrases[spun] = _Said(rows, mix, view, view.log_inverse(spun, spun), unseen)
        return found

    @staticmethod
    def _grammar(place: _PlaceWords, words: Sequence[str]) -> dict[str, float]:
        if len(place.tokens) != 1 or len(words) != 1 or place.lower == words[0].lower():
            return {}
        token, word = place.tokens[0], words[0].lower()
        can = possible_tags(word)
        agrees = fit(word, place.wanted) - fit(place.lower, place.wanted) if place.wanted else 0.0
        return {
            "grammar.same_tag": float(token.pos in can),
            "grammar.other_tag": float(bool(can) and token.pos not in can and token.pos in _LEMMINFLECT_TAGS),
            "grammar.same_lemma": float(not set(lemmas(place.lower)).isdisjoint(lemmas(word))),
            "grammar.agreement": agrees,
        }

    def _written(self, tokens: tuple[Token, ...], words: list[str]) -> dict[str, float]:
        """Return how much oftener the word pairs around a casing repair are written as proposed than as they stand."""
        parsed = self._context.parsed
        left, right = parsed.beside(tokens)
        before, after = left.text if left else "", right.text if right else ""
        old = [t.text for t in tokens]
        found = {}
        for name, pairs in (("reference", self._cased[0]), ("document", self._cased[1])):
            gain = pair_share(pairs, before, words, after) - pair_share(pairs, before, old, after)
            found[f"context.{name}_cased"] = gain
        return found

    @cached_property
    def _cased(self) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
        pairs_there: Counter[tuple[str, str]] = Counter()
        for reference in self._context.references:
            pairs_there.update(pairwise(t.text for t in reference.parsed.tokens))
        own = Counter(pairwise(t.text for t in self._context.parsed.tokens))
        return pairs_there, own

    def _document(self, place: _PlaceWords, new: Sequence[str]) -> dict[str, float]:
        known = self._context.parsed.vocabulary
        case = place.old == new
        content = not place.function and not case
        if place.suspicion is None:
            place.suspicion = self._suspicion_beside(place.tokens)
        return {
            "context.document_spun": math.log(min(known.get(w, 1) for w in place.old)) if content else 0.0,
            "context.document_word": math.log1p(min(known.get(w, 0) for w in new)) if content and new else 0.0,
            "context.neighbour": 0.0 if case else place.suspicion,
            "context.document_pair": pair_share(self._document_pairs, place.before, new, place.after),
        }

    def _suspicion_beside(self, tokens: tuple[Token, ...]) -> float:
        """Return the highest probability of damage among the two words on either side."""
        parsed = self._context.parsed
        sentence = parsed.sentences[tokens[0].sentence]
        left = parsed.tokens[max(sentence.first, tokens[0].index - 2) : tokens[0].index]
        right = parsed.tokens[tokens[-1].index + 1 : min(sentence.last, tokens[-1].index + 3)]
        return max((self._suspicion(t.lower) for t in (*left, *right)), default=0.0)

    def _suspicion(self, word: str) -> float:
        found = self._suspicions.get(word)
        if found is None:
            channel = self._channel
            found = self._suspicions[word] = 1.0 - channel.identity(word) if channel.originals(word) else 0.0
        return found

    @cached_property
    def _document_pairs(self) -> Counter[tuple[str, str]]:
        return Counter(pairwise(t.lower for t in self._context.parsed.tokens))


@lru_cache(maxsize=50_000)
def _pieces(phrase: str) -> tuple[str, ...]:
    """Cut a normalised phrase about as spaCy would."""
    return tuple(_SPLITS.sub(r" \1 ", phrase).split())


def _bounded(value: float) -> float:
    return value if -10.0 <= value <= 10.0 else max(-10.0, min(10.0, value))


@lru_cache(maxsize=50_000)
def possible_tags(word: str) -> frozenset[str]:
    """Return the open-class parts of speech that a word form can have; empty if unknown."""
    return frozenset(lemmas_by_pos(word))


def log_millions(words: Sequence[str]) -> float:
    """Return log10 of the count per million of the rarest word, at least -2; 0 for no words."""
    counts = word_counts()
    if not words:
        return 0.0
    rarest = min(counts.get(w, 0) for w in words)
    return max(-2.0, math.log10(max(rarest, 1)) - _LOG_MILLIONS)
