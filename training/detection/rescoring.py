"""Fit verdict_encoder.json: how what the encoder reads moves the verdict of a text.

    python -m training.detection.rescoring ../shared/data --texts 600

Sentences and paragraphs of ECB+ articles that neither the verdict nor the ranker learned from, half of them spun.
Printed are the measures of the verdict alone and of both together, the latter by cross-validation.
"""

from __future__ import annotations

import argparse
import zlib
from pathlib import Path
from random import Random

import msgspec
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from restore.config import Config
from restore.detection.reading_findings import word_chances
from restore.detection.rescoring import EncoderWeights, inputs
from restore.detection.verdict import verdict_on
from restore.encoder.reading import read
from restore.simulation.simulator import spin
from restore.text.parsing import Parser
from training.detection.fitting import PRIOR, report
from training.detection.pieces import FAMILIES, HIGHEST, LOWEST, Channels, pieces, sources
from training.paths import MODELS

FITTED_AT = 0.2
"""The share of damaged texts while fitting, so that the few there are weigh; the intercept then moves to `PRIOR`."""
USED_EVENTS = 150
"""The articles that training/detection/verdict.py takes."""


def main() -> None:
    """Judge, fit and write."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("data", type=Path, help="the folder of the training corpora")
    options.add_argument("--texts", type=int, default=600)
    options.add_argument("--paragraphs", type=float, default=0.25, help="the share of paragraphs among the texts")
    options.add_argument("-o", "--output", type=Path, default=MODELS / "verdict_encoder.json")
    args = options.parse_args()
    used = {source.id for source in sources(args.data, USED_EVENTS)}
    fresh = [s for s in sources(args.data, 10_000) if s.id.startswith("ecb/") and s.id not in used]
    channels, parser = Channels(), Parser(Config().spacy_pipeline)
    known = channels.get("known")  # what a new page holds is only partly known
    rows: list[tuple[float, float, float]] = []
    labels: list[bool] = []
    for number, source in enumerate(Random(3).sample(fresh, min(args.texts, len(fresh)))):
        rng = Random(zlib.crc32(source.id.encode()))
        kind = "paragraph" if rng.random() < args.paragraphs else "sentence"
        text = dict(pieces(source, rng)).get(kind)
        if text is None:
            continue
        family, spun = FAMILIES[number // 2 % len(FAMILIES)], bool(number % 2)
        if spun:
            marked = spin(parser.parse(text), channels.whole, number, rng.uniform(LOWEST, HIGHEST), {family: 1.0})
            if not marked.edits:
                continue
            text = marked.text
        parsed = parser.parse(text)
        rows.append(inputs(verdict_on(parsed, known).probability, word_chances(parsed, read(parsed))))
        labels.append(spun)
    x, y = np.array(rows), np.array(labels)
    weights = np.where(y, FITTED_AT / y.sum(), (1 - FITTED_AT) / (~y).sum()) * len(y)
    model = LogisticRegression(C=1.0)
    both = cross_val_predict(model, x, y, cv=5, method="predict_proba", params={"sample_weight": weights})[:, 1]
    print(f"{len(y)} texts, {y.sum()} of them spun")
    print("verdict alone:", {k: round(v, 3) for k, v in report(y, 1 / (1 + np.exp(-x[:, 0]))).items()})
    print("with the encoder:", {k: round(v, 3) for k, v in report(y, both).items()})
    model.fit(x, y, weights)
    moved = np.log(PRIOR / (1 - PRIOR)) - np.log(FITTED_AT / (1 - FITTED_AT))
    fitted = [round(float(v), 4) for v in (model.intercept_[0] + moved, *model.coef_[0])]
    args.output.write_bytes(
        msgspec.json.format(msgspec.json.encode(EncoderWeights(*fitted), order="sorted"), indent=1) + b"\n"
    )


if __name__ == "__main__":
    main()
