"""Fit rewrites.json: is a text a reference's article in other words, and which sentence of it is which.

    python models/build/rewrites_data.py ../shared/data /tmp/rewrites.jsonl
    python models/build/rewrites.py /tmp/rewrites.jsonl

Rewritten are texts against their own article (`rewrites_data.py`); not rewritten are reports of other outlets on the
same event, also rewritten ones, and articles on other events that pass for references all the same.
Learned from the split "train"; the thresholds are chosen on "ranker", the splits "calibration" and "test" are only
reported (benchmarks/rewrites.py). The round trips through Galician and Esperanto are not learned from either. Of each
event the families RT and C and one round trip are taken.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from restore.odds import log_odds
from restore.parsing import ParsedText, Parser
from restore.records import Reference
from restore.references.match import assess
from restore.rewrites.features import Compared, compare, describe_document, describe_pair
from restore.rewrites.model import RewriteModel

MODEL = Path(__file__).resolve().parent.parent / "rewrites.json"
EVENTS = {"train": 55, "ranker": 40}
"""Events of each split; so few for the time that parsing takes."""
PIVOTS = ("spa", "cat")
"""The round trips that are learned from, one an event."""
STRENGTH = 0.3
"""Of the weights' freedom (C), as for sentence_pairs.json."""
WRONG = 2
"""Articles on other events that each text is tried with."""
FALSE_ALARMS = 0.002
"""The share of the texts that are no rewrites which may be called so, and of the sentences put in that were not what
stood there (on the split "ranker"): precision first."""
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
    cases = list(read_cases(given.cases, EVENTS, lambda number: ("RT", "C", PIVOTS[number % len(PIVOTS)])))
    for case in cases:
        case.document = describe_document(case.compared)
    learned = [c for c in cases if c.split == "train"]
    kept = [c for c in cases if c.split == "ranker"]
    document = _fit(np.array([c.document for c in learned]), [c.is_rewritten for c in learned])
    chances = document.chances(np.array([c.document for c in kept]))
    document = _with_least(document, chances, [c.is_rewritten for c in kept], 0.5)
    rows, right = _pairs(learned, document)
    pair = _fit(rows, right)
    rows, right = _pairs([c for c in kept if document.chances(c.document[None])[0] >= document.least], document)
    pair = _with_least(pair, pair.chances(rows), right, SHOWN)
    given.output.write_bytes(msgspec.json.encode(RewriteModel(document, pair, SHOWN)) + b"\n")
    print(f"called from {document.least}, put in from {pair.least}")


def read_cases(path: Path, events_of: Mapping[str, int], ways: Callable[[int], Sequence[str]]) -> Iterator[Case]:
    """Yield texts against their own article, against other reports on the event, and against those on other events.

    `events_of` says of how many events of which splits, `ways` which ways of rewriting are taken for event number n.
    """
    parser, least = Parser(Config().spacy_pipeline), Config().reference_min_score
    with path.open(encoding="utf-8") as file:
        rows = list(map(json.loads, file))
    events = [row for split, most in events_of.items() for row in [r for r in rows if r["split"] == split][:most]]
    parsed = {r["id"]: parser.parse(r["text"]) for row in events for r in row["reports"]}
    for number, row in enumerate(events):
        first, *others = [parsed[r["id"]] for r in row["reports"]]
        chosen = [r for r in row["rewritten"] if r["by"] in ways(number)]
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
    """Return the features of the paired sentences of some texts, and whether each was what it is paired with."""
    rows, right = [], []
    for case in cases:
        compared = case.compared
        odds = log_odds(float(document.chances(case.document[None])[0]))
        for pair in compared.pairs:
            one, other = compared.ours[pair.spun], compared.theirs[pair.reference]
            if pair.score < 1.0 and one.text != other.text:
                rows.append(describe_pair(compared, one, other, odds))
                right.append(pair.reference in stood_there(case, pair.spun))
    return np.array(rows), right


def stood_there(case: Case, sentence: int) -> set[int]:
    """Return which sentences of the reference a sentence of a rewritten text was, by its characters."""
    unit = case.compared.ours[sentence]
    return {n for start, end, n in case.places if start < unit.end and unit.start < end}


def _fit(rows: Floats, right: Sequence[bool]) -> PairModel:
    """Fit a logistic function on standardised features; both answers weigh the same."""
    means, scales = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    fitted = LogisticRegression(C=STRENGTH, max_iter=2000, class_weight="balanced").fit((rows - means) / scales, right)
    values = (means, scales, fitted.coef_[0])
    return PairModel(*(np.round(v, 6).tolist() for v in values), round(float(fitted.intercept_[0]), 6), 0.5)


def _with_least(model: PairModel, chances: Floats, right: Sequence[bool], lowest: float) -> PairModel:
    """Choose the lowest threshold, in hundredths, at which no more than `FALSE_ALARMS` of what is wrong passes."""
    truth = np.asarray(right)
    for least in np.arange(lowest, 1.0, 0.005):
        if (chances[~truth] >= least).mean() <= FALSE_ALARMS:
            break
    print(
        f"at {least:.3f}: {(chances[truth] >= least).mean():.4f} of {truth.sum()} right,"
        f" {(chances[~truth] >= least).mean():.4f} of {(~truth).sum()} wrong"
    )
    return msgspec.structs.replace(model, least=round(float(least), 3))


if __name__ == "__main__":
    main()
