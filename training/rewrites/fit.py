"""Fit rewrites.json: is a text a reference's article in other words, and which sentence of it is which.

    python -m training.rewrites.data ../shared/data /tmp/rewrites.jsonl
    python -m training.rewrites.fit /tmp/rewrites.jsonl

Rewritten are texts against their own article (`data.py`); not rewritten are reports of other outlets on the
same event, also rewritten ones, and articles on other events that pass for references all the same.
Learned from the split "train"; the thresholds are chosen on "ranker", the splits "calibration" and "test" are only
reported (benchmarks/rewrites.py). The round trips through Galician and Esperanto are not learned from either.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from restore.alignment.sentence_pairs import PairModel
from restore.config import Config
from restore.records import Reference
from restore.references.match import assess
from restore.rewrites.features import Compared, compare, describe_document, describe_pair
from restore.rewrites.model import RewriteModel
from restore.rewrites.units import Unit
from restore.runtime.odds import log_odds, logistic
from restore.text.parsing import ParsedText, Parser
from training.paths import MODELS

MODEL = MODELS / "rewrites.json"
SPLITS = ("train", "ranker")
WAYS = ("RT", "C", "spa")
"""The ways of rewriting that are learned from."""
STRENGTH = 0.3
"""Of the weights' freedom (C), as for sentence_pairs.json."""
WRONG = 2
"""Articles on other events that each text is tried with."""
WEAKEST = 0.05
"""The share of the rewritten texts that the threshold leaves aside when it looks for the middle."""
WRONG_PASS = 0.025
"""The share of wrong sentences, parts and pairs that may pass: each true sentence brings two wrong ones here, far more
than a real text has. By hand."""
SHORTEST_CUT = 8
"""Tokens of a sentence of which a part still tells something."""
SHOWN = 0.5
"""A sentence is proposed where it is likelier than not what stood there."""
Floats = NDArray[np.float64]


@dataclass
class Case:
    """A text against a reference. `by` names how it was rewritten; `kind`: rewritten, independent, wrong."""

    split: str
    event: str
    kind: str
    by: str
    compared: Compared
    places: Sequence[tuple[int, int, int]] = ()
    document: Floats = field(default_factory=lambda: np.zeros(0))

    @property
    def is_rewritten(self) -> bool:
        """Whether the reference is the very article that was rewritten."""
        return self.kind == "rewritten"


