"""Fit the word aligner's networks (models/aligner.json) on the sure links of Edinburgh++.

    python -m training.alignment.words ../shared/data

Every pair of sentences is shown as it is, and turned round with what is now its first sentence damaged by the
simulator, a part of the channel hidden; what is linked to a damaged place is linked to whatever stands there now. The
passes are stacked: each is fitted on what networks that had not seen a pair say of it. Takes two minutes on one core.
"""

from __future__ import annotations

import argparse
import json
import warnings
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from restore.alignment.grids import Matrix
from restore.alignment.pair_features import Pair, Side
from restore.alignment.scorer import Network, Pass, Scorer, describe, dump_scorer
from restore.channel.model import ChannelRow, SpinnerChannel, load_channel
from restore.gold.markup import MarkedText
from restore.simulation.simulator import spin
from restore.text.parsing import ParsedText, Parser, _collect
from training.paths import MODELS

Links = frozenset[tuple[int, int]]

INNER_FOLDS = 3
"""Each pass sees what networks fitted without a pair say of it; their number by hand."""
LAST_NETWORKS = 3
"""Whose mean is taken; every one more slows a restoration down; by hand."""
HIDDEN_SHARE = 0.45
"""Of the channel's rows, as for the ranker, so that it does not lean on them; by hand."""
RATES = (0.08, 0.2, 0.3)
"""Shares of damaged words, the span of real pages; by hand."""
_EASY_SHARE = 0.2
"""Of the pairs of words that nothing speaks for: those that the first pass learns from; by hand, for speed."""
_EPOCHS = (6, 8, 10)
"""Of each pass; by hand."""
_UNITS = ((48,), (48, 16), (48, 16))
"""Of each pass's hidden layers; by hand."""
_DECAY = 1e-2
"""Of the weights; by hand."""
_STEP = 1e-3
"""Scikit-learn's own learning rate."""
_BATCH = 256
"""Rows of a step; by hand, for speed."""
TABLE = MODELS / "aligner.json"


@dataclass(frozen=True, slots=True)
class Example:
    """Two sentences of one meaning with the links that annotators held for sure, and those they held for possible."""

    id: str
    ours: ParsedText
    theirs: ParsedText
    sure: Links
    possible: Links = frozenset()
    spun: bool = False


@dataclass(slots=True)
class View:
    """An example as it is learned from: its features, the right answers, and what the last pass said of it."""

    id: str
    pair: Pair
    sure: Matrix
    clean: bool
    said: Matrix | None = None


def parse_words(parser: Parser, words: Sequence[str]) -> ParsedText:
    """Parse a sentence that is split into words already, as one sentence."""
    from spacy.tokens import Doc

    starts: list[bool | int | None] = [n == 0 for n in range(len(words))]
    doc = Doc(parser.language.vocab, words=list(words), sent_starts=starts)
    return _collect(doc.text, [(0, parser.language(doc))])


def read_examples(folder: Path, parser: Parser) -> list[Example]:
    """Read the pairs of `edinburgh_plusplus`; possible links hold the sure ones too."""
    rows = json.loads((folder / "train.sure.json").read_text("utf-8"))
    both = {row["id"]: row for row in json.loads((folder / "train.sure+poss.json").read_text("utf-8"))}
    found = []
    for row in rows:
        ours, theirs = (parse_words(parser, row[side].split()) for side in ("source", "target"))
        sure = _links(row["sureAlign"])
        found.append(Example(row["id"], ours, theirs, sure, sure | _links(both[row["id"]]["sureAlign"])))
    return found


def _links(said: str) -> Links:
    return frozenset((int(a), int(b)) for a, b in (link.split("-") for link in said.split()))


def turned(example: Example) -> Example:
    """Return the example with its sentences changed over."""
    sure, possible = (frozenset((j, i) for i, j in links) for links in (example.sure, example.possible))
    return Example(example.id, example.theirs, example.ours, sure, possible, example.spun)


def damaged(example: Example, parser: Parser, channel: SpinnerChannel) -> Example:
    """Return the example with its first sentence spun; links follow the words to what stands for them."""
    seed = zlib.crc32(example.id.encode())
    found = spin(example.ours, channel, seed, RATES[seed % len(RATES)])
    words, origins = _origins(found, example.ours)
    sure, possible = (
        frozenset((new, j) for new, old in enumerate(origins) for i, j in links if i in old)
        for links in (example.sure, example.possible)
    )
    return Example(example.id, parse_words(parser, words), example.theirs, sure, possible, True)


def _origins(found: MarkedText, original: ParsedText) -> tuple[list[str], list[frozenset[int]]]:
    """Return the words of a spun sentence, and for each the numbers of the original words that it stands for."""
    words: list[str] = []
    origins: list[frozenset[int]] = []
    at = 0
    for word in found.text.split():
        start = found.text.index(word, at)
        at = start + len(word)
        shift = 0
        span: tuple[int, int] | None = None
        for edit in found.edits:
            if edit.start < at and edit.end > start:
                span = (edit.start + shift, edit.start + shift + len(edit.gold[0]))
            elif edit.end <= start:
                shift += len(edit.gold[0]) - (edit.end - edit.start)
        first, last = span or (start + shift, at + shift)
        words.append(word)
        origins.append(
            frozenset(t.index for t in original.tokens_between(first, last)) if last > first else frozenset()
        )
    return words, origins


