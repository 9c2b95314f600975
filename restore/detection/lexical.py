"""What is known of a single word before its context is looked at: how readily spinners write it, and for what."""

from __future__ import annotations

import gzip
import math
from functools import cache, lru_cache
from typing import NamedTuple

from restore.channel.model import SpinnerChannel
from restore.detection.channel import suspicion
from restore.lexicon.frequencies import total_count, word_counts
from restore.lexicon.wordnet import SPACY_POS
from restore.runtime.tables import table_path

_NO_ODDS = -6.0
"""ln of the odds of a word that models/verdict_words.tsv.gz does not have, and the least of any. Chosen by hand: hardly
ever a substitute. The trees of the verdict are fitted with it."""
_ROWS = 3
"""Rows of the channel, heaviest first, whose originals are tried in place of a word. Chosen by hand, to bound the time:
with more, the rarest are tried too. The trees are fitted with it."""
_LEAST_EXPECTED = 0.05
"""The least count that is expected of a word on the spun pages, of 17,000 tokens: words rarer than that count alike.
Chosen by hand; the trees are fitted with it."""


class PossibleOriginal(NamedTuple):
    """A word that another may stand for: a lemma (to be inflected) or a form, and how likely, 0 to 1."""

    word: str
    share: float
    is_lemma: bool


class WordFacts(NamedTuple):
    """What is known of a lower-cased word in a part of speech.

    `log_count` in English (0 if unknown), `suspicion` that it is damage (0 to 1), `excess`: ln of how often spun pages
    have it over what English would, `pages` and `families` that have it as damage, `itself`: P(it stands for itself),
    `odds`: ln of its expected count as a substitute over its own.
    """

    log_count: float
    suspicion: float
    excess: float
    pages: int
    families: int
    itself: float
    odds: float
    alternatives: tuple[PossibleOriginal, ...]


@cache
def _lexical_table() -> dict[tuple[str, str], tuple[float, str]]:
    lines = gzip.decompress(table_path("verdict_words.tsv.gz").read_bytes()).decode().splitlines()
    rows = (line.split("\t") for line in lines)
    return {(lemma, pos): (float(odds), likely) for lemma, pos, odds, likely in rows}


@lru_cache(maxsize=30_000)
def _lexical(lemma: str, pos: str) -> tuple[float, tuple[PossibleOriginal, ...]]:
    odds, likely = _lexical_table().get((lemma, pos), (_NO_ODDS, ""))
    pairs = (pair.rpartition(":") for pair in likely.split())
    found = tuple(PossibleOriginal(w.replace("_", " "), int(s) / 100, True) for w, _, s in pairs if "_" not in w)
    return max(_NO_ODDS, odds), found


@lru_cache(maxsize=60_000)
def word_facts(channel: SpinnerChannel, word: str, lemma: str, pos: str) -> WordFacts:
    """Look a lower-cased word up; `pos` is spaCy's part of speech. Raises `ModelNotFoundError`."""
    wordnet_pos = SPACY_POS.get(pos)
    odds, lexical = _lexical(lemma, wordnet_pos) if wordnet_pos else (_NO_ODDS, ())
    rows = channel.originals(word)
    weight = sum(row.weight for row in rows)
    own = tuple(
        PossibleOriginal(row.original, row.weight / (weight + 1.0), False)
        for row in rows[:_ROWS]
        if row.original and " " not in row.original
    )
    known = {original.word for original in own}
    times, _ = channel.seen(word)
    count = word_counts().get(word, 0)
    expected = max(_LEAST_EXPECTED, count / total_count() * channel.tokens)
    return WordFacts(
        log_count=math.log(count) if count else 0.0,
        suspicion=suspicion(channel, word),
        excess=math.log((times + 0.2) / (expected + 0.2)),
        pages=sum(row.documents for row in rows),
        families=len({name for row in rows for name, _ in row.families}),
        itself=channel.identity(word),
        odds=odds,
        alternatives=own + tuple(original for original in lexical if original.word not in known),
    )
