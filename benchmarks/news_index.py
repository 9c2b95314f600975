"""Finding references among 20,000 news articles: the part `news` of reference_index.py.

Of every event that is drawn one report is damaged and asked for, in an index that lacks it: with the other outlets'
reports of the event there, and without them. Who reported the same event is known from the groups of events_other; what
they leave out was judged by hand, by headline and date, for the articles that were accepted though the group was left
out (data/references/same_event.json: ids alone).
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from math import sqrt
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from restore.channel.model import load_channel
from restore.config import Config
from restore.references.index.build import build_index
from restore.references.index.find import EventFinder, Hit
from restore.references.index.store import ArticleReader
from restore.simulation.damage_styles import WORD_BY_WORD
from restore.simulation.simulator import spin
from restore.text.parsing import Parser
from training.encoder.corpus import rows

JUDGED = Path(__file__).resolve().parents[1] / "data" / "references" / "same_event.json"
"""Ids of articles that tell of the same event though no group says so, by the id of the damaged one."""
_SEED = 14
"""Any: of the events that are drawn, and of their damage."""
WAYS: Mapping[str, tuple[float, Mapping[str, float]]] = {
    "as it stands": (0.0, WORD_BY_WORD),
    "spun, 15 %": (0.15, WORD_BY_WORD),
    "spun, 30 %": (0.30, WORD_BY_WORD),
    "round trip (RT), 40 %": (0.40, {"RT": 1.0}),
    "paraphrase (C), 30 %": (0.30, {"C": 1.0}),
}
"""The share of words that is to be damaged, and the families that are drawn: the span of real pages. By hand."""
_Z = 1.96
"""Standard deviations of the normal distribution within which 95 % lie."""


class Asked(NamedTuple):
    """A damaged report: its event, its id, how it was damaged, and what it is now."""

    event: str
    id: str
    way: str
    text: str


class Answer(NamedTuple):
    """What the index has for a text: whether the first article is right, whether it is accepted, and its id.

    The first that is accepted counts, if any is; the id is "" if nothing was found.
    """

    right: bool
    accepted: bool
    id: str


def news(data: Path, folder: Path, events: int, show: bool) -> None:
    """Build the index of all of the news, ask it for damaged reports, print what it answers."""
    articles = collect(data / "news")
    build(articles, folder)
    finder = EventFinder(folder / "index", load_channel())
    groups: dict[str, list[str]] = defaultdict(list)
    for id, row in articles.items():
        if "event" in row:
            groups[row["event"]].append(id)
    judged = read_judged()
    found: dict[str, list[tuple[Asked, Answer, Answer]]] = defaultdict(list)
    walls = []
    for asked in damaged(articles, groups, events):
        began = time.perf_counter()
        query = finder.query(asked.text)
        there = finder.rank(query, {asked.id})
        walls.append(time.perf_counter() - began)
        same = {asked.id, *groups[asked.event], *judged.get(asked.id, ())}
        gone = finder.rank(query, same)
        found[asked.way].append((asked, _first(there, same), _first(gone, ())))
        if show and found[asked.way][-1][2].accepted:
            _show(articles, asked, found[asked.way][-1][2].id)
        dated = finder.query(asked.text, date=articles[asked.id]["date"])
        there, gone = finder.rank(dated, {asked.id}), finder.rank(dated, same)
        found[f"{asked.way}, its day known"].append((asked, _first(there, same), _first(gone, ())))
    for way, answers in found.items():
        print(summary(way, answers), flush=True)
    for known in ("", ", its day known"):
        answers = [a for way, (rate, _) in WAYS.items() if rate for a in found[f"{way}{known}"]]
        print(summary(f"all that are damaged{known}", answers))
    middle, most = statistics.median(walls), statistics.quantiles(walls, n=20)[-1]
    print(f"a query: p50 {1e3 * middle:.0f} ms, p95 {1e3 * most:.0f} ms")


def collect(news: Path) -> dict[str, dict[str, Any]]:
    """Return all articles of clean_other and events_other by id; those of events name theirs."""
    found = {row["id"]: row for row in rows(news / "clean_other.jsonl.zst")}
    return found | {row["id"]: row for row in rows(news / "events_other.jsonl.zst")}


def build(articles: Mapping[str, Mapping[str, Any]], folder: Path) -> None:
    """Write the articles as JSON lines and build the index as `restore index build` does; print time and size."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = folder / "articles.jsonl"
    kept = ("id", "url", "title", "date", "text")
    with lines.open("w", encoding="utf-8") as file:
        for row in articles.values():
            file.write(json.dumps({name: row.get(name, "") for name in kept}) + "\n")
    report = build_index([str(lines)], folder / "index")
    facts = ArticleReader(folder / "index").facts
    read, kept_there = lines.stat().st_size / 1e6, facts.bytes / 1e6
    print(f"{facts.articles:,} articles, {read:.0f} MB: {report.seconds:.0f} s; index {kept_there:.0f} MB", flush=True)


