"""Parse news for the encoder, once: shards of parsed articles from which `windows.py` makes training windows.

    python -m training.encoder.corpus ../shared/data /tmp/encoder/corpus --part 0 --parts 2

Reading is cheap and parsing is not, so it is done apart from the damage: a parsed article is spun again and again. An
item is one article, or all reports on one event; items are drawn in a seeded order, so that a run that is cut short
has a fair sample, and a run that is started again goes on behind its last whole shard. Splits are by event, and by id
outside events, before anything else is done (`split_of`).
"""

from __future__ import annotations

import argparse
import io
import json
import pickle
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, TypeVar
from zlib import crc32

import zstandard

from restore.config import Config
from restore.runtime.atomic import write_bytes
from restore.text.parsing import ParsedText, Parser

WORDS = {"events_other": 1_300_000, "events_open": 120_000, "clean_other": 1_400_000, "clean_open": 800_000}
"""Words taken of each corpus: the real outlets most of all; the senators' releases are formulaic. Chosen by hand."""
LONGEST = 420
"""Words of an article that are kept, whole paragraphs: many articles teach more than long ones."""
SHARD = 24
"""Items of a file: minutes of parsing, all that a run that is cut short loses."""
SPLITS = (("train", 80), ("ranker", 90), ("calibration", 95), ("test", 100))
"""Split and the per cent of hash values below which an item belongs to it."""
Article = tuple[str, ParsedText]
Thing = TypeVar("Thing")


def split_of(key: str) -> str:
    """Return the split of an event or an article: the encoder trains on one, the ranker and reports on the others."""
    point = crc32(f"split {key}".encode()) % 100
    return next(name for name, below in SPLITS if point < below)


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Read JSON lines packed with Zstandard."""
    with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as stream:
        yield from map(json.loads, io.TextIOWrapper(stream, "utf-8"))


def items(data: Path, seed: int = 1, times: float = 1.0) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return (split key, [(id, text), ...]) in a seeded order; reports on one event stand together.

    `times` multiplies `WORDS`.
    """
    news = data / "news"
    found: list[tuple[str, list[tuple[str, str]]]] = []
    told: set[str] = set()
    for name in ("events_other", "events_open"):
        events: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for row in rows(news / f"{name}.jsonl.zst"):
            events[f"{name}/{row['event']}"].append((row["id"], shortened(row["text"])))
            told.add(row["id"])
        found += _drawn(list(events.items()), round(times * WORDS[name]), seed)
    for name in ("clean_other", "clean_open"):
        single = [
            (r["id"], [(r["id"], shortened(r["text"]))])
            for r in rows(news / f"{name}.jsonl.zst")
            if r["id"] not in told
        ]
        found += _drawn(single, round(times * WORDS[name]), seed)
    Random(seed).shuffle(found)
    return found


def shortened(text: str, longest: int = LONGEST) -> str:
    """Cut a text after the paragraph in which it reaches so many words."""
    kept: list[str] = []
    words = 0
    for paragraph in text.split("\n"):
        kept.append(paragraph)
        words += len(paragraph.split())
        if words >= longest:
            break
    return "\n".join(kept)


def _drawn(
    given: Sequence[tuple[str, list[tuple[str, str]]]], words: int, seed: int
) -> list[tuple[str, list[tuple[str, str]]]]:
    order = list(given)
    Random(f"{seed} {words}").shuffle(order)
    found, total = [], 0
    for item in order:
        if total >= words:
            break
        found.append(item)
        total += sum(len(text.split()) for _, text in item[1])
    return found


def training_articles(data: Path) -> Iterator[str]:
    """Yield the texts of the split "train", in the seeded order."""
    return (text for key, texts in items(data) if split_of(key) == "train" for _, text in texts)


def add_parts(options: argparse.ArgumentParser) -> None:
    """Add the options by which several processes share the work of a builder; see `mine`."""
    options.add_argument("--part", type=int, default=0)
    options.add_argument("--parts", type=int, default=1)


def mine(things: Iterable[Thing], part: int, parts: int) -> Iterator[Thing]:
    """Yield every `parts`-th thing, from number `part` on: what one of several processes does."""
    yield from islice(things, part, None, parts)


def load_shard(path: Path) -> list[tuple[str, list[Article]]]:
    """Read a shard that `main` wrote: (split key, parsed articles) per item."""
    found: list[tuple[str, list[Article]]] = pickle.loads(path.read_bytes())
    return found


def main() -> None:
    """Parse the part of the items that is asked for, shard by shard."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("data", type=Path)
    options.add_argument("output", type=Path)
    add_parts(options)
    options.add_argument("--seed", type=int, default=1, help="another seed draws other articles")
    options.add_argument("--times", type=float, default=1.0, help="draw so many times as many words")
    every = [name for name, _ in SPLITS]
    options.add_argument("--splits", nargs="+", choices=every, default=every, help="leave the others out")
    given = options.parse_args()
    given.output.mkdir(parents=True, exist_ok=True)
    parser = Parser(Config().spacy_pipeline)
    wanted = [item for item in items(given.data, given.seed, given.times) if split_of(item[0]) in given.splits]
    starts = range(0, len(wanted), SHARD)
    for number, start in mine(enumerate(starts), given.part, given.parts):
        path = given.output / f"{number:05}.pickle"
        if path.exists():
            continue
        shard = [
            (key, [(name, parser.parse(text)) for name, text in texts]) for key, texts in wanted[start : start + SHARD]
        ]
        write_bytes(path, pickle.dumps(shard, protocol=5))
        print(f"{number + 1}/{len(starts)} shards", flush=True)


if __name__ == "__main__":
    main()
