"""Fit the ranker of the encoder's engine; write models/encoder_ranker.json.

    python -m training.ranking.ranker places /tmp/encoder/ranker_corpus /tmp/encoder/places --part 0 --parts 2
    python -m training.ranking.ranker fit /tmp/encoder/places

`places` damages articles that the encoder was not trained on (a third stays clean), with all rows of the channel, and
collects the candidates of the engine, which knows only a part of the rows; many texts have one or two other reports on
their event beside them, some one of another day or about something else (references.py). `fit` makes boosted trees of
the split "ranker" and calibrates them on whole texts of the split "calibration"; it also writes what the trees say of
every candidate, those of "ranker" by trees that have not seen the text, for `second_opinion.py`. Gold sets are never
read.
"""

from __future__ import annotations

import argparse
import json
import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from zlib import crc32

import msgspec
import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from restore.alignment.conflicts import differing_denials, find_conflicts
from restore.alignment.reference_passages import Passages, passages_by_stretch
from restore.alignment.spins import SpinReadings, align_spins
from restore.candidates.base import Candidate, Context
from restore.candidates.gather import gather, make_sources, verbatim
from restore.candidates.guesses import GuessSource
from restore.candidates.reference_words import NAMED
from restore.candidates.spacing import STOP
from restore.channel.model import load_channel
from restore.config import Config
from restore.detection.trees import Trees
from restore.encoder.reading import read
from restore.ranking.decide import describe
from restore.ranking.model import EncoderRanker, matrix
from restore.records import Covered, Reference, Span
from restore.runtime.atomic import write_bytes
from restore.simulation.simulator import spin
from restore.text.parsing import ParsedText, Parser
from training.detection.fitting import tree_of
from training.encoder.corpus import add_parts, load_shard, mine, split_of
from training.encoder.windows import RATES, damaged
from training.paths import MODELS
from training.ranking.data import accepted, is_right, masked_channels
from training.ranking.references import drawn_references, load_stories

SUSPECT = 0.04
"""The chance of damage from which on a word gets candidates; `fit` reports how many damaged words lie below it."""
TREES, LEAVES, RATE, LEAST_LEAF = 300, 31, 0.1, 40
"""Of the boosted trees of the ranker and of the second opinion; trees and leaves were chosen on calibration texts
(docs/quality.md): twice as many give little more and cost as much again."""
SPUN_AGAIN = 0.25
"""Texts that other spins of the same article stand beside."""
FOLDS = 4
"""Parts of the texts that the ranker is fitted without in turn, so that the second opinion sees it as it errs."""
CUT = 2500
"""Characters of an article that are taken: many articles are worth more than long ones."""
SNIPPETS, LONGEST_SNIPPET = 0.3, 4
"""Texts of which so many sentences at most are taken: a caption or a single paragraph has no page to speak for it."""


class Option(NamedTuple):
    """A candidate: characters `[start, end)`, what comes there, its features, and whether it is right."""

    start: int
    end: int
    replacement: str
    features: dict[str, float]
    right: bool


class Counts(NamedTuple):
    """Of a text: damaged words, those of them below `SUSPECT`, edits, and those of them with a right candidate."""

    damaged: int
    missed: int
    edits: int
    mendable: int


class Described(NamedTuple):
    """A damaged text of a split, what a reference says of its sentences, and its candidates."""

    split: str
    name: str
    text: str
    told: Passages
    options: list[Option]
    counts: Counts


def places(given: argparse.Namespace) -> None:
    """Write a pickle of described candidates for every shard of the corpus."""
    given.output.mkdir(parents=True, exist_ok=True)
    config, parser = Config(), Parser(Config().spacy_pipeline)
    whole, channels = load_channel(), masked_channels()
    shards = sorted(given.corpus.glob("*.pickle"))
    stories = load_stories(shards)
    names = [name for name in config.sources if name != "grammar"]
    for path in mine(shards, given.part, given.parts):
        target = given.output / path.name
        if target.exists():
            continue
        shard = load_shard(path)
        rng, rows = Random(f"places {given.seed} {path.stem}"), []
        for key, articles in shard:
            split = split_of(key)
            if split not in ("ranker", "calibration"):
                continue
            for n, (name, clean) in enumerate(articles):
                references = drawn_references(key, articles, n, stories, parser, rng)
                short = parser.parse(_part(clean, rng))
                marked = damaged(short, whole, rng)
                channel = channels[rng.randrange(len(channels))]
                sources = make_sources(names, channel)
                parsed = parser.parse(marked.text)
                spins = _spun_again(short, parsed, parser, whole, channel, rng)
                sentences, options, counts = _described(parsed, marked, references, spins, sources, channel)
                rows.append(Described(split, name, marked.text, sentences, options, counts))
        # Plain tuples: a class of a script that is run has another name where the script is imported.
        plain = [(*row[:4], [tuple(o) for o in row.options], tuple(row.counts)) for row in rows]
        write_bytes(target, pickle.dumps(plain, protocol=5))
        print(target.name, sum(len(row.options) for row in rows), flush=True)


