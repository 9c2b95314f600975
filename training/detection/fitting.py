"""Fitting the verdict: boosted trees for the words, a logistic function for the document, measures of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score, roc_curve

from restore.detection.document import damaged_share, measure
from restore.detection.model import expand
from restore.detection.trees import Tree, Trees
from restore.detection.word_features import FEATURES
from training.detection.pieces import Piece

RISING = frozenset(
    {"suspicion", "casing", "doubled", "boilerplate", "misfit", "article", "pair_gain", "excess", "odds"}
)
"""More of these never speaks for a clean word."""
ROUND = 5
"""Digits of what is stored."""
SEED = 7
"""Any: of the boosting, which draws."""
PRIOR = 0.05
"""The share of damaged texts that the probability assumes: so that of the clean pieces of training, read by trees that
did not see them, no more than one in two hundred of any length is called damaged."""
STRENGTH = 1.0
"""Freedom of the weights (C), scikit-learn's own."""


def fit_words(pieces: Iterable[Piece], trees: int = 90) -> Trees:
    """Fit boosted trees that give the log-odds of damage for a word; the base rate is taken out: ln of a ratio."""
    chosen = list(pieces)
    x = np.vstack([p.matrix for p in chosen])
    y = np.concatenate([p.damaged for p in chosen])
    model = HistGradientBoostingClassifier(
        max_iter=trees,
        learning_rate=0.12,
        max_leaf_nodes=15,
        max_depth=5,
        min_samples_leaf=60,
        l2_regularization=5.0,
        monotonic_cst=[int(name in RISING) for name in FEATURES],
        early_stopping=False,
        random_state=SEED,
    )
    model.fit(x, y)
    share = float(y.mean())
    base = float(model._baseline_prediction.ravel()[0]) - float(np.log(share / (1 - share)))
    return Trees(list(FEATURES), round(base, ROUND), [tree_of(stage[0].nodes) for stage in model._predictors])


def tree_of(nodes: Any) -> Tree:
    """Return a tree of scikit-learn's boosting as plain numbers."""
    leaf = nodes["is_leaf"].astype(bool)
    return Tree(
        [-1 if end else int(f) for end, f in zip(leaf, nodes["feature_idx"], strict=True)],
        [0.0 if end else round(float(t), ROUND) for end, t in zip(leaf, nodes["num_threshold"], strict=True)],
        [0 if end else int(n) for end, n in zip(leaf, nodes["left"], strict=True)],
        [0 if end else int(n) for end, n in zip(leaf, nodes["right"], strict=True)],
        [round(float(v), ROUND) if end else 0.0 for end, v in zip(leaf, nodes["value"], strict=True)],
    )


def fit_document(read: Sequence[tuple[Piece, NDArray[np.float64]]]) -> tuple[list[float], float]:
    """Fit weights and intercept of the logistic function of a text's measures; clean and spun weigh as `PRIOR` says.

    Each of the four lengths weighs the same.
    """
    x = np.array([expand(measure(odds)) for _, odds in read])
    y = np.array([bool(piece.family) for piece, _ in read])
    kinds = [piece.kind for piece, _ in read]
    both = Counter(zip(kinds, y, strict=True))
    weights = np.array([(PRIOR if spun else 1 - PRIOR) / both[kind, spun] for kind, spun in zip(kinds, y, strict=True)])
    centre, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    model = LogisticRegression(C=STRENGTH, max_iter=2000)
    model.fit((x - centre) / spread, y, weights * len(y) / weights.sum())
    coefficients = model.coef_[0] / spread
    intercept = float(model.intercept_[0]) - float(coefficients @ centre)
    return [round(float(w), ROUND) for w in coefficients], round(intercept, ROUND)


def fit_share(read: Sequence[tuple[Piece, NDArray[np.float64]]]) -> tuple[float, float]:
    """Fit scale and offset of the share of damaged words of the longer texts by least squares."""
    chosen = [(piece, odds) for piece, odds in read if piece.kind in {"document", "paragraph"}]
    x = np.array([[damaged_share(odds), -1.0] for _, odds in chosen])
    y = np.array([piece.damaged.mean() for piece, _ in chosen])
    (scale, offset), *_ = np.linalg.lstsq(x, y, rcond=None)
    return round(float(scale), ROUND), round(float(offset), ROUND)


def report(y: NDArray[np.bool_], scores: NDArray[np.float64]) -> dict[str, float]:
    """Return AUROC, F1 at a probability of one half, and the share of false alarms where 95 % are found."""
    false, true, _ = roc_curve(y, scores)
    return {
        "auroc": float(roc_auc_score(y, scores)),
        "f1": float(f1_score(y, scores >= 0.5)),
        "false_at_95": float(false[np.searchsorted(true, 0.95)]),
        "alarms": float((scores[~y] >= 0.5).mean()),
        "found": float((scores[y] >= 0.5).mean()),
    }
