"""Finding references in an index: right article, false acceptance (ECB+, news), real spins (gold sets), and scale.

python benchmarks/reference_index.py events ../shared/data/ecbplus/docs.jsonl --spins spins.jsonl
python benchmarks/reference_index.py news ../shared/data /tmp/news
python benchmarks/reference_index.py gold ../shared/data/ecbplus/docs.jsonl ../shared/gold
python benchmarks/reference_index.py scale /tmp/scale --articles 1000000

`events` prints what training/references/same_event.py prints: every figure is from topics that the model was not
fitted on. `news` asks an index of 21,000 news articles for damaged reports of events that other outlets tell, too, with
and without these (benchmarks/news_index.py). `gold` asks an index of ECB+ and the references of the gold sets for the
really spun texts, with and without the right reference. `scale` writes synthetic articles of about 200 words (words of
English by frequency, invented names, figures and dates), builds an index of them and asks it for spun ones.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

from restore.channel.model import SpinnerChannel, load_channel
from restore.config import Config
from restore.evaluation.events import load_events
from restore.lexicon.frequencies import word_counts
from restore.reading.articles import Article
from restore.references.index.build import build_index
from restore.references.index.find import EventFinder
from restore.references.index.store import ArticleReader, writing_index

_SEED = 11
_SNIPPETS = 100_000
_SNIPPET_WORDS = 12
_SNIPPETS_EACH = 14
_SHARD = 100_000
_MONTHS = ("January", "March", "May", "June", "August", "October", "December")


def gold(events: Path, folder: Path, index: Path) -> None:
    """Ask for the really spun texts of the gold sets."""
    sets = sorted(p.parent for p in folder.glob("*/spun.txt") if (p.parent / "reference.txt").is_file())
    with writing_index(index) as writer:
        for article in load_events(events):
            writer.put(Article(article.id, article.text))
        for place in sets:
            writer.put(Article(place.name, (place / "reference.txt").read_text("utf-8")))
        writer.commit()
    finder = EventFinder(index)
    for place in sets:
        text = (place / "spun.txt").read_text("utf-8")
        for label, without in (("with", set()), ("without", {place.name})):
            hits = finder.find(text, without=without, limit=2)
            shown = ", ".join(f"{h.article.id} {h.probability:.3f}" for h in hits)
            print(f"{place.name} {label} its reference: {shown}")


def synthetic(count: int) -> Iterator[dict[str, str]]:
    """Yield articles that recombine the vocabulary of English, each with names, figures and a date of its own."""
    rng = random.Random(_SEED)
    counts = {w: n for w, n in word_counts().items() if w.isalpha()}
    words, weights = list(counts), list(accumulate(counts.values()))
    snippets = [" ".join(rng.choices(words, cum_weights=weights, k=_SNIPPET_WORDS)) for _ in range(_SNIPPETS)]
    rare = sorted(counts, key=counts.__getitem__)[: len(counts) // 2]
    for number in range(count):
        one, two, three, place = (f"{w.capitalize()}" for w in rng.sample(rare, 4))
        day = f"{rng.choice(_MONTHS)} {rng.randint(1, 28)}, {rng.randint(1995, 2024)}"
        parts = rng.choices(snippets, k=_SNIPPETS_EACH)
        title = f"{one} {two} and {parts[0][:40]}"
        parts[0] = f"{title}\nOn {day} in {place}, {one} {two} said {rng.randint(100, 99999):,} {parts[0]}"
        parts[5] = f"According to {three} {place}, {two} had {rng.randint(2, 999)} {parts[5]}"
        parts[9] = f"For {one} {two} and {three} {place} {parts[9]}"
        url = f"https://news.example/{one.lower()}-{two.lower()}-{number}"
        yield {"id": f"a{number}", "url": url, "title": title, "date": day, "text": ". ".join(parts) + "."}


def write_shards(folder: Path, count: int) -> list[str]:
    """Write the articles as JSON lines."""
    folder.mkdir(parents=True, exist_ok=True)
    names: list[str] = []
    rows = synthetic(count)
    for start in range(0, count, _SHARD):
        path = folder / f"shard-{start // _SHARD:03d}.jsonl"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(next(rows)) + "\n" for _ in range(min(_SHARD, count - start)))
        names.append(str(path))
    return names


def quick_spin(text: str, channel: SpinnerChannel, rng: random.Random, rate: float = 0.3) -> str:
    """Replace about that share of the lower-case words by what the channel makes of them, or by other words."""
    others = list(word_counts())[:20_000]
    words = text.split(" ")
    for n, word in enumerate(words):
        if word.isalpha() and word.islower() and rng.random() < rate:
            rows = channel.damages(word)
            words[n] = rows[0].spun if rows else rng.choice(others)
    return " ".join(words)


def scale(folder: Path, count: int, queries: int) -> None:
    """Write, build, ask; the query part runs in a process of its own, so that its memory is its own."""
    began = time.perf_counter()
    shards = write_shards(folder / "articles", count)
    size = sum(Path(s).stat().st_size for s in shards)
    print(f"{count:,} articles written, {size / 1e9:.2f} GB, {time.perf_counter() - began:.0f} s", flush=True)
    began, cpu = time.perf_counter(), time.process_time()
    report = build_index(shards, folder / "index", threads=2)
    wall, used = time.perf_counter() - began, time.process_time() - cpu
    facts = ArticleReader(folder / "index").facts
    print(
        f"built: {report.added / wall:,.0f} articles/s of wall clock, {report.added / used:,.0f}/s of processor time,"
        f" {wall:.0f} s; index {facts.bytes / 1e9:.2f} GB in {facts.segments} parts; {_memory()}",
        flush=True,
    )
    began = time.perf_counter()
    again = build_index(shards[:1], folder / "index")
    print(f"again, {again.unchanged:,} unchanged: {again.unchanged / (time.perf_counter() - began):,.0f} articles/s")
    command = [sys.executable, __file__, "ask", str(folder), "--queries", str(queries)]
    subprocess.run(command, check=True, env=os.environ)


def ask(folder: Path, queries: int) -> None:
    """Measure queries on an index that `scale` has built."""
    rng = random.Random(_SEED)
    channel = load_channel()
    finder = EventFinder(folder / "index", channel)
    shards = sorted((folder / "articles").glob("*.jsonl"))
    wanted: list[tuple[str, str]] = []
    for shard in rng.choices(shards, k=min(queries, 20)):
        with shard.open(encoding="utf-8") as file:
            lines = [line for n, line in enumerate(file) if n % 97 == 5][: max(1, queries // 20)]
        wanted += [(row["id"], quick_spin(row["text"], channel, rng)) for row in map(json.loads, lines)]
    finder.find(wanted[0][1])
    walls, cpus, fulls = [], [], []
    first = accepted = 0
    for id, text in wanted:
        query = finder.query(text)
        start, cpu = time.perf_counter(), time.process_time()
        finder.retrieve(query)
        fulls.append(time.perf_counter() - start)
        start, cpu = time.perf_counter(), time.process_time()
        hits = finder.find(text)
        walls.append(time.perf_counter() - start)
        cpus.append(time.process_time() - cpu)
        first += bool(hits) and hits[0].article.id == id
        accepted += bool(hits) and hits[0].accepted(Config().same_event_min)
    print(
        f"{len(wanted)} queries: right article first {first / len(wanted):.3f}, accepted {accepted / len(wanted):.3f}"
    )
    for name, found in (("full-text part", fulls), ("whole, wall clock", walls), ("whole, processor time", cpus)):
        print(f"{name}: p50 {1e3 * statistics.median(found):.0f} ms, p95 {1e3 * _p95(found):.0f} ms")
    print(f"the asking process: {_memory()}")


def _memory() -> str:
    """Return how much memory this process had at most, and how much of what it has now is its own, not mapped files."""
    status = Path("/proc/self/status")
    if not status.exists():
        return f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:,.0f} MB"
    lines = (line.split() for line in status.read_text("utf-8").splitlines())
    facts = {words[0].rstrip(":"): int(words[1]) / 1e3 for words in lines if len(words) == 3 and words[2] == "kB"}
    peak, own = facts["VmHWM"], facts["RssAnon"]
    return f"peak memory {peak:,.0f} MB with the mapped pages of the index; its own now {own:,.0f} MB"


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def main() -> None:
    """Run the part that is asked for."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = options.add_subparsers(dest="part", required=True)
    one = parts.add_parser("events")
    one.add_argument("events", type=Path)
    one.add_argument("--spins", type=Path)
    four = parts.add_parser("news")
    four.add_argument("data", type=Path)
    four.add_argument("folder", type=Path, help="where the articles and the index are written")
    four.add_argument("--events", type=int, default=200)
    four.add_argument("--show", action="store_true", help="list what is accepted though the event is gone")
    two = parts.add_parser("gold")
    two.add_argument("events", type=Path)
    two.add_argument("gold", type=Path)
    two.add_argument("--index", type=Path, required=True, help="an empty or new folder")
    for name in ("scale", "ask"):
        three = parts.add_parser(name)
        three.add_argument("folder", type=Path)
        three.add_argument("--articles", type=int, default=1_000_000)
        three.add_argument("--queries", type=int, default=200)
    chosen = options.parse_args()
    if chosen.part == "events":
        from training.references import same_event

        articles = load_events(chosen.events)
        same_event.report(
            same_event.crossed(same_event.make_cases(articles, same_event.read_spins(chosen.spins, articles)))
        )
    elif chosen.part == "news":
        from benchmarks.news_index import news

        news(chosen.data, chosen.folder, chosen.events, chosen.show)
    elif chosen.part == "gold":
        gold(chosen.events, chosen.gold, chosen.index)
    elif chosen.part == "scale":
        scale(chosen.folder, chosen.articles, chosen.queries)
    else:
        ask(chosen.folder, chosen.queries)


if __name__ == "__main__":
    main()