def main() -> None:
    """Fit and write."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("cases", type=Path)
    options.add_argument("-o", "--output", type=Path, default=MODEL)
    given = options.parse_args()
    fitted = fit(list(read_cases(given.cases, SPLITS, WAYS)))
    given.output.write_bytes(msgspec.json.encode(fitted) + b"\n")


def fit(cases: Sequence[Case]) -> RewriteModel:
    """Fit both functions on the split "train", choose their thresholds on "ranker", and print what they come to."""
    for case in cases:
        case.document = describe_document(case.compared)
    learned, kept = ([c for c in cases if c.split == split] for split in SPLITS)
    document = _fit(np.array([c.document for c in learned]), [c.is_rewritten for c in learned])
    chances = document.chances(np.array([c.document for c in kept]))
    document = _called_from(document, chances, np.array([c.is_rewritten for c in kept]))
    pair = _fit(*_pairs(learned, document))
    called = [c for c, chance in zip(kept, chances, strict=True) if chance >= document.least]
    rows, right = _pairs(called, document)
    return RewriteModel(document, _put_in_from(pair, pair.chances(rows), np.array(right)), SHOWN)


def read_cases(path: Path, splits: Sequence[str], ways: Sequence[str]) -> Iterator[Case]:
    """Yield texts against their own article, against other reports on the event, and against those on other events.

    Only of the events of some splits, and rewritten in some ways.
    """
    parser, least = Parser(Config().spacy_pipeline), Config().reference_min_score
    with path.open(encoding="utf-8") as file:
        events = [row for row in map(json.loads, file) if row["split"] in splits]
    parsed = {r["id"]: parser.parse(r["text"]) for row in events for r in row["reports"]}
    for number, row in enumerate(events):
        first, *others = [parsed[r["id"]] for r in row["reports"]]
        chosen = [r for r in row["rewritten"] if r["by"] in ways]
        made = [(r["by"], parser.parse(r["text"]), r["places"]) for r in chosen]
        rng = Random(f"{row['event']} wrong")
        same = [r for r in events if r["split"] == row["split"] and r is not row]
        wrong = [parsed[r["reports"][0]["id"]] for r in rng.sample(same, min(WRONG, len(same)))]
        found: list[tuple[str, str, ParsedText, ParsedText, Any]] = [
            ("rewritten", by, text, first, places) for by, text, places in made
        ]
        found += [("independent", "", first, other, ()) for other in others]
        found += [("independent", "", other, first, ()) for other in others]
        found += [("independent", by, text, others[0], ()) for by, text, _ in made]
        found += [("wrong", by, text, other, ()) for other in wrong for by, text, _ in [("", first, ()), *made[:3]]]
        for kind, by, text, reference, places in found:
            if assess(text, Reference("r", reference.text), reference, least).accepted:
                yield Case(row["split"], row["event"], kind, by, compare(text, reference), places)
        print(f"{number + 1}/{len(events)} events", file=sys.stderr, end="\r", flush=True)


def _pairs(cases: Iterable[Case], document: PairModel) -> tuple[Floats, list[bool]]:
    """Return the features of the paired sentences of some texts, and whether each was what it is paired with.

    Beside each that was stand parts of it, and it with its neighbour, which say less or more and are wrong.
    """
    rows, right = [], []
    for case in cases:
        compared = case.compared
        odds = log_odds(float(document.chances(case.document[None])[0]))
        for pair in compared.pairs:
            one, other = compared.ours[pair.spun], compared.theirs[pair.reference]
            if pair.score < 1.0 and one.text != other.text:
                was = pair.reference in stood_there(case, pair.spun)
                for offered in (other, *(_less_and_more(compared, pair.reference) if was else ())):
                    rows.append(describe_pair(compared, one, offered, odds))
                    right.append(was and offered is other)
    return np.array(rows), right


def _less_and_more(compared: Compared, number: int) -> Iterator[Unit]:
    """Yield a half of a sentence of the reference, another third of it cut off, or the next sentence as well."""
    unit = compared.theirs[number]
    size = unit.last - unit.first
    rng = Random(f"{unit.text} cut")
    if size < SHORTEST_CUT:
        return
    cut = rng.choice((size // 2, 2 * size // 3))
    yield rng.choice((Unit(unit.parsed, unit.first, unit.first + cut), Unit(unit.parsed, unit.last - cut, unit.last)))
    if number + 1 < len(compared.theirs):
        yield Unit(unit.parsed, unit.first, compared.theirs[number + 1].last)


def stood_there(case: Case, sentence: int) -> set[int]:
    """Return which sentences of the reference a sentence of a rewritten text was, by its characters."""
    unit = case.compared.ours[sentence]
    return {n for start, end, n in case.places if start < unit.end and unit.start < end}


def _fit(rows: Floats, right: Sequence[bool]) -> PairModel:
    """Fit a logistic function on standardised features; both answers weigh the same."""
    means, scales = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    fitted = LogisticRegression(C=STRENGTH, max_iter=2000, class_weight="balanced").fit((rows - means) / scales, right)
    rounded, widths, weights = (np.round(v, 6).tolist() for v in (means, scales, fitted.coef_[0]))
    return PairModel(rounded, widths, weights, round(float(fitted.intercept_[0]), 6), 0.5)


def _called_from(model: PairModel, chances: Floats, truth: NDArray[np.bool_]) -> PairModel:
    """Call rewritten from halfway, in log-odds, between the likeliest wrong text and the unlikeliest rewritten ones."""
    worst, weakest = float(chances[~truth].max()), float(np.quantile(chances[truth], WEAKEST))
    least = max(worst, logistic((log_odds(worst) + log_odds(weakest)) / 2))
    print(f"texts: likeliest of {(~truth).sum()} that are no rewrites {worst:.3f}, {WEAKEST:.0%} of the others below")
    print(f"  {weakest:.3f}; called from {least:.3f}: {(chances[truth] >= least).mean():.1%} of {truth.sum()}")
    return msgspec.structs.replace(model, least=round(least, 3))


def _put_in_from(model: PairModel, chances: Floats, truth: NDArray[np.bool_]) -> PairModel:
    """Choose the lowest threshold, in hundredths, at which no more than `WRONG_PASS` of what is wrong passes."""
    for least in np.arange(SHOWN, 1.0, 0.01):
        if (chances[~truth] >= least).mean() <= WRONG_PASS:
            break
    passed = chances >= least
    print(f"sentences of texts called rewritten: put in from {least:.2f}, {passed[truth].mean():.1%} of {truth.sum()}")
    print(f"  that stood there, {passed[~truth].mean():.1%} of {(~truth).sum()} others, mostly parts")
    return msgspec.structs.replace(model, least=round(float(least), 2))


if __name__ == "__main__":
    main()