def damaged(
    articles: Mapping[str, Mapping[str, Any]], groups: Mapping[str, Sequence[str]], events: int
) -> Iterator[Asked]:
    """Yield a report of each of some events with two or more, damaged in every way."""
    parser, channel = Parser(Config().spacy_pipeline), load_channel()
    told = sorted(event for event, members in groups.items() if len(members) > 1)
    for number, event in enumerate(Random(_SEED).sample(told, min(events, len(told)))):
        id = Random(f"{_SEED} {event}").choice(sorted(groups[event]))
        parsed = parser.parse(articles[id]["text"])
        for place, (way, (rate, families)) in enumerate(WAYS.items()):
            seed = _SEED + number * len(WAYS) + place
            yield Asked(event, id, way, spin(parsed, channel, seed, rate, families).text if rate else parsed.text)
        print(f"{number + 1}/{events} events", file=sys.stderr, end="\r", flush=True)


def read_judged() -> dict[str, set[str]]:
    """Return what was judged by hand to be the same event, both ways."""
    found: dict[str, set[str]] = defaultdict(set)
    for one, others in json.loads(JUDGED.read_text("utf-8")).items():
        for other in others:
            found[one].add(other)
            found[other].add(one)
    return found


def _first(hits: Sequence[Hit], right: Collection[str]) -> Answer:
    if not hits:
        return Answer(False, False, "")
    least = Config().same_event_min
    first = next((hit for hit in hits if hit.accepted(least)), hits[0])
    return Answer(first.article.id in right, first.accepted(least), first.article.id)


def summary(way: str, answers: Sequence[tuple[Asked, Answer, Answer]]) -> str:
    """Return in a line how often the first article was right, was accepted, and was accepted without being right."""
    taken = [there for _, there, _ in answers if there.accepted]
    shares = {
        "right first": sum(there.right for _, there, _ in answers),
        "accepted and right": sum(there.right for there in taken),
        "accepted and wrong": sum(not there.right for there in taken),
        "accepted though the event is gone": sum(gone.accepted for _, _, gone in answers),
    }
    told = "; ".join(f"{name} {share(count, len(answers))}" for name, count in shares.items())
    return f"{way}, {len(answers)} texts: {told}"


def share(count: int, of: int) -> str:
    """Return a share in per cent with its 95 % interval (Wilson 1927)."""
    if not of:
        return "of none"
    part = count / of
    middle, wide = part + _Z**2 / (2 * of), _Z * sqrt(part * (1 - part) / of + _Z**2 / (4 * of**2))
    low, high = ((middle + sign * wide) / (1 + _Z**2 / of) for sign in (-1, 1))
    return f"{100 * part:.1f} % ({100 * low:.1f} to {100 * high:.1f})"


def _show(articles: Mapping[str, Mapping[str, Any]], asked: Asked, gone: str) -> None:
    """Print what was accepted though the event was left out, for a person to judge."""
    one, other = articles[asked.id], articles[gone]
    for row in (one, other):
        print(f"  {row['id']} {row.get('date', '')} {row.get('title', '')}")
    print(f"    {asked.way}", flush=True)
