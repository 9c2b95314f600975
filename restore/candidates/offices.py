"""Offices before names: "chairman Obama" for a president, by the text, the references, or the list of who held what."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from restore.candidates.base import Candidate, Context
from restore.candidates.listed_names import LEAST_LOG, origin_log
from restore.candidates.wording import is_headline
from restore.channel.model import SpinnerChannel
from restore.lexicon.gazetteer import INITIAL, LISTED_NAMES, STRONG_NAME, Offices, load_offices
from restore.records import Evidence, EvidenceKind, Span
from restore.text.parsing import ParsedText, Token

_WEAK = 0.6
"""The score (0 to 1) of evidence that may not change what looks like a part of a name: any number below `STRONG_NAME`
does the same. Chosen by hand."""
_OFTEN = 3
"""Times that models/offices.tsv must have seen an office before a name for strong evidence. Chosen by hand: with fewer,
what was seen once or twice would be enough."""
_COMMON_BEFORE = frozenset({"DET", "ADJ", "NOUN", "PROPN"})


class _Titled(NamedTuple):
    """A person named in a text: the words before the name that can be an office, and the name."""

    before: tuple[Token, ...]
    name: tuple[Token, ...]

    @property
    def surname(self) -> str:
        """The last word of the name, in lower case."""
        return self.name[-1].lower


OfficePlaces = Mapping[str, Mapping[str, list[Span]]]
"""By surname and office: where they stand together in a text."""


class _OfficeHolders(NamedTuple):
    """What a text says of who holds which office, as evidence of a kind and source."""

    kind: EvidenceKind
    source: str
    text: str
    places: OfficePlaces

    def of(self, surname: str, office: str) -> list[Span]:
        """Return where an office stands before a surname."""
        return self.places.get(surname, {}).get(office, [])


def offices_before_names(context: Context, channel: SpinnerChannel) -> Iterator[Candidate]:
    """Propose the office that a person is known to have where a related word stands before the name."""
    offices = load_offices()
    people = list(_people(context.parsed, offices))
    if not people:
        return
    own = _OfficeHolders("document", "text", context.parsed.text, _holders(people, offices))
    in_references = [
        _OfficeHolders("reference", r.id, r.parsed.text, _holders(_people(r.parsed, offices), offices))
        for r in context.references
    ]
    for person in people:
        yield from _repairs(context, channel, offices, person, own, in_references)


def _people(parsed: ParsedText, offices: Offices) -> Iterator[_Titled]:
    """Yield the names of persons and holders of offices that have a word before them in their sentence."""
    for sentence in parsed.sentences:
        if is_headline(parsed, sentence.index):
            continue
        tokens = parsed.sentence_tokens(sentence)
        at = 1
        while at < len(tokens):
            end = at
            while end < len(tokens) and _in_name(tokens[end], inside=end > at):
                end += 1
            first = at
            while first < end - 1 and tokens[first].lower in offices.words:
                first += 1
            if end > first and (tokens[first].entity == "PERSON" or tokens[end - 1].lower in offices.held):
                yield _Titled(tuple(tokens[max(0, first - offices.longest) : first]), tuple(tokens[first:end]))
            at = max(end, at + 1)


def _in_name(token: Token, inside: bool) -> bool:
    if inside and INITIAL.fullmatch(token.text):
        return True
    return token.is_name and not token.text.isupper()


def _holders(people: Sequence[_Titled] | Iterator[_Titled], offices: Offices) -> OfficePlaces:
    """Collect the offices that stand before each surname."""
    found: dict[str, dict[str, list[Span]]] = {}
    for person in people:
        office = _office(person, offices)
        if office:
            first = person.before[-len(office.split())]
            found.setdefault(person.surname, {}).setdefault(office, []).append(Span(first.start, person.name[-1].end))
    return found


def _office(person: _Titled, offices: Offices) -> str:
    for size in range(len(person.before), 0, -1):
        phrase = " ".join(t.lower for t in person.before[-size:])
        if phrase in offices.words:
            return phrase
    return ""


def _repairs(
    context: Context,
    channel: SpinnerChannel,
    offices: Offices,
    person: _Titled,
    own: _OfficeHolders,
    in_references: Sequence[_OfficeHolders],
) -> Iterator[Candidate]:
    """Replace one word before a name; silent where anything says that the office is the person's own."""
    surname, spun = person.surname, person.before[-1]
    written = _office(person, offices)
    listed = offices.held.get(surname, {})
    if not spun.text.isalpha() or spun.is_figure or (spun.text[0].isupper() and not _opens(context.parsed, spun)):
        return
    if written and (
        written in listed or len(own.of(surname, written)) > 1 or any(h.of(surname, written) for h in in_references)
    ):
        return
    best: dict[str, Candidate] = {}
    for office, times, evidence in _known_offices(surname, own, in_references, listed):
        parts = office.split()
        before = [t.lower for t in person.before[-len(parts) :]]
        log = origin_log(channel, spun.lower, parts[-1]) if before[:-1] == parts[:-1] else -math.inf
        if office == written or parts[-1] == spun.lower or log < LEAST_LOG or office in best:
            continue
        features = {
            "names.office": 1.0,
            "names.times": math.log1p(times),
            "names.relation": log - LEAST_LOG,
            "names.heard": float(evidence.kind != "names"),
            "names.person": float(bool(written)),
        }
        known = {name: value for name, value in features.items() if value}
        word = _cased(context.parsed, spun, parts[-1])
        best[office] = Candidate(spun.start, spun.end, word, (evidence,), known)
    yield from best.values()


def _known_offices(
    surname: str, own: _OfficeHolders, in_references: Sequence[_OfficeHolders], listed: Mapping[str, int]
) -> Iterator[tuple[str, int, Evidence]]:
    """Yield the offices that the text, the references and the list name, in the order of trust, with how often."""
    for holders in (own, *in_references):
        for office, places in holders.places.get(surname, {}).items():
            start, end = places[0].start, places[0].end
            yield (
                office,
                len(places),
                Evidence(holders.kind, holders.source, holders.text[start:end], STRONG_NAME, start, end),
            )
    for office, times in listed.items():
        quote = f"{surname.title()} is known as {office}"
        yield office, times, Evidence("names", LISTED_NAMES, quote, STRONG_NAME if times >= _OFTEN else _WEAK)


def _cased(parsed: ParsedText, token: Token, office: str) -> str:
    """Write an office with a capital, unless a word before it makes it a common noun ("the Russian president")."""
    if token.text[0].isupper():
        return office.capitalize()
    before, _ = parsed.beside([token])
    common = before is not None and before.pos in _COMMON_BEFORE and before.entity != "DATE"
    return office if common else office.capitalize()


def _opens(parsed: ParsedText, token: Token) -> bool:
    return parsed.sentences[token.sentence].first == token.index
