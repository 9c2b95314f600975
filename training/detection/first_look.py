"""Measure the first look: which texts it passes for clean, and which of these the whole verdict calls damaged.

    python -m training.detection.first_look CORPUS --splits ranker calibration

CORPUS is what training/encoder/corpus.py wrote, of splits that the encoder was not trained on. A third of the articles
stays clean, others are spun at several rates, in their first third only, or badly scraped. Nothing is written;
`CLEAN_RATE` of restore/detection/first_look.py was chosen on this table. The share of texts that a whole verdict calls
damaged and a first look would pass is what it costs, the share of clean texts that it passes what it gives.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np

from restore import Restorer
from restore.channel.model import SpinnerChannel, load_channel
from restore.config import Config
from restore.detection.first_look import CLEAN_RATE, highest_rate
from restore.gold.markup import MarkedText
from restore.simulation.scraping import scrape
from restore.simulation.simulator import spin
from restore.text.parsing import ParsedText
from training.encoder.corpus import SPLITS, load_shard, split_of

RATES = {"spun 1-5 %": (0.01, 0.05), "spun 5-12 %": (0.05, 0.12), "spun 12-30 %": (0.12, 0.3)}
"""Shares of damaged words, drawn evenly; by hand, to span what real pages have (0.05 to 0.30) and less."""
PART, PART_RATES = 3, (0.08, 0.25)
"""The first of so many parts of an article is spun alone, at such rates; by hand."""
SCRAPED = (0.004, 0.05)
"""Shares of places that bad scraping hits, as in training/encoder/windows.py."""
MOST = 2
"""Reports of an event that are taken, so that many events count; by hand."""
GATES = (0.5, 0.3, 0.2, 0.1, 0.05)
"""Probabilities from which on a batch might restore a text."""
SHOWN = (0.005, 0.01, 0.02, CLEAN_RATE, 0.04, 0.05)
"""Highest rates at which the table is printed."""


class Looked(NamedTuple):
    """A text: how it was damaged, the highest rate of its windows, its verdict, seconds of the look and the verdict."""

    kind: str
    rate: float
    probability: float
    look: float
    verdict: float


def damaged(clean: ParsedText, kind: str, channel: SpinnerChannel, restorer: Restorer, rng: Random) -> str:
    """Return an article damaged in one of the ways."""
    if kind in RATES:
        return spin(clean, channel, rng.randrange(2**31), rng.uniform(*RATES[kind])).text
    if kind == "part spun":
        cut = len(clean.text) // PART
        part = restorer.parser.parse(clean.text[:cut])
        return spin(part, channel, rng.randrange(2**31), rng.uniform(*PART_RATES)).text + clean.text[cut:]
    return scrape(MarkedText(clean.text), rng, rng.uniform(*SCRAPED)).text if kind == "scraped" else clean.text


def looked_at(corpus: Path, splits: list[str]) -> Iterator[Looked]:
    """Yield what both say of every article, damaged in a way that is drawn for it."""
    channel, restorer = load_channel(), Restorer(Config(second_opinion="never", threads=1))
    kinds = ["clean", "clean", "clean", *RATES, "part spun", "scraped"]
    for path in sorted(corpus.glob("*.pickle")):
        rng = Random(f"first look {path.stem}")
        for key, articles in load_shard(path):
            for _, clean in articles[:MOST] if split_of(key) in splits else ():
                kind = rng.choice(kinds)
                text = damaged(clean, kind, channel, restorer, rng)
                start = time.process_time()
                rate = highest_rate(text, restorer.parser.tokenise(text))
                middle = time.process_time()
                verdict = restorer.check(text)
                yield Looked(kind, rate, verdict.probability, middle - start, time.process_time() - middle)


def main() -> None:
    """Look, print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("corpus", type=Path)
    options.add_argument("--splits", nargs="+", choices=[n for n, _ in SPLITS], default=["ranker", "calibration"])
    given = options.parse_args()
    rows = list(looked_at(given.corpus, given.splits))
    for kind in dict.fromkeys(row.kind for row in rows):
        of_kind = [row for row in rows if row.kind == kind]
        called = {least: sum(row.probability >= least for row in of_kind) for least in GATES}
        passed = sum(row.rate < CLEAN_RATE for row in of_kind)
        print(f"{kind}: {len(of_kind)} texts, {passed} pass at {CLEAN_RATE}; at a probability from on: {called}")
    bad = np.array([row.rate for row in rows if row.probability >= 0.5])
    print(f"the lowest rates of the {len(bad)} that are called damaged:", np.sort(bad)[:5].round(3).tolist())
    for least in SHOWN:
        passed_rows = [row for row in rows if row.rate < least]
        sound = [row.rate < least for row in rows if row.kind == "clean"]
        mean = float(np.mean([row.probability for row in passed_rows])) if passed_rows else 0.0
        shares = f"{np.mean(sound):.3f} of the clean texts, {np.mean(bad < least):.4f} of those called damaged"
        print(f"below {least}: {shares}; mean probability {mean:.5f}")
    print(f"seconds of a look, of a verdict: {sum(r.look for r in rows):.1f}, {sum(r.verdict for r in rows):.1f}")


if __name__ == "__main__":
    main()