def make_views(examples: Sequence[Example], parser: Parser) -> list[View]:
    """Return each example as it is, in order, and then each turned round and damaged."""
    channel = load_channel()
    shown = channel.without(_is_hidden)
    spun = [damaged(turned(example), parser, channel) for example in examples]
    return [*map(_view, examples), *map(partial(_view, channel=shown), spun)]


def _is_hidden(row: ChannelRow) -> bool:
    return Random(zlib.crc32(f"{row.spun} {row.original}".encode())).random() < HIDDEN_SHARE


def _view(example: Example, channel: SpinnerChannel | None = None) -> View:
    pair = Pair(Side(example.ours.tokens), Side(example.theirs.tokens), channel)
    sure = np.zeros((pair.ours.size, pair.theirs.size), dtype=np.float32)
    for i, j in example.sure:
        sure[i, j] = 1.0
    return View(example.id, pair, sure, not example.spun)


def fit(views: Sequence[View], seed: int = 0) -> Scorer:
    """Fit all passes; changes what the views keep of the last pass.

    The threshold is half of the F1 that can be reached: it is optimal for true probabilities (Lipton, Elkan and
    Naryanaswamy 2014, "Optimal Thresholding of Classifiers to Maximize F1 Measure").
    """
    ids = sorted({view.id for view in views})
    Random(seed).shuffle(ids)
    folds = {id: n % INNER_FOLDS for n, id in enumerate(ids)}
    passes: list[Pass] = []
    threshold = 0.5
    for view in views:
        view.said = None
    for number in range(len(_UNITS)):
        last = number == len(_UNITS) - 1
        rows = [_rows(view, number) for view in views]
        passes.append(_fit_pass(rows, number, range(LAST_NETWORKS if last else 1)))
        if last:
            break
        said: dict[int, Matrix] = {}
        for fold in range(INNER_FOLDS):
            seen = [n for n, view in enumerate(views) if folds[view.id] != fold]
            judge = _fit_pass([rows[n] for n in seen], number, range(1))
            for n in set(range(len(views))) - set(seen):
                said[n] = _apply(judge, views[n])
        for n, view in enumerate(views):
            view.said = said[n]
        threshold = best_f1(views) / 2
    return Scorer(tuple(passes), threshold)


def _apply(judge: Pass, view: View) -> Matrix:
    rows, places = describe(view.pair, view.said)
    flat = np.zeros(view.sure.size, dtype=np.float32)
    flat[places] = judge(rows)
    return flat.reshape(view.sure.shape)


def _rows(view: View, number: int) -> tuple[Matrix, Matrix]:
    """Return what a pass learns from a view; the first learns from a share of the pairs that nothing speaks for."""
    rows, places = describe(view.pair, view.said)
    answers = view.sure.ravel()[places]
    if number:
        return rows, answers
    drawn = np.random.default_rng(zlib.crc32(view.id.encode())).random(len(rows)) < _EASY_SHARE
    kept = (view.pair.like.ravel() > 0.05) | (answers > 0) | drawn
    return rows[kept], answers[kept]


def _fit_pass(rows: Sequence[tuple[Matrix, Matrix]], number: int, seeds: Sequence[int]) -> Pass:
    features = np.concatenate([r for r, _ in rows])
    answers = np.concatenate([a for _, a in rows])
    mean, scale = features.mean(axis=0), features.std(axis=0) + 1e-3
    scaled = Pass(mean, scale, ()).scaled(features)
    return Pass(mean, scale, tuple(_fit_network(scaled, answers, number, seed) for seed in seeds))


def _fit_network(features: Matrix, answers: Matrix, number: int, seed: int) -> Network:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    model: Any = MLPClassifier(
        _UNITS[number],
        alpha=_DECAY,
        learning_rate_init=_STEP,
        batch_size=_BATCH,
        max_iter=_EPOCHS[number],
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the epochs are counted, not waited for
        model.fit(features, answers > 0.5)
    layers = zip(model.coefs_, model.intercepts_, strict=True)
    return Network(tuple((w.astype(np.float32), b.astype(np.float32)) for w, b in layers))


def best_f1(views: Sequence[View]) -> float:
    """Return the best F1 on sure links that any threshold reaches on the clean views."""
    said = np.concatenate([view.said.ravel() for view in views if view.clean and view.said is not None])
    sure = np.concatenate([view.sure.ravel() for view in views if view.clean]) > 0.5
    scores = []
    for threshold in np.arange(0.3, 0.6, 0.01):
        given = said > threshold
        scores.append(2 * (given & sure).sum() / (given.sum() + sure.sum()))
    return float(max(scores))


def main() -> None:
    """Fit on all pairs and write the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("data", type=Path, help="the folder that holds edinburgh_plusplus")
    options.add_argument("--output", type=Path, default=TABLE)
    chosen = options.parse_args()
    parser = Parser()
    examples = read_examples(chosen.data / "edinburgh_plusplus", parser)
    scorer = fit(make_views(examples, parser))
    chosen.output.write_bytes(dump_scorer(scorer))
    print(f"{len(examples)} pairs, threshold {scorer.threshold}, {chosen.output.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
