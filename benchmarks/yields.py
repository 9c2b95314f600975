"""What each source of candidates is worth: the gold sets without it.

    python benchmarks/yields.py data/gold [--no-reference]

One pass over each text; corrections at or above the threshold of the preset are applied. A source that finds what
others find too loses little when it is left out: `lost` is what is gone without it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from restore.config import SOURCES, THRESHOLDS, Config, SourceName
from restore.evaluation.scores import score
from restore.gold.folders import GoldSet, load_gold
from restore.records import apply
from restore.restorer import Restorer


def main() -> None:
    """Score everything, then everything but one source, for each source."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--preset", default="safe", choices=list(THRESHOLDS))
    parser.add_argument("--no-reference", action="store_true")
    parser.add_argument("--without", nargs="*", default=list(SOURCES), choices=list(SOURCES))
    options = parser.parse_args()
    sets = load_gold(options.gold)
    everything = _score(sets, SOURCES, options)
    print(json.dumps({"without": None, **everything}), flush=True)
    for source in options.without:
        found = _score(sets, tuple(s for s in SOURCES if s != source), options)
        lost = {name: round(everything[name] - found[name], 4) for name in ("removed", "good", "bad")}
        print(json.dumps({"without": source, **found, "lost": lost}), flush=True)


def _score(sets: Sequence[GoldSet], sources: tuple[SourceName, ...], options: argparse.Namespace) -> dict[str, float]:
    restorer = Restorer(Config(sources=sources, max_passes=1, min_confidence=1.0))
    removed, good, bad = 0.0, 0, 0
    for gold in sets:
        references = () if options.no_reference or not gold.reference else (gold.reference,)
        found = restorer.restore(gold.marked.text, references).corrections
        sure = [c for c in found if c.confidence >= THRESHOLDS[options.preset]]
        outcome = score(gold.marked, apply(gold.marked.text, sure))
        removed += outcome.removed or 0.0
        good += outcome.good
        bad += outcome.bad
    return {"removed": round(removed / len(sets), 4), "good": good, "bad": bad}


if __name__ == "__main__":
    main()
