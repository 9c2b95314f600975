"""What of a text is not English, and so nothing to repair: foreign quotations, sentences, whole articles.

py3langid (Lui and Baldwin, "langid.py", ACL 2012) names the language of a stretch of words. Spinners and scrapers leave
English sentences English enough: of 4,070 sentences and quotations of 240 news articles spun at 15 %, which nobody had
looked at, 3 are taken for foreign, and 3 of the 4,062 of the articles themselves.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from restore.records import Covered, Span
from restore.text.languages import ENGLISH
from restore.text.parsing import ParsedText, Token

LEAST_ENGLISH = 0.3
"""Where English is less likely than this (and not the likeliest), the words are left alone. Chosen by hand, on the spun
gold texts' sentences and twenty foreign quotations of our own: of those 20 are left alone, of these 2."""
FEWEST_WORDS = 4
"""Fewer words say too little."""
_SHOWN, _LETTERS = 5, 40  # passages that the note quotes, and characters of each; by hand, only shown


class Foreign(NamedTuple):
    """Characters `[start, end)`, what stands there, and its language by its ISO 639 code."""

    start: int
    end: int
    text: str
    language: str

    @property
    def span(self) -> Span:
        """Where it lies."""
        return Span(self.start, self.end)


def foreign_passages(parsed: ParsedText) -> tuple[Foreign, ...]:
    """Return the quotations and the sentences that are not English, in text order; a quotation is asked about alone."""
    quoted = Covered(parsed.quotations)
    found = [p for q in parsed.quotations for p in _foreign_among(parsed, q, parsed.tokens_between(q.start, q.end))]
    for sentence in parsed.sentences:
        outside = [t for t in parsed.sentence_tokens(sentence) if not quoted.touches(t.start, t.end)]
        found += _foreign_among(parsed, Span(sentence.start, sentence.end), outside)
    return tuple(sorted(found))


def is_mostly_foreign(parsed: ParsedText) -> bool:
    """Return whether half of the words of a text or more are not English."""
    passages = Covered(passage.span for passage in foreign_passages(parsed))
    words = [t for t in parsed.tokens if t.is_word]
    return bool(words) and 2 * sum(passages.touches(t.start, t.end) for t in words) >= len(words)


def note_on(passages: Iterable[Foreign]) -> str:
    """Return a line that says what was left alone and in which language; "" for nothing."""
    given = list(passages)
    shown = [f"{textwrap.shorten(p.text, _LETTERS, placeholder='...')!r} ({p.language})" for p in given[:_SHOWN]]
    more = [f"{len(given) - _SHOWN} more"] * (len(given) > _SHOWN)
    return f"not English, left alone: {', '.join([*shown, *more])}" if given else ""


def _foreign_among(parsed: ParsedText, span: Span, tokens: Sequence[Token]) -> Iterator[Foreign]:
    words = [t.text for n, t in enumerate(tokens) if t.is_word and not _in_name(tokens, n)]
    language = _language(" ".join(words)) if len(words) >= FEWEST_WORDS else ENGLISH.code
    if language != ENGLISH.code:
        yield Foreign(span.start, span.end, parsed.text[span.start : span.end], language)


def _in_name(tokens: Sequence[Token], number: int) -> bool:
    """Return whether a word is a name or stands between two ("de la"): names are of any language in any language."""
    before, behind = tokens[max(0, number - 2) : number], tokens[number + 1 : number + 3]
    return tokens[number].is_name or (any(t.is_name for t in before) and any(t.is_name for t in behind))


@lru_cache(maxsize=5_000)
def _language(words: str) -> str:
    """Return the likeliest language of some words; English where it is not clearly another."""
    import py3langid

    scores = {language: score for language, score in py3langid.rank(words) if language not in ENGLISH.relatives}
    best, top = max(scores.items(), key=lambda item: item[1])
    total = math.fsum(math.exp(score - top) for score in scores.values())
    return best if math.exp(scores[ENGLISH.code] - top) / total < LEAST_ENGLISH else ENGLISH.code
