"""What no candidate may break, whatever its source: figures, names, quotation marks and links stay."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from restore.alignment.figures import figure_values
from restore.candidates.base import Candidate
from restore.channel.model import lemmas
from restore.lexicon.gazetteer import LISTED_NAMES, STRONG_NAME
from restore.lexicon.spelling import OCR
from restore.text.characters import LINE_BREAKS
from restore.text.parsing import FIGURE_ENTITIES, NUMBER_WORD, ParsedText, Token
from restore.text.word_lists import NEGATIONS

_MARKS = re.compile(r"[\"“”„«»‘]|(?<!\w)['’]|['’](?!\w)")
_DIGITS = re.compile(r"\d+")
_BREAKS = re.compile(f"[{LINE_BREAKS}]")
_ATTESTING = frozenset({"reference", "document"})
_NEGATING = NEGATIONS | {"nowhere", "without", "cannot"}
_SPINS_THAT_AGREE = 2
"""A spin is damaged text itself: only several together are a witness."""


class _Words(NamedTuple):
    """The words of one side as the constraints see them: line ends, quotation marks, and what else must not change."""

    breaks: tuple[str, ...]
    marks: tuple[str, ...]
    words: tuple[str, ...]
    numbers: frozenset[str]
    digits: tuple[str, ...]


@lru_cache(maxsize=50_000)  # the same words are proposed in text after text
def _words(text: str) -> _Words:
    words = tuple(text.lower().split())
    numbers = frozenset(word for word in words if NUMBER_WORD.fullmatch(word))
    breaks, marks, digits = _BREAKS.findall(text), _MARKS.findall(text), _DIGITS.findall(text)
    return _Words(tuple(breaks), tuple(marks), words, numbers, tuple(digits))


class _Place:
    """The characters `[start, end)` of a text, and what the constraints say of them whatever replaces them."""

    def __init__(self, parsed: ParsedText, start: int, end: int) -> None:
        self.original = parsed.text[start:end]
        self.tokens = tokens = parsed.tokens_between(start, end)
        whole = bool(tokens) and tokens[0].start == start and tokens[-1].end == end
        self.is_open = whole and tokens[0].sentence == tokens[-1].sentence and not parsed.in_link(start, end)
        self.old = _words(self.original)
        self.lower = tuple(t.lower for t in tokens)
        self.kept = [t for t in tokens if t.is_figure or t.is_name or _is_unit(t)]


class Constraints:
    """Says which candidates of one text may be considered at all; each place of the text is read once."""

    def __init__(self, parsed: ParsedText) -> None:
        self._parsed = parsed
        self._places: dict[tuple[int, int], _Place] = {}

    def allows(self, candidate: Candidate) -> bool:
        """Return whether a candidate may be considered at all.

        It must change something, stay inside one sentence and on token borders, leave links, quotation marks and line
        ends alone, and change figures and names only with a witness: a reference, the text itself, or two spins that
        agree (casing excepted). A listed name of which all but one common word stands there may get that word back
        (evidence of `LISTED_NAMES` with a score of `STRONG_NAME`). The value of a figure and the number of negations
        change with two such spins only: a reference that says otherwise may be wrong or about something else.
        """
        start, end, replacement = candidate.start, candidate.end, candidate.replacement
        if not (0 <= start < end <= len(self._parsed.text)):
            return False
        place = self._places.get((start, end))
        if place is None:
            place = self._places[start, end] = _Place(self._parsed, start, end)
        if place.original == replacement or not place.is_open:
            return False
        new = _words(replacement)
        if place.old.breaks != new.breaks or place.old.marks != new.marks:
            return False
        if place.original.lower() == replacement.lower():
            return True
        if not new.words and not _can_go(self._parsed, place.tokens):
            return False
        spins = {evidence.source for evidence in candidate.evidence if evidence.kind == "spins"}
        if len(spins) >= _SPINS_THAT_AGREE or is_respaced(place.original, replacement):
            return True
        return self._keeps_facts(candidate, place, new)

    @staticmethod
    def _keeps_facts(candidate: Candidate, place: _Place, new: _Words) -> bool:
        """Return whether figures, names and denials stay, or a witness speaks for the change."""
        if _negations(place.lower) != _negations(new.words) or _says_otherwise(place.lower, new.words):
            return False
        if any(e.kind in _ATTESTING for e in candidate.evidence) or _is_misread(candidate, place.tokens):
            return True
        if not new.numbers.issubset(place.old.words):
            return False
        listed = any(e.source == LISTED_NAMES and e.score >= STRONG_NAME for e in candidate.evidence)
        for token in place.kept:
            if (token.is_figure or _is_unit(token) or not listed) and not _survives(token, new.words):
                return False
        return place.old.digits == new.digits


def is_admissible(candidate: Candidate, parsed: ParsedText) -> bool:
    """Return whether a candidate may be considered at all, as `Constraints.allows` does, for a single one."""
    return Constraints(parsed).allows(candidate)


def is_respaced(original: str, replacement: str) -> bool:
    """Return whether only blanks come or go, none of them between digits: every name and figure is still there.

    A denial that stands as a word of its own must stay one.
    """
    old, new = original.split(), replacement.split()
    if "".join(old) != "".join(new) or _DIGITS.findall(original) != _DIGITS.findall(replacement):
        return False
    return _negations(tuple(w.lower() for w in old)) <= _negations(tuple(w.lower() for w in new))


def _is_misread(candidate: Candidate, tokens: Sequence[Token]) -> bool:
    """Return whether digits go that a scanner put in place of letters: inside one word that is no figure otherwise."""
    scanned = any(e.kind == "spelling" and e.source == OCR for e in candidate.evidence)
    return scanned and len(tokens) == 1 and candidate.replacement.isalpha() and not tokens[0].text.isdigit()


@lru_cache(maxsize=50_000)
def _negations(words: tuple[str, ...]) -> int:
    """Count the words that turn a statement round: none may come or go unseen."""
    return sum(word in _NEGATING or word.endswith(("n't", "n’t")) for word in words)


def _says_otherwise(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """Return whether figures stand on both sides, and other ones."""
    ours = _values(old)
    return bool(ours and (theirs := _values(new)) and ours != theirs)


_values = lru_cache(maxsize=50_000)(figure_values)


def _is_unit(token: Token) -> bool:
    """Return whether a word is the unit of a date or an amount ("three hours")."""
    return token.entity in FIGURE_ENTITIES and token.pos == "NOUN"


def _survives(token: Token, kept: Sequence[str]) -> bool:
    if token.lower in kept:
        return True
    return _is_unit(token) and any(set(lemmas(token.lower)) & set(lemmas(word)) for word in kept)


def _can_go(parsed: ParsedText, tokens: Sequence[Token]) -> bool:
    """Return whether the text stays a text without these tokens: no empty sentence, no comma left over."""
    before, after = parsed.beside(tokens)
    if before is None and after is None:
        return False
    alone = before is None or not before.is_word
    return not (alone and after is not None and after.text in ",;:" and tokens[0].is_word)
