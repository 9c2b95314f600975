"""What each further reference is worth: none, one, two, three.

    python benchmarks/references.py gold data/gold [--plot docs/references.png]
    python benchmarks/references.py events ../shared/data [--second-opinion never] [--texts 44]

`gold` takes the gold sets that have three; for one and two references all choices among the three are averaged.
`events` damages reports of events that three outlets or more tell and that no training saw (the split "test"), and
restores each with none, one and two of the others. Both print a row of JSON for each number.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from random import Random
from statistics import mean
from typing import Any, NamedTuple

from restore.channel.model import load_channel
from restore.config import Config
from restore.evaluation.chance import Units, measures
from restore.evaluation.scores import score
from restore.gold.folders import load_gold
from restore.gold.markup import MarkedText
from restore.records import Reference
from restore.restorer import Restorer
from restore.simulation.damage_styles import WORD_BY_WORD
from restore.simulation.simulator import spin
from training.encoder.corpus import rows, shortened, split_of

FURTHER = ("reference_2.txt", "reference_3.txt")
WORDS = 200
"""Of a report that are kept, whole paragraphs; by hand, for speed."""
RATES = (0.08, 0.25)
"""Shares of damaged words, drawn evenly, as on real pages; by hand."""
MOST = 2
"""References of a text, at most: few events have more than three reports."""
_SEED = 6
"""Any: of the events that are drawn, and of their damage."""
_COLUMNS = ("words", "before", "after", "good", "bad", "edits")


def main() -> None:
    """Run the part that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = parser.add_subparsers(dest="part", required=True)
    one = parts.add_parser("gold")
    one.add_argument("gold", type=Path)
    one.add_argument("--plot", type=Path)
    two = parts.add_parser("events")
    two.add_argument("data", type=Path)
    two.add_argument("--texts", type=int, default=44)
    for part in (one, two):
        part.add_argument("--preset", default="safe", choices=["safe", "balanced", "thorough"])
        part.add_argument("--second-opinion", default="always", choices=["always", "never"])
    options = parser.parse_args()
    restorer = Restorer(Config(preset=options.preset, second_opinion=options.second_opinion, threads=1))
    if options.part == "gold":
        gold(restorer, options.gold, options.plot)
    else:
        events(restorer, options.data, options.texts)


def gold(restorer: Restorer, folder: Path, plot: Path | None) -> None:
    """Restore with every choice of references, print the averages, draw them."""
    sets = [(gold, texts) for gold in load_gold(folder) if (texts := _references(folder / gold.name))]
    found = []
    for number in range(len(FURTHER) + 2):
        removed, good, bad, runs = [], 0, 0, 0
        for gold, texts in sets:
            for chosen in combinations(texts, number):
                outcome = score(gold.marked, restorer.restore(gold.marked.text, chosen).restored)
                removed.append(outcome.removed or 0.0)
                good, bad, runs = good + outcome.good, bad + outcome.bad, runs + 1
        row = {"references": number, "runs": runs, "removed": round(mean(removed), 4)}
        found.append(row | {"right": round(good / max(1, good + bad), 4), "good": good, "bad": bad})
        print(json.dumps(found[-1]), flush=True)
    if plot:
        _plot(found, plot)


class Report(NamedTuple):
    """A damaged report, the event that it tells of, and what others tell of it."""

    event: str
    damaged: MarkedText
    references: list[Reference]


def events(restorer: Restorer, data: Path, texts: int) -> None:
    """Restore damaged reports with 0, 1 and 2 others; events are the units of the intervals."""
    counts: dict[int, dict[str, list[int]]] = {n: defaultdict(lambda: [0] * len(_COLUMNS)) for n in range(MOST + 1)}
    used, other_days = Counter[int](), Counter[int]()
    done = 0
    for done, report in enumerate(reports(restorer, data, texts), 1):
        for number, by_event in counts.items():
            found = restorer.restore(report.damaged.text, report.references[:number])
            used[number] += sum(r.accepted for r in found.references)
            other_days[number] += sum(bool(r.other_day) for r in found.references)
            s = score(report.damaged, found.restored)
            row = (s.tokens, s.before, s.after, s.good, s.bad, s.edits)
            by_event[report.event] = [a + b for a, b in zip(by_event[report.event], row, strict=True)]
        print(f"{done}/{texts} texts", file=sys.stderr, end="\r", flush=True)
    for number, by_event in counts.items():
        told = measures(Units("events", _COLUMNS, tuple(map(tuple, by_event.values()))))
        line: dict[str, Any] = {"references": number, "texts": done, "events": len(by_event)}
        for name, key in (("removed", "removed"), ("right", "edit_precision")):
            line[name] = told[key].value, told[key].low, told[key].high
        for name in ("good", "bad"):
            line[name] = sum(c[_COLUMNS.index(name)] for c in by_event.values())
        print(json.dumps(line | {"used": used[number], "of another day": other_days[number]}), flush=True)


def reports(restorer: Restorer, data: Path, texts: int) -> Iterator[Report]:
    """Yield damaged reports of events that no training saw, from event to event, then second ones of each."""
    channel = load_channel()
    told: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows(data / "news" / "events_other.jsonl.zst"):
        told[row["event"]].append(row)
    names = sorted(e for e in told if split_of(f"events_other/{e}") == "test" and len(told[e]) > MOST)
    Random(_SEED).shuffle(names)
    wanted = [(turn, e) for turn in range(MOST + 1) for e in names][:texts]
    for number, (turn, event) in enumerate(wanted):
        report = told[event][turn]
        others = [Reference(r["id"], shortened(r["text"])) for r in told[event] if r is not report]
        parsed = restorer.parse(shortened(report["text"], WORDS))
        rate = Random(_SEED + number).uniform(*RATES)
        yield Report(event, spin(parsed, channel, _SEED + number, rate, WORD_BY_WORD), others[:MOST])


def _references(folder: Path) -> list[Reference]:
    """Return the three references of a set; none if it has fewer."""
    paths = [folder / name for name in ("reference.txt", *FURTHER)]
    return [Reference(path.name, path.read_text("utf-8")) for path in paths] if all(p.exists() for p in paths) else []


def _plot(rows: list[dict[str, float]], path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(5, 3))
    for name, label in (("removed", "token errors removed"), ("right", "edits that were right")):
        axes.plot([r["references"] for r in rows], [100 * r[name] for r in rows], marker="o", label=label)
    axes.set(xlabel="references", ylabel="%", xticks=[r["references"] for r in rows], ylim=(0, 102))
    axes.grid(alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    main()
