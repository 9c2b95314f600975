"""References out of an index: the accepted articles for one text, as the engine takes them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from restore.config import Config
from restore.records import Published, Reference
from restore.references.copies import Shingles, are_copies, shingles
from restore.references.index.find import EventFinder, Hit
from restore.references.index.query import Query

if TYPE_CHECKING:
    from restore.channel.model import SpinnerChannel

LEAST_WORDS = 20
"""Shorter texts get no reference: the model has seen none, and a name and a number alone tell no event. By hand."""

_UNKNOWN = Published()


@dataclass(frozen=True)
class Found:
    """The references accepted for a text, by id, and a note for people where there is none."""

    references: tuple[Reference, ...]
    note: str = ""

    @property
    def ids(self) -> frozenset[str]:
        """The ids of the references."""
        return frozenset(r.id for r in self.references)


class IndexedReferences:
    """The index that a config names, asked for one text after the other."""

    def __init__(self, config: Config, channel: SpinnerChannel) -> None:
        """Open the index; raises `InputError` if there is none."""
        self._config = config
        self._finder = EventFinder(config.index, channel, days=config.same_event_days)

    def find(self, text: str, published: Published = _UNKNOWN, given: Iterable[Reference] = ()) -> Found:
        """Return the articles surely about the same event and day; copies of each other, or of a given one, count once.

        So no article votes twice; the longest copy stands for all. Articles longer than the limit of the config do not
        count.
        """
        query = self._finder.query(text, url=published.url, date=published.date)
        if query.profile.words < LEAST_WORDS:
            return Found((), f"the text has fewer than {LEAST_WORDS} words: too few to tell its event by")
        hits = self._finder.rank(query)[: 4 * self._config.index_references]
        known = [shingles(r.text) for r in given]
        taken: list[tuple[Reference, Shingles]] = []
        for hit in hits:
            article = hit.article
            if not self._accepts(hit):
                continue
            made = shingles(article.text) if len(article.text) <= self._config.max_characters else frozenset()
            if not made or any(len(made) <= len(other) and are_copies(made, other) for other in known):
                continue
            place = next((n for n, (_, other) in enumerate(taken) if are_copies(made, other)), len(taken))
            if place == self._config.index_references:
                break
            if place == len(taken) or len(made) > len(taken[place][1]):
                said = round(hit.probability, 4)
                found = Reference(article.id, article.text, article.url, article.title, article.date, said)
                taken[place : place + 1] = [(found, made)]
        if taken:
            return Found(tuple(sorted((r for r, _ in taken), key=lambda r: r.id)))
        return Found((), self._why_none(hits) + self._of_days(query))

    def _accepts(self, hit: Hit) -> bool:
        return hit.accepted(self._config.same_event_min, self._config.same_day_min)

    def _of_days(self, query: Query) -> str:
        """Say which articles were looked at, where the day of the text is known: a date may be that of a crawl."""
        if query.day is None:
            return ""
        day, around = datetime.date.fromordinal(query.day).isoformat(), self._config.same_event_days
        return f"; articles more than {around} days from {day} are left out (same_event_days)"

    def _why_none(self, hits: Sequence[Hit]) -> str:
        """Say why no article was taken, of those that were found."""
        least = self._config.same_event_min
        if any(map(self._accepts, hits)):
            return "what the index has on the same event was given already, or is too long"
        if not hits:
            return "the index has no article that is surely about the same event"
        likeliest = max(hits, key=lambda hit: hit.probability)
        told = f"(the likeliest, {likeliest.article.id}: {likeliest.probability:.2f}, needed {least:g})"
        if likeliest.probability >= least:
            return f"the index has articles on the same story {told}, but none that is surely of the same day"
        return f"the index has no article that is surely about the same event {told}"
