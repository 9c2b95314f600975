"""Draw the reliability plot from the decisions that models/build/calibration.py kept.

    python benchmarks/plot_reliability.py decisions.json -o docs/reliability.png

The dots are ranges of confidence, as large as they hold decisions; on the line confidence is the share that is right.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt

from restore.evaluation.calibration import Outcome, expected_error, reliability


def main() -> None:
    """Read, draw, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("decisions", type=Path, nargs="+", help="one or more files; each gets a series")
    parser.add_argument("-o", "--output", type=Path, default=Path("docs/reliability.png"))
    options = parser.parse_args()
    _, axes = plt.subplots(figsize=(5, 5), dpi=110)
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    for path in options.decisions:
        outcomes = [Outcome(*o[:2]) for text in json.loads(path.read_text("utf-8")) for o in text]
        rows = reliability(outcomes)
        sizes = [12 + 4 * row.count**0.5 for row in rows]
        label = f"{path.stem}: {len(outcomes)} decisions, expected error {expected_error(outcomes):.3f}"
        axes.scatter([row.said for row in rows], [row.right for row in rows], sizes, label=label, alpha=0.8)
    axes.set_xlabel("confidence")
    axes.set_ylabel("share that is right")
    axes.legend(loc="upper left", fontsize=8)
    plt.tight_layout()
    plt.savefig(options.output)


if __name__ == "__main__":
    main()
