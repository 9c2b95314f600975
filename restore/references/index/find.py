"""Finding the articles about the event of a text: asked for, compared, ranked, accepted or refused."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from restore.reading.extras import needs
from restore.references.index.agreement import Agreement, Weighed, agreement, weigh
from restore.references.index.dates import day_of
from restore.references.index.profile import index_keys, profile, slug_words
from restore.references.index.query import Query, Term, Weigher, make_query
from restore.references.index.same_event import SameEventModel, load_same_event
from restore.references.index.store import ArticleReader, Stored

if TYPE_CHECKING:
    from restore.channel.model import SpinnerChannel

MOST_COMPARED = 30
"""Articles that the index finds best for a text, which are compared with it. Chosen by hand, for speed: each is read
whole. The model of the same event is fitted on as many."""
_REMEMBERED = 1_000
"""Articles that stay read. Chosen by hand, for memory: texts of one event ask for the same ones."""


@dataclass(frozen=True)
class Hit:
    """An article that was found: the score of the full-text search, its agreement with the text, P(same event)."""

    article: Stored
    score: float
    agreement: Agreement
    probability: float

    def why(self) -> str:
        """Return in one line what the text and the article share."""
        nouns = {"name": "names", "number": "numbers", "date": "dates", "word": "rare words"}
        parts = [f"{nouns[kind]} {', '.join(items)}" for kind, items in self.agreement.shared.items() if items]
        return "shares " + "; ".join(parts) if parts else "shares no names, numbers, dates or rare words"


class EventFinder:
    """Finds articles in one index; opened once, it sees the state of that moment."""

    def __init__(
        self, folder: str | Path, channel: SpinnerChannel | None = None, model: SameEventModel | None = None
    ) -> None:
        """`channel` and `model` replace the shipped ones. Raises `InputError` if there is no such index."""
        from restore.channel.model import load_channel

        self.reader = ArticleReader(folder)
        self._weigher = Weigher(self.reader, channel or load_channel())
        self._given = model
        self._weighed = lru_cache(maxsize=_REMEMBERED)(self._weigh)

    @property
    def model(self) -> SameEventModel:
        """The model that gives the probabilities."""
        return self._given or load_same_event()

    def query(self, text: str, title: str = "", url: str = "", date: str = "") -> Query:
        """Choose the terms to ask for; the day of the text is that of its date, or that in its address."""
        return make_query(text, self._weigher, self.reader, title, url, date)

    def find(
        self,
        text: str,
        *,
        title: str = "",
        url: str = "",
        date: str = "",
        limit: int = 10,
        without: Collection[str] = (),
    ) -> list[Hit]:
        """Return the articles most likely about the event of a text, likeliest first; ids in `without` are left out."""
        return self.rank(self.query(text, title, url, date), without)[:limit]

    def rank(self, query: Query, without: Collection[str] = ()) -> list[Hit]:
        """Return the articles that the index finds for a query, likeliest the same event first."""
        hits = [self._compare(query, article, score) for article, score in self.retrieve(query, without)]
        return sorted(hits, key=lambda hit: (-hit.probability, -hit.score, hit.article.id))

    def retrieve(self, query: Query, without: Collection[str] = ()) -> list[tuple[Stored, float]]:
        """Ask the index; the best 30 articles with their scores."""
        if not query.terms:
            return []
        limit = MOST_COMPARED + len(without)
        found = self.reader.search(self._boolean(query), limit)
        return [(article, score) for article, score in found if article.id not in without][:MOST_COMPARED]

    def _boolean(self, query: Query) -> Any:
        engine = needs("tantivy", "indexes of clean articles")
        make, should = engine.Query, engine.Occur.Should
        schema = self.reader.schema
        asked = (
            make.boost_query(
                make.term_query(
                    schema, t.field, t.term, index_option="freq" if t.field in ("text", "title") else "basic"
                ),
                t.weight,
            )
            for t in query.terms
        )
        return make.boolean_query([(should, q) for q in asked])

    def _compare(self, query: Query, article: Stored, score: float) -> Hit:
        agreed = agreement(query, self._weighed(article), self._weigher)
        return Hit(article, score, agreed, self.model.probability(agreed.features))

    def _weigh(self, article: Stored) -> Weighed:
        found = profile(article.text, article.title, article.url)
        return weigh(found, self._weigher, day_of(article.date, article.url))

    def matched(self, query: Query, article: Stored) -> tuple[Term, ...]:
        """Return the terms of a query that an article holds, heaviest first."""
        terms = {
            "text": set(self.reader.stems(article.text)),
            "title": set(self.reader.stems(article.title)),
            "slug": set(self.reader.stems(" ".join(slug_words(article.url)))),
            "keys": set(index_keys(article.text).split()),
        }
        held = [t for t in query.terms if t.term in terms[t.field]]
        return tuple(sorted(held, key=lambda t: -t.weight * t.rarity))
