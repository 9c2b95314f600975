"""Fit the ranker on simulated damage and clean text; write models/ranker.json.

    python models/build/ranker.py ../shared/data --keep /tmp/places

The model is a conditional logit (McFadden 1974): at every place keeping and each candidate compete; keeping scores 0, a
candidate its weighted features. It is fitted twice: without a judge on all places (the prefilter), then, starting from
there, with the judge's log-ratio on a sample of the places. Gold sets are never read.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from ranker_data import Case, CaseMaker, Option, Place, articles
from ranker_scores import add_log_ratios
from scipy.optimize import minimize, minimize_scalar
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
OPTIONS = 5
FLOOR_RATIO, FLOOR = -14.0, -2.0


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
    found = minimize(
        choice.loss,
        start,
        args=(start if prior else start * 0, penalty),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 600},
    )
    return dict(zip(order, map(float, found.x), strict=True)), -found.fun / float(choice.weight.sum())


def outlook(weights: dict[str, float], features: dict[str, float]) -> float:
    """Give the log-odds of an option against keeping."""
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


def judged(chosen: list[tuple[Case, list[Place]]], name: str, seed: int, seconds: float) -> list[Place]:
    """Ask a judge about the chosen places until the time is up; give the places it has seen."""
    neural: Judge | None = None
    if name == "llama":
        from restore.language_model.llama import LlamaJudge
        from restore.language_model.weights import neural_weights

        neural = LlamaJudge(neural_weights())
    found: list[Place] = []
    rng, started = Random(seed), time.monotonic()
    for number, (case, places) in enumerate(chosen):
        judge = neural or BigramJudge([r.parsed.text for r in case.context.references])
        add_log_ratios(case, places, judge, rng)
        found += [p for p in places if all(LM in o.features for o in p.options)]
        print(
            f"{name}: {number + 1}/{len(chosen)} cases, {len(found)} places, {time.monotonic() - started:.0f} s",
            file=sys.stderr,
            end="\r",
            flush=True,
        )
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
    """Read the command line, make or read the places, fit, report, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder of the clean corpora")
    parser.add_argument("--cases", type=int, default=224)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--judges", nargs="+", default=["bigram", "llama"])
    parser.add_argument("--seconds", type=float, default=1300, help="time for the neural judge")
    parser.add_argument("--keep", type=Path, help="keep the labelled places in this folder, or fit on those it holds")
    parser.add_argument("--l2", type=float, default=15.0, help="strength of the prior")
    parser.add_argument("-o", "--output", type=Path, default=MODELS / "ranker.json")
    options = parser.parse_args()
    places = _read(options.keep) or _make(options)
    if options.keep:
        _write(options.keep, places)
    ranker, summary = fit_all(places, options.judges, options.l2)
    options.output.write_text(json.dumps(ranker, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(json.dumps(summary, indent=1))


def fit_all(places: dict[str, list[Place]], judges: Sequence[str], l2: float) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fit the prefilter and the weights of every judge; `places` has train, test, and JUDGE-train, JUDGE-test."""
    names = sorted({n for p in places["train"] for o in p.options for n in o.features})
    prefilter, likelihood = fit(places["train"], names, l2)
    summary: dict[str, Any] = {"prefilter": {"log_likelihood": likelihood, **report(places["test"], prefilter)}}
    fitted = {}
    for judge in judges:
        seen, unseen = places[f"{judge}-train"], places[f"{judge}-test"]
        weights, likelihood = fit(seen, [*names, LM], l2, {**prefilter, LM: 0.3})
        summary[judge] = {"places": len(seen), "log_likelihood": likelihood, **report(unseen, weights)}
        summary[judge]["worth"] = worth(unseen, weights)
        heat = temperature(unseen, weights)
        scale = weights.pop(LM)
        floor = round(FLOOR_RATIO * scale + FLOOR, 2)
        fitted[judge] = {
            "language_model": round(scale, 4),
            "features": _rounded(weights),
            "floor": floor,
            "temperature": round(heat, 3),
        }
    return {"judges": fitted, "prefilter": _rounded(prefilter), "prefilter_floor": PREFILTER_FLOOR}, summary


def temperature(places: Sequence[Place], weights: dict[str, float]) -> float:
    """Fit the temperature that makes the confidences of unseen places true (Platt 1999, without an offset)."""
    logits, rights, shares = [], [], []
    for place in places:
        scores = np.array([0.0, *(outlook(weights, o.features) for o in place.options)])
        posterior = np.exp(scores - np.logaddexp.reduce(scores))[1:]
        for option, share in zip(place.options, np.clip(posterior, 1e-9, 1 - 1e-9), strict=True):
            logits.append(np.log(share / (1 - share)))
            rights.append(option.right)
            shares.append(place.weight)
    z, y, w = np.array(logits), np.array(rights), np.array(shares)
    found = minimize_scalar(
        lambda t: float(np.sum(w * (np.logaddexp(0.0, z / t) - y * z / t))), bounds=(0.5, 4.0), method="bounded"
    )
    return float(found.x)


def worth(places: Sequence[Place], weights: dict[str, float]) -> dict[str, float]:
    """Give what each group of features is worth: the loss in log-likelihood per 1,000 places when it is silenced."""
    groups = sorted({n.split(".")[0] for n in weights})
    whole = _likelihood(places, weights)
    return {
        g: round(1000 * (whole - _likelihood(places, {n: w for n, w in weights.items() if n.split(".")[0] != g})), 2)
        for g in groups
    }


def _likelihood(places: Sequence[Place], weights: dict[str, float]) -> float:
    total = count = 0.0
    for place in places:
        scores = np.array([outlook(weights, o.features) for o in place.options])
        right = np.array([o.right for o in place.options])
        good = np.exp(scores)[right].sum() if right.any() else 1.0
        total += place.weight * float(np.log(good) - np.log1p(np.exp(scores).sum()))
        count += place.weight
    return total / count


def _make(options: argparse.Namespace) -> dict[str, list[Place]]:
    cases = _cases(options.data, options.cases, options.seed)
    parts = {"train": [c for n, c in enumerate(cases) if n % 5], "test": [c for n, c in enumerate(cases) if n % 5 == 0]}
    places = {name: [p for c in part for p in c.places] for name, part in parts.items()}
    names = sorted({n for p in places["train"] for o in p.options for n in o.features})
    prefilter, _ = fit(places["train"], names, options.l2)
    rng = Random(options.seed)
    for judge in options.judges:
        for name, share in (("train", 0.8), ("test", 0.2)):
            chosen = sample(parts[name], prefilter, rng)
            places[f"{judge}-{name}"] = judged(chosen, judge, options.seed, options.seconds * share)
    return places


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


def _write(folder: Path, places: dict[str, list[Place]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, part in places.items():
        rows = [[p.weight, p.damaged, [[o.right, o.features] for o in p.options]] for p in part]
        (folder / f"{name}.json").write_text(json.dumps(rows), encoding="utf-8")


def _read(folder: Path | None) -> dict[str, list[Place]]:
    """Read what an earlier run kept; nothing if there is none."""
    found = {}
    for path in sorted(folder.glob("*.json")) if folder else []:
        rows = json.loads(path.read_text("utf-8"))
        found[path.stem] = [
            Place(0, [Option(features, right, None) for right, features in options], damaged, weight)
            for weight, damaged, options in rows
        ]
    return found


if __name__ == "__main__":
    main()
