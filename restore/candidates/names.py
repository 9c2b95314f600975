"""Candidates for names and casing: lost capitals and listed names; names of which a word was replaced, and offices."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator

from restore.candidates.base import Candidate, Context
from restore.candidates.inflected_names import inflected_names
from restore.candidates.listed_names import completed_names
from restore.candidates.offices import offices_before_names
from restore.candidates.surnames import attested_surnames
from restore.channel.model import SpinnerChannel, load_channel
from restore.lexicon.gazetteer import load_names
from restore.records import Evidence
from restore.text.casing import (
    SURE,
    CaseTable,
    after_determiner,
    beside_hyphen,
    capitalise,
    has_inner_capital,
    is_mixed,
    load_case_table,
    miswritten_name,
    start_lost_capital,
)
from restore.text.parsing import ParsedText, Token

_SEEN = 3
"""Times that a word must have been seen inside sentences (models/casing.tsv), if no list has it; also the letters of
words in capitals that may be foreign ("au") rather than an acronym. Chosen by hand: with fewer, a chance capital
counts."""
_LONGEST = 4  # words of a name: models/casing.tsv has none longer (LONGEST of training/lexicon/casing.py)
_DATES = frozenset(name.lower() for name in (*calendar.month_name, *calendar.day_name) if name)
_INITIAL = re.compile(r"[A-Z]\.?")


class NamesSource:
    """Proposes the capitals that names, dates, nationalities and sentence starts have, and listed names."""

    name = "names"

    def __init__(self, channel: SpinnerChannel | None = None) -> None:
        """`channel` replaces the shipped one."""
        self._given = channel

    def propose(self, context: Context) -> Iterator[Candidate]:
        """Yield candidates sentence by sentence; texts all in capitals, or wholly without any, are left alone."""
        case, channel = load_case_table(), self._given or load_channel()
        parsed = context.parsed
        if not is_mixed(parsed.tokens):
            return
        yield from offices_before_names(context, channel)
        yield from attested_surnames(context, channel)
        for sentence in parsed.sentences:
            tokens = parsed.sentence_tokens(sentence)
            for at, token in enumerate(tokens):
                yield from _sentence_start(parsed, case, tokens, at)
                yield from _phrases(parsed, case, tokens, at)
                yield from completed_names(context, channel, tokens, at)
                yield from inflected_names(context, tokens, at)
                if beside_hyphen(parsed, token):
                    continue
                if token.text.islower() and (not token.is_figure or token.lower in _DATES):
                    yield from _single(case, tokens, at)
                    yield from _nation(case, token)
                    yield from _person(case, tokens, at)
                    yield from _title(case, tokens, at)


def _sentence_start(parsed: ParsedText, case: CaseTable, tokens: tuple[Token, ...], at: int) -> Iterator[Candidate]:
    """Propose a capital for the first word of a sentence."""
    first = tokens[at]
    if start_lost_capital(case, parsed, tokens, at):
        features = {"names.case": 1.0, "names.listed": 0.0, "names.share": 1.0, "names.sentence_start": 1.0}
        yield _candidate(first.start, first.end, capitalise(first.text), "the first word of a sentence", 0.9, features)


def _phrases(parsed: ParsedText, case: CaseTable, tokens: tuple[Token, ...], at: int) -> Iterator[Candidate]:
    """Propose listed names of two to four words that are written otherwise here."""
    for end in range(min(at + _LONGEST, len(tokens)), at + 1, -1):
        window = tokens[at:end]
        found = miswritten_name(case, parsed, window, opens=at == 0)
        if found is None:
            continue
        partly = has_inner_capital(window, opens=at == 0)
        if not partly and after_determiner(tokens, at) and tokens[at - 1].lower != "the":
            continue
        text = parsed.text[window[0].start : window[-1].end]
        features = {"names.case": 1.0, "names.listed": float(found.listed), "names.share": found.share}
        features["names.partly"] = float(partly)
        yield _candidate(window[0].start, window[-1].end, found.form, _quote(case, text), found.share, features)
        return


def _single(case: CaseTable, tokens: tuple[Token, ...], at: int) -> Iterator[Candidate]:
    """Propose capitals for words nearly always written with one; common words too need a sign of a name."""
    token = tokens[at]
    found = case.look_up(token.text)
    if token.lower in _DATES:
        if token.pos != "AUX" and ((found.share >= SURE and not found.word) or _in_date(tokens, at)):
            features = {"names.case": 1.0, "names.listed": 1.0, "names.share": max(found.share, SURE)}
            yield _candidate(token.start, token.end, capitalise(token.text), "a month or day", 0.9, features)
        return
    if not found.form or found.share < SURE or found.form.lower() != token.lower or found.form == token.text:
        return
    if found.times < _SEEN and (not found.listed or found.word):
        return
    if found.form.isupper() and 1 < len(found.form) <= _SEEN:  # "au", "un": foreign words rather than acronyms
        return
    if found.word and (token.pos not in {"PROPN", "PRON"} or after_determiner(tokens, at)):
        return
    features = {"names.case": 1.0, "names.listed": float(found.listed), "names.share": found.share}
    yield _candidate(token.start, token.end, found.form, _quote(case, token.text), found.share, features)


def _nation(case: CaseTable, token: Token) -> Iterator[Candidate]:
    """Propose the capital of nations, peoples and capitals that the counts do not know."""
    found = load_names().nation(token.lower)
    known = case.look_up(token.text)
    if found is None or known.word or known.times or known.form:
        return
    features = {"names.case": 1.0, "names.listed": 1.0, "names.share": SURE}
    yield _candidate(token.start, token.end, found.form, f"{found.form} is a listed {found.kind}", 0.8, features)


def _in_date(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a figure of one to four digits stands right beside a month, as in "5 may" or "may 2016"."""
    beside = [tokens[i].text for i in (at - 1, at + 1) if 0 <= i < len(tokens)]
    return any(re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)?|[12]\d{3}", text) for text in beside)


