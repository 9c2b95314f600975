"""Fit the probability "same event" on damaged texts against the articles that an index finds for them.

    python -m training.references.same_event ../shared/data --spins spins.jsonl --cases cases.pickle

The cases are those of training/references/cases.py. Twice the index is asked: with the articles on the event of a text,
and without, so that whatever is found is wrong. Pairs of text and article are the cases of a logistic regression
(scikit-learn), in which each corpus weighs the same; its log-odds for the best article of each text, and how far it
leads over articles of other days, are then calibrated (Platt 1999). Articles of news that are dated within a day of the
text, which nobody judged, count as the same event where a first fit on the other corpora finds that likely. Everything
is measured on topics that it was not fitted on; what ships is fitted on all.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

import numpy as np
from sklearn.linear_model import LogisticRegression

from restore.channel.model import load_channel
from restore.evaluation.calibration import DecisionOutcome, expected_error, reliability
from restore.evaluation.events import EventArticle, Spun, load_events, spin_events
from restore.references.index.agreement import FEATURES
from restore.references.index.same_event import APART, MOST_LEAD, SameEventModel
from restore.text.parsing import Parser
from training.paths import MODELS
from training.references.cases import PERHAPS, Case, ecb_cases, news_cases, release_cases

RATES = (0.15, 0.30)
"""Of damaged words of ECB+: about the span of pages of family A."""
SEED = 7
"""Any: of the spins."""
FOLDS = 5
"""Of the cross-validation, over topics."""
COMPARED = 30
"""Articles of a text that are learned from, best of the search first: all that are compared."""
STRENGTH = 0.05
"""Freedom of the weights (C), for features of unit variance; by hand."""
_PAIRS = 3_000.0
"""What the pairs of a corpus weigh in all. By hand: with `STRENGTH`."""
_ROUNDS = 8
"""Of calibrating: what leads by so much depends on the scale that is found. By hand: it has settled by then."""
_LIKELY = 0.5
"""The probability by the first fit from which on an article dated within a day counts as the same event."""
THRESHOLDS = (0.5, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97)


@dataclass(frozen=True)
class Answer:
    """What a model says of a case: the probability of the best article, and whether it is right (nan: not known)."""

    case: Case
    probability: float
    right: float


def read_spins(path: Path | None, articles: Sequence[EventArticle]) -> list[Spun]:
    """Read the spins that a file holds, or make them (minutes) and write them there."""
    if path is not None and path.exists():
        return [Spun(*json.loads(line)) for line in path.read_text("utf-8").splitlines()]
    made = []
    for spun in spin_events(articles, RATES, load_channel(), Parser(), SEED):
        made.append(spun)
        print(f"spun {len(made)}/{len(RATES) * len(articles)}", file=sys.stderr, end="\r", flush=True)
    print(file=sys.stderr)
    if path is not None:
        path.write_text("".join(json.dumps([s.id, s.rate, s.text]) + "\n" for s in made), encoding="utf-8")
    return made


def make_cases(data: Path, spins: Path | None) -> list[Case]:
    """Make the cases of all three corpora (half an hour)."""
    articles = load_events(data / "ecbplus" / "docs.jsonl")
    found: list[Case] = []
    with tempfile.TemporaryDirectory() as folder:
        for made in (
            ecb_cases(articles, read_spins(spins, articles)),
            release_cases(data / "news", Path(folder) / "releases"),
            news_cases(data / "news", Path(folder) / "news"),
        ):
            for case in made:
                found.append(case)
                print(f"{len(found)} cases, {case.corpus}", file=sys.stderr, end="\r", flush=True)
    print(file=sys.stderr)
    return found


def fit(cases: Sequence[Case]) -> SameEventModel:
    """Fit on the cases about which all is known, decide about the others by that, and fit on all."""
    first = _fit([case for case in cases if not (case.same == PERHAPS).any()])
    return _fit([_decided(first, case) for case in cases])


def _decided(model: SameEventModel, case: Case) -> Case:
    """Take articles dated within a day for the same event where that is likely; of the others nothing is known."""
    perhaps = case.same == PERHAPS
    likely = _odds(model, case) + 0.0 >= np.log(_LIKELY / (1 - _LIKELY))
    return replace(case, same=np.where(perhaps, np.where(likely, 1.0, np.nan), case.same))


def _fit(cases: Sequence[Case]) -> SameEventModel:
    """Fit on the pairs, then calibrate on the best article of each text."""
    known = [~np.isnan(c.same[:COMPARED]) for c in cases]
    x = np.vstack([c.features[:COMPARED][k] for c, k in zip(cases, known, strict=True)])
    y = np.concatenate([c.same[:COMPARED][k] for c, k in zip(cases, known, strict=True)])
    names = np.repeat([c.corpus for c in cases], [int(k.sum()) for k in known])
    scale = x.std(axis=0) + 1e-9
    model = LogisticRegression(C=STRENGTH, max_iter=3000).fit(
        (x - x.mean(axis=0)) / scale, y, sample_weight=_PAIRS * _evenly(names)
    )
    weights = model.coef_[0] / scale
    return _calibrated(cases, weights, float(model.intercept_[0] - weights @ x.mean(axis=0)))


def _calibrated(cases: Sequence[Case], weights: np.ndarray, offset: float) -> SameEventModel:
    """Scale the log-odds, and weigh the lead over articles of other days, until neither changes any more."""
    lead = 0.0
    for _ in range(_ROUNDS):
        rows, right, names = [], [], []
        for case in cases:
            odds = case.features @ weights + offset
            if not len(odds):
                continue
            best = int(np.argmax(odds))
            if not np.isnan(case.same[best]):
                rows.append((odds[best], _lead(odds, case.days, best) - MOST_LEAD))
                right.append(case.same[best])
                names.append(case.corpus)
        evenly = 1_000.0 * _evenly(np.array(names))
        # Which corpora have dates has nothing to do with what a lead is worth, so each has an offset of its own first.
        of_corpus = [[float(name == other) for other in sorted(set(names))] for name in names]
        apart = LogisticRegression(C=1e3, max_iter=3000).fit(np.hstack([rows, of_corpus]), right, sample_weight=evenly)
        slope, lead = float(apart.coef_[0][0]), max(0.0, float(apart.coef_[0][1]))
        said = np.array(rows) @ (slope, lead)
        platt = LogisticRegression(C=1e3, max_iter=3000).fit(said[:, None], right, sample_weight=evenly)
        slope, lead = slope * float(platt.coef_[0][0]), lead * float(platt.coef_[0][0])
        weights, offset = weights * slope, offset * slope + float(platt.intercept_[0])
    named = {name: round(float(w), 4) for name, w in zip(FEATURES, weights, strict=True)}
    return SameEventModel(named, round(offset, 4), round(lead, 4))


def _lead(odds: np.ndarray, days: np.ndarray, place: int) -> float:
    """Return how far one article leads over those of other days, as `leads` does for all."""
    apart = np.abs(days - days[place]) > APART
    return min(MOST_LEAD, float(odds[place] - odds[apart].max())) if apart.any() else MOST_LEAD


def _evenly(names: np.ndarray) -> np.ndarray:
    """Return weights by which every corpus weighs 1 in all."""
    found, place, counts = np.unique(names, return_inverse=True, return_counts=True)
    assert len(found)
    return np.asarray(1.0 / counts[place])


def _odds(model: SameEventModel, case: Case) -> np.ndarray:
    return np.asarray(case.features @ np.array([model.weights[name] for name in FEATURES]) + model.offset)


def answer(model: SameEventModel, case: Case) -> Answer:
    """Return the likeliest article of a case, as `EventFinder.rank` would."""
    odds = _odds(model, case)
    if not len(odds):
        return Answer(case, 0.0, 0.0)
    ahead = np.array([_lead(odds, case.days, place) for place in range(len(odds))])
    said = odds + model.lead * (ahead - MOST_LEAD)
    best = int(np.argmax(said))
    return Answer(case, float(1 / (1 + np.exp(-said[best]))), float(case.same[best]))


def crossed(cases: Sequence[Case], fitting: Callable[[Sequence[Case]], SameEventModel] = fit) -> list[Answer]:
    """Return the answer to each case by a model that saw none of its topic."""
    found: list[Answer] = []
    for fold in range(FOLDS):
        model = fitting([c for c in cases if _fold(c) != fold])
        found += [answer(model, _decided(model, c)) for c in cases if _fold(c) == fold]
    return found


def _fold(case: Case) -> int:
    return crc32(case.topic.encode()) % FOLDS


def report(found: Sequence[Answer]) -> None:
    """Print by corpus how often the best article is right, and what is accepted from which probability on."""
    for corpus in sorted({a.case.corpus for a in found}):
        there = [a for a in found if a.case.corpus == corpus and not a.case.removed]
        gone = [a for a in found if a.case.corpus == corpus and a.case.removed]
        first = np.mean([a.right == 1 for a in there])
        print(f"{corpus}: {len(there)} texts, right one first {first:.4f}; {len(gone)} without their event")
        print("  least probability: accepted and right, wrong, not known; accepted though the event is gone")
        for least in THRESHOLDS:
            taken = [a.right for a in there if a.probability >= least]
            shares = [sum(map(said, taken)) / len(there) for said in (_is(1), _is(0), np.isnan)]
            false = np.mean([a.probability >= least for a in gone])
            print(f"  {least:.2f}: {', '.join(f'{share:.4f}' for share in shares)}; {false:.4f}")
    outcomes = [DecisionOutcome(a.probability, bool(a.right)) for a in found if not np.isnan(a.right)]
    for r in reliability(outcomes):
        print(f"  {r.least:.2f} to {r.most:.2f}: {r.count:5d} best, said {r.said:.3f}, same event {r.right:.3f}")
    print(f"expected calibration error {expected_error(outcomes):.4f}")


def _is(value: float) -> Callable[[float], bool]:
    return lambda right: right == value


def kept_cases(path: Path | None, make: Callable[[], Iterable[Case]]) -> list[Case]:
    """Read the cases that a file of ours holds, or make them and write them there."""
    if path is not None and path.exists():
        return [Case(**fields) for fields in pickle.loads(path.read_bytes())]
    made = list(make())
    if path is not None:
        path.write_bytes(pickle.dumps([vars(case) for case in made]))
    return made


def main() -> None:
    """Measure by cross-validation, fit on all, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder with ecbplus/ and news/")
    parser.add_argument("--spins", type=Path, help="keep the spins of ECB+ here, or read those it holds")
    parser.add_argument("--cases", type=Path, help="keep the cases here, or read those it holds")
    parser.add_argument("-o", "--output", type=Path, default=MODELS / "same_event.json")
    options = parser.parse_args()
    cases = kept_cases(options.cases, lambda: make_cases(options.data, options.spins))
    report(crossed(cases))
    model = fit(cases)
    fields = {"weights": model.weights, "offset": model.offset, "lead": model.lead}
    options.output.write_text(json.dumps(fields, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
