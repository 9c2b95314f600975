"""What each further reference is worth: the gold sets that have three, with none, one, two and all of them.

    python benchmarks/references.py data/gold [--plot docs/references.png]

For one and two references all choices among the three are averaged. Prints a row of JSON for each number.
"""

from __future__ import annotations

import argparse
import json
from itertools import combinations
from pathlib import Path
from statistics import mean

from restore.config import Config
from restore.evaluation.scores import score
from restore.gold.folders import load_gold
from restore.records import Reference
from restore.restorer import Restorer

FURTHER = ("reference_2.txt", "reference_3.txt")


def main() -> None:
    """Restore with every choice of references, print the averages, draw them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--preset", default="safe", choices=["safe", "balanced", "thorough"])
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    restorer = Restorer(Config(preset=options.preset))
    sets = [(gold, texts) for gold in load_gold(options.gold) if (texts := _references(options.gold / gold.name))]
    rows = []
    for number in range(len(FURTHER) + 2):
        removed, good, bad, runs = [], 0, 0, 0
        for gold, texts in sets:
            for chosen in combinations(texts, number):
                outcome = score(gold.marked, restorer.restore(gold.marked.text, chosen).restored)
                removed.append(outcome.removed or 0.0)
                good, bad, runs = good + outcome.good, bad + outcome.bad, runs + 1
        row = {"references": number, "runs": runs, "removed": round(mean(removed), 4)}
        rows.append(row | {"right": round(good / max(1, good + bad), 4), "good": good, "bad": bad})
        print(json.dumps(rows[-1]), flush=True)
    if options.plot:
        _plot(rows, options.plot)


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
