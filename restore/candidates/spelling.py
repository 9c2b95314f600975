"""Candidates for unknown words: near words, letters that a scanner confused, blanks lost or put in.

Terms come only attested: by a reference, or by the text itself where it writes them otherwise elsewhere. For names only
the text itself attests: a reference that spells them otherwise transcribes them otherwise, or means someone else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from restore.candidates.attested_forms import AttestedForms
from restore.candidates.base import Candidate, Context
from restore.candidates.spacing import UNIT, lost_after_stops, lost_blanks, put_in_blanks
from restore.candidates.torn import with_torn
from restore.channel.model import SpinnerChannel, load_channel
from restore.lexicon.frequencies import log_frequency, word_counts
from restore.lexicon.spelling import (
    MAX_DISTANCE,
    OCR,
    SHORTEST,
    function_words,
    is_form_of_known,
    is_known,
    misreadings,
    near_words,
)
from restore.records import Evidence
from restore.text.casing import CaseTable, beside_hyphen, is_name, load_case_table, match_case
from restore.text.parsing import ParsedText, Token

_SUGGESTIONS = 4
"""Near words of the dictionary that are proposed, the most frequent of the nearest. Chosen by hand: with more, the
ranker has more wrong ones to weigh."""
_LONG = 6
"""Letters from which on two edits are allowed. Chosen by hand: two edits away from a shorter word stand too many
others."""
_WORD = re.compile(r"[a-z]+")
_NAME = re.compile(r"[A-Z][a-z]{4,}")
_SCANNED = re.compile(r"(?=(?:[a-z0-9]*[a-z]){2})[A-Za-z]*[0-9][a-z]+[0-9]?|[A-Z]?[a-z]{2,}[01]{1,2}|[a-z]*ſ[a-zſ]*")
_ENDINGS = ("s", "es", "n", "an", "ian", "i", "ish", "ese", "er", "y")


class SpellingSource:
    """Proposes known and attested words near unknown ones, and words that were glued or torn apart."""

    name = "spelling"

    def __init__(self, channel: SpinnerChannel | None = None) -> None:
        """`channel` replaces the shipped one."""
        self._given = channel

    def propose(self, context: Context) -> Iterator[Candidate]:
        """Yield candidates for tokens that neither the dictionaries, the text itself nor a reference knows."""
        case, channel = load_case_table(), self._given or load_channel()
        parsed, attested = context.parsed, AttestedForms(context)
        yield from lost_after_stops(case, parsed)
        for sentence in parsed.sentences:
            tokens = parsed.sentence_tokens(sentence)
            yield from with_torn(case, parsed, _joins(case, parsed, tokens, attested))
            for token in tokens:
                if parsed.in_link(token.start, token.end):
                    continue
                if token.lower in attested.known or is_known(token.lower) or beside_hyphen(parsed, token):
                    continue
                yield from self._unknown(case, channel, parsed, token, attested)

    def _unknown(
        self, case: CaseTable, channel: SpinnerChannel, parsed: ParsedText, token: Token, attested: AttestedForms
    ) -> Iterator[Candidate]:
        """Yield the candidates for a token that no dictionary has."""
        if _is_suspect(case, channel, token.lower) and token.text.isalpha():
            yield from lost_blanks(case, parsed, token, attested)
            yield from _misread(case, token, attested)
            opens = token.index == parsed.sentences[token.sentence].first and not token.is_name
            if _WORD.fullmatch(token.text) or opens:
                yield from _near(case, token, attested)
            elif _NAME.fullmatch(token.text):
                yield from _named(token, attested)
        elif not token.text.isalpha() or not (token.text.islower() or token.text.istitle()):
            yield from lost_blanks(case, parsed, token, attested)
            yield from _misread(case, token, attested)


def _joins(
    case: CaseTable, parsed: ParsedText, tokens: tuple[Token, ...], attested: AttestedForms
) -> Iterator[Candidate]:
    """Yield the neighbours of a sentence that may be one word, links left out."""
    for at, token in enumerate(tokens):
        if not parsed.in_link(token.start, token.end):
            yield from put_in_blanks(case, parsed, tokens[at : at + 3], attested)


def _is_suspect(case: CaseTable, channel: SpinnerChannel, word: str) -> bool:
    """Whether a lower-cased word is in no list: no name and no known form of a known word."""
    if len(word) < SHORTEST - 1 or case.look_up(word).times or word in case.first_names or word in case.surnames:
        return False
    return not channel.originals(word) and not is_form_of_known(word)


def _near(case: CaseTable, token: Token, attested: AttestedForms) -> Iterator[Candidate]:
    """Yield the nearest known words, and the attested ones near, for an unknown word in lower case."""
    word = token.lower
    if len(word) < SHORTEST:
        return
    limit = 1 if len(word) < _LONG else MAX_DISTANCE
    nearest = [near for near in near_words(word) if not is_name(case, near.word)]
    listed = {near.word: near.distance for near in nearest[:_SUGGESTIONS]}
    attested_near = {near.word: near.distance for near in attested.near(word)}
    for known, distance in {**listed, **attested_near}.items():
        if distance > limit or known[0] != word[0] or _is_inflected(word, known):
            continue
        written = attested.writes(known, lower=True) if known in attested_near else known
        if written[0].isupper() and known not in attested.repeated:
            continue
        yield _candidate(token, match_case(token.text, written), distance, attested)


def _named(token: Token, attested: AttestedForms) -> Iterator[Candidate]:
    """Yield the names that the text has twice, one edit away from an unknown name of five letters or more."""
    for near in attested.near(token.lower):
        if near.distance > 1 or near.word not in attested.repeated:
            continue
        if near.word[0] == token.lower[0] and not _is_inflected(token.lower, near.word):
            written = attested.writes(near.word, lower=False)
            if written[0].isupper():
                yield _candidate(token, written, 1, attested)


def _is_inflected(one: str, other: str) -> bool:
    """Return whether one word is the other with an ending (Syria, Syrian): both may be meant."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and long[len(short) :] in _ENDINGS


def _misread(case: CaseTable, token: Token, attested: AttestedForms) -> Iterator[Candidate]:
    """Yield the known or attested words whose letters a scanner takes for those of an unknown one."""
    text = token.text
    scanned = _SCANNED.fullmatch(text) is not None
    if not scanned and not (_WORD.fullmatch(text) and len(text) >= SHORTEST - 1):
        return
    if text[0].isdigit() and UNIT.fullmatch(text.lstrip("0123456789").lower()):
        return
    short = len(text) < SHORTEST
    for meant in misreadings(text):
        lower = meant.lower()
        listed = meant.islower() and lower in word_counts()
        if meant == text or not ((listed and not is_name(case, lower)) or lower in attested.known):
            continue
        if short and lower not in function_words():
            continue
        yield _candidate(token, meant, 1, attested, misread=True)


def _candidate(token: Token, meant: str, distance: int, attested: AttestedForms, misread: bool = False) -> Candidate:
    form = attested.word(meant.lower())
    source = OCR if misread else "SymSpell dictionary"
    said = "letters that look alike away" if misread else f"{distance} edits away"
    quote = f"{token.text} is in no list; {meant} is {said}"
    evidence = [Evidence("spelling", source, quote, round(0.8 / distance, 3))]
    if form:
        evidence.append(form.evidence)
    features = {
        "spelling.distance": float(distance),
        "spelling.frequency": min(10.0, log_frequency(meant) - 10.0),
        "spelling.ocr": float(misread),
        "spelling.witnessed": float(form is not None),
    }
    return Candidate(token.start, token.end, meant, tuple(evidence), features)
