"""Fit sentence_pairs.json: how likely two sentences of two reports tell the same.

    python -m training.alignment.sentence_pairs ../shared/data

Learned from the pairs of thirty events that were judged by hand (data/alignment); the chance from which a pair counts
is the one with the best F1 in five folds over the events. Printed are precision, recall and F1 by cross-validation, and
on data/gold (benchmarks/sentence_alignment.py), which is not learned from.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import msgspec
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from restore.alignment.sentence_pairs import PairModel
from restore.alignment.sentences import compared
from restore.config import Config
from restore.text.parsing import Parser
from training.encoder.corpus import rows
from training.paths import MODELS

JUDGED = MODELS.parent / "data" / "alignment" / "sentence_pairs_events.json"
STRENGTH = 0.3
"""Of the weights' freedom (C); chosen by hand, anything from 0.1 to 1 does as well."""


def main() -> None:
    """Fit and write."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("data", type=Path)
    options.add_argument("-o", "--output", type=Path, default=MODELS / "sentence_pairs.json")
    given = options.parse_args()
    judged = json.loads(JUDGED.read_text("utf-8"))["pairs"]
    wanted = {row[side] for row in judged for side in ("a", "b")}
    texts = {r["id"]: r["text"] for r in rows(given.data / "news" / "events_other.jsonl.zst") if r["id"] in wanted}
    parser = Parser(Config().spacy_pipeline)
    x, y, events, missed = [], [], [], 0
    for number, row in enumerate(judged):
        for turned in (False, True):  # either report may be the text
            a, b = (row["b"], row["a"]) if turned else (row["a"], row["b"])
            same = {(m, n) if turned else (n, m) for n, m in row["same"]}
            pairs, matrix = compared(parser.parse(texts[a]), parser.parse(texts[b]))
            kept = [at for at, pair in enumerate(pairs) if max(pair) < row["sentences"]]
            missed += len(same - set(pairs))
            x.append(matrix[kept])
            y += [pairs[at] in same for at in kept]
            events += [number] * len(kept)
    matrix, right = np.concatenate(x), np.asarray(y)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH, max_iter=1000))
    chances = cross_val_predict(model, matrix, right, groups=events, cv=GroupKFold(5), method="predict_proba")[:, 1]
    total = right.sum() + missed
    table = []
    for least in np.arange(0.1, 0.6, 0.01):
        found = chances >= least
        precision, recall = right[found].mean(), right[found].sum() / total
        table.append((2 * precision * recall / (precision + recall), least, precision, recall))
    best = max(table)
    model.fit(matrix, right)
    scaler, weights = model[0], model[1]
    means, scales, coefficients = (np.round(v, 6).tolist() for v in (scaler.mean_, scaler.scale_, weights.coef_[0]))
    fitted = PairModel(means, scales, coefficients, float(weights.intercept_[0]), round(float(best[1]), 2))
    given.output.write_bytes(msgspec.json.encode(fitted) + b"\n")
    print(f"{len(right)} pairs, {int(right.sum())} the same, {missed} share no telling word")
    print("five folds: F1 {:.3f} at {:.2f}, precision {:.3f}, recall {:.3f}".format(*best))


if __name__ == "__main__":
    main()
