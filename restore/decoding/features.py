"""What the ranker weighs about a candidate, whichever source it came from.

Names are `group.what`; the sources' own features (`thesaurus.synonym`, ...) are taken over as they are.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

from restore.agreement import agreement
from restore.candidates.base import Candidate, Context
from restore.candidates.spins import weigh
from restore.channel import ChannelRow, SpinnerChannel, lemmas, normalise
from restore.decoding.wording import WordingFeatures
from restore.families import FamilyMix
from restore.frequencies import word_counts
from restore.lexicon import log_lexical
from restore.parsing import ParsedText, Token
from restore.thesaurus import SPACY_POS

FUNCTION_TAGS = frozenset({"ADP", "DET", "PRON", "AUX", "CCONJ", "SCONJ", "PART"})
_LEMMINFLECT_TAGS = {"ADJ": "ADJ", "ADV": "ADV", "NOUN": "NOUN", "VERB": "VERB", "AUX": "AUX", "PROPN": "PROPN"}
_FLOOR = -9.0
_LOG_MILLIONS = 5.73  # of the words that the frequency dictionary was counted on
_SPLITS = re.compile(r"(-|'s\b|n't\b)")


class _Said(NamedTuple):
    """What the channel says of a spun phrase in this text: its rows, the family mix, ln P(it stood there itself)."""

    rows: Sequence[ChannelRow]
    mix: Mapping[str, float]
    same: float
    unseen: float


class Features:
    """Describes the candidates of one text."""

    def __init__(self, context: Context, channel: SpinnerChannel) -> None:
        self._context = context
        self._channel = channel
        self._families = FamilyMix(context.parsed, channel)
        self._phrases: dict[str, _Said] = {}
        self._wording = WordingFeatures(context.parsed)
        self._quoted = {n for span in context.parsed.quotations for n in range(span.start, span.end)}

    def describe(self, candidate: Candidate) -> dict[str, float]:
        """Give the features of one candidate; absent ones are 0."""
        parsed = self._context.parsed
        tokens = parsed.tokens_between(candidate.start, candidate.end)
        spun = normalise(parsed.text[candidate.start : candidate.end])
        original = normalise(candidate.replacement)
        old, new = _pieces(spun), _pieces(original)
        found = {name: max(-10.0, min(10.0, value)) for name, value in candidate.features.items()}
        found["bias"] = 1.0
        found |= self._shape(tokens, candidate, spun, original)
        found |= self._channel_features(spun, original)
        found |= self._frequency(spun, original)
        if spun == original:
            found |= self._written(tokens, candidate.replacement.split())
        found |= self._grammar(tokens, new)
        found |= self._reference(tokens, old, new)
        found |= self._document(tokens, old, new)
        found |= self._spins(candidate)
        if spun != original:
            found |= self._wording.describe(tokens, old, new)
        return {name: value for name, value in found.items() if value}

    def _shape(self, tokens: tuple[Token, ...], candidate: Candidate, spun: str, original: str) -> dict[str, float]:
        first = self._context.parsed.sentences[tokens[0].sentence].first == tokens[0].index
        case = spun == original
        return {
            "shape.case": float(case),
            "shape.delete": float(not original),
            "shape.longer": float(max(0, len(original.split()) - len(spun.split()))),
            "shape.shorter": float(max(0, len(spun.split()) - len(original.split()))) if original else 0.0,
            "shape.phrase": float(" " in spun),
            "shape.function": float(not case and all(t.pos in FUNCTION_TAGS for t in tokens)),
            "shape.name": float(not case and any(t.is_name for t in tokens)),
            "shape.name_case": float(case and any(t.is_name for t in tokens)),
            "shape.figure": float(any(t.is_figure for t in tokens)),
            "shape.first": float(first),
            "shape.quoted": float(candidate.start in self._quoted),
            "shape.sources": math.log(len({e.kind for e in candidate.evidence}) or 1),
        }

    def _channel_features(self, spun: str, original: str) -> dict[str, float]:
        if spun == original:
            return {}
        channel, said = self._channel, self._said(spun)
        rows = [r for r in said.rows if r.original == original]
        row = bool(rows)
        odds = max(_FLOOR, channel.log_inverse(spun, original, said.mix) - said.same)
        forward = max(_FLOOR, channel.log_forward(spun, original, said.mix))
        return {
            "channel.row": float(row),
            "channel.family": self._families.fit(rows[0], said.mix) if rows else 0.0,
            "channel.forward_row": forward if row else 0.0,
            "channel.forward_new": 0.0 if row else forward,
            "channel.odds_row": odds if row else 0.0,
            "channel.odds_new": 0.0 if row else odds,
            "channel.same": max(-4.0, said.same),
            "channel.unseen": said.unseen,
        }

    def _said(self, spun: str) -> _Said:
        """Look a phrase up once for all its candidates."""
        found = self._phrases.get(spun)
        if found is None:
            channel, mix = self._channel, self._families.mix_without(spun)
            rows = channel.originals(spun)
            unseen = float(not channel.seen(spun)[0] and not rows)
            found = self._phrases[spun] = _Said(rows, mix, channel.log_inverse(spun, spun, mix), unseen)
        return found

    @staticmethod
    def _frequency(spun: str, original: str) -> dict[str, float]:
        if spun == original:
            return {}
        before, after = _log_frequency(spun), _log_frequency(original)
        return {
            "frequency.spun": before,
            "frequency.gain": after - before if original else 0.0,
        }

    def _grammar(self, tokens: tuple[Token, ...], words: list[str]) -> dict[str, float]:
        if len(tokens) != 1 or len(words) != 1 or tokens[0].lower == words[0].lower():
            return {}
        token, word = tokens[0], words[0].lower()
        can = possible_tags(word)
        return {
            "grammar.same_tag": float(token.pos in can),
            "grammar.other_tag": float(bool(can) and token.pos not in can and token.pos in _LEMMINFLECT_TAGS),
            "grammar.same_lemma": float(bool(set(lemmas(token.lower)) & set(lemmas(word)))),
            "grammar.agreement": agreement(self._context.parsed, token, word),
            **_lexical(token, word),
        }

    @cached_property
    def _reference_words(self) -> tuple[Counter[str], Counter[tuple[str, str]]]:
        words: Counter[str] = Counter()
        pairs: Counter[tuple[str, str]] = Counter()
        for reference in self._context.references:
            lower = [t.lower for t in reference.parsed.tokens]
            words.update(lower)
            words.update(t.lemma for t in reference.parsed.tokens if t.lemma != t.lower)
            pairs.update(pairwise(lower))
        return words, pairs

    def _reference(self, tokens: tuple[Token, ...], spun: list[str], lower: list[str]) -> dict[str, float]:
        if not self._context.references:
            return {}
        known, pairs = self._reference_words
        content = not all(t.pos in FUNCTION_TAGS or not t.is_word for t in tokens)
        case = spun == lower
        before, after = _neighbours(self._context.parsed, tokens)
        linked = any(
            link.relation == "exact"
            for r in self._context.references
            for t in tokens
            for link in r.links_of.get(t.index, ())
        )
        return {
            "context.reference": 1.0,
            "context.reference_spun": float(content and not case and all(w in known for w in spun)),
            "context.reference_word": float(content and not case and bool(lower) and all(w in known for w in lower)),
            "context.reference_pair": _pair_share(pairs, before, lower, after),
            "context.reference_spun_pair": _pair_share(pairs, before, spun, after),
            "context.linked": float(linked and not case),
        }

    def _written(self, tokens: tuple[Token, ...], words: list[str]) -> dict[str, float]:
        """Say how much oftener the word pairs around a casing repair are written as proposed than as they stand."""
        parsed = self._context.parsed
        left, right = parsed.beside(tokens)
        before, after = left.text if left else "", right.text if right else ""
        old = [t.text for t in tokens]
        found = {}
        for name, pairs in (("reference", self._cased[0]), ("document", self._cased[1])):
            gain = _pair_share(pairs, before, words, after) - _pair_share(pairs, before, old, after)
            found[f"context.{name}_cased"] = gain
        return found

    @cached_property
    def _cased(self) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
        heard: Counter[tuple[str, str]] = Counter()
        for reference in self._context.references:
            heard.update(pairwise(t.text for t in reference.parsed.tokens))
        own = Counter(pairwise(t.text for t in self._context.parsed.tokens))
        return heard, own

    def _document(self, tokens: tuple[Token, ...], spun: list[str], lower: list[str]) -> dict[str, float]:
        known = self._context.parsed.vocabulary
        case = spun == lower
        content = not all(t.pos in FUNCTION_TAGS for t in tokens) and not case
        before, after = _neighbours(self._context.parsed, tokens)
        pairs = self._document_pairs
        return {
            "context.document_spun": math.log(min(known.get(w, 1) for w in spun)) if content else 0.0,
            "context.document_word": math.log1p(min(known.get(w, 0) for w in lower)) if content and lower else 0.0,
            "context.neighbour": 0.0 if case else self._suspicion_beside(tokens),
            "context.document_pair": _pair_share(pairs, before, lower, after),
        }

    def _spins(self, candidate: Candidate) -> dict[str, float]:
        return weigh(self._context, candidate, self._channel)

    def _suspicion_beside(self, tokens: tuple[Token, ...]) -> float:
        """Give the highest probability of damage among the two words on either side."""
        parsed = self._context.parsed
        sentence = parsed.sentences[tokens[0].sentence]
        left = parsed.tokens[max(sentence.first, tokens[0].index - 2) : tokens[0].index]
        right = parsed.tokens[tokens[-1].index + 1 : min(sentence.last, tokens[-1].index + 3)]
        return max((self._suspicion(t.lower) for t in (*left, *right)), default=0.0)

    def _suspicion(self, word: str) -> float:
        return 1.0 - self._channel.identity(word) if self._channel.originals(word) else 0.0

    @cached_property
    def _document_pairs(self) -> Counter[tuple[str, str]]:
        return Counter(pairwise(t.lower for t in self._context.parsed.tokens))


def _lexical(token: Token, word: str) -> dict[str, float]:
    """Give ln P(lemma of the word | lemma of the token) by the lexicon, above its floor; nothing for little words."""
    pos = SPACY_POS.get(token.pos)
    if pos is None or token.pos == "AUX" or token.is_name:
        return {}
    found = max(_FLOOR, *(log_lexical(token.lemma.lower(), lemma, pos) for lemma in lemmas(word)))
    return {"lexicon.any": found - _FLOOR, "lexicon.asked": 1.0}


def _pieces(phrase: str) -> list[str]:
    """Cut a normalised phrase about as spaCy would."""
    return _SPLITS.sub(r" \1 ", phrase).split()


def _neighbours(parsed: ParsedText, tokens: tuple[Token, ...]) -> tuple[str, str]:
    """Give the lower-cased words before and after, "" at the borders of the sentence."""
    before, after = parsed.beside(tokens)
    return before.lower if before else "", after.lower if after else ""


@lru_cache(maxsize=50_000)
def possible_tags(word: str) -> frozenset[str]:
    """Give the open-class parts of speech that a word form can have; empty if unknown."""
    from lemminflect import getAllLemmas

    return frozenset(getAllLemmas(word))


def _pair_share(pairs: Counter[tuple[str, str]], before: str, middle: Iterable[str], after: str) -> float:
    """Give the share of the word pairs, from the left neighbour to the right one, that are among `pairs`."""
    words = [w for w in (before, *middle, after) if w]
    steps = list(pairwise(words))
    return sum(1.0 for step in steps if pairs[step]) / len(steps) if steps else 0.0


def _log_frequency(words: str) -> float:
    """Give log10 of the count per million of the rarest word, at least -2; 0 for no words."""
    counts = word_counts()
    pieces = _pieces(words)
    if not pieces:
        return 0.0
    rarest = min(counts.get(w, 0) for w in pieces)
    return max(-2.0, math.log10(max(rarest, 1)) - _LOG_MILLIONS)