def _part(clean: ParsedText, rng: Random) -> str:
    """Return the beginning of an article, or a few sentences of it."""
    if rng.random() < SNIPPETS:
        number = rng.randrange(len(clean.sentences))
        last = min(number + rng.randint(1, LONGEST_SNIPPET), len(clean.sentences)) - 1
        return clean.text[clean.sentences[number].start : clean.sentences[last].end]
    return clean.text if len(clean.text) <= CUT else clean.text[: clean.text.rfind(" ", 0, CUT)]


def _spun_again(
    clean: ParsedText, parsed: ParsedText, parser: Parser, whole: Any, channel: Any, rng: Random
) -> tuple[SpinReadings, ...]:
    """Return other spins of the same article, one or two, aligned with the damaged text; of most texts none."""
    if rng.random() >= SPUN_AGAIN:
        return ()
    heard = []
    for number in range(rng.choice((1, 2))):
        text = spin(clean, whole, rng.randrange(2**31), rng.uniform(*RATES)).text
        heard.append((Reference(f"spin {number}", text), parser.parse(text)))
    return tuple(align_spins(parsed, heard, channel)[0])


def _described(
    parsed: ParsedText,
    marked: Any,
    references: Sequence[ParsedText],
    spins: tuple[SpinReadings, ...],
    sources: Any,
    channel: Any,
) -> tuple[Passages, list[Option], Counts]:
    """Return what references say of the sentences, the candidates, and how many damaged words lie below `SUSPECT`."""
    aligned = accepted(parsed, references, Config().reference_min_score)
    reading = read(parsed, aligned)
    context = Context(parsed, aligned, spins, suspects=reading.suspects(SUSPECT))
    conflicts = find_conflicts(parsed, sorted(aligned, key=lambda a: bool(a.other_day)))
    facts = [c.span for c in conflicts if c.kind != "name"]
    disputed = Covered([c.span for c in conflicts if c.kind == "name"])
    settled = Covered([*verbatim(context), *facts, *differing_denials(parsed, aligned)])
    found = gather(context, [*sources, GuessSource(reading)])
    found = [c for c in found if not settled.touches(c.start, c.end)]
    found = [c for c in found if c.features.get(NAMED) or not disputed.touches(c.start, c.end)]
    chosen, described, _ = describe(context, found, reading, channel)
    options = [
        Option(c.start, c.end, c.replacement, f, _is_glue(c) or is_right(marked, c))
        for c, f in zip(chosen, described, strict=True)
    ]
    hit = Covered([Span(e.start, e.end) for e in marked.edits])
    damaged_words = [t.index for t in parsed.tokens if t.is_word and hit.touches(t.start, t.end)]
    missed = sum(not context.is_suspect(n) for n in damaged_words)
    mendable = sum(any(o.start <= e.start and e.end <= o.end and o.right for o in options) for e in marked.edits)
    return (
        passages_by_stretch(parsed, aligned),
        options,
        Counts(len(damaged_words), missed, len(marked.edits), mendable),
    )


def _is_glue(candidate: Candidate) -> bool:
    """Return whether a blank was lost behind a stop: in news that passes for clean as well that is always damage.

    Of 126 such places in 1,824 articles of the corpora 70 were read, and all 70 were lost blanks.
    """
    return candidate.features.get(STOP, 0.0) > 0


def load_places(folder: Path) -> list[Described]:
    """Read what `places` wrote, in one order."""
    rows = [row for path in sorted(folder.glob("*.pickle")) for row in pickle.loads(path.read_bytes())]
    return [
        Described(split, name, text, told, [Option(*option) for option in options], Counts(*counts))
        for split, name, text, told, options, counts in rows
    ]


