"""The query for a damaged text: terms that spinning leaves intact, each weighted by how likely it is original.

A term counts by its rarity in the index (inverse document frequency, Sparck Jones 1972; BM25 adds its own), how often
the text has it, and the chance that the word stood there before the spinner came: 1 - P(damage) of the channel for
words, the shares that survived on real spun pages for names and figures. A word that the channel holds for damaged is
asked for under the originals it may come from as well, with their chances.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from restore.channel.model import SpinnerChannel
from restore.references.index.dates import day_of
from restore.references.index.profile import Profile, looks_named, profile
from restore.references.index.store import ArticleReader
from restore.references.rarity import rarity

TermKind = Literal["name", "pair", "number", "date", "word", "original", "title", "address"]
Weights = dict[str, float]

_NAME_KEPT = 0.95  # 276 of 290 capitalised names on real pages
_FIGURE_KEPT = 0.98  # 82 of 84 figures
_IMPORTANCE: dict[TermKind, float] = {
    "name": 1.5,
    "pair": 1.5,
    "number": 1.0,
    "date": 1.5,
    "word": 1.0,
    "original": 1.0,
    "title": 0.5,
    "address": 1.0,
}
"""What a term of each kind weighs, beside its rarity and the chance that it is original. Chosen by hand: names and days
tell events apart best, and a headline repeats what the text says."""
_MOST_TERMS = 40
"""Terms of a query, the heaviest. Chosen by hand, for speed: what is left out weighs least."""
_LEAST_ORIGINAL = 0.15
"""The least chance of an original that is asked for in place of a doubtful word. Chosen by hand: rarer ones bring
articles about something else."""
_MOST_ORIGINALS = 2
"""Originals of a doubtful word that are asked for. Chosen by hand: they must not push out the words that stand
there."""
_DOUBTED = 0.7
"""A word is doubtful if the chance that it stood there itself is less. Chosen by hand: higher, and the query fills with
originals of words that nobody changed."""
_TRUSTED_ARTICLES = 200
"""An index of so many articles says as much about the rarity of a word as the frequencies of English do; a larger one
says more. Chosen by hand."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the query: its kind, the word as the text has it, field and term of the index, and its weight.

    `original` is the chance that the word is original, `rarity` how rare the term is in the index; both 0 to 1.
    """

    kind: TermKind
    shown: str
    field: str
    term: str
    original: float
    rarity: float
    weight: float


@dataclass(frozen=True)
class Query:
    """A text to find articles for: what it is recognised by, with weights 0 to 1 per item, and the terms to ask for.

    `day` is the number of the day on which it was published, None if that is not known.
    """

    profile: Profile
    terms: tuple[Term, ...]
    names: Weights = field(default_factory=dict)
    pairs: Weights = field(default_factory=dict)
    figures: Weights = field(default_factory=dict)
    dates: Weights = field(default_factory=dict)
    rare: Weights = field(default_factory=dict)
    day: int | None = None


class Weigher:
    """Weighs items by rarity in the index, and words of a damaged text by how likely they are original."""

    def __init__(self, reader: ArticleReader, channel: SpinnerChannel) -> None:
        self._reader = reader
        self._channel = channel
        count = len(reader)
        self._articles = count
        self._trust = count / (count + _TRUSTED_ARTICLES)
        self.kept = lru_cache(maxsize=100_000)(self._kept)
        self.word = lru_cache(maxsize=200_000)(self._word)

    def key(self, kind: str, item: str, prior: float) -> float:
        """Return how rare a pair of names, a figure or a date is, 0 to 1."""
        return self._rarity("keys", f"{kind}:{item}", prior)

    def _word(self, word: str) -> float:
        """Return how rare a word is, 0 to 1: in the index, or in English where the index is small."""
        stem = self._reader.stem(word)
        return self._rarity("text", stem, rarity(word)) if stem else 0.0

    def _kept(self, word: str) -> float:
        """Estimate P(the word stood there before the text was spun)."""
        return self._channel.identity(word)

    def kept_name(self, word: str) -> float:
        """Estimate the same for a capitalised word; common ones ("Contemporary York") are trusted less than names."""
        return _NAME_KEPT if looks_named(word) else (_NAME_KEPT + self.kept(word)) / 2

    def originals(self, word: str) -> Iterator[tuple[str, float]]:
        """Yield what a doubtful word may have been, with chances, likeliest first."""
        if self.kept(word) >= _DOUBTED:
            return
        rows = [row.original for row in self._channel.originals(word) if row.original.isalpha()]
        chances = ((original, math.exp(self._channel.log_inverse(word, original))) for original in rows[:6])
        ranked = sorted(chances, key=lambda pair: -pair[1])[:_MOST_ORIGINALS]
        yield from ((original, chance) for original, chance in ranked if chance >= _LEAST_ORIGINAL)

    def _rarity(self, field: str, term: str, prior: float) -> float:
        if self._articles < 2:
            return prior
        frequency = self._reader.document_frequency(field, term)
        counted = math.log((self._articles + 1) / (frequency + 0.5)) / math.log(2 * (self._articles + 1))
        return self._trust * min(1.0, max(0.0, counted)) + (1 - self._trust) * prior


def figure_weight(figure: str, weigher: Weigher) -> float:
    """Return how rare a figure is, 0 to 1; in a small index long ones count as rare."""
    return weigher.key("f", figure, min(1.0, len(figure) / 4))


def make_query(
    text: str, weigher: Weigher, reader: ArticleReader, title: str = "", url: str = "", date: str = ""
) -> Query:
    """Read a damaged text and choose the terms to ask for, heaviest first."""
    found = profile(text, title, url)
    names = {n: weigher.word(n) * weigher.kept_name(n) for n in found.names}
    pairs = {p: weigher.key("p", p, 1.0) * _NAME_KEPT**2 for p in found.pairs}
    figures = {f: figure_weight(f, weigher) * _FIGURE_KEPT for f in found.figures}
    dates = {d: weigher.key("d", d, 0.8 if len(d) == 5 else 1.0) * _FIGURE_KEPT for d in found.dates}
    rare = {w: weigher.word(w) * weigher.kept(w) for w in found.rare}
    candidates = list(_terms(found, weigher, reader))
    best: dict[tuple[str, str], Term] = {}
    for term in sorted(candidates, key=lambda t: -t.weight * t.rarity):
        known = reader.document_frequency(term.field, term.term) if term.term else 0
        if known and (term.field, term.term) not in best:
            best[term.field, term.term] = term
            if len(best) == _MOST_TERMS:
                break
    return Query(found, tuple(best.values()), names, pairs, figures, dates, rare, day_of(date, url))


def _terms(found: Profile, weigher: Weigher, reader: ArticleReader) -> Iterator[Term]:
    def term(kind: TermKind, shown: str, field: str, name: str, original: float, rare: float, times: int) -> Term:
        weight = _IMPORTANCE[kind] * original * (1.0 + math.log(times))
        return Term(kind, shown, field, name, round(original, 4), rare, weight)

    for word, times in found.names.items():
        yield term("name", word, "text", reader.stem(word), weigher.kept_name(word), weigher.word(word), times)
    for pair, times in found.pairs.items():
        rare = weigher.key("p", pair, 1.0)
        yield term("pair", pair.replace("_", " "), "keys", f"p:{pair}", _NAME_KEPT**2, rare, times)
    for figure, times in found.figures.items():
        rare = figure_weight(figure, weigher)
        yield term("number", figure, "keys", f"f:{figure}", _FIGURE_KEPT, rare, times)
    for date, times in found.dates.items():
        yield term("date", date, "keys", f"d:{date}", _FIGURE_KEPT, weigher.key("d", date, 1.0), times)
    for word, times in found.rare.items():
        yield term("word", word, "text", reader.stem(word), weigher.kept(word), weigher.word(word), times)
        for original, chance in weigher.originals(word):
            shown = f"{original} (for {word})"
            yield term("original", shown, "text", reader.stem(original), chance, weigher.word(original), times)
    for word in found.title:
        kept = weigher.kept_name(word) if word in found.names else weigher.kept(word)
        yield term("title", word, "title", reader.stem(word), kept, weigher.word(word), 1)
    for word in found.slug:
        yield term("address", word, "text", reader.stem(word), _FIGURE_KEPT, weigher.word(word), 1)
        yield term("address", word, "slug", reader.stem(word), _FIGURE_KEPT, weigher.word(word), 1)
