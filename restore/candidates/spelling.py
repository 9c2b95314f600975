"""Candidates for unknown words: SymSpell corrections, and blanks lost between words."""

from __future__ import annotations

import importlib.resources
import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from restore.candidates.base import Candidate, Context
from restore.casing import CaseTable, beside_hyphen, load_case_table
from restore.channel import SpinnerChannel, load_channel
from restore.frequencies import log_frequency, pair_counts, word_counts
from restore.parsing import ParsedText, Token
from restore.records import Evidence
from restore.thesaurus import load_thesaurus

if TYPE_CHECKING:
    from symspellpy import SymSpell

_MAX_DISTANCE = 2
_SUGGESTIONS = 4
_LONGEST = 40
_SHORTEST = 4
_PREFIXES = ("re", "un", "non", "pre", "anti", "over", "co", "dis", "mis", "out", "super", "under")
_WORD = re.compile(r"[a-z]+")
_GLUED_FIGURE = re.compile(r"([A-Za-z]{3,})(\d{1,4})|(\d{1,4})([A-Za-z]{3,})")
_GLUED_NAME = re.compile(r"([a-z]{2,})([A-Z][a-z]{2,})")
_ORDINAL_OR_UNIT = re.compile(r"(?i)st|nd|rd|th|s|am|pm|bn|mn?|k|km|kg|mm|cm|mph|kph|min|sec|hrs?|yrs?")


class SpellingSource:
    """Proposes known words near unknown lower-case words, and splits of glued ones."""

    name = "spelling"

    def __init__(self, channel: SpinnerChannel | None = None) -> None:
        """`channel` replaces the shipped one."""
        self._given = channel

    def propose(self, context: Context) -> Iterator[Candidate]:
        """Give candidates for tokens that neither the dictionaries, the text itself nor a reference knows."""
        case, channel = load_case_table(), self._given or load_channel()
        known = {word for word, count in context.parsed.vocabulary.items() if count > 1}
        for reference in context.references:
            known.update(reference.parsed.vocabulary)
        for token in context.parsed.tokens:
            if _in_link(context.parsed, token):
                continue
            yield from self._split(case, token, known)
            if _is_suspect(case, channel, token, known) and not beside_hyphen(context.parsed, token):
                yield from self._corrections(token)

    def _corrections(self, token: Token) -> Iterator[Candidate]:
        from symspellpy import Verbosity

        found = self._symspell.lookup(token.text, Verbosity.CLOSEST, _MAX_DISTANCE)
        limit = 1 if len(token.text) < 6 else _MAX_DISTANCE
        for suggestion in found[:_SUGGESTIONS]:
            if 0 < suggestion.distance <= limit and suggestion.term[:1] == token.text[:1]:
                features = {
                    "spelling.distance": float(suggestion.distance),
                    "spelling.frequency": min(10.0, log_frequency(suggestion.term) - 10.0),
                }
                quote = f"{token.text} is in no list; {suggestion.term} is {suggestion.distance} edits away"
                evidence = Evidence("spelling", "SymSpell dictionary", quote, round(0.8 / suggestion.distance, 3))
                yield Candidate(token.start, token.end, suggestion.term, (evidence,), features)
        if 2 * _SHORTEST <= len(token.text) <= _LONGEST and not found:
            yield from self._segmented(token)

    def _segmented(self, token: Token) -> Iterator[Candidate]:
        """Cut an unknown word in two known ones that are seen side by side."""
        text = token.text
        pairs = [(text[:cut], text[cut:]) for cut in range(2, len(text) - 1)]
        counted = [(pair_counts().get(f"{a} {b}", 0), a, b) for a, b in pairs]
        best = max(counted, default=(0, "", ""))
        if best[0]:
            yield _split_candidate(token, f"{best[1]} {best[2]}", "the two words are common side by side")

    def _split(self, case: CaseTable, token: Token, known: set[str]) -> Iterator[Candidate]:
        """Give back the blank between a word and a figure, or a lower-case word and a name."""
        if token.lower in known:
            return
        match = _GLUED_FIGURE.fullmatch(token.text)
        if match:
            left, right = match[1] or match[3], match[2] or match[4]
            word = match[1] or match[4]
            if _is_known(word.lower()) and not _ORDINAL_OR_UNIT.fullmatch(word):
                yield _split_candidate(token, f"{left} {right}", f"{word} is a word of its own")
            return
        match = _GLUED_NAME.fullmatch(token.text)
        if match and _is_known(match[1]) and _is_name_or_word(case, match[2]) and not case.look_up(token.text).form:
            yield _split_candidate(token, f"{match[1]} {match[2]}", f"{match[1]} and {match[2]} are words of their own")

    @cached_property
    def _symspell(self) -> SymSpell:
        from symspellpy import SymSpell

        folder = importlib.resources.files("symspellpy")
        checker: Any = SymSpell(max_dictionary_edit_distance=_MAX_DISTANCE, prefix_length=5)
        with importlib.resources.as_file(folder / "frequency_dictionary_en_82_765.txt") as path:
            checker.load_dictionary(path, term_index=0, count_index=1, encoding="utf-8-sig")
        return checker


def _is_known(word: str) -> bool:
    return word in word_counts() or word in load_thesaurus()


def _is_name_or_word(case: CaseTable, word: str) -> bool:
    return bool(case.look_up(word).form) or _is_known(word.lower())


def _is_suspect(case: CaseTable, channel: SpinnerChannel, token: Token, known: set[str]) -> bool:
    """Whether a token is an unknown lower-case word: no name, figure, contraction or known form of a known word."""
    word = token.text
    if len(word) < _SHORTEST or not _WORD.fullmatch(word) or word in known or token.entity:
        return False
    if _is_known(word) or case.look_up(word).times or word in case.first_names or word in case.surnames:
        return False
    return not channel.originals(word) and not _is_form_of_known(word)


def _is_form_of_known(word: str) -> bool:
    """Whether the lexicon of lemminflect has the word, or it is one with a prefix or a British or American ending."""
    from lemminflect import getAllLemmas

    stems = [word, *(word[len(p) :] for p in _PREFIXES if word.startswith(p)), word.replace("is", "iz")]
    stems += [stem[:-1] for stem in stems if stem.endswith("s")]
    return any(_is_known(stem) or getAllLemmas(stem) for stem in stems if len(stem) >= _SHORTEST)


def _in_link(parsed: ParsedText, token: Token) -> bool:
    return any(link.start < token.end and token.start < link.end for link in parsed.links)


def _split_candidate(token: Token, replacement: str, reason: str) -> Candidate:
    evidence = Evidence("spelling", "blank lost", reason, 0.8)
    features = {"spelling.split": 1.0, "spelling.distance": 1.0}
    return Candidate(token.start, token.end, replacement, (evidence,), features)