def fit(given: argparse.Namespace) -> None:
    """Fit the trees, calibrate them, report, write."""
    rows = load_places(given.places)
    sides = {split: [row for row in rows if row.split == split] for split in ("ranker", "calibration")}
    names = sorted({name for row in sides["ranker"] for o in row.options for name in o.features if is_learned(name)})
    trees = fit_trees(*table(sides["ranker"], names), names)
    slope, offset = calibrated(winners(sides["calibration"], [scores(row, trees) for row in sides["calibration"]]))
    ranker = EncoderRanker(trees, slope, offset, SUSPECT)
    given.output.write_bytes(msgspec.json.encode(ranker) + b"\n")
    odds = unseen_odds(sides["ranker"], names)
    by_text = {row.name: slope * scores(row, trees) + offset for row in sides["calibration"]}
    by_text |= {row.name: slope * found + offset for row, found in zip(sides["ranker"], odds, strict=True)}
    given.places.with_suffix(".odds").write_bytes(pickle.dumps(by_text))
    tx, ty = table(sides["calibration"], names)
    sums = np.sum([row.counts for row in rows], axis=0)
    chosen = winners(sides["calibration"], [by_text[row.name] for row in sides["calibration"]])
    report = {
        "texts": {split: len(side) for split, side in sides.items()},
        "candidates": sum(len(row.options) for row in sides["ranker"]),
        "average_precision": round(float(average_precision_score(ty, trees.log_odds(tx))), 4),
        "damaged words below the threshold": round(float(sums[1] / sums[0]), 4),
        "edits with a right candidate": round(float(sums[3] / sums[2]), 4),
        "calibration": {"slope": slope, "offset": offset},
        "at": operating(chosen, sum(row.counts.edits for row in sides["calibration"])),
    }
    print(json.dumps(report, indent=1))


def is_learned(name: str) -> bool:
    """Return whether a feature counts; what the user prefers is weighed by the user."""
    return not name.startswith("dictionary.")


def fit_trees(x: Any, y: Any, names: list[str], rising: Mapping[str, int] | None = None) -> Trees:
    """Fit boosted trees (Friedman 2001) to what is right.

    `rising` names features with which the log-odds only rise (1) or only fall (-1).
    """
    model = HistGradientBoostingClassifier(
        max_iter=TREES,
        learning_rate=RATE,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=LEAST_LEAF,
        l2_regularization=5.0,
        early_stopping=False,
        random_state=7,
        monotonic_cst=[(rising or {}).get(name, 0) for name in names],
    )
    model.fit(x, y)
    base = round(float(model._baseline_prediction.ravel()[0]), 5)
    return Trees(names, base, [tree_of(stage[0].nodes) for stage in model._predictors])


def unseen_odds(rows: list[Described], names: list[str]) -> list[Any]:
    """Return the log-odds of the candidates of each text by trees that were fitted without it."""
    found: list[Any] = [None] * len(rows)
    for fold in range(FOLDS):
        rest = [row for row in rows if crc32(row.name.encode()) % FOLDS != fold]
        trees = fit_trees(*table(rest, names), names)
        for n, row in enumerate(rows):
            if crc32(row.name.encode()) % FOLDS == fold:
                found[n] = scores(row, trees)
    return found


def table(rows: list[Described], names: list[str]) -> tuple[Any, Any]:
    """Return the features and whether they are right, of all candidates of some texts."""
    options = [option for row in rows for option in row.options]
    return matrix([o.features for o in options], names), np.asarray([o.right for o in options], dtype=bool)


def scores(row: Described, trees: Trees) -> Any:
    """Return the log-odds of the candidates of a text."""
    return trees.log_odds(table([row], trees.features)[0])


def winners(rows: list[Described], odds: list[Any]) -> Any:
    """Return (log-odds, right) of the disjoint best of every text: those that the engine would apply."""
    found = []
    for row, given in zip(rows, odds, strict=True):
        taken: list[tuple[int, int]] = []
        for n in np.argsort(-np.asarray(given), kind="stable"):
            option = row.options[n]
            if all(option.end <= a or b <= option.start for a, b in taken):
                taken.append((option.start, option.end))
                found.append((given[n], float(option.right)))
    return np.asarray(found)


def calibrated(chosen: Any) -> tuple[float, float]:
    """Return slope and offset that make log-odds those of being right (Platt 1999)."""
    platt = LogisticRegression(C=1e6).fit(chosen[:, :1], chosen[:, 1] > 0.5)
    return round(float(platt.coef_[0, 0]), 4), round(float(platt.intercept_[0]), 4)


def operating(chosen: Any, edits: int) -> dict[str, Any]:
    """Return what is applied at each threshold: how many, how many of them right, of how many edits."""
    chance = 1 / (1 + np.exp(-chosen[:, 0]))
    found = {}
    for least in (0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95):
        over = chosen[chance >= least]
        found[str(least)] = {
            "applied": len(over),
            "right": round(float(over[:, 1].mean()), 4) if len(over) else None,
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
    add_parts(make)
    make.set_defaults(run=places)
    learn = steps.add_parser("fit")
    learn.add_argument("places", type=Path)
    learn.add_argument("-o", "--output", type=Path, default=MODELS / "encoder_ranker.json")
    learn.set_defaults(run=fit)
    given = options.parse_args()
    given.run(given)


if __name__ == "__main__":
    main()
