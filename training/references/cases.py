"""Texts and what an index finds for them: the cases that training/references/same_event.py learns from.

Three corpora: ECB+ (clusters of the same event, simulated spins), press releases of senators (events_open in an index
of clean_open, damaged in four ways) and news of outlets (clean_other up to 2016). Of the last two it is known on which
day an article appeared: what is dated more than three days apart from a text is of another day, however alike it is.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from restore.channel.model import load_channel
from restore.config import Config
from restore.evaluation.events import EventArticle, Spun, near_copies
from restore.reading.articles import Article
from restore.references.index.agreement import FEATURES
from restore.references.index.dates import day_of
from restore.references.index.find import SAME_DAYS, EventFinder, Hit
from restore.references.index.store import writing_index
from restore.simulation.damage_styles import WORD_BY_WORD
from restore.simulation.simulator import spin
from restore.text.parsing import Parser
from training.encoder.corpus import rows

Rows = Mapping[str, Mapping[str, Any]]
WAYS: Sequence[tuple[float, Mapping[str, float]]] = (
    (0.15, WORD_BY_WORD),
    (0.30, WORD_BY_WORD),
    (0.40, {"RT": 1.0}),
    (0.30, {"C": 1.0}),
)
"""The share of words that is damaged and the families that are drawn, as in benchmarks/news_index.py."""
RELEASES, NEWS, STORIES = 200, 400, 1_600
"""Events of events_open; articles of clean_other that are damaged; those that are asked for as they stand, of which
only the ones with a likely article count. By hand: minutes each."""
_LAST_YEAR = "2016"
"""Of the news that is learned from; later stories are seen by no training."""
_LEAST_WORDS = 150
"""Of such an article: shorter ones are mostly notes. By hand."""
PERHAPS = 0.5
"""The label of an article dated within a day of the text, where nobody judged whether it tells of the same event."""
_LIKELY = 0.5
"""The least probability by the shipped fit of any article that is found for a story, of those that are asked for as
they stand: texts for which nothing likely is found teach nothing. By hand."""
_QUICK = 6
"""Articles that are looked at to see whether a story has any that is likely. By hand, for speed."""


@dataclass(frozen=True)
class Case:
    """A text and what was found for it: features by article, whether it is the same event, and when it appeared.

    `same` is 1, 0, `PERHAPS` for an article of the same or the next day that nobody judged, or nan where nothing is
    known; `days` are nan where there is no date. `topic` is what may stand on one side of a cross-validation only;
    `removed` says that the articles on the event were taken out.
    """

    corpus: str
    topic: str
    way: str
    removed: bool
    ids: list[str]
    features: np.ndarray
    same: np.ndarray
    days: np.ndarray


def ecb_cases(articles: Sequence[EventArticle], spins: Iterable[Spun]) -> Iterator[Case]:
    """Ask an index of ECB+ for every spin, with its cluster and without."""
    by_id, copies = {a.id: a for a in articles}, near_copies(articles)
    members: dict[str, list[str]] = defaultdict(list)
    for article in articles:
        members[article.cluster].append(article.id)
    by_cluster: dict[str, list[Spun]] = defaultdict(list)
    for spun in spins:
        by_cluster[by_id[spun.id].cluster].append(spun)
    with tempfile.TemporaryDirectory() as folder:
        whole = EventFinder(_index(articles, Path(folder) / "all"))
        for number, (cluster, found) in enumerate(sorted(by_cluster.items())):
            less = EventFinder(_index([a for a in articles if a.cluster != cluster], Path(folder) / str(number)))
            for spun in found:
                hidden = {spun.id, *copies.get(spun.id, ())}

                def same(hit: Hit, cluster: str = cluster) -> float:
                    return float(by_id[hit.article.id].cluster == cluster)

                named = ("ecb+", by_id[spun.id].topic, f"{spun.rate:.0%}")
                if set(members[cluster]) - hidden:
                    yield _case(named, False, whole.rank(whole.query(spun.text), hidden), same)
                yield _case(named, True, less.rank(less.query(spun.text)), same)


def release_cases(news: Path, folder: Path) -> Iterator[Case]:
    """Damage releases of senators on an event that another one tells, too; their own other releases are left out."""
    articles = {row["id"]: row for name in ("clean_open", "events_open") for row in rows(news / f"{name}.jsonl.zst")}
    groups: dict[str, list[str]] = defaultdict(list)
    for id, row in articles.items():
        if "event" in row:
            groups[row["event"]].append(id)
    finder, parser, channel = EventFinder(_index_rows(articles, folder)), _parser(), load_channel()
    told = sorted(event for event, members in groups.items() if len(members) > 1)
    for number, event in enumerate(Random(3).sample(told, RELEASES)):
        id = Random(f"3 {event}").choice(sorted(groups[event]))
        for place in (number % 2, 2 + number % 2):
            text = spin(parser.parse(articles[id]["text"]), channel, 1000 + 4 * number + place, *WAYS[place]).text
            named = ("releases", event, str(place))
            yield from _dated_cases(named, finder, text, articles[id], groups[event])


def news_cases(news: Path, folder: Path) -> Iterator[Case]:
    """Ask for articles of clean_other that no group of events_other has, damaged, and others as they stand."""
    articles = {row["id"]: row for name in ("clean_other", "events_other") for row in rows(news / f"{name}.jsonl.zst")}
    finder, parser, channel = EventFinder(_index_rows(articles, folder)), _parser(), load_channel()
    early = sorted(id for id, row in articles.items() if _is_early(row))
    drawn = Random(4).sample(early, NEWS)
    for number, id in enumerate(drawn):
        text = spin(parser.parse(articles[id]["text"]), channel, 9000 + number, *WAYS[number % len(WAYS)]).text
        yield from _dated_cases(("news", id, str(number % len(WAYS))), finder, text, articles[id], ())
    rest = sorted(set(early) - set(drawn))
    for id in Random(5).sample(rest, STORIES):
        text = articles[id]["text"]
        if any(hit.probability >= _LIKELY for hit in finder.rank(finder.query(text), {id}, _QUICK)):
            yield from _dated_cases(("news", id, "as it stands"), finder, text, articles[id], ())


def _is_early(row: Mapping[str, Any]) -> bool:
    known = "event" not in row and day_of(row["date"]) is not None
    return known and row["date"][:4] <= _LAST_YEAR and len(row["text"].split()) > _LEAST_WORDS


def _dated_cases(
    named: tuple[str, str, str], finder: EventFinder, text: str, row: Mapping[str, Any], group: Collection[str]
) -> Iterator[Case]:
    """Ask for a text whose day is known, with what is dated near it and without."""
    day = day_of(row["date"])
    assert day is not None
    query = finder.query(text)
    there = finder.rank(query, {row["id"]})

    def away(hit: Hit) -> bool:
        other = day_of(hit.article.date)
        return other is not None and abs(other - day) > SAME_DAYS

    def same(hit: Hit) -> float:
        if group:
            return 1.0 if hit.article.id in group else 0.0 if away(hit) else np.nan
        other = day_of(hit.article.date)
        return PERHAPS if other is not None and abs(other - day) <= 1 else 0.0 if away(hit) else np.nan

    near = {hit.article.id for hit in there if not away(hit)}
    gone = [hit for hit in finder.rank(query, {row["id"], *group, *near}) if away(hit)]
    for removed, hits in ((False, there), (True, gone)):
        others = [h for h in hits if not group or _sender(h.article.id) != _sender(row["id"])]
        yield _case(named, removed, others, same)


def _sender(id: str) -> str:
    """Return the senator of a release: nobody's page is spun from another page of the same sender."""
    return id.rpartition("/")[0]


def _case(named: tuple[str, str, str], removed: bool, hits: Iterable[Hit], same: Callable[[Hit], float]) -> Case:
    corpus, topic, way = named
    ordered = sorted(hits, key=lambda hit: -hit.score)
    features = np.array([[h.agreement.features[name] for name in FEATURES] for h in ordered])
    days = [day_of(h.article.date) for h in ordered]
    return Case(
        corpus, topic, way, removed,
        [h.article.id for h in ordered],
        features.reshape(-1, len(FEATURES)),
        np.array([same(h) for h in ordered], dtype=float),
        np.array([np.nan if day is None else day for day in days], dtype=float),
    )  # fmt: skip


def _parser() -> Parser:
    return Parser(Config().spacy_pipeline)


def _index(articles: Iterable[EventArticle], folder: Path) -> Path:
    with writing_index(folder) as writer:
        for article in articles:
            writer.put(Article(article.id, article.text))
        writer.commit()
    return folder


def _index_rows(articles: Rows, folder: Path) -> Path:
    with writing_index(folder) as writer:
        for row in articles.values():
            writer.put(Article(row["id"], row["text"], row.get("url", ""), row["title"], row["date"]))
        writer.commit()
    return folder
