"""What no candidate may break, whatever its source: figures, names, quotation marks and links stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from restore.alignment.figures import figure_values
from restore.candidates.base import Candidate
from restore.lexicon.gazetteer import LISTED_NAMES, STRONG_NAME
from restore.lexicon.spelling import OCR
from restore.lexicon.wordnet import opposite
from restore.text.characters import LINE_BREAKS
from restore.text.morphology import lemmas
from restore.text.parsing import FIGURE_ENTITIES, NUMBER_WORD, ParsedText, Token
from restore.text.word_lists import NEGATIONS

_MARKS = re.compile(r"[\"“”„«»‘]|(?<!\w)['’]|['’](?!\w)")
_DIGITS = re.compile(r"\d+")
_BREAKS = re.compile(f"[{LINE_BREAKS}]")
_ATTESTING = frozenset({"reference", "document"})
_KNOW_SPINNERS = frozenset({"encoder", "spinner", "spins"})
"""Kinds of evidence that tell what a spinner did to a word, not only what words mean."""
_VERBS_TOO = frozenset({"may", "march"})  # months have a capital
_NEGATING = NEGATIONS | {"nowhere", "without", "cannot"}
_SPINS_THAT_AGREE = 2
"""A spin is damaged text itself: only several together attest anything. The least that is several; chosen by hand."""


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
    numbers = frozenset(_number_words(text))
    breaks, marks, digits = _BREAKS.findall(text), _MARKS.findall(text), _DIGITS.findall(text)
    return _Words(tuple(breaks), tuple(marks), words, numbers, tuple(digits))


def _number_words(text: str) -> Iterator[str]:
    """Yield the lower-cased number words of a text: no "may" or "march" in small letters, no "one" of "no one"."""
    before = ""
    for word in text.split():
        lower = word.lower()
        if NUMBER_WORD.fullmatch(word) and word not in _VERBS_TOO and (before, lower) != ("no", "one"):
            yield lower
        before = lower


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
        self.figures = [t for t in self.kept if t.is_figure or _is_unit(t)]


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


def _turns_round(candidate: Candidate, old: Sequence[str], new: Sequence[str]) -> bool:
    """Return whether a reference puts the opposite of a word in its place, and nothing that knows spinners agrees.

    "Opened" where the text has "closed" is another fact: no spinner writes opposites, but two reports may tell them.
    """
    kinds = {evidence.kind for evidence in candidate.evidence}
    if "reference" not in kinds or kinds & _KNOW_SPINNERS:
        return False
    gone, come = set(old).difference(new), set(new).difference(old)
    return any(opposite(a, b) for one in gone for other in come for a in lemmas(one) for b in lemmas(other))


_values = lru_cache(maxsize=50_000)(figure_values)


def _is_written_otherwise(place: _Place, new: _Words) -> bool:
    """Return whether a figure alone is written otherwise, in digits or in letters, and says the same."""
    if len(place.tokens) != 1 or len(new.words) != 1 or not place.tokens[0].is_figure:
        return False
    ours = _values(place.lower)
    return bool(ours) and place.old.digits != new.digits and ours == _values(new.words)


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


class _Change(NamedTuple):
    """A candidate, the place that it changes, and its words."""

    candidate: Candidate
    place: _Place
    new: _Words
    parsed: ParsedText


class Rule(NamedTuple):
    """A constraint: its name, and whether a change breaks it."""

    name: str
    is_broken: Callable[[_Change], bool]


def _loses_name_or_figure(change: _Change) -> bool:
    """Return whether a figure or unit goes, or a name without strong evidence of a listed one."""
    listed = any(e.source == LISTED_NAMES and e.score >= STRONG_NAME for e in change.candidate.evidence)
    return any(
        (token.is_figure or _is_unit(token) or not listed) and not _survives(token, change.new.words)
        for token in change.place.kept
    )


NO_CHANGE = "it changes nothing"
_ALWAYS = (
    Rule(NO_CHANGE, lambda c: c.place.original == c.candidate.replacement),
    Rule("it must replace whole words of one sentence, outside links", lambda c: not c.place.is_open),
    Rule("line ends stay", lambda c: c.place.old.breaks != c.new.breaks),
    Rule("quotation marks stay", lambda c: c.place.old.marks != c.new.marks),
)
"""What holds for every change."""
_UNLESS_RECASED = (
    Rule("no empty sentence, no comma left over", lambda c: not c.new.words and not _can_go(c.parsed, c.place.tokens)),
)
"""What holds for all but a change of capitals."""
_UNLESS_SPINS_AGREE = (
    Rule("as many negations", lambda c: _negations(c.place.lower) != _negations(c.new.words)),
    Rule("figures keep their value", lambda c: _says_otherwise(c.place.lower, c.new.words)),
    Rule("no word becomes its opposite", lambda c: _turns_round(c.candidate, c.place.lower, c.new.words)),
)
"""What holds unless two spins agree or only blanks move: a reference may be wrong here, or about something else."""
_UNLESS_ATTESTED = (
    Rule("no new number word", lambda c: not c.new.numbers.issubset(c.place.old.words)),
    Rule("names and figures stay", _loses_name_or_figure),
    Rule("digits stay", lambda c: c.place.old.digits != c.new.digits),
)
"""What holds unless a reference or the text itself attests it, a scanner misread a letter for a digit, or a figure is
written in letters instead of digits or the other way round."""
_OF_ANOTHER_DAY = (
    Rule("no figure of another day", lambda c: bool(_values(c.new.words) - _values(c.place.lower))),
    Rule("no figure goes for another day", lambda c: any(not _survives(t, c.new.words) for t in c.place.figures)),
)
"""What holds where all that attests a change are references that tell of another day of the story."""
OUTSIDE = "it lies outside the text"
RULES = (
    OUTSIDE,
    *(rule.name for rule in (*_ALWAYS, *_UNLESS_RECASED, *_UNLESS_SPINS_AGREE, *_OF_ANOTHER_DAY, *_UNLESS_ATTESTED)),
)
"""The names of all rules, in the order in which they are asked."""


class Constraints:
    """Says which candidates of one text may be considered at all; each place of the text is read once."""

    def __init__(self, parsed: ParsedText, other_days: Collection[str] = ()) -> None:
        """`other_days` are the references that tell of another day of the story: they attest words, and no figures."""
        self._parsed = parsed
        self._other_days = frozenset(other_days)
        self._places: dict[tuple[int, int], _Place] = {}

    def allows(self, candidate: Candidate) -> bool:
        """Return whether a candidate may be considered at all: no rule refuses it."""
        return not self.refusal(candidate)

    def refusal(self, candidate: Candidate) -> str:
        """Return the name of the rule (of `RULES`) that refuses a candidate, "" if none does.

        It must change something, stay inside one sentence and on token borders, leave links, quotation marks and line
        ends alone, and change figures and names only where a reference, the text itself, or two spins that agree
        attest it (casing excepted). A listed name of which all but one common word stands there may get that word back
        (evidence of `LISTED_NAMES` with a score of `STRONG_NAME`). A figure may be written in letters instead of
        digits, or the other way round. The value of a figure and the number of negations
        change with two such spins only: a reference that says otherwise may be wrong or about something else. Nor does
        a word become its opposite because a reference has that, unless the encoder or the substitutions say so. Where
        only references of another day of the story attest a change, no figure may come or go either.
        """
        start, end, replacement = candidate.start, candidate.end, candidate.replacement
        if not (0 <= start < end <= len(self._parsed.text)):
            return OUTSIDE
        place = self._places.get((start, end))
        if place is None:
            place = self._places[start, end] = _Place(self._parsed, start, end)
        change = _Change(candidate, place, _words(replacement), self._parsed)
        if broken := _first_broken(_ALWAYS, change):
            return broken
        if place.original.lower() == replacement.lower():
            return ""
        if broken := _first_broken(_UNLESS_RECASED, change):
            return broken
        spins = {evidence.source for evidence in candidate.evidence if evidence.kind == "spins"}
        if len(spins) >= _SPINS_THAT_AGREE or is_respaced(place.original, replacement):
            return ""
        if broken := _first_broken(_UNLESS_SPINS_AGREE, change):
            return broken
        attesting = [e for e in candidate.evidence if e.kind in _ATTESTING]
        if attesting and all(e.kind == "reference" and e.source in self._other_days for e in attesting):
            return _first_broken(_OF_ANOTHER_DAY, change)
        if attesting or _is_misread(candidate, place.tokens):
            return ""
        if _is_written_otherwise(place, change.new):
            return ""
        return _first_broken(_UNLESS_ATTESTED, change)


def _first_broken(rules: Iterable[Rule], change: _Change) -> str:
    for rule in rules:  # a million times a minute, which a generator would feel
        if rule.is_broken(change):
            return rule.name
    return ""


def is_admissible(candidate: Candidate, parsed: ParsedText) -> bool:
    """Return whether a candidate may be considered at all, as `Constraints.allows` does, for a single one."""
    return Constraints(parsed).allows(candidate)
