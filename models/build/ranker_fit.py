"""Fitting the ranker: a conditional logit over places (McFadden 1974), its report and its temperature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from ranker_data import Place
from scipy.optimize import minimize, minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.feature_extraction import DictVectorizer

LM = "lm.ratio"
DOUBTED, DOUBT = ("reference.", "context.reference", "context.linked"), 20.0
"""Features that hold more in training than elsewhere: its references are more like the text than real ones."""


_MATCHES = ("grammar.match", "grammar.spelling", "grammar.rank", "grammar.choices", "grammar.ratio")
ADDED = ("names.", "spelling.", *_MATCHES)
"""Features of sources that came after the others: fitted alone, onto the weights of an earlier ranker."""


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
    places: Sequence[Place],
    names: Sequence[str],
    l2: float,
    prior: dict[str, float] | None = None,
    fixed: Mapping[str, float] | None = None,
) -> tuple[dict[str, float], float]:
    """Fit the weights of the named features; give them with the mean log-likelihood per place.

    With `fixed`, the weights of all features but those of `ADDED` are taken from there and stay.
    """
    vectorizer = DictVectorizer()
    vectorizer.fit([dict.fromkeys(names, 1.0)])
    order = list(vectorizer.get_feature_names_out())
    choice = Choice(places, vectorizer)
    known = {n: w for n, w in (prior or {}).items() if not n.startswith(DOUBTED)}
    start = np.array([known.get(n, 0.0) for n in order])
    penalty = np.array([l2 * _strength(n) for n in order])
    bounds = None
    if fixed is not None:
        start = np.array([start[k] if n.startswith(ADDED) else fixed.get(n, 0.0) for k, n in enumerate(order)])
        bounds = [(None, None) if n.startswith(ADDED) else (w, w) for n, w in zip(order, start, strict=True)]
    found = minimize(
        choice.loss,
        start,
        args=(start, penalty),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 600},
    )
    return dict(zip(order, map(float, found.x), strict=True)), -found.fun / float(choice.weight.sum())


def _strength(name: str) -> float:
    """Give how strongly a weight is drawn to its prior."""
    return 0.02 if name in {LM, "bias"} else DOUBT if name.startswith(DOUBTED) else 1.0


def outlook(weights: dict[str, float], features: dict[str, float]) -> float:
    """Give the log-odds of an option against keeping."""
    return sum(weights.get(n, 0.0) * v for n, v in features.items())


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
