"""Which matches may tell of damage, where they lie in the tokens, and how much they say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import NamedTuple

import msgspec

from restore.languagetool.client import GrammarMatch
from restore.lexicon.frequencies import word_counts
from restore.lexicon.wordnet import load_thesaurus
from restore.runtime.tables import decoded, table_path
from restore.text.parsing import ParsedText, Token

_OFTEN = 2
"""Times from which on a word of the text is no slip. By hand."""


class InformativeMatch(NamedTuple):
    """A match, and the tokens that it touches: at least one, all in one sentence."""

    match: GrammarMatch
    tokens: tuple[Token, ...]


class _Ratios(msgspec.Struct, frozen=True):
    """ln P(match | damaged word) / P(match | sound word), of rules that were seen often and of categories."""

    rules: dict[str, float]
    categories: dict[str, float]
    other: float


def informative_matches(
    parsed: ParsedText, matches: Iterable[GrammarMatch], known: Collection[str] = ()
) -> Iterator[InformativeMatch]:
    """Yield the matches that may tell of damage.

    Left out are those in links, across sentences and without words, and spelling complaints about what may be rare and
    right: capitalised words, words that a dictionary, the text itself (twice) or `known` has.
    """
    for match in matches:
        tokens = parsed.tokens_between(match.start, match.end)
        if not tokens or tokens[0].sentence != tokens[-1].sentence:
            continue
        if parsed.in_link(tokens[0].start, tokens[-1].end):
            continue
        if not match.is_spelling or _is_misspelt(parsed, match, tokens, known):
            yield InformativeMatch(match, tokens)


def log_ratio(match: GrammarMatch) -> float:
    """Return ln of how much likelier a match is on a damaged word than on a sound one."""
    ratios = _load_ratios()
    known = ratios.rules.get(match.rule)
    return ratios.categories.get(match.category, ratios.other) if known is None else known


def _is_misspelt(parsed: ParsedText, match: GrammarMatch, tokens: tuple[Token, ...], known: Collection[str]) -> bool:
    word = parsed.text[tokens[0].start : tokens[-1].end]
    if any(r.lower() == word.lower() for r in match.replacements):
        return True  # only its casing is at fault
    if not word[:1].islower():
        return False
    lower = [t.lower for t in tokens]
    if any(parsed.vocabulary.get(w, 0) >= _OFTEN or w in known for w in lower):
        return False
    return not all(w in word_counts() or w in load_thesaurus() for w in lower)


@cache
def _load_ratios() -> _Ratios:
    return decoded(table_path("grammar_ratios.json"), _Ratios)
