"""Candidates from LanguageTool: the first replacements of its matches, never more than proposals."""

from __future__ import annotations

import math
from collections.abc import Iterator

from restore.candidates.base import Candidate, Context
from restore.languagetool.client import LanguageToolClient
from restore.languagetool.informative import InformativeMatch, informative_matches, log_ratio
from restore.records import Evidence
from restore.text.parsing import ParsedText, Token

_LONGEST = 120
"""Characters of a replacement; chosen by hand: a longer one would rewrite the sentence."""
_FIRST_SCORE = 0.6
"""The score (0 to 1) of the first replacement as evidence, those behind it having a half, a third of it. Chosen by
hand: it orders the evidence that is shown; the ranker weighs `grammar.rank`."""


class GrammarSource:
    """Proposes what LanguageTool would write, narrowed to the tokens that change."""

    name = "grammar"

    def __init__(self, client: LanguageToolClient) -> None:
        """`client` is asked; what it could not check it notes itself."""
        self._client = client

    def propose(self, context: Context) -> Iterator[Candidate]:
        """Yield candidates for the matches; raises `ModelNotFoundError` if there is no server at the first text."""
        parsed = context.parsed
        known = {word for reference in context.references for word in reference.parsed.vocabulary}
        for found in informative_matches(parsed, self._client.check(parsed.text).matches, known):
            for rank, replacement in enumerate(found.match.replacements[: self._client.settings.replacements]):
                narrowed = narrow(parsed, found, replacement)
                if narrowed is not None:
                    yield _candidate(found, rank, *narrowed)


def narrow(parsed: ParsedText, found: InformativeMatch, replacement: str) -> tuple[int, int, str] | None:
    """Return a replacement for whole tokens, without those at its ends that stay; None for none.

    The result is the range `[start, end)` and what should stand there.
    """
    text, match, tokens = parsed.text, found.match, found.tokens
    lead, tail = text[match.start : tokens[0].start], text[tokens[-1].end : match.end]
    if not replacement.startswith(lead) or not replacement.removeprefix(lead).endswith(tail):
        return None
    new = replacement.removeprefix(lead).removesuffix(tail)
    new = text[tokens[0].start : match.start] + new + text[match.end : tokens[-1].end]
    tokens, new = _without_what_stays(text, tokens, new)
    start, end = tokens[0].start, tokens[-1].end
    if new == text[start:end] or new != new.strip() or len(new) > _LONGEST or "\n" in new:
        return None
    return start, end, new


def _without_what_stays(text: str, tokens: tuple[Token, ...], new: str) -> tuple[tuple[Token, ...], str]:
    """Take tokens off both ends that the replacement has too; one is left."""
    while len(tokens) > 1 and new.startswith(text[tokens[0].start : tokens[1].start]):
        new = new[tokens[1].start - tokens[0].start :]
        tokens = tokens[1:]
    while len(tokens) > 1 and new.endswith(text[tokens[-2].end : tokens[-1].end]):
        new = new[: len(new) - (tokens[-1].end - tokens[-2].end)]
        tokens = tokens[:-1]
    doubled = len({token.lower for token in tokens}) == 1  # restore.candidates.duplicates names that change so too
    if len(tokens) > 1 and not doubled:
        for cut in range(1, len(tokens)):
            if new == text[tokens[cut].start : tokens[-1].end]:
                return tokens[:cut], ""
            if new == text[tokens[0].start : tokens[cut - 1].end]:
                return tokens[cut:], ""
    return tokens, new


def _candidate(found: InformativeMatch, rank: int, start: int, end: int, replacement: str) -> Candidate:
    match = found.match
    features = {
        "grammar.match": 1.0,
        "grammar.spelling": float(match.is_spelling),
        "grammar.rank": float(rank),
        "grammar.choices": math.log(len(match.replacements)),
        "grammar.ratio": log_ratio(match),
    }
    evidence = Evidence("grammar", match.rule, match.message, round(_FIRST_SCORE / (1 + rank), 3))
    return Candidate(start, end, replacement, (evidence,), features)
