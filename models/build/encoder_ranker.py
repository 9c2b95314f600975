"""Fit the ranker of the encoder's engine; write models/encoder_ranker.json.

    python models/build/encoder_ranker.py places /tmp/encoder/corpus /tmp/encoder/places --part 0 --parts 2
    python models/build/encoder_ranker.py fit /tmp/encoder/places

`places` damages articles that the encoder was not trained on (a third stays clean), with all rows of the channel, and
collects the candidates of the engine, which knows only a part of the rows; half of the texts have another report on
their event beside them, some one about something else. `fit` makes boosted trees of the split "ranker" and calibrates
them on whole texts of the split "calibration". Gold sets are never read.
"""

from __future__ import annotations

import argparse
import json
import pickle
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import numpy as np
from encoder_corpus import load_shard, mine, split_of
from encoder_data import damaged, drawn_reference
from ranker_data import accepted, is_right, masked_channels
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from verdict_fit import tree_of

from restore.alignment.conflicts import differing_denials, find_conflicts
from restore.atomic import write_bytes
from restore.candidates.base import Context
from restore.candidates.gather import gather, make_sources, verbatim
from restore.candidates.guesses import GuessSource
from restore.channel import load_channel
from restore.config import Config
from restore.detection.trees import Trees
from restore.encoder.reading import read
from restore.parsing import ParsedText, Parser
from restore.ranking.decide import describe
from restore.ranking.model import EncoderRanker, matrix
from restore.records import Covered, Span

MODELS = Path(__file__).resolve().parent.parent
SUSPECT = 0.03
"""The chance of damage from which on a word gets candidates; `fit` reports how many damaged words lie below it."""
TREES, LEAVES, RATE, LEAST_LEAF = 150, 20, 0.1, 40
"""Of boosted trees; chosen by hand, on the calibration texts the result hardly depends on them."""
CUT = 2500
"""Characters of an article that are taken: many articles are worth more than long ones."""


def places(given: argparse.Namespace) -> None:
    """Write a pickle of described candidates for every shard of the corpus."""
    given.output.mkdir(parents=True, exist_ok=True)
    config, parser = Config(), Parser(Config().spacy_pipeline)
    whole, channels = load_channel(), masked_channels()
    names = [name for name in config.sources if name not in ("grammar", "spins")]
    for path in mine(sorted(given.corpus.glob("*.pickle")), given.part, given.parts):
        target = given.output / path.name
        if target.exists():
            continue
        shard = load_shard(path)
        rng, rows = Random(f"places {given.seed} {path.stem}"), []
        everything = [parsed for _, articles in shard for _, parsed in articles]
        for key, articles in shard:
            split = split_of(key)
            if split not in ("ranker", "calibration"):
                continue
            for n, (name, clean) in enumerate(articles):
                reference = drawn_reference(articles, n, everything, rng)
                short = clean if len(clean.text) <= CUT else parser.parse(clean.text[: clean.text.rfind(" ", 0, CUT)])
                marked = damaged(short, whole, rng)
                channel = channels[rng.randrange(len(channels))]
                sources = make_sources(names, channel)
                rows.append((split, name, *_described(parser.parse(marked.text), marked, reference, sources, channel)))
        write_bytes(target, pickle.dumps(rows, protocol=5))
        print(target.name, sum(len(row[2]) for row in rows), flush=True)


def _described(
    parsed: ParsedText, marked: Any, reference: ParsedText | None, sources: Any, channel: Any
) -> tuple[Any, ...]:
    """Return (start, end, features, right) of the candidates, and how many damaged words lie below `SUSPECT`."""
    aligned = accepted(parsed, reference, Config().reference_min_score) if reference is not None else ()
    reading = read(parsed, aligned)
    context = Context(parsed, aligned, suspects=reading.suspects(SUSPECT))
    conflicts = [c.span for c in find_conflicts(parsed, aligned)]
    settled = Covered([*verbatim(context), *conflicts, *differing_denials(parsed, aligned)])
    found = gather(context, [*sources, GuessSource(reading)])
    found = [c for c in found if not settled.touches(c.start, c.end)]
    chosen, described, _ = describe(context, found, reading, channel)
    options = [(c.start, c.end, f, is_right(marked, c)) for c, f in zip(chosen, described, strict=True)]
    hit = Covered([Span(e.start, e.end) for e in marked.edits])
    damaged_words = [t.index for t in parsed.tokens if t.is_word and hit.touches(t.start, t.end)]
    missed = sum(not context.is_suspect(n) for n in damaged_words)
    mendable = sum(any(a <= e.start and e.end <= b and right for a, b, _, right in options) for e in marked.edits)
    return options, (len(damaged_words), missed, len(marked.edits), mendable)


