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
from restore.references.index.same_day import APART, LEAST_DAY, LEAST_LEAD, leads, load_same_day, probability
from restore.references.index.same_event import SameEventModel, load_same_event
from restore.references.index.store import ArticleReader, Stored

if TYPE_CHECKING:
    from restore.channel.model import SpinnerChannel

MOST_COMPARED = 30
"""Articles that the index finds best for a text, which are compared with it. Chosen by hand, for speed: each is read
whole. The model of the same event is fitted on as many."""
_DATED = 4
"""How many times as many are asked for where the day of the text is known: those of other days are then left out
before anything is compared. Chosen by hand, for speed."""
_LIKELY = 0.5
"""The probability "same event" of articles that are ranked by the day."""
_REMEMBERED = 1_000
"""Articles that stay read. Chosen by hand, for memory: texts of one event ask for the same ones."""


@dataclass(frozen=True)
class Hit:
    """An article that was found: the score of the full-text search, its agreement with the text, P(same event).

    `same_day` is the probability that it is of the same day of the story, `lead` how far (log-odds) it leads in that
    over articles of other days. `day_known` says that the days of text and article are known and near each other,
    `day_counts` that the article, or most of what was found, has a date, so that the day is asked for.
    """

    article: Stored
    score: float
    agreement: Agreement
    probability: float
    same_day: float
    lead: float
    day_counts: bool
    day_known: bool

    def accepted(self, least: float, least_day: float = LEAST_DAY) -> bool:
        """Return whether it is on the event with a probability of `least`, and with one of `least_day` of the same day.

        Where articles have no dates the day is not asked for: the event alone counts, as with a `least_day` of 0.
        """
        sure = self.day_known or not self.day_counts or least_day == 0
        return self.probability >= least and (sure or (self.same_day >= least_day and self.lead >= LEAST_LEAD))

    def why(self) -> str:
        """Return in one line what the text and the article share."""
        nouns = {"name": "names", "number": "numbers", "date": "dates", "word": "rare words"}
        parts = [f"{nouns[kind]} {', '.join(items)}" for kind, items in self.agreement.shared.items() if items]
        return "shares " + "; ".join(parts) if parts else "shares no names, numbers, dates or rare words"


def _place(hit: Hit) -> tuple[bool, float, float, str]:
    likely = hit.probability >= _LIKELY
    return not likely, -(hit.same_day if likely else hit.probability), -hit.score, hit.article.id


class EventFinder:
    """Finds articles in one index; opened once, it sees the state of that moment."""

    def __init__(
        self,
        folder: str | Path,
        channel: SpinnerChannel | None = None,
        model: SameEventModel | None = None,
        days: int = APART,
    ) -> None:
        """`channel` and `model` replace the shipped ones. Raises `InputError` if there is no such index.

        Where the day of a text is known, articles that are known to be more than `days` apart are left out.
        """
        from restore.channel.model import load_channel

        self.reader = ArticleReader(folder)
        self._weigher = Weigher(self.reader, channel or load_channel())
        self._given = model
        self._days = days
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

    def rank(self, query: Query, without: Collection[str] = (), most: int = MOST_COMPARED) -> list[Hit]:
        """Return the articles that the index finds for a query, at most so many, likeliest the same event first.

        Of those that are likelier than not to be on the event the likeliest of the same day come first.
        """
        articles, mostly_dated = self._search(query, without, most)
        agreed = [self._agree(query, article) for article, _ in articles]
        events = [self.model.odds(each.features) for each in agreed]
        odds = [load_same_day().odds(event, each.features) for event, each in zip(events, agreed, strict=True)]
        days = [day_of(article.date, article.url) for article, _ in articles]
        ahead = leads(odds, days)
        hits = [
            Hit(
                *articles[n],
                agreed[n],
                probability(events[n]),
                probability(odds[n]),
                ahead[n],
                day_counts=mostly_dated or days[n] is not None,
                day_known=None not in (days[n], query.day),
            )
            for n in range(len(articles))
        ]
        return sorted(hits, key=_place)

    def retrieve(
        self, query: Query, without: Collection[str] = (), most: int = MOST_COMPARED
    ) -> list[tuple[Stored, float]]:
        """Ask the index; the best articles with their scores."""
        return self._search(query, without, most)[0]

    def _search(self, query: Query, without: Collection[str], most: int) -> tuple[list[tuple[Stored, float]], bool]:
        """Return the best articles of the days around the text, and whether most of what was found has a date."""
        if not query.terms:
            return [], False
        limit = most * (1 if query.day is None else _DATED) + len(without)
        found = [(a, score) for a, score in self.reader.search(self._boolean(query), limit) if a.id not in without]
        dated = sum(day_of(article.date, article.url) is not None for article, _ in found)
        kept = [(article, score) for article, score in found if self._of_these_days(query, article)]
        return kept[:most], 2 * dated > len(found)

    def _of_these_days(self, query: Query, article: Stored) -> bool:
        """Return whether nothing says that an article is of another day than the text."""
        if query.day is None:
            return True
        day = day_of(article.date, article.url)
        return day is None or abs(day - query.day) <= self._days

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

    def _agree(self, query: Query, article: Stored) -> Agreement:
        return agreement(query, self._weighed(article), self._weigher)

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
