"""Fit the ranker on simulated damage and clean text; write models/ranker.json.

    python models/build/ranker.py ../shared/data --cases 150 --judges llama bigram

The model is a conditional logit (McFadden 1974): at every place, keeping and each candidate compete; keeping scores 0, a
candidate its weighted features. It is fitted twice: without a judge on all places (the prefilter), then, starting from there,
with the judge's log-ratio on a sample of the places. ../shared/gold is never read.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
from ranker_data import Case, CaseMaker, Place, articles
from ranker_scores import add_log_ratios
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.feature_extraction import DictVectorizer

from restore.config import Config
from restore.language_model.base import Judge
from restore.language_model.bigram import BigramJudge
from restore.parsing import Parser

MODELS = Path(__file__).resolve().parent.parent
LM = "lm.ratio"
KEPT_SHARE = 0.25
PREFILTER_FLOOR = -6.5
OPTIONS = 4


class Choice:
    """Places as matrices: a row per option, grouped by place; the answer of a place is an option or keeping."""

    def __init__(self, places: Sequence[Place], vectorizer: DictVectorizer) -> None:
        rows = [o.features for p in places for o in p.options]
        self.x: csr_matrix = vectorizer.transform(rows)
        self.group = np.repeat(np.arange(len(places)), [len(p.options) for p in places])
        self.right = np.array([o.right for p in places for o in p.options], dtype=bool)
        self.weight = np.array([p.weight for p in places])
        self.keep = np.bincount(self.group, self.right, len(places)) == 0

    def loss(self, w: np.ndarray, prior: np.ndarray, l2: np.ndarray) -> tuple[float, np.ndarray]:
        """Give the penalised negative log-likelihood and its gradient."""
        score = np.clip(self.x @ w, -40, 40)
        exp = np.exp(score)
        total = 1.0 + np.bincount(self.group, exp, len(self.weight))
        good = np.bincount(self.group, exp * self.right, len(self.weight)) + self.keep
        value = float(np.sum(self.weight * (np.log(total) - np.log(good))))
        p_all = exp / total[self.group]
        p_good = exp * self.right / good[self.group]
        gradient = self.x.T @ ((p_all - p_good) * self.weight[self.group])
        gap = w - prior
        return value + 0.5 * float(l2 @ gap**2), gradient + l2 * gap


def fit(
    places: Sequence[Place], names: Sequence[str], l2: float, prior: dict[str, float] | None = None
) -> tuple[dict[str, float], float]:
    """Fit the weights of the named features; give them with the mean log-likelihood per place."""
    vectorizer = DictVectorizer()
    vectorizer.fit([dict.fromkeys(names, 1.0)])
    order = list(vectorizer.get_feature_names_out())
    choice = Choice(places, vectorizer)
    start = np.array([(prior or {}).get(n, 0.5 if n == LM else 0.0) for n in order])
    penalty = np.array([l2 * (0.02 if n in {LM, "bias"} else 1.0) for n in order])
    found = minimize(choice.loss, start, args=(start if prior else start * 0, penalty), jac=True, method="L-BFGS-B",
                     options={"maxiter": 600})
    return dict(zip(order, map(float, found.x), strict=True)), -found.fun / float(choice.weight.sum())


def outlook(weights: dict[str, float], features: dict[str, float]) -> float:
    return sum(weights.get(n, 0.0) * v for n, v in features.items())


def sample(cases: Sequence[Case], prefilter: dict[str, float], rng: Random) -> list[tuple[Case, list[Place]]]:
    """Choose the places that the judge shall see: all that could be mended, and a weighted part of the others."""
    chosen = []
    for case in cases:
        places = []
        for place in case.places:
            ranked = sorted(place.options, key=lambda o: -outlook(prefilter, o.features))
            options = [o for o in ranked[:OPTIONS] if outlook(prefilter, o.features) > PREFILTER_FLOOR]
            if not options:
                continue
            mendable = any(o.right for o in options)
            if mendable or rng.random() < KEPT_SHARE:
                weight = 1.0 if mendable else 1.0 / KEPT_SHARE
                copies = [type(o)(dict(o.features), o.right, o.candidate) for o in options]
                places.append(Place(place.sentence, copies, place.damaged, weight))
        chosen.append((case, places))
    return chosen


def judged(chosen: list[tuple[Case, list[Place]]], name: str, seed: int, seconds: float, threads: int) -> list[Place]:
    """Ask a judge about the chosen places until the time is up; give the places it has seen."""
    neural: Judge | None = None
    if name == "llama":
        from restore.language_model.llama import LlamaJudge
        from restore.language_model.weights import neural_weights

        neural = LlamaJudge(neural_weights(), threads)
    found: list[Place] = []
    rng, started = Random(seed), time.monotonic()
    for number, (case, places) in enumerate(chosen):
        judge = neural or BigramJudge([r.parsed.text for r in case.context.references])
        fresh = [Place(p.sentence, [type(o)(dict(o.features), o.right, o.candidate) for o in p.options], p.damaged, p.weight)
                 for p in places]
        add_log_ratios(case, fresh, judge, rng)
        found += [p for p in fresh if all(LM in o.features for o in p.options)]
        print(f"{name}: {number + 1}/{len(chosen)} cases, {len(found)} places, {time.monotonic() - started:.0f} s",
              file=sys.stderr, end="\r", flush=True)
        if time.monotonic() - started > seconds:
            break
    print(file=sys.stderr)
    return found


def report(places: Sequence[Place], weights: dict[str, float]) -> dict[str, float]:
    """Give recall of the mendable places and precision of the edits at a posterior of 0.9 and 0.5."""
    lines: dict[str, float] = {}
    for threshold in (0.5, 0.8, 0.9, 0.95):
        good = bad = 0.0
        mendable = sum(p.weight for p in places if any(o.right for o in p.options))
        for place in places:
            scores = np.array([outlook(weights, o.features) for o in place.options])
            top = max(0.0, scores.max())
            shares = np.exp(scores - top) / (np.exp(-top) + np.exp(scores - top).sum())
            best = int(shares.argmax())
            if shares[best] >= threshold:
                good += place.weight * place.options[best].right
                bad += place.weight * (not place.options[best].right)
        lines[f"recall@{threshold}"] = round(good / max(1.0, mendable), 4)
        lines[f"precision@{threshold}"] = round(good / max(1.0, good + bad), 4)
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder of the clean corpora")
    parser.add_argument("--cases", type=int, default=240)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--judges", nargs="+", default=["bigram", "llama"])
    parser.add_argument("--seconds", type=float, default=1500, help="time for the neural judge")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="keep the labelled and judged places in this folder, and reuse them")
    parser.add_argument("-o", "--output", type=Path, default=MODELS / "ranker.json")
    options = parser.parse_args()
    cases = _cached(options.keep, "cases", lambda: _cases(options.data, options.cases, options.seed))
    held_out = [c for n, c in enumerate(cases) if n % 5 == 0]
    training = [c for n, c in enumerate(cases) if n % 5]
    every = [p for c in training for p in c.places]
    names = sorted({n for p in every for o in p.options for n in o.features})
    prefilter, likelihood = fit(every, names, l2=4.0)
    test = [p for c in held_out for p in c.places]
    summary = {"prefilter": {"log_likelihood": likelihood, **report(test, prefilter)}}
    ranker = {"judges": {}, "prefilter": _rounded(prefilter), "prefilter_floor": PREFILTER_FLOOR}
    rng = Random(options.seed)
    for name in options.judges:
        def ask(name: str = name) -> tuple[list[Place], list[Place]]:
            part = judged(sample(training, prefilter, rng), name, options.seed, options.seconds * 0.8, options.threads)
            return part, judged(sample(held_out, prefilter, rng), name, options.seed, options.seconds * 0.2, options.threads)

        seen, unseen = _cached(options.keep, f"judged-{name}", ask)
        weights, likelihood = fit(seen, [*names, LM], 4.0, {**prefilter, LM: 0.3})
        summary[name] = {"places": len(seen), "log_likelihood": likelihood, **report(unseen, weights)}
        scale = weights.pop(LM)
        ranker["judges"][name] = {
            "language_model": round(scale, 4), "features": _rounded(weights), "floor": round(-14.0 * scale - 2.0, 2),
            "temperature": 1.0,
        }
    options.output.write_text(json.dumps(ranker, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(json.dumps(summary, indent=1))


def _cases(data: Path, count: int, seed: int) -> list[Case]:
    parser = Parser(Config().spacy_pipeline)
    pool = articles(data, parser)
    Random(seed).shuffle(pool)
    maker = CaseMaker(parser, seed)
    found = []
    for number, article in enumerate(pool[:count]):
        found.append(maker.make(article))
        print(f"cases: {number + 1}/{count}", file=sys.stderr, end="\r", flush=True)
    print(file=sys.stderr)
    return found


def _rounded(weights: dict[str, float]) -> dict[str, float]:
    return {n: round(w, 4) for n, w in weights.items() if abs(w) >= 5e-4}


def _cached(folder: Path | None, name: str, make):
    """Reuse what an earlier run of this script left in a folder of the user's own."""
    path = folder / f"{name}.pickle" if folder else None
    if path and path.exists():
        return pickle.loads(path.read_bytes())
    found = make()
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(found))
    return found


if __name__ == "__main__":
    main()