def _person(case: CaseTable, tokens: tuple[Token, ...], at: int) -> Iterator[Candidate]:
    """Propose capitals for first names before an initial or a surname, and for surnames behind a first name."""
    token = tokens[at]
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    before = tokens[at - 1] if at else None
    common = token.lower in case.common_names
    reason = ""
    if _is_lost_initial(case, token, before, after):
        features = {"names.case": 1.0, "names.listed": 1.0, "names.share": SURE}
        yield _candidate(token.start, token.end, token.text.upper(), "an initial inside a name", 0.8, features)
        return
    if token.lower in case.first_names and after is not None and after.text[:1].isupper():
        initial = _INITIAL.fullmatch(after.text) is not None and after.text != "I"
        surname = after.lower in case.surnames and after.is_name
        if (initial or surname) and (not common or token.pos == "PROPN"):
            reason = f"a first name before {after.text}"
    elif before is not None and token.lower in case.surnames and not common and at > 1:
        named = before.text[:1].isupper() and before.lower in case.first_names
        if named and before.lower not in case.common_names:
            reason = f"a surname behind {before.text}"
    if reason:
        features = {"names.case": 1.0, "names.listed": 1.0, "names.share": SURE}
        yield _candidate(token.start, token.end, capitalise(token.text), reason, 0.8, features)


def _is_lost_initial(case: CaseTable, token: Token, before: Token | None, after: Token | None) -> bool:
    """Whether a single letter with a point stands between a first name and a surname."""
    if len(token.text) != 2 or token.text[1] != "." or before is None or after is None:
        return False
    return before.lower in case.first_names and before.is_name and after.text[:1].isupper() and after.is_name


def _title(case: CaseTable, tokens: tuple[Token, ...], at: int) -> Iterator[Candidate]:
    """Propose capitals for words that take one right before a person's name, such as offices."""
    token = tokens[at]
    if at + 1 >= len(tokens) or tokens[at + 1].entity != "PERSON" or not tokens[at + 1].is_name:
        return
    found = case.look_up(token.text)
    bare = at == 0 or (tokens[at - 1].dep not in {"det", "poss"} and tokens[at - 1].pos not in {"DET", "ADJ"})
    if bare and token.pos in {"NOUN", "PROPN"} and found.before_name[0] >= 4 and found.share_before_name >= SURE:
        times, capitals = found.before_name
        features = {"names.case": 1.0, "names.listed": 0.0, "names.share": found.share_before_name}
        quote = f"{token.lower} before a name has a capital in {capitals} of {times} places"
        share = found.share_before_name
        yield _candidate(token.start, token.end, capitalise(token.text), quote, share, features)


def _quote(case: CaseTable, text: str) -> str:
    found = case.look_up(text)
    listed = "a listed name, " if found.listed else ""
    return f"{found.form}: {listed}written so in {found.capitals} of {found.times} places inside sentences"


def _candidate(
    start: int, end: int, replacement: str, quote: str, score: float, features: dict[str, float]
) -> Candidate:
    return Candidate(start, end, replacement, (Evidence("names", "casing.tsv", quote, round(score, 3)),), features)
