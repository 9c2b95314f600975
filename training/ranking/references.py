"""The references beside a text that the ranker learns from: reports on its event, and what may pass for one.

A user's reference is not always what it is taken for: it may tell of another day of a running story, or give other
figures. Each of these stands beside some of the texts, as often as was thought likely, and the engine's own test
(restore/references/match.py) says which of them count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random

from restore.alignment.nearness import SentenceIndex
from restore.text.parsing import ParsedText, Parser
from restore.text.word_lists import UNITS
from training.encoder.corpus import Article, load_shard
from training.encoder.windows import RIGHT_REFERENCE, WRONG_REFERENCE

SEVERAL = 0.3
"""Texts with two other reports beside them, where there are two; by hand."""
OTHER_FIGURES = 0.15
"""Reports whose figures are changed first; by hand."""
STORY = 0.3
"""Texts without a report on their event that get the most alike one on another event; by hand."""
CHANGED = 0.6
"""Of the figures of such a report, how many are others; by hand."""
POOL = 2000
"""Articles among which another event is looked for; by hand, for memory: 0.2 MB each."""
_FIGURE = re.compile(rf"(?<![\w.,])(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?![\w,])|\b(?:{'|'.join(UNITS[2:])})\b")


class Stories:
    """Articles on many events, in which the most alike one on another event is found."""

    def __init__(self, articles: Iterable[tuple[str, ParsedText]]) -> None:
        """`articles` are (split key of the event, report)."""
        self._articles = list(articles)
        words = ([token.text for token in parsed.tokens] for _, parsed in self._articles)
        self._index = SentenceIndex(list(words))

    def nearest(self, key: str, parsed: ParsedText) -> ParsedText | None:
        """Return the article on another event than `key` that shares the most telling words with a text."""
        hits = self._index.nearest([token.text for token in parsed.tokens])
        return next((self._articles[n][1] for _, n in hits if self._articles[n][0] != key), None)

    def any(self, rng: Random) -> ParsedText:
        """Draw an article, whatever it is about."""
        return rng.choice(self._articles)[1]


def load_stories(paths: Sequence[Path]) -> Stories:
    """Return the first articles of a corpus, shard by shard."""
    return Stories(_pool(paths))


def _pool(paths: Sequence[Path]) -> Iterator[tuple[str, ParsedText]]:
    left = POOL
    for path in paths:
        for key, articles in load_shard(path):
            for _, parsed in articles[:left]:
                yield key, parsed
            left -= min(left, len(articles))
        if not left:
            return


def drawn_references(
    key: str, articles: Sequence[Article], number: int, stories: Stories, parser: Parser, rng: Random
) -> list[ParsedText]:
    """Draw what stands beside article `number` of an event: one or two other reports, or something else, or nothing."""
    others = [parsed for n, (_, parsed) in enumerate(articles) if n != number]
    if others and rng.random() < RIGHT_REFERENCE:
        drawn = rng.sample(others, 2 if len(others) > 1 and rng.random() < SEVERAL else 1)
        return [
            parser.parse(with_other_figures(parsed.text, rng)) if rng.random() < OTHER_FIGURES else parsed
            for parsed in drawn
        ]
    wanted = rng.random()
    if wanted < STORY:
        near = stories.nearest(key, articles[number][1])
        return [near] if near else []
    return [stories.any(rng)] if wanted < STORY + WRONG_REFERENCE else []


def with_other_figures(text: str, rng: Random) -> str:
    """Return a report with most of its figures changed, as if it were of another day; years stay years."""

    def other(found: re.Match[str]) -> str:
        figure = found[0]
        if rng.random() >= CHANGED:
            return figure
        if not figure[0].isdigit():
            return rng.choice([unit for unit in UNITS[2:] if unit != figure])
        value = int(figure.replace(",", ""))
        more = value + rng.randint(1, 1 + value // (400 if 1900 <= value < 2100 else 3))
        return f"{more:,}" if "," in figure else str(more)

    return _FIGURE.sub(other, text)
