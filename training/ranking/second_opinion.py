"""Fit the second opinion of the causal model; write models/second_opinion.json.

    python -m training.ranking.second_opinion ask /tmp/encoder/places /tmp/encoder/asked --part 0 --parts 2
    python -m training.ranking.second_opinion fit /tmp/encoder/places /tmp/encoder/asked

`ask` takes the places where the ranker is unsure, by trees that have not seen the text (`ranker.py fit` wrote
their odds), and asks the model that `restore models pull` fetched. `fit` makes boosted trees of the split "ranker" and
calibrates them on the split "calibration". It says what the opinion adds, and how much of that the same trees get from
the same places without it. Gold sets are never read.
"""

from __future__ import annotations

import argparse
import json
import pickle
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np

from restore.language_model.causal import Answer, CausalModel
from restore.language_model.weights import neural_weights
from restore.ranking.model import matrix
from restore.ranking.second_opinion import (
    ANSWERED,
    Option,
    Place,
    SecondOpinion,
    ask,
    described,
    doubtful_places,
)
from restore.runtime.atomic import write_bytes
from training.encoder.corpus import add_parts, mine
from training.paths import MODELS
from training.ranking.ranker import (
    Described,
    calibrated,
    fit_trees,
    is_learned,
    load_places,
    operating,
    winners,
)

LEAST, MOST = 0.08, 0.97
"""Between these chances of the likeliest candidate a place is asked about: below, hardly any answer makes it sure."""
RISING = {
    **dict.fromkeys(("causal.ratio", "causal.lead", "causal.share", "causal.own", "causal.next", "causal.behind"), 1),
    "causal.fit": 1,
    "causal.stands": -1,
}
"""What the causal model finds likelier is never held against an option, nor what it finds unlikely for what stands."""


class Asked(NamedTuple):
    """A text's doubtful places and what is answered about each."""

    name: str
    places: list[Place]
    answers: list[list[Answer]]


def ask_all(given: argparse.Namespace) -> None:
    """Write a pickle of answers for every twentieth part of the texts."""
    given.output.mkdir(parents=True, exist_ok=True)
    odds = pickle.loads(given.places.with_suffix(".odds").read_bytes())
    model = CausalModel(neural_weights(), threads=1)
    rows = load_places(given.places)[: given.texts]
    for number, first in mine(enumerate(range(0, len(rows), 10)), given.part, given.parts):
        target = given.output / f"{number:04}.pickle"
        if target.exists():
            continue
        found = []
        for row in rows[first : first + 10]:
            places = doubtful_places(row.text, _options(row, odds[row.name]), LEAST, MOST, row.told)
            found.append((row.name, places, ask(model, places)))
        write_bytes(target, pickle.dumps(found, protocol=5))
        print(target.name, sum(len(places) for _, places, _ in found), flush=True)


def _options(row: Described, odds: Any) -> list[Option]:
    chances = 1 / (1 + np.exp(-np.asarray(odds)))
    return [Option(o.start, o.end, o.replacement, c) for o, c in zip(row.options, chances.tolist(), strict=True)]


def fit(given: argparse.Namespace) -> None:
    """Fit the trees, calibrate them, report, write."""
    odds = pickle.loads(given.places.with_suffix(".odds").read_bytes())
    rows = {row.name: row for row in load_places(given.places)}
    asked = [Asked(*a) for path in sorted(given.asked.glob("*.pickle")) for a in pickle.loads(path.read_bytes())]
    sides = {split: [a for a in asked if rows[a.name].split == split] for split in ("ranker", "calibration")}
    report: dict[str, Any] = {"texts": {split: len(side) for split, side in sides.items()}}
    report["places"] = {split: sum(len(a.places) for a in side) for split, side in sides.items()}
    report["edits"] = sum(rows[a.name].counts.edits for a in sides["calibration"])
    report["ranker alone"] = _report(sides["calibration"], rows, odds)
    for name in ("without the answers", "with the answers"):
        opinion = _fitted(sides, rows, odds, name == "with the answers")
        report[name] = _report(sides["calibration"], rows, _revised(sides["calibration"], rows, odds, opinion))
    given.output.write_bytes(msgspec.json.encode(opinion) + b"\n")
    print(json.dumps(report, indent=1))


def _fitted(sides: dict[str, list[Asked]], rows: dict[str, Described], odds: Any, causal: bool) -> SecondOpinion:
    x, y = [], []
    for a in sides["ranker"]:
        for number, features in _described(a, rows, odds).items():
            x.append(features)
            y.append(rows[a.name].options[number].right)
    names = sorted({n for features in x for n in features if is_learned(n) and (causal or n not in ANSWERED)})
    trees = fit_trees(matrix(x, names), np.asarray(y), names, RISING)
    best = []
    for a in sides["calibration"]:
        there = _described(a, rows, odds)
        scores = dict(zip(there, trees.log_odds(matrix(list(there.values()), names)), strict=True))
        for place in a.places:
            number = max(place.numbers, key=lambda n: scores[n])
            best.append((scores[number], float(rows[a.name].options[number].right)))
    slope, offset = calibrated(np.asarray(best))
    return SecondOpinion(trees, slope, offset, LEAST, MOST)


def _described(asked: Asked, rows: dict[str, Described], odds: Any) -> dict[int, dict[str, float]]:
    features = [option.features for option in rows[asked.name].options]
    return described(asked.places, asked.answers, features, odds[asked.name])


def _revised(side: list[Asked], rows: dict[str, Described], odds: Any, opinion: SecondOpinion) -> dict[str, Any]:
    """Return the log-odds of all candidates of some texts, revised where the model was asked."""
    found = {}
    for a in side:
        mine = np.array(odds[a.name], dtype=float)
        features = _described(a, rows, odds)
        if features:
            mine[list(features)] = opinion.log_odds(list(features.values()))
        found[a.name] = mine
    return found


def _report(side: list[Asked], rows: dict[str, Described], odds: Any) -> dict[str, Any]:
    chosen = winners([rows[a.name] for a in side], [odds[a.name] for a in side])
    edits = sum(rows[a.name].counts.edits for a in side)
    order = chosen[np.argsort(-chosen[:, 0])]
    right = np.cumsum(order[:, 1])
    precision = right / np.arange(1, len(order) + 1)
    at = {}
    for least in (0.97, 0.95, 0.9, 0.85):
        good = np.flatnonzero(precision >= least)
        at[f"of edits at {least} right"] = round(float(right[good[-1]] / edits), 4) if len(good) else 0.0
    return {**at, **operating(chosen, edits)}


def main() -> None:
    """Read the command line."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    steps = options.add_subparsers(required=True)
    make = steps.add_parser("ask")
    make.add_argument("places", type=Path)
    make.add_argument("output", type=Path)
    add_parts(make)
    make.add_argument("--texts", type=int, help="ask about so many texts only")
    make.set_defaults(run=ask_all)
    learn = steps.add_parser("fit")
    learn.add_argument("places", type=Path)
    learn.add_argument("asked", type=Path)
    learn.add_argument("-o", "--output", type=Path, default=MODELS / "second_opinion.json")
    learn.set_defaults(run=fit)
    given = options.parse_args()
    given.run(given)


if __name__ == "__main__":
    main()
