"""Is a reference about the same event? Judged by what spinning leaves intact.

Names, numbers, dates, quotations and rare words of both articles are weighed by rarity (inverse document frequency,
Sparck Jones 1972) and compared by a cosine per kind; the kinds that both articles have are averaged with fixed weights.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz

from restore.records import Reference, ReferenceReport
from restore.references.rarity import rarity
from restore.text.parsing import ParsedText, Token
from restore.text.word_lists import CONTENT_POS, MONTHS

_KINDS = {"name": 2.0, "number": 1.0, "date": 1.0, "word": 1.0}
"""What each kind weighs in the mean. Chosen by hand: names tell events apart best."""
_QUOTATION_BONUS = 0.15
"""What a shared quotation adds to the likeness (0 to 1), two at most. Chosen by hand: with more, a common phrase would
make two texts the same event."""
_QUOTATION_LIKENESS = 75.0
"""The least likeness (rapidfuzz's partial ratio, 0 to 100) of a quotation and its spun copy. Chosen by hand: about a
quarter of the letters may differ."""
_QUOTATION_WORDS = 4
"""Words of a quotation that counts: shorter ones are titles and scare quotes. Chosen by hand."""
_MOST_QUOTATIONS = 60
"""Quotations of a text that are looked at. Chosen by hand, for speed: every one is compared with every one."""
_RARE = 0.35
"""The least rarity (0 to 1; restore/references/rarity.py, "the" is 0) of a word that tells about an event. Chosen by
hand: with commoner words all news is alike."""
_FEW = 3.0
"""The sum of weights (0 to 1 each) from which a kind counts fully: three telling names. Chosen by hand, so that a
single shared name is not taken for the same event."""

Weights = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Traits:
    """What a text is recognised by: per kind (name, number, date, word) its items with weights 0 to 1."""

    kinds: Mapping[str, Weights]
    quotations: tuple[str, ...]


def traits(parsed: ParsedText) -> Traits:
    """Collect the names, numbers, dates, rare words and quotations of a text."""
    found: dict[str, dict[str, float]] = {kind: {} for kind in _KINDS}
    for token in parsed.tokens:
        if any(c.isdigit() for c in token.text):
            figure = re.sub(r"\D", "", token.text)
            if figure and not _beside_month(parsed, token):
                found["number"][figure] = min(1.0, len(figure) / 4)
        elif token.is_name and len(token.text) > 1:
            found["name"][token.lower] = rarity(token.lower)
        elif token.pos in CONTENT_POS and token.is_word and rarity(token.lemma) >= _RARE:
            found["word"][token.lemma] = rarity(token.lemma)
    found["date"] = dict.fromkeys(_dates(parsed), 1.0)
    quoted = (parsed.text[q.start + 1 : q.end - 1] for q in parsed.quotations)
    long = [q for q in quoted if len(q.split()) >= _QUOTATION_WORDS]
    return Traits(found, tuple(long[:_MOST_QUOTATIONS]))


def _beside_month(parsed: ParsedText, token: Token) -> bool:
    near = parsed.tokens[max(0, token.index - 1) : token.index + 2]
    return len(token.text) <= 2 and any(t.lower in MONTHS for t in near)


def _dates(parsed: ParsedText) -> Iterable[str]:
    """Yield days such as "april 13", in either order of month and day."""
    for first, second in zip(parsed.tokens, parsed.tokens[1:], strict=False):
        month, day = (first, second) if first.lower in MONTHS else (second, first)
        if month.lower in MONTHS and month.text[:1].isupper():
            number = re.match(r"\d{1,2}(?!\d)", day.text)
            if number:
                yield f"{month.lower} {int(number[0])}"


def _cosine(ours: Weights, theirs: Weights) -> float:
    shared = math.fsum(w * w for item, w in ours.items() if item in theirs)
    norm = math.fsum(w * w for w in ours.values()) * math.fsum(w * w for w in theirs.values())
    return shared / math.sqrt(norm) if norm else 0.0


def _shared_quotations(ours: Traits, theirs: Traits) -> int:
    """Count the quotations of ours that, allowing for spun words, stand inside one of theirs or the other way round."""
    return sum(
        any(
            fuzz.partial_ratio(q.lower(), other.lower(), score_cutoff=_QUOTATION_LIKENESS)
            for other in theirs.quotations
        )
        for q in ours.quotations
    )


def likeness(ours: Traits, theirs: Traits) -> tuple[float, dict[str, int]]:
    """Score 0 to 1 how surely two texts tell of the same event, and count what they share by kind."""
    total = weight = 0.0
    shared: dict[str, int] = {}
    for kind, importance in _KINDS.items():
        a, b = ours.kinds[kind], theirs.kinds[kind]
        shared[kind] = sum(1 for item in a if item in b)
        # A kind of which one text has hardly any item says little either way.
        share = importance * min(1.0, min(math.fsum(a.values()), math.fsum(b.values())) / _FEW)
        total += share * _cosine(a, b)
        weight += share
    shared["quotation"] = _shared_quotations(ours, theirs)
    score = total / weight if weight else 0.0
    return min(1.0, score + _QUOTATION_BONUS * min(2, shared["quotation"])), shared


def assess(parsed: ParsedText, reference: Reference, parsed_reference: ParsedText, minimum: float) -> ReferenceReport:
    """Judge a reference for a text: accepted if its likeness (0 to 1) is at least `minimum`, with a plain reason.

    A reference that is identical with the text, white space at both ends aside, is accepted with the score 1.
    """
    if not parsed_reference.tokens:
        return _report(reference, False, 0.0, "the reference is empty")
    if parsed.text.strip() == reference.text.strip():
        return _report(reference, True, 1.0, "is identical with the text")
    score, shared = likeness(traits(parsed), traits(parsed_reference))
    accepted = score >= minimum
    return _report(reference, accepted, round(score, 4), _reason(shared, accepted, score, minimum))


def _report(given: Reference, accepted: bool, score: float, reason: str) -> ReferenceReport:
    return ReferenceReport(given.id, accepted, score, reason, given.url, given.title, given.date, given.same_event)


def _reason(shared: Mapping[str, int], accepted: bool, score: float, minimum: float) -> str:
    nouns = {"name": "name", "date": "date", "number": "number", "quotation": "quotation", "word": "rare word"}
    parts = [f"{shared[kind]} {noun}{'s' if shared[kind] > 1 else ''}" for kind, noun in nouns.items() if shared[kind]]
    listed = " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
    if accepted:
        return f"shares {listed}"
    if not (shared["name"] or shared["number"] or shared["date"] or shared["quotation"]):
        return "shares no names or numbers: it seems to be about another event"
    return f"shares only {listed} (likeness {score:.2f}, needed {minimum:.2f}): it seems to be about another event"