def fit(given: argparse.Namespace) -> None:
    """Fit the trees, calibrate them, report, write."""
    rows = [row for path in sorted(given.places.glob("*.pickle")) for row in pickle.loads(path.read_bytes())]
    sides = {split: [row for row in rows if row[0] == split] for split in ("ranker", "calibration")}
    names = sorted(
        {name for row in sides["ranker"] for _, _, f, _ in row[2] for name in f if not name.startswith("dictionary.")}
    )
    x, y = _matrix(sides["ranker"], names)
    model = HistGradientBoostingClassifier(
        max_iter=TREES,
        learning_rate=RATE,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=LEAST_LEAF,
        l2_regularization=5.0,
        early_stopping=False,
        random_state=7,
    )
    model.fit(x, y)
    base = round(float(model._baseline_prediction.ravel()[0]), 5)
    trees = Trees(names, base, [tree_of(stage[0].nodes) for stage in model._predictors])
    chosen = _winners(sides["calibration"], names, trees)
    platt = LogisticRegression(C=1e6).fit(chosen[:, :1], chosen[:, 1] > 0.5)
    slope, offset = float(platt.coef_[0, 0]), float(platt.intercept_[0])
    tx, ty = _matrix(sides["calibration"], names)
    sums = np.sum([row[3] for row in rows], axis=0)
    report = {
        "texts": {split: len(side) for split, side in sides.items()},
        "candidates": len(y),
        "right": int(y.sum()),
        "average_precision": round(float(average_precision_score(ty, trees.log_odds(tx))), 4),
        "damaged words below the threshold": round(float(sums[1] / sums[0]), 4),
        "edits with a right candidate": round(float(sums[3] / sums[2]), 4),
        "calibration": {"slope": round(slope, 3), "offset": round(offset, 3)},
        "at": _operating(chosen, slope, offset, int(sum(row[3][2] for row in sides["calibration"]))),
    }
    ranker = EncoderRanker(trees, round(slope, 4), round(offset, 4), SUSPECT)
    given.output.write_bytes(msgspec.json.encode(ranker) + b"\n")
    print(json.dumps(report, indent=1))


def _matrix(rows: list[Any], names: list[str]) -> tuple[Any, Any]:
    """Return the features and whether they are right, of all candidates of some texts."""
    options = [option for row in rows for option in row[2]]
    x = matrix([features for _, _, features, _ in options], names)
    return x, np.asarray([right for *_, right in options], dtype=bool)


def _winners(rows: list[Any], names: list[str], trees: Trees) -> Any:
    """Return (log-odds, right) of the disjoint best of every text: those that the engine would apply."""
    found = []
    for row in rows:
        x, y = _matrix([row], names)
        scores = trees.log_odds(x)
        taken: list[tuple[int, int]] = []
        for n in np.argsort(-scores, kind="stable"):
            start, end = row[2][n][:2]
            if all(end <= a or b <= start for a, b in taken):
                taken.append((start, end))
                found.append((scores[n], float(y[n])))
    return np.asarray(found)


def _operating(chosen: Any, slope: float, offset: float, edits: int) -> dict[str, Any]:
    chance = 1 / (1 + np.exp(-(slope * chosen[:, 0] + offset)))
    found = {}
    for least in (0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        over = chosen[chance >= least]
        found[str(least)] = {
            "applied": len(over),
            "right": round(float(over[:, 1].mean()), 4),
            "of edits": round(float(over[:, 1].sum() / edits), 4),
        }
    return found


def main() -> None:
    """Read the command line."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    steps = options.add_subparsers(required=True)
    make = steps.add_parser("places")
    make.add_argument("corpus", type=Path)
    make.add_argument("output", type=Path)
    make.add_argument("--seed", type=int, default=1)
    make.add_argument("--part", type=int, default=0)
    make.add_argument("--parts", type=int, default=1)
    make.set_defaults(run=places)
    learn = steps.add_parser("fit")
    learn.add_argument("places", type=Path)
    learn.add_argument("-o", "--output", type=Path, default=MODELS / "encoder_ranker.json")
    learn.set_defaults(run=fit)
    given = options.parse_args()
    given.run(given)


if __name__ == "__main__":
    main()
