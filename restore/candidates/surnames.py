"""Surnames that are common words too, translated where they stand alone ("shrub said"): only where attested.

The text or a reference must name the person in full elsewhere ("George Bush").
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from restore.candidates.base import Candidate, Context
from restore.candidates.listed_names import LEAST_LOG, is_common, origin_log
from restore.candidates.wording import is_headline
from restore.channel.model import SpinnerChannel
from restore.lexicon.wordnet import load_thesaurus
from restore.records import Evidence, EvidenceKind
from restore.text.casing import load_case_table
from restore.text.parsing import ParsedText, Token

_NEAR_LOG = -3.5
"""ln P(original | spun) from which on a word may be a surname. Chosen by hand, stricter than `LEAST_LOG`, as no other
word of the name stands beside it: with less, more common words are taken for names."""
_SCORE = 0.7
"""The score (0 to 1) of such evidence. Chosen by hand: it orders the evidence that is shown, and decides nothing."""
_ARGUMENTS = frozenset({"nsubj", "nsubjpass", "dobj", "pobj", "poss", "conj", "appos"})
_MODIFIERS = frozenset({"det", "amod", "poss", "nummod", "compound", "prep"})


class _FullName(NamedTuple):
    """A full name somewhere: what kind of evidence it is, which text has it, its words, and the place of it."""

    kind: EvidenceKind
    source: str
    full: str
    start: int
    end: int


def attested_surnames(context: Context, channel: SpinnerChannel) -> Iterator[Candidate]:
    """Propose the surname of a person named in full in the text or a reference for a word that it can have become."""
    people: dict[str, _FullName] = {}
    for name, full_name in _full_names(context.parsed, "document", "text"):
        people.setdefault(name, full_name)
    for reference in context.references:
        for name, full_name in _full_names(reference.parsed, "reference", reference.id):
            people.setdefault(name, full_name)
    if not people:
        return
    parsed = context.parsed
    loaded = _dependents(parsed)
    for token in parsed.tokens:
        if not _stands_alone(parsed, token, loaded):
            continue
        for surname, full_name in people.items():
            log = origin_log(channel, token.lower, surname.lower())
            if (
                token.lower != surname.lower()
                and log >= _NEAR_LOG
                and token.lower not in full_name.full.lower().split()
            ):
                yield _candidate(token, surname, full_name, log)


def _full_names(parsed: ParsedText, kind: EvidenceKind, source: str) -> Iterator[tuple[str, _FullName]]:
    """Yield the persons whose last word is a common word too, with first name: surname, and the full name."""
    case = load_case_table()
    for sentence in parsed.sentences:
        if is_headline(parsed, sentence.index):
            continue
        tokens = parsed.sentence_tokens(sentence)
        for at in range(len(tokens) - 1):
            first = tokens[at]
            if not first.is_name or first.lower not in case.first_names or first.entity != "PERSON":
                continue
            last = at + 1
            while last + 1 < len(tokens) and tokens[last + 1].is_name and tokens[last + 1].entity == "PERSON":
                last += 1
            surname = tokens[last]
            if surname.is_name and surname.entity == "PERSON" and _is_word_too(surname.lower):
                full = parsed.text[first.start : surname.end]
                yield surname.text, _FullName(kind, source, full, first.start, surname.end)


def _is_word_too(surname: str) -> bool:
    """Whether a lower-cased surname is a common word: what no thesaurus has cannot be translated."""
    return surname in load_thesaurus()


def _stands_alone(parsed: ParsedText, token: Token, loaded: frozenset[int]) -> bool:
    """Whether a word can be a lone surname: a common word with a capital, or a bare singular noun without article."""
    if not token.text.isalpha() or len(token.text) < 3 or token.is_figure or token.text.isupper():
        return False
    before, after = parsed.beside([token])
    beside_name = any(t is not None and t.is_name and t.entity != "DATE" for t in (before, after))
    if token.text[0].isupper():
        opens = parsed.sentences[token.sentence].first == token.index
        return not beside_name and (not opens or token.pos == "PROPN") and is_common(load_case_table(), token.lower)
    return token.tag in {"NN", "NNP"} and token.dep in _ARGUMENTS and token.index not in loaded and not beside_name


def _dependents(parsed: ParsedText) -> frozenset[int]:
    """Return the tokens with an article, adjective or the like, as common nouns have."""
    return frozenset(t.head for t in parsed.tokens if t.dep in _MODIFIERS and t.head != t.index)


def _candidate(token: Token, surname: str, full_name: _FullName, log: float) -> Candidate:
    features = {
        f"{full_name.kind}.name": 1.0,
        "names.surname": 1.0,
        "names.relation": log - LEAST_LOG,
        "names.capital": float(token.text[0].isupper()),
    }
    evidence = Evidence(full_name.kind, full_name.source, full_name.full, _SCORE, full_name.start, full_name.end)
    return Candidate(token.start, token.end, surname, (evidence,), {n: value for n, value in features.items() if value})
