"""Findings in casing: names and sentences that lost a capital, capitals after an abbreviation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from restore.records import Finding
from restore.text.casing import (
    CaseTable,
    has_inner_capital,
    is_mixed,
    load_case_table,
    miswritten_name,
    start_lost_capital,
)
from restore.text.parsing import ParsedText, Token

_LONGEST = 4  # words of a name: models/casing.tsv has none longer (LONGEST of training/lexicon/casing.py)
_SURE_WORD = 0.9
"""The share of capitals (0 to 1) from which on a word or a listed name without its capitals is a finding. Chosen by
hand, stricter than `SURE` of restore/text/casing.py, which serves candidates that the ranker weighs. The trees of the
verdict are fitted on these findings."""
_SEEN = 5
"""Times that a word must have been seen inside sentences (models/casing.tsv), if no list has it. Chosen by hand: with
fewer, a chance capital makes a finding."""
_ABBREVIATION = re.compile(r"(?:[A-Za-z]\.){2,}")


def find(parsed: ParsedText, case: CaseTable | None = None) -> Iterator[Finding]:
    """Yield the places whose casing no clean text would have."""
    case = case or load_case_table()
    if not is_mixed(parsed.tokens):
        return
    for sentence in parsed.sentences:
        tokens = parsed.sentence_tokens(sentence)
        covered = -1
        for at in range(len(tokens)):
            if start_lost_capital(case, parsed, tokens, at):
                yield _finding(tokens[at].start, tokens[at].end, parsed, 0.8, "a sentence starts in lower case")
            end = _name_end(parsed, case, tokens, at) if at > covered else 0
            if end:
                covered = end - 1
                text = "a listed name lacks capitals"
                yield _finding(tokens[at].start, tokens[end - 1].end, parsed, 0.9, text)
            elif at > covered and _is_name_in_lower_case(case, parsed, tokens[at]):
                yield _finding(tokens[at].start, tokens[at].end, parsed, 0.8, "a name in lower case")
            if at and _is_stray_capital(case, tokens[at - 1], tokens[at]):
                yield _finding(tokens[at].start, tokens[at].end, parsed, 0.6, "a capital after an abbreviation")


def _name_end(parsed: ParsedText, case: CaseTable, tokens: tuple[Token, ...], at: int) -> int:
    for end in range(min(at + _LONGEST, len(tokens)), at + 1, -1):
        window = tokens[at:end]
        found = miswritten_name(case, parsed, window, opens=at == 0)
        if found is not None and found.share >= _SURE_WORD and has_inner_capital(window, opens=at == 0):
            return end
    return 0


def _is_name_in_lower_case(case: CaseTable, parsed: ParsedText, token: Token) -> bool:
    if not token.text.islower() or not token.text.isalpha() or token.is_figure:
        return False
    if "-" in (parsed.text[token.start - 1 : token.start], parsed.text[token.end : token.end + 1]):
        return False
    found = case.look_up(token.text)
    return (
        found.share >= _SURE_WORD and (found.times >= _SEEN or found.listed) and (not found.word or token.text == "i")
    )


def _is_stray_capital(case: CaseTable, first: Token, second: Token) -> bool:
    if not _ABBREVIATION.fullmatch(first.text) or not second.text[:1].isupper() or not second.text[1:].islower():
        return False
    return case.is_lower(second.text) and second.pos in {"VERB", "NOUN", "ADJ", "ADP"} and not second.entity


def _finding(start: int, end: int, parsed: ParsedText, score: float, explanation: str) -> Finding:
    return Finding(start, end, parsed.text[start:end], "casing", score, explanation)
