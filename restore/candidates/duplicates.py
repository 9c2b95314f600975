"""Candidates for doubled words, competing determiners, stray tildes and capitals after an abbreviation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from restore.candidates.base import Candidate, Context
from restore.records import Evidence
from restore.text.casing import CaseTable, load_case_table, match_case
from restore.text.parsing import ParsedText, Token

SOURCE = "doubles and strays"
"""What its evidence names as its source."""
_STRAY = "~"
_ABBREVIATION = re.compile(r"(?:[A-Za-z]\.){2,}")
_LEGITIMATE_DOUBLE = frozenset({"had", "that", "is", "very", "so", "no", "bye", "ha"})
_VOWEL_SOUND = re.compile(r"(?i)(?!(?:uni[^mn]|u[bst][aeiou]|eu|one|once|ewe)|us\b)[aeiou]|hon|hour|heir|[FHLMNRSX]\b")


class DuplicatesSource:
    """Proposes to drop what stands twice or competes for one place."""

    name = "duplicates"

    def propose(self, context: Context) -> Iterator[Candidate]:
        """Yield candidates for pairs of neighbouring tokens and for stray marks."""
        case = load_case_table()
        parsed = context.parsed
        for token in parsed.tokens:
            if token.text == _STRAY and not _beside_figure(parsed, token):
                yield Candidate(token.start, token.end, "", (_evidence("a stray ~", 0.9),), {"duplicates.stray": 1.0})
        for first, second in pairwise(parsed.tokens):
            gap = parsed.text[first.end : second.start]
            if gap.isspace() and not set(gap) & set("\r\n"):
                if first.sentence == second.sentence:
                    yield from _doubled(first, second)
                    yield from _determiners(parsed, first, second)
                yield from _capital(parsed, case, first, second)


def starts_with_vowel_sound(word: str) -> bool:
    """Return whether "an" rather than "a" stands before a word (by spelling; letters read out singly included)."""
    return _VOWEL_SOUND.match(word) is not None


def _doubled(first: Token, second: Token) -> Iterator[Candidate]:
    if first.lower != second.lower or not first.is_word or first.is_figure:
        return
    if (first.is_name and second.is_name) or (second.text.isupper() and not first.text.isupper()):
        return  # Duran Duran; the first FIRST contest
    weak = first.lower in _LEGITIMATE_DOUBLE
    score = 0.3 if weak else 0.9
    evidence = _evidence(f"{first.lower} stands twice", score)
    features = {"duplicates.same": 0.3 if weak else 1.0}
    yield Candidate(first.start, second.end, first.text, (evidence,), features)


def _determiners(parsed: ParsedText, first: Token, second: Token) -> Iterator[Candidate]:
    """Propose to keep one of two articles; of a and an the one that fits the sound of the next word."""
    articles = {"a", "an", "the"}
    if first.lower not in articles or second.lower not in articles or first.lower == second.lower:
        return
    if second.index + 1 >= len(parsed.tokens):
        return
    following = parsed.tokens[second.index + 1]
    if following.sentence != second.sentence or not following.text[:1].isalnum():
        return
    article = "an" if starts_with_vowel_sound(following.text) else "a"
    kept = [article, *(["the"] if "the" in {first.lower, second.lower} else [])]
    evidence = _evidence(f"two articles before {following.text}", 0.8)
    for article in kept:
        replacement = match_case(first.text, article)
        yield Candidate(first.start, second.end, replacement, (evidence,), {"duplicates.determiners": 1.0})


def _capital(parsed: ParsedText, case: CaseTable, first: Token, second: Token) -> Iterator[Candidate]:
    """Propose lower case for a common word behind "U.S." and the like, unless a sentence may begin there."""
    if not _ABBREVIATION.fullmatch(first.text) or not second.text[:1].isupper() or not second.text[1:].islower():
        return
    if not case.is_lower(second.text) or second.is_figure:
        return
    begins = parsed.sentences[second.sentence].first == second.index
    if begins and second.pos not in {"VERB", "AUX"}:
        return
    share = 1.0 - case.look_up(second.text).share
    evidence = _evidence(f"{second.lower} is written in lower case in {share:.0%} of its places in sentences", share)
    one_name = first.entity == second.entity and second.entity not in {"", "GPE"}  # as in the U.S. Open
    features = {"duplicates.capital": 1.0, "duplicates.one_name": float(one_name), "duplicates.lower_share": share}
    yield Candidate(second.start, second.end, second.lower, (evidence,), features)


def _beside_figure(parsed: ParsedText, token: Token) -> bool:
    """Whether the tilde means "about" or a range, as in ~30 or 10~20, or stands in a path."""
    after = parsed.text[token.end : token.end + 1]
    before = parsed.text[token.start - 1 : token.start]
    return after.isdigit() or before.isdigit() or after == "/"


def _evidence(quote: str, score: float) -> Evidence:
    return Evidence("grammar", SOURCE, quote, round(score, 3))
