"""What of a reference may stand for one sentence: a sentence, a clause of one that could be one, or two in a row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from restore.rewrites.features import Compared
from restore.rewrites.units import Unit
from restore.text.casing import capitalise
from restore.text.parsing import Sentence

_SUBJECTS = frozenset({"nsubj", "nsubjpass", "expl", "csubj"})
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
_STOP = frozenset(",;—–-")
_ENDS = frozenset(".!?")


@dataclass(frozen=True)
class Offer:
    """A part of a reference, and how it is written as a sentence."""

    unit: Unit
    text: str


def offers(compared: Compared, sentence: int) -> Iterator[Offer]:
    """Yield what may stand for a sentence of the text: its partners in the reference, their clauses, two in a row."""
    partners = sorted(m for n, m in compared.scores if n == sentence)
    for number in partners:
        unit = compared.theirs[number]
        yield Offer(unit, unit.text)
        yield from _clauses(unit, compared.reference.sentences[number])
        if number + 1 in partners:
            both = Unit(compared.reference, unit.first, compared.theirs[number + 1].last)
            if "\n" not in both.text and "\r" not in both.text:
                yield Offer(both, both.text)


def _clauses(unit: Unit, sentence: Sentence) -> Iterator[Offer]:
    """Yield the halves of a sentence cut between two main clauses, each with a subject and a finite verb."""
    tokens = unit.parsed.tokens
    if any(mark in unit.text for mark in '"“”„«»()'):
        return
    for verb in unit.tokens:
        head = tokens[verb.head]
        if verb.dep != "conj" or head.dep != "ROOT" or not _is_clause(unit, verb.index):
            continue
        if not _is_clause(unit, head.index):
            continue
        cut = next(
            (t.index for t in unit.tokens if t.dep == "cc" and head.index == t.head and t.index < verb.index), None
        )
        if cut is None or cut - 1 <= sentence.first or cut + 1 >= verb.index + 1:
            continue
        if not all(cut < n < sentence.last for n in _below(unit, verb.index)):
            continue
        last = cut - 1 if tokens[cut - 1].text in _STOP else cut
        end = tokens[sentence.last - 1].text
        stop = end if end in _ENDS else ""
        first = Unit(unit.parsed, sentence.first, last)
        second = Unit(unit.parsed, cut + 1, sentence.last)
        yield Offer(first, first.text + stop)
        yield Offer(second, capitalise(second.text))
        return


def _is_clause(unit: Unit, verb: int) -> bool:
    """Return whether a verb has a subject of its own, and it or an auxiliary of it is finite."""
    below = [t for t in unit.tokens if t.head == verb and t.index != verb]
    finite = [unit.parsed.tokens[verb], *(t for t in below if t.dep in {"aux", "auxpass"})]
    return any(t.dep in _SUBJECTS for t in below) and any(t.tag in _FINITE for t in finite)


def _below(unit: Unit, head: int) -> set[int]:
    """Return the tokens that hang on one, at whatever depth, with itself; marks aside."""
    found = {head}
    grown = True
    while grown:
        more = {t.index for t in unit.tokens if t.head in found and t.index not in found and t.pos != "PUNCT"}
        grown = bool(more)
        found |= more
    return found
