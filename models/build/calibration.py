"""Calibrate the confidences on whole texts that the ranker was not trained on; write slope and offset to ranker.json.

    python models/build/calibration.py ../shared/data --texts 60 --keep decisions.json

The articles are those that models/build/ranker.py keeps from training, damaged anew, with a part of the channel hidden.
The engine decides over them in one pass; every decision is right if it gives back exactly what stood there. Slope and
offset are fitted on one half of the articles (Platt 1999) and reported on the other; what ships is fitted on all.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from zlib import crc32

import msgspec
import numpy as np
from ranker import FOLDS
from ranker_data import CaseMaker, articles, event_articles, is_right
from scipy.optimize import minimize

from restore.config import Config
from restore.decoding.decoder import Decoder
from restore.decoding.ranker import load_ranker
from restore.evaluation.calibration import Outcome, expected_error, reliability
from restore.language_model.base import Judge
from restore.language_model.bigram import BigramJudge
from restore.language_model.llama import LlamaJudge
from restore.language_model.weights import neural_weights
from restore.parsing import Parser

RANKER = Path(__file__).resolve().parent.parent / "ranker.json"
SEED = 1001
LEAST = 0.02


def main() -> None:
    """Decide, fit, report, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder of the clean corpora")
    parser.add_argument("--texts", type=int, default=60)
    parser.add_argument("--events", action="store_true", help="only measure, on ECB+ with a report on the same event")
    parser.add_argument("--judge", choices=["llama", "bigram"], default="llama")
    parser.add_argument("--grammar", action="store_true", help="ask LanguageTool too (`restore languagetool setup`)")
    parser.add_argument("--keep", type=Path, help="keep the decisions here, or read those it holds")
    parser.add_argument("--crossed", type=Path, help="write the decisions here, each calibrated on the other half")
    options = parser.parse_args()
    if options.keep and options.keep.exists():
        found = [[Outcome(*o) for o in text] for text in json.loads(options.keep.read_text("utf-8"))]
    else:
        found = list(_decide(options))
        if options.keep:
            rows = [[(o.confidence, o.right) for o in text] for text in found]
            options.keep.write_text(json.dumps(rows), encoding="utf-8")
    if options.events:
        _print(o for text in found for o in text)
        return
    halves = [[o for text in found[n::2] for o in text] for n in (0, 1)]
    crossed: list[Outcome] = []
    for train, test in (halves, halves[::-1]):
        slope, offset = platt(train)
        crossed += [Outcome(_mapped(o.confidence, slope, offset), o.right) for o in test]
        print(f"slope {slope:.3f}, offset {offset:.3f}; error on the other half before: {expected_error(test):.4f}")
    _print(crossed)
    if options.crossed:
        options.crossed.write_text(json.dumps([[(o.confidence, o.right) for o in crossed]]), encoding="utf-8")
    slope, offset = platt([o for half in halves for o in half])
    ranker = json.loads(RANKER.read_text("utf-8"))
    ranker["judges"][options.judge] |= {"slope": round(slope, 4), "offset": round(offset, 4)}
    RANKER.write_text(json.dumps(ranker, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _print(outcomes: Iterable[Outcome]) -> None:
    found = list(outcomes)
    for r in reliability(found):
        print(f"{r.least:.2f} to {r.most:.2f}: {r.count:5d} decisions, said {r.said:.3f}, right {r.right:.3f}")
    print(f"expected calibration error {expected_error(found):.4f}")


def platt(outcomes: Sequence[Outcome]) -> tuple[float, float]:
    """Fit slope and offset of the log-odds by maximum likelihood."""
    p = np.clip([o.confidence for o in outcomes], 1e-4, 1 - 1e-4)
    z, y = np.log(p / (1 - p)), np.array([o.right for o in outcomes], dtype=float)

    def loss(x: np.ndarray) -> float:
        score = x[0] * z + x[1]
        return float(np.sum(np.logaddexp(0.0, score) - y * score))

    slope, offset = minimize(loss, np.array([1.0, 0.0]), bounds=[(0.2, 3.0), (-3.0, 3.0)]).x
    return float(slope), float(offset)


def _mapped(confidence: float, slope: float, offset: float) -> float:
    p = min(max(confidence, 1e-4), 1 - 1e-4)
    return float(1 / (1 + np.exp(-slope * np.log(p / (1 - p)) - offset)))


def _decide(options: argparse.Namespace) -> Iterator[list[Outcome]]:
    """Give the outcomes of the texts; uncalibrated, unless they are only measured."""
    parser = Parser(Config().spacy_pipeline)
    ranker = load_ranker()
    if options.events:
        pool = [a for a in event_articles(options.data, parser) if a.sibling]
        Random(SEED).shuffle(pool)
    else:
        pool = [a for a in articles(options.data, parser) if crc32(a.id.split("/other")[0].encode()) % FOLDS == 0]
        weights = msgspec.structs.replace(ranker.judges[options.judge], slope=1.0, offset=0.0)
        ranker = msgspec.structs.replace(ranker, judges={options.judge: weights})
    maker = CaseMaker(parser, options.grammar)
    llama = LlamaJudge(neural_weights()) if options.judge == "llama" else None
    for number in range(options.texts):
        case = maker.make(pool[number % len(pool)], SEED + number // len(pool))
        candidates = [o.candidate for p in case.places for o in p.options if o.candidate]
        judge: Judge = llama or BigramJudge([r.parsed.text for r in case.context.references])
        decoder = Decoder(Config(), case.channel, ranker)
        decisions = decoder.decide(case.context, candidates, judge, {}).decisions
        judge.reset()
        yield [Outcome(d.confidence, is_right(case.marked, d.candidate)) for d in decisions if d.confidence >= LEAST]
        print(f"{number + 1}/{options.texts} texts", file=sys.stderr, end="\r", flush=True)
    print(file=sys.stderr)


if __name__ == "__main__":
    main()
