"""Fit the probability "same day of the story" on texts whose days are known and the articles that an index finds.

    python -m training.references.same_day ../shared/data/news --cases cases.pickle

The cases are those of training/references/cases.py. Articles that seem to be on the event of a text by the shipped
model of the same event are the cases of a logistic regression (scikit-learn): is it dated within a day of the text (in
events_open: of its group), or more than three days apart? By a cross-validation over texts it is printed how many texts
get a right article, a wrong one, one about which nothing is known, and, with all that is dated near taken out, any.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from zlib import crc32

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from restore.config import Config
from restore.references.index.agreement import DAY_FEATURES
from restore.references.index.same_day import APART, LEAST_DAY, LEAST_LEAD, SameDayModel
from training.paths import MODELS
from training.references.cases import Case, news_cases, release_cases

FOLDS = 5
"""Of the cross-validation, over texts."""
STRENGTH = 0.1
"""Freedom of the weights (C), for features of unit variance; by hand."""
_SEEMS = 0.3
"""The least probability "same event" of articles that are learned from; by hand: what is less likely teaches another
question."""
_LIKELY = 0.5
"""The same of those by which the ranking is told."""
_ODDS, _LEADS = (-99.0, 0.0, 0.5, 1.0, 1.5, 2.0), (-99.0, 0.0, 1.0, 2.0)
"""Log-odds and leads that are reported."""
Scored = tuple[Case, np.ndarray]


def make_cases(news: Path) -> Iterator[Case]:
    """Make the cases of both corpora (a quarter of an hour)."""
    with tempfile.TemporaryDirectory() as folder:
        for name, made in (("releases", release_cases), ("news", news_cases)):
            for number, case in enumerate(made(news, Path(folder) / name), 1):
                yield case
                print(f"{name}: {number} cases", file=sys.stderr, end="\r", flush=True)
    print(file=sys.stderr)


def fit(cases: Sequence[Case]) -> SameDayModel:
    """Fit on the articles that seem to be on the event; one that is found twice counts once."""
    x, y = _pairs(cases, _SEEMS)
    middle, scale = x.mean(axis=0), x.std(axis=0) + 1e-9
    found = LogisticRegression(C=STRENGTH, max_iter=3000).fit((x - middle) / scale, y)
    weights = found.coef_[0] / scale
    offset = float(found.intercept_[0] - weights @ middle)
    named = {name: round(float(w), 4) for name, w in zip(DAY_FEATURES, weights[1:], strict=True)}
    return SameDayModel(named, round(float(weights[0]), 4), round(offset, 4))


def _pairs(cases: Sequence[Case], least: float) -> tuple[np.ndarray, np.ndarray]:
    """Return what is known of pairs of text and article: log-odds and features, and whether they are of one day."""
    x, y = [], []
    for case in cases:
        taken = (case.odds >= _log_odds(least)) & ~np.isnan(case.same)
        x.append(_inputs(case)[taken])
        y.append(case.same[taken])
    pairs = np.unique(np.hstack([np.vstack(x), np.concatenate(y)[:, None]]), axis=0)
    return pairs[:, :-1], pairs[:, -1]


def _log_odds(probability: float) -> float:
    return float(np.log(probability / (1 - probability)))


def _inputs(case: Case) -> np.ndarray:
    return np.hstack([case.odds[:, None], case.features])


def scored(model: SameDayModel, case: Case) -> Scored:
    """Return a case with the log-odds "same day" of its articles."""
    weights = np.array([model.same_event, *(model.weights[name] for name in DAY_FEATURES)])
    return case, np.asarray(_inputs(case) @ weights + model.offset)


def crossed(cases: Sequence[Case]) -> list[Scored]:
    """Return the cases, each by a model that saw none of its topic."""
    found: list[Scored] = []
    for fold in range(FOLDS):
        model = fit([c for c in cases if _fold(c) != fold])
        found += [scored(model, c) for c in cases if _fold(c) == fold]
    return found


def _fold(case: Case) -> int:
    return crc32(case.topic.encode()) % FOLDS


def report(found: Sequence[Scored]) -> None:
    """Print how well days are told apart, and what is accepted from which log-odds and lead on."""
    least = Config().same_event_min
    for corpus in sorted({case.corpus for case, _ in found}):
        those = [(case, odds) for case, odds in found if case.corpus == corpus]
        texts = sum(not case.removed for case, _ in those)
        print(f"{corpus}, {texts} texts; area under the curve of likely articles: same event {_area(those, False):.3f}")
        print(f"  same day {_area(those, True):.3f}; lead, log-odds: right, wrong, not known; with the day gone")
        for lead in _LEADS:
            for odds in _ODDS:
                there = [_accepted(c, o, least, odds, lead) for c, o in those if not c.removed]
                gone = [_accepted(c, o, least, odds, lead) for c, o in those if c.removed]
                shares = [100 * sum(a == kind for a in there) / texts for kind in ("right", "wrong", "unknown")]
                false = 100 * sum(a != "" for a in gone) / len(gone)
                chosen = " (chosen)" * (odds == round(_log_odds(LEAST_DAY), 1) and lead == LEAST_LEAD)
                print(f"  {lead:5.1f} {odds:5.1f}: {', '.join(f'{s:.1f}' for s in shares)}; {false:.1f}{chosen}")


def _area(those: Sequence[Scored], by_day: bool) -> float:
    """Return the area under the curve, of articles that seem to be on the event, by either log-odds."""
    said, right = [], []
    for case, odds in those:
        if not case.removed:
            taken = (case.odds >= _log_odds(_LIKELY)) & ~np.isnan(case.same)
            said.append((odds if by_day else case.odds)[taken])
            right.append(case.same[taken])
    return float(roc_auc_score(np.concatenate(right), np.concatenate(said)))


def _accepted(case: Case, odds: np.ndarray, least: float, least_odds: float, least_lead: float) -> str:
    """Return what the likeliest article of the day is, of those on the event: right, wrong, unknown, "" if none is."""
    seem = case.odds >= _log_odds(least)
    if not seem.any():
        return ""
    best = int(np.argmax(np.where(seem, odds, -np.inf)))
    apart = np.abs(case.days - case.days[best]) > APART
    lead = odds[best] - odds[apart].max() if apart.any() else np.inf
    if odds[best] < least_odds or lead < least_lead:
        return ""
    return "unknown" if np.isnan(case.same[best]) else "right" if case.same[best] else "wrong"


def kept_cases(path: Path | None, make: Iterable[Case]) -> list[Case]:
    """Read the cases that a file of ours holds, or make them and write them there."""
    if path is not None and path.exists():
        return [Case(**fields) for fields in pickle.loads(path.read_bytes())]
    made = list(make)
    if path is not None:
        path.write_bytes(pickle.dumps([vars(case) for case in made]))
    return made


def main() -> None:
    """Measure by cross-validation, fit on all, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("news", type=Path, help="the folder with events_open, clean_open and clean_other")
    parser.add_argument("--cases", type=Path, help="keep the cases here, or read those it holds")
    parser.add_argument("-o", "--output", type=Path, default=MODELS / "same_day.json")
    options = parser.parse_args()
    cases = kept_cases(options.cases, make_cases(options.news))
    report(crossed(cases))
    model = fit(cases)
    fields = {"weights": model.weights, "same_event": model.same_event, "offset": model.offset}
    options.output.write_text(json.dumps(fields, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
