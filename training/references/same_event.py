"""Fit the probability "same event" on ECB+: simulated spins against the articles that an index finds for them.

    python -m training.references.same_event ../shared/data/ecbplus/docs.jsonl --spins spins.jsonl

Every article is spun at 15 and 30 %. Twice the index is asked: without the article and its near-copies, and without its
whole cluster, so that whatever is found is wrong (there is a twin cluster on a similar event in every topic). Pairs of
text and article are the cases of a logistic regression (scikit-learn); its log-odds for the best article of each query
are then calibrated (Platt 1999). Everything is measured on topics that it was not fitted on; what ships is fitted on
all.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from restore.channel.model import load_channel
from restore.evaluation.calibration import DecisionOutcome, expected_error, reliability
from restore.evaluation.events import EventArticle, Spun, load_events, near_copies, spin_events
from restore.reading.articles import Article
from restore.references.index.agreement import FEATURES
from restore.references.index.find import EventFinder
from restore.references.index.same_event import SameEventModel
from restore.references.index.store import writing_index
from restore.text.parsing import Parser
from training.paths import MODELS

RATES = (0.15, 0.30)
"""Of damaged words: about the span of pages of family A."""
SEED = 7
"""Any: of the spins."""
FOLDS = 10
"""Of the cross-validation, over topics."""
COMPARED = 15
"""Articles of a query that are learned from, best of the search first; by hand."""
STRENGTH = 0.01
"""Freedom of the weights (C); by hand."""


@dataclass(frozen=True)
class Case:
    """A query and what was found for it: features and labels by article, best of the full-text search first."""

    spun: Spun
    topic: str
    removed: bool
    ids: list[str]
    features: np.ndarray
    same: np.ndarray


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


def make_cases(articles: Sequence[EventArticle], spins: Iterable[Spun]) -> list[Case]:
    """Ask the index for every spin, with its cluster and without."""
    by_id, copies = {a.id: a for a in articles}, near_copies(articles)
    members: dict[str, list[str]] = defaultdict(list)
    for article in articles:
        members[article.cluster].append(article.id)
    by_cluster: dict[str, list[Spun]] = defaultdict(list)
    for spun in spins:
        by_cluster[by_id[spun.id].cluster].append(spun)
    any_model = SameEventModel({"likeness": 1.0}, 0.0)
    cases: list[Case] = []
    with tempfile.TemporaryDirectory() as folder:
        whole = EventFinder(_index(articles, Path(folder) / "all"), model=any_model)
        for number, (cluster, found) in enumerate(sorted(by_cluster.items())):
            others = [a for a in articles if a.cluster != cluster]
            less = EventFinder(_index(others, Path(folder) / str(number)), model=any_model)
            for spun in found:
                hidden = {spun.id, *copies.get(spun.id, ())}
                if set(members[cluster]) - hidden:
                    cases.append(_case(whole, spun, by_id, hidden, False))
                cases.append(_case(less, spun, by_id, (), True))
            print(f"{number + 1}/{len(by_cluster)} clusters", file=sys.stderr, end="\r", flush=True)
    print(file=sys.stderr)
    return cases


def _index(articles: Iterable[EventArticle], folder: Path) -> Path:
    with writing_index(folder) as writer:
        for article in articles:
            writer.put(Article(article.id, article.text))
        writer.commit()
    return folder


def _case(
    finder: EventFinder, spun: Spun, by_id: dict[str, EventArticle], hidden: Iterable[str], removed: bool
) -> Case:
    hits = finder.rank(finder.query(spun.text), set(hidden))
    hits = sorted(hits, key=lambda hit: -hit.score)
    rows = np.array([[h.agreement.features[name] for name in FEATURES] for h in hits]).reshape(-1, len(FEATURES))
    cluster = by_id[spun.id].cluster
    same = np.array([by_id[h.article.id].cluster == cluster for h in hits], dtype=bool)
    return Case(spun, by_id[spun.id].topic, removed, [h.article.id for h in hits], rows, same)


def fit(cases: Sequence[Case]) -> SameEventModel:
    """Fit on the pairs, then calibrate on the best article of each query."""
    x = np.vstack([c.features[:COMPARED] for c in cases])
    y = np.concatenate([c.same[:COMPARED] for c in cases])
    scale = x.std(axis=0) + 1e-9
    model = LogisticRegression(C=STRENGTH, max_iter=2000).fit(x / scale, y)
    weights, offset = model.coef_[0] / scale, float(model.intercept_[0])
    best = [
        (float(np.max(s)), bool(c.same[int(np.argmax(s))])) for c in cases if len(s := c.features @ weights + offset)
    ]
    odds, right = np.array([b[0] for b in best]), np.array([b[1] for b in best])
    platt = LogisticRegression(C=1e6, max_iter=2000).fit(odds[:, None], right)
    slope, shift = float(platt.coef_[0][0]), float(platt.intercept_[0])
    named = {name: round(float(w) * slope, 4) for name, w in zip(FEATURES, weights, strict=True)}
    return SameEventModel(named, round(offset * slope + shift, 4))


def crossed(cases: Sequence[Case]) -> list[tuple[Case, np.ndarray]]:
    """Return the probabilities of each case by a model that saw none of its topic."""
    topics = sorted({c.topic for c in cases}, key=int)
    fold_of = {topic: n % FOLDS for n, topic in enumerate(topics)}
    found: list[tuple[Case, np.ndarray]] = []
    for fold in range(FOLDS):
        model = fit([c for c in cases if fold_of[c.topic] != fold])
        found += [(c, probabilities(model, c)) for c in cases if fold_of[c.topic] == fold]
    return found


def probabilities(model: SameEventModel, case: Case) -> np.ndarray:
    """Return P(same event) for each article of a case."""
    rows = ({name: float(v) for name, v in zip(FEATURES, row, strict=True)} for row in case.features)
    return np.array([model.probability(row) for row in rows])


def report(found: Sequence[tuple[Case, np.ndarray]]) -> None:
    """Print recall of the ranking, acceptance by threshold, and calibration."""
    for rate in (*RATES, None):
        kept = [(c, p) for c, p in found if not c.removed and rate in (None, c.spun.rate)]
        ranked = [c.same[np.argsort(-p, kind="stable")] for c, p in kept]
        first = np.mean([bool(r[:1].any()) for r in ranked])
        five = np.mean([bool(r[:5].any()) for r in ranked])
        plain = np.mean([bool(c.same[:1].any()) for c, _ in kept])
        label = f"{rate:.0%}" if rate else "all"
        print(
            f"rate {label}: {len(kept)} texts, recall@1 {first:.4f}, recall@5 {five:.4f}; full text alone {plain:.4f}"
        )
    print(
        "least probability: accepted and right, accepted and wrong; false acceptance without the cluster (15 %, 30 %)"
    )
    for least in (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95):
        right, wrong = _accepted([(c, p) for c, p in found if not c.removed], least)
        rates = [_accepted([(c, p) for c, p in found if c.removed and c.spun.rate == r], least)[1] for r in RATES]
        print(f"  {least:.2f}: {right:.4f}, {wrong:.4f}; {rates[0]:.4f}, {rates[1]:.4f}")
    best = [(float(p.max()), bool(c.same[int(p.argmax())])) for c, p in found if len(p)]
    outcomes = [DecisionOutcome(p, right) for p, right in best]
    for r in reliability(outcomes):
        print(
            f"  {r.least:.2f} to {r.most:.2f}: {r.count:5d} best articles, said {r.said:.3f}, same event {r.right:.3f}"
        )
    print(f"expected calibration error {expected_error(outcomes):.4f}")


def _accepted(found: Sequence[tuple[Case, np.ndarray]], least: float) -> tuple[float, float]:
    """Return the shares of texts whose best article is accepted and right, and accepted and wrong."""
    best = [(float(p.max()), bool(c.same[int(p.argmax())])) if len(p) else (0.0, False) for c, p in found]
    return (
        float(np.mean([p >= least and right for p, right in best])),
        float(np.mean([p >= least and not right for p, right in best])),
    )


def main() -> None:
    """Measure by cross-validation, fit on all, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("events", type=Path, help="ECB+ as JSON lines")
    parser.add_argument("--spins", type=Path, help="keep the spins here, or read those it holds")
    parser.add_argument("--wrong", action="store_true", help="list the wrong articles that would be accepted")
    parser.add_argument("-o", "--output", type=Path, default=MODELS / "same_event.json")
    options = parser.parse_args()
    articles = load_events(options.events)
    cases = make_cases(articles, read_spins(options.spins, articles))
    found = crossed(cases)
    report(found)
    if options.wrong:
        for case, p in found:
            if len(p) and p.max() >= 0.5 and not case.same[int(p.argmax())]:
                print(case.spun.id, case.spun.rate, case.removed, case.ids[int(p.argmax())], round(float(p.max()), 3))
    model = fit(cases)
    fields = {"weights": model.weights, "offset": model.offset}
    options.output.write_text(json.dumps(fields, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
