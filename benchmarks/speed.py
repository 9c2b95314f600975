"""Words per second of the stages and of whole restorations, as ratios within one run.

python benchmarks/speed.py [--gold data/gold] [--repeat 3]   prints JSON.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from restore.alignment.align import align
from restore.candidates.base import Context
from restore.candidates.gather import gather
from restore.config import Config
from restore.detection.verdict import judge
from restore.evaluation.clean import count_words
from restore.evaluation.gold import GoldSet, load_gold
from restore.records import Reference
from restore.references.match import assess
from restore.restorer import Restorer

SEED_LIKE_WORDS = 900


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--gold", type=Path, default=Path(__file__).parents[1] / "data" / "gold")
    options.add_argument("--repeat", type=int, default=3)
    chosen = options.parse_args()
    print(json.dumps(measure(chosen.gold, chosen.repeat), indent=2))


def measure(gold: Path, repeat: int) -> dict[str, Any]:
    """Time everything on two gold sets joined, about as long as a long news article."""
    spun, reference = _article(load_gold(gold))
    words = count_words(spun)
    seconds = {**_stages(spun, reference, repeat), **_whole(spun, reference)}
    parse = seconds["parse"]
    return {
        "words": words,
        "reference_words": count_words(reference),
        "stages": {
            name: {
                "seconds": round(took, 4),
                "words_per_second": round(words / took, 1),
                "times_parse": round(took / parse, 2),
            }
            for name, took in seconds.items()
        },
    }


def _article(sets: tuple[GoldSet, ...]) -> tuple[str, str]:
    spun: list[str] = []
    references: list[str] = []
    for each in sets:
        if count_words("\n".join(spun)) < SEED_LIKE_WORDS and each.reference:
            spun.append(each.marked.text)
            references.append(each.reference.text)
    return "\n\n".join(spun), "\n\n".join(references)


def _stages(spun: str, reference_text: str, repeat: int) -> dict[str, float]:
    restorer = Restorer(Config())
    parser, sources = restorer._parser, restorer.sources
    reference = Reference("reference", reference_text)
    parsed, other = parser.parse(spun), parser.parse(reference_text)
    report = assess(parsed, reference, other, restorer.config.reference_min_score)
    aligned = align(parsed, other, reference.id, report.score)
    context = Context(parsed, (aligned,))
    stages: dict[str, Callable[[], object]] = {
        "parse": lambda: parser.parse(spun),
        "match": lambda: assess(parsed, reference, other, restorer.config.reference_min_score),
        "align": lambda: align(parsed, other, reference.id, report.score),
        "detect": lambda: judge(parsed),
        "propose": lambda: list(gather(context, sources)),
    }
    for source in sources:
        stages[f"propose:{source.name}"] = lambda source=source: list(source.propose(context))  # type: ignore[misc]
    return {name: _time(run, repeat) for name, run in stages.items()}


def _whole(spun: str, reference: str) -> dict[str, float]:
    restorer = Restorer()
    return {
        "check": _time(lambda: restorer.check(spun), 1),
        "restore": _time(lambda: restorer.restore(spun, [reference]), 1),
        "restore:no reference": _time(lambda: restorer.restore(spun), 1),
    }


def _time(run: Callable[[], object], repeat: int) -> float:
    run()
    took = []
    for _ in range(repeat):
        began = time.perf_counter()
        run()
        took.append(time.perf_counter() - began)
    return median(took)


if __name__ == "__main__":
    main()
