"""What tells a text that is a reference's article in other words from an independent report on the same event.

A rewriter goes through the article sentence by sentence: nearly every sentence has a partner, in the same order and of
about the same length, and brings no name or figure of its own. Two reporters choose what to tell, in which order.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from restore.alignment.records import SentencePair
from restore.alignment.sentences import align_sentences
from restore.rewrites.units import Unit, apart, common_order, content_shares, longest_rise, share_in, shared
from restore.text.parsing import ParsedText

Floats = NDArray[np.float64]
FEWEST_WORDS = 4
"""Shorter sentences are headings and calls: no report is known by them. Chosen by hand."""
_NEAR = 2
"""Partners of neighbours that are no further apart follow each other: one may be left out. Chosen by hand."""
_EDGE = 6.0
"""Log-odds of a document beyond which it makes no difference to its sentences; chosen by hand."""
DOCUMENT_FEATURES = (
    "covered",
    "covered_reference",
    "consecutive",
    "in_order",
    "one_to_one",
    "chance",
    "told",
    "told_reference",
    "lengths",
    "names",
    "names_reference",
    "paired",
)
"""Shares of the words in sentences with a partner (of the text, and of the reference as far as it is followed); how
often the partners of neighbouring sentences follow each other, and keep the order; partners over sentences; means over
the pairs, by words: their chance, what each side has of the other, the difference of ln lengths; shares of the names
and figures of each side that the other has anywhere; ln of the sentences with a partner."""
PAIR_FEATURES = (
    "shared",
    "shared_reference",
    "told",
    "told_reference",
    "least_shared",
    "least_told",
    "names",
    "names_reference",
    "figures",
    "figures_reference",
    "length",
    "order",
    "order_of_longer",
    "neighbours",
    "document",
)
"""What each unit has of the other, in the same words and in words as near (and the lesser of both: what says less or
more has little of the one), of its names and figures; the difference of ln lengths; how much of the shorter and of the
longer one stands in the same order in the other; how many of the sentences before and behind have partners there; the
log-odds that the whole text is rewritten."""


@dataclass(frozen=True)
class Compared:
    """A text and a reference, sentence by sentence."""

    text: ParsedText
    reference: ParsedText
    pairs: tuple[SentencePair, ...]

    @cached_property
    def ours(self) -> tuple[Unit, ...]:
        """The sentences of the text."""
        return _units(self.text)

    @cached_property
    def theirs(self) -> tuple[Unit, ...]:
        """The sentences of the reference."""
        return _units(self.reference)

    @cached_property
    def scores(self) -> Mapping[tuple[int, int], float]:
        """The chance of each pair of sentences."""
        return {(p.spun, p.reference): p.score for p in self.pairs}

    @cached_property
    def partners(self) -> Mapping[int, int]:
        """The likeliest partner of each sentence of the text, headings and the like aside, in the text's order.

        Of several that are as likely, the one that follows the partner of the sentence before.
        """
        found: dict[int, int] = {}
        last = -1
        of: dict[int, list[SentencePair]] = {}
        for pair in self.pairs:
            of.setdefault(pair.spun, []).append(pair)
        for number, pairs in sorted(of.items()):
            if len(self.ours[number].words) >= FEWEST_WORDS:
                best = max(p.score for p in pairs)
                equal = [p.reference for p in pairs if p.score == best]
                last = found[number] = min(equal, key=lambda m: (m <= last, m))
        return found

    @cached_property
    def apart(self) -> Mapping[int, float]:
        """How far each sentence with a partner is from it in words, 0 to 1."""
        return {n: apart(self.ours[n], self.theirs[m]) for n, m in self.partners.items()}

    @property
    def words(self) -> int:
        """The words of the text, headings and the like aside."""
        return _count(self.ours)


def compare(text: ParsedText, reference: ParsedText, pairs: tuple[SentencePair, ...] | None = None) -> Compared:
    """Return a text and a reference with their pairs of sentences, which are looked for if they are not given."""
    return Compared(text, reference, align_sentences(text, reference) if pairs is None else pairs)


def describe_document(compared: Compared) -> Floats:
    """Return the features of a text against a reference, (features,); all 0 if no sentence has a partner."""
    partners = compared.partners
    if not partners:
        return np.zeros(len(DOCUMENT_FEATURES))
    pairs = [(compared.ours[n], compared.theirs[m]) for n, m in partners.items()]
    sizes = [len(one.words) for one, _ in pairs]
    followed = compared.theirs[: max(partners.values()) + 1]
    both = [content_shares(one, other) for one, other in pairs]
    steps = [partners[n + 1] - m for n, m in partners.items() if n + 1 in partners]
    distinct = set(partners.values())
    own, said = _facts(compared.ours), _facts(compared.theirs)
    return np.array(
        [
            sum(sizes) / max(1, compared.words),
            _count([compared.theirs[m] for m in distinct]) / max(1, _count(followed)),
            _mean([float(0 <= step <= _NEAR) for step in steps]) if steps else 0.0,
            longest_rise(list(partners.values())) / len(partners),
            len(distinct) / len(partners),
            _mean([compared.scores[pair] for pair in partners.items()], sizes),
            _mean([one for one, _ in both], sizes),
            _mean([other for _, other in both], sizes),
            _mean([_lengths(one, other) for one, other in pairs], sizes),
            share_in(own, said),
            share_in(_facts(followed), own),
            math.log1p(len(partners)),
        ]
    )


def describe_pair(compared: Compared, one: Unit, other: Unit, odds: float) -> list[float]:
    """Return the features of a unit of the text and one of the reference; `odds`: of the document, log-odds."""
    ours, theirs = content_shares(one, other)
    same, back = shared(one, other), shared(other, one)
    shortest, longest = sorted((len(one.words), len(other.words)))
    common = common_order(one.words, other.words)
    return [
        same,
        back,
        ours,
        theirs,
        min(same, back),
        min(ours, theirs),
        share_in(one.names, other.names),
        share_in(other.names, one.names),
        share_in(one.figures, other.figures),
        share_in(other.figures, one.figures),
        _lengths(one, other),
        common / shortest if shortest else 0.0,
        common / longest if longest else 0.0,
        _neighbours(compared, one, other),
        max(-_EDGE, min(_EDGE, odds)),
    ]


def _neighbours(compared: Compared, one: Unit, other: Unit) -> float:
    """Return how many (0 to 1) of the sentences before and behind a unit have partners just before and behind there."""
    before, behind = (compared.text.tokens[n].sentence for n in (one.first, one.last - 1))
    first, last = (compared.reference.tokens[n].sentence for n in (other.first, other.last - 1))
    partners = compared.partners
    found = []
    if before - 1 in partners:
        found.append(first - _NEAR <= partners[before - 1] <= first)
    if behind + 1 in partners:
        found.append(last <= partners[behind + 1] <= last + _NEAR)
    return sum(found) / 2


def _units(parsed: ParsedText) -> tuple[Unit, ...]:
    return tuple(Unit(parsed, s.first, s.last) for s in parsed.sentences)


def _count(units: Sequence[Unit]) -> int:
    return sum(len(unit.words) for unit in units if len(unit.words) >= FEWEST_WORDS)


def _facts(units: Sequence[Unit]) -> frozenset[str]:
    return frozenset(fact for unit in units for fact in (*unit.names, *unit.figures))


def _lengths(one: Unit, other: Unit) -> float:
    return abs(math.log((1 + len(one.words)) / (1 + len(other.words))))


def _mean(values: Sequence[float], weights: Sequence[float] | None = None) -> float:
    return float(np.average(values, weights=weights)) if len(values) else 0.0
