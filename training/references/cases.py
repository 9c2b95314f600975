"""Texts whose days are known, and what an index finds for them: the cases of training/references/same_day.py.

Two corpora: press releases of senators (events_open, in an index of clean_open) and news of outlets (clean_other up to
2016, what events_other or a person has put into a group left out). An article that is dated more than three days apart
from a text is of another day, however alike the two are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from benchmarks.news_index import WAYS, read_judged
from restore.channel.model import load_channel
from restore.config import Config
from restore.reading.articles import Article
from restore.references.index.agreement import DAY_FEATURES
from restore.references.index.dates import day_of
from restore.references.index.find import EventFinder, Hit
from restore.references.index.same_day import APART
from restore.references.index.same_event import load_same_event
from restore.references.index.store import writing_index
from restore.simulation.simulator import spin
from restore.text.parsing import Parser
from training.encoder.corpus import rows

_WAYS = [way for way in WAYS.values() if way[0]]
RELEASES, NEWS, STORIES = 200, 400, 260
"""Events of events_open; articles of clean_other that are damaged; those that are asked for as they stand, of which
only the ones with a likely article are taken. By hand: minutes each."""
_DRAWN = 1_600
"""Articles among which those are looked for."""
_BEFORE = "2017"
"""Later news is seen by no training."""
_LEAST_WORDS = 150
"""Of an article of news: shorter ones are mostly notes. By hand."""
_LIKELY = 0.5
"""The least probability "same event" of any article that is found for a story. By hand: texts for which nothing likely
is found teach nothing."""
_QUICK = 6
"""Articles that are looked at for that. By hand, for speed."""


@dataclass(frozen=True)
class Case:
    """A text and what was found for it, article by article: log-odds "same event", features, whether it is right, day.

    `same` is 1 for an article of the same event (in news: dated within a day), 0 for one dated more than three days
    apart, nan where nothing is known; `days` are nan where there is no date. `topic` is what may stand on one side of a
    cross-validation only; `removed` says that what is dated near the text was taken out.
    """

    corpus: str
    topic: str
    removed: bool
    odds: np.ndarray
    features: np.ndarray
    same: np.ndarray
    days: np.ndarray


def release_cases(news: Path, folder: Path) -> Iterator[Case]:
    """Damage releases of senators on an event that another one tells, too; their own other releases are left out."""
    articles = {row["id"]: row for name in ("clean_open", "events_open") for row in rows(news / f"{name}.jsonl.zst")}
    groups: dict[str, list[str]] = defaultdict(list)
    for id, row in articles.items():
        if "event" in row:
            groups[row["event"]].append(id)
    finder, parser, channel = EventFinder(_index(articles.values(), folder)), _parser(), load_channel()
    told = sorted(event for event, members in groups.items() if len(members) > 1)
    for number, event in enumerate(Random(3).sample(told, RELEASES)):
        id = Random(f"3 {event}").choice(sorted(groups[event]))
        for place in (number % 2, 2 + number % 2):
            text = spin(parser.parse(articles[id]["text"]), channel, 1000 + 4 * number + place, *_WAYS[place]).text
            yield from _cases("releases", event, finder, text, articles[id], groups[event])


def news_cases(news: Path, folder: Path) -> Iterator[Case]:
    """Ask for articles of clean_other that no group has, some damaged, others as they stand."""
    articles = {row["id"]: row for name in ("clean_other", "events_other") for row in rows(news / f"{name}.jsonl.zst")}
    finder, parser, channel = EventFinder(_index(articles.values(), folder)), _parser(), load_channel()
    judged = read_judged()
    early = sorted(id for id, row in articles.items() if _is_early(row) and id not in judged)
    drawn = Random(4).sample(early, NEWS)
    for number, id in enumerate(drawn):
        way = _WAYS[number % len(_WAYS)]
        text = spin(parser.parse(articles[id]["text"]), channel, 9000 + number, *way).text
        yield from _cases("news", id, finder, text, articles[id], ())
    whole = sorted(id for id in set(early) - set(drawn) if day_of(articles[id]["date"]) is not None)
    stories = 0
    for id in Random(5).sample(whole, _DRAWN):
        text = articles[id]["text"]
        quick = finder.rank(finder.query(text), {id}, _QUICK)
        if stories < STORIES and any(hit.probability >= _LIKELY for hit in quick):
            stories += 1
            yield from _cases("stories", id, finder, text, articles[id], ())


def _is_early(row: Mapping[str, Any]) -> bool:
    known = "event" not in row and row.get("date") and row["date"] < _BEFORE
    return bool(known) and len(row["text"].split()) > _LEAST_WORDS


def _cases(
    corpus: str, topic: str, finder: EventFinder, text: str, row: Mapping[str, Any], group: Collection[str]
) -> Iterator[Case]:
    """Ask for a text whose day is known, with what is dated near it and without."""
    day = day_of(row["date"])
    if day is None:
        return
    query = finder.query(text)
    there = finder.rank(query, {row["id"]})

    def same(hit: Hit) -> float:
        apart = _apart(hit, day)
        if hit.article.id in group or (not group and apart <= 1):
            return 1.0
        return 0.0 if APART < apart < np.inf else np.nan

    near = {hit.article.id for hit in there if not APART < _apart(hit, day) < np.inf}
    gone = finder.rank(query, {row["id"], *group, *near})
    gone = [hit for hit in gone if APART < _apart(hit, day) < np.inf]
    for removed, hits in ((False, there), (True, gone)):
        others = [h for h in hits if not group or _sender(h.article.id) != _sender(row["id"])]
        yield _case(corpus, topic, removed, others, same)


def _apart(hit: Hit, day: int) -> float:
    """Return how many days an article is from a day; infinite where that is not known."""
    its = day_of(hit.article.date)
    return np.inf if its is None else abs(its - day)


def _sender(id: str) -> str:
    """Return the senator of a release: nobody's page is spun from another page of the same sender."""
    return id.rpartition("/")[0]


def _case(corpus: str, topic: str, removed: bool, hits: Sequence[Hit], same: Callable[[Hit], float]) -> Case:
    days = [day_of(h.article.date) for h in hits]
    features = [[h.agreement.features[name] for name in DAY_FEATURES] for h in hits]
    return Case(
        corpus,
        topic,
        removed,
        np.array([load_same_event().odds(h.agreement.features) for h in hits]),
        np.array(features).reshape(-1, len(DAY_FEATURES)),
        np.array([same(h) for h in hits], dtype=float),
        np.array([np.nan if day is None else day for day in days], dtype=float),
    )


def _parser() -> Parser:
    return Parser(Config().spacy_pipeline)


def _index(articles: Iterable[Mapping[str, Any]], folder: Path) -> Path:
    with writing_index(folder) as writer:
        for row in articles:
            writer.put(Article(row["id"], row["text"], row.get("url", ""), row["title"], row["date"]))
        writer.commit()
    return folder
