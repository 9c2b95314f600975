"""Findings of doubled words, competing articles and stray tildes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from restore.records import Finding
from restore.text.parsing import ParsedText, Token

_ARTICLES = frozenset({"a", "an", "the"})
_LEGITIMATE = frozenset({"had", "that", "is", "very", "so", "no", "bye", "ha"})


def find(parsed: ParsedText) -> Iterator[Finding]:
    """Yield the places where something stands twice, or where a mark belongs to nothing."""
    for token in parsed.tokens:
        around = (parsed.text[token.start - 1 : token.start], parsed.text[token.end : token.end + 1])
        if token.text == "~" and not any(c.isdigit() or c == "/" for c in around):
            yield Finding(token.start, token.end, "~", "stray", 0.9, "a tilde that belongs to nothing")
    for first, second in pairwise(parsed.tokens):
        gap = parsed.text[first.end : second.start]
        if first.sentence != second.sentence or not gap.isspace():
            continue
        text = parsed.text[first.start : second.end]
        if first.lower in _ARTICLES and second.lower in _ARTICLES:
            yield Finding(first.start, second.end, text, "doubled", 0.9, "two articles in a row")
        elif _is_doubled(first, second):
            yield Finding(first.start, second.end, text, "doubled", 0.8, "the same word twice")


def _is_doubled(first: Token, second: Token) -> bool:
    if first.lower != second.lower or not first.is_word or first.is_figure or first.is_name or second.is_name:
        return False
    return first.lower not in _LEGITIMATE and not second.text.isupper()
