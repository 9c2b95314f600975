"""Sentences of references proposed for whole sentences of a text that tell the same in other words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from msgspec.structs import replace

from restore.records import REWRITE, Comparison, Correction, Covered, Evidence, Span
from restore.rewrites.facts import compare_facts, word_differences
from restore.rewrites.features import FEWEST_WORDS, describe_pair
from restore.rewrites.model import load_rewrite_model
from restore.rewrites.offers import Offer, offers
from restore.rewrites.units import apart
from restore.rewrites.verdict import IN_OTHER_WORDS, RewriteSource
from restore.text.parsing import ParsedText

_ENDED = re.compile(r"[.!?…][\"”»'’)\]]*$")
_CURLY = str.maketrans("“”„", '"""')
_NAMED = 4
"""Differences that an explanation names; the comparison has all. By hand, for reading."""


@dataclass(frozen=True)
class _Choice:
    """An offer for a sentence of the text, and the probability that it is what stood there."""

    sentence: int
    source: RewriteSource
    offer: Offer
    written: str
    probability: float


def propose(text: ParsedText, sources: Sequence[RewriteSource], kept: Iterable[Span]) -> tuple[Correction, ...]:
    """Return the likeliest proposal for each sentence, in text order; no part of a reference is proposed twice.

    Left alone are sentences that touch one of the `kept` ranges or a link, and those that a reference has too.
    """
    covered = Covered(kept)
    choices = [
        choice
        for sentence in text.sentences
        if not covered.touches(sentence.start, sentence.end)
        and not text.in_link(sentence.start, sentence.end)
        and not any(text.text[sentence.start : sentence.end] in s.compared.reference.text for s in sources)
        for source in sources
        for choice in _choices(text, source, sentence.index)
    ]
    taken: set[int] = set()
    used: dict[str, list[Span]] = {}
    found = []
    for choice in sorted(choices, key=lambda c: (-c.probability, c.sentence, c.source.number, c.offer.unit.start)):
        place = Span(choice.offer.unit.start, choice.offer.unit.end)
        known = used.setdefault(choice.source.id, [])
        if choice.sentence not in taken and not any(place.overlaps(span) for span in known):
            taken.add(choice.sentence)
            known.append(place)
            found.append(_correction(choice))
    return tuple(sorted(found, key=lambda c: c.start))


def sure(rewrites: Iterable[Correction], threshold: float) -> tuple[Correction, ...]:
    """Return the rewrites that may be applied where rewrites are asked for, at `threshold` (0 to 1) and above."""
    return tuple(c for c in rewrites if c.is_sure_rewrite(threshold))


def with_current_rewordings(correction: Correction) -> Correction:
    """Return a rewrite that was folded with other corrections with its differences in words as they are now."""
    if correction.comparison is None:
        return correction
    rewordings = word_differences(correction.original, correction.replacement)
    return replace(correction, comparison=replace(correction.comparison, rewordings=rewordings))


def _choices(text: ParsedText, source: RewriteSource, sentence: int) -> Iterator[_Choice]:
    """Yield the offers of a source for a sentence that are likelier than not, as they would be written."""
    compared, model = source.compared, load_rewrite_model()
    unit = compared.ours[sentence]
    if len(unit.words) < FEWEST_WORDS:
        return
    found = [
        offer
        for offer in offers(compared, sentence)
        if len(offer.unit.words) >= FEWEST_WORDS
        and apart(unit, offer.unit) >= IN_OTHER_WORDS
        and bool(_ENDED.search(unit.text)) == bool(_ENDED.search(offer.text))
        and not compared.reference.in_link(offer.unit.start, offer.unit.end)
        and offer.text not in text.text
    ]
    if not found:
        return
    rows = np.array([describe_pair(compared, unit, offer.unit, source.odds) for offer in found])
    for offer, chance in zip(found, model.pair.chances(rows).tolist(), strict=True):
        written = _with_marks_of(text.text, offer.text)
        if chance >= model.shown and written != unit.text:
            yield _Choice(sentence, source, offer, written, round(chance, 4))


def _with_marks_of(text: str, sentence: str) -> str:
    """Write a sentence with straight quotation marks if the text has no others."""
    if '"' in text and not any(mark in text for mark in "“”„"):
        return sentence.translate(_CURLY)
    return sentence


def _correction(choice: _Choice) -> Correction:
    compared = choice.source.compared
    unit, other = compared.ours[choice.sentence], choice.offer.unit
    number = compared.reference.tokens[other.first].sentence + 1
    facts = compare_facts(unit, other)
    certain = (
        choice.source.reading.called
        and choice.probability >= load_rewrite_model().pair.least
        and all(fact.same for fact in facts)
    )
    rewordings = word_differences(unit.text, choice.written)
    comparison = Comparison(choice.source.number, number, certain, facts, rewordings)
    evidence = Evidence("reference", choice.source.id, other.text, choice.probability, other.start, other.end)
    return Correction(
        unit.start,
        unit.end,
        unit.text,
        choice.written,
        REWRITE,
        choice.probability,
        (evidence,),
        _explain(choice.source.id, number, comparison),
        comparison=comparison,
    )


def _explain(id: str, sentence: int, comparison: Comparison) -> str:
    """Return where it comes from, and on which facts the two agree or differ."""
    differing = [f for f in comparison.facts if not f.same]
    both = [f.text for f in comparison.facts if f.same]
    said = f"told in other words than in {id}, sentence {sentence}"
    if differing:
        shown = [f"{f.kind} {f.text or 'nothing'!r} against {f.reference or 'nothing'!r}" for f in differing[:_NAMED]]
        more = f" and {len(differing) - _NAMED} more" if len(differing) > _NAMED else ""
        return f"{said}; they differ in {', '.join(shown)}{more}"
    return f"{said}; both say {', '.join(dict.fromkeys(both))}" if both else f"{said}; neither names a figure or a name"
