"""Calibrate the confidences on whole texts that the ranker was not trained on; write what was fitted to ranker.json.

    python models/build/calibration.py ../shared/data --texts 60 --keep decisions.json
    python models/build/calibration.py ../shared/data --texts 40 --events --keep events.json

The articles are those that models/build/ranker.py keeps from training, damaged anew, with a part of the channel hidden.
The engine decides over them in one pass; every decision is right if it gives back exactly what stood there. Slope and
offset are fitted on one half of the articles (Platt 1999) and reported on the other; what ships is fitted on all.

With --events the articles are those of ECB+, each with another report on the same event as its reference. Fitted is
another slope and offset on top, for the edits for which one reference alone speaks; reported by five folds.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple
from zlib import crc32

import msgspec
import numpy as np
from ranker import FOLDS
from ranker_data import CaseMaker, articles, event_articles, is_right
from scipy.optimize import minimize

from restore.config import Config
from restore.decoding.decoder import Decoder, calibrated, is_lone_reference
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
SAFE = 0.7
LONE_FOLDS = 5


class Decided(NamedTuple):
    """A decision: its confidence, whether it was right, and whether a reference alone spoke for it."""

    confidence: float
    right: bool
    lone: bool


def main() -> None:
    """Decide, fit, report, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder of the clean corpora")
    parser.add_argument("--texts", type=int, default=60)
    parser.add_argument("--events", action="store_true", help="fit what a reference alone is worth, on ECB+")
    parser.add_argument("--judge", choices=["llama", "bigram"], default="llama")
    parser.add_argument("--grammar", action="store_true", help="ask LanguageTool too (`restore languagetool setup`)")
    parser.add_argument("--keep", type=Path, help="keep the decisions here, or read those it holds")
    parser.add_argument("--crossed", type=Path, help="write the decisions here, each calibrated on the other half")
    options = parser.parse_args()
    if options.keep and options.keep.exists():
        found = [[Decided(*o) for o in text] for text in json.loads(options.keep.read_text("utf-8"))]
    else:
        found = list(_decide(options))
        if options.keep:
            options.keep.write_text(json.dumps(found), encoding="utf-8")
    if options.events:
        slope, offset = _fit_lone(found)
        _write(options.judge, {"lone_slope": round(slope, 4), "lone_offset": round(offset, 4)})
        return
    halves = [[Outcome(d.confidence, d.right) for text in found[n::2] for d in text] for n in (0, 1)]
    crossed: list[Outcome] = []
    for train, test in (halves, halves[::-1]):
        slope, offset = platt(train)
        crossed += [Outcome(calibrated(o.confidence, slope, offset), o.right) for o in test]
        print(f"slope {slope:.3f}, offset {offset:.3f}; error on the other half before: {expected_error(test):.4f}")
    _print(crossed)
    if options.crossed:
        options.crossed.write_text(json.dumps([[(o.confidence, o.right) for o in crossed]]), encoding="utf-8")
    slope, offset = platt([o for half in halves for o in half])
    _write(options.judge, {"slope": round(slope, 4), "offset": round(offset, 4)})


def _write(judge: str, fitted: dict[str, float]) -> None:
    ranker = json.loads(RANKER.read_text("utf-8"))
    ranker["judges"][judge] |= fitted
    RANKER.write_text(json.dumps(ranker, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _fit_lone(found: Sequence[Sequence[Decided]]) -> tuple[float, float]:
    """Fit and report slope and offset where a reference stands alone; give what was fitted on all texts."""
    before, after = [], []
    for fold in range(LONE_FOLDS):
        train = [d for n, text in enumerate(found) if n % LONE_FOLDS != fold for d in text if d.lone]
        test = [d for text in found[fold::LONE_FOLDS] for d in text if d.lone]
        slope, offset = platt(train)
        print(f"fold {fold + 1}: slope {slope:.3f}, offset {offset:.3f}")
        before += [Outcome(d.confidence, d.right) for d in test]
        after += [Outcome(calibrated(d.confidence, slope, offset), d.right) for d in test]
    rest = [Outcome(d.confidence, d.right) for text in found for d in text if not d.lone]
    for name, outcomes in (("a reference alone, before", before), ("after", after), ("all the others", rest)):
        sure = [o.right for o in outcomes if o.confidence >= SAFE]
        print(f"{name}: {len(sure)} of {len(outcomes)} at {SAFE} or more, of these right: {sum(sure)}")
        _print(outcomes)
    return platt([d for text in found for d in text if d.lone])


def _print(outcomes: Iterable[Outcome]) -> None:
    found = list(outcomes)
    for r in reliability(found):
        print(f"{r.least:.2f} to {r.most:.2f}: {r.count:5d} decisions, said {r.said:.3f}, right {r.right:.3f}")
    print(f"expected calibration error {expected_error(found):.4f}")


def platt(outcomes: Sequence[Outcome | Decided]) -> tuple[float, float]:
    """Fit slope and offset of the log-odds by maximum likelihood."""
    p = np.clip([o.confidence for o in outcomes], 1e-4, 1 - 1e-4)
    z, y = np.log(p / (1 - p)), np.array([o.right for o in outcomes], dtype=float)

    def loss(x: np.ndarray) -> float:
        score = x[0] * z + x[1]
        return float(np.sum(np.logaddexp(0.0, score) - y * score))

    slope, offset = minimize(loss, np.array([1.0, 0.0]), bounds=[(0.2, 3.0), (-3.0, 3.0)]).x
    return float(slope), float(offset)


def _decide(options: argparse.Namespace) -> Iterator[list[Decided]]:
    """Give the outcomes of the texts, without what is to be fitted."""
    parser = Parser(Config().spacy_pipeline)
    ranker = load_ranker()
    if options.events:
        pool = [a for a in event_articles(options.data, parser) if a.sibling]
        Random(SEED).shuffle(pool)
        weights = msgspec.structs.replace(ranker.judges[options.judge], lone_slope=1.0, lone_offset=0.0)
    else:
        pool = [a for a in articles(options.data, parser) if crc32(a.id.split("/other")[0].encode()) % FOLDS == 0]
        weights = msgspec.structs.replace(ranker.judges[options.judge], slope=1.0, offset=0.0)
    ranker = msgspec.structs.replace(ranker, judges={options.judge: weights})
    maker = CaseMaker(parser, options.grammar)
    llama = LlamaJudge(neural_weights()) if options.judge == "llama" else None
    for number in range(options.texts):
        case = maker.make(pool[number % len(pool)], SEED + number // len(pool))
        parsed = case.context.parsed
        candidates = [o.candidate for p in case.places for o in p.options if o.candidate]
        judge: Judge = llama or BigramJudge([r.parsed.text for r in case.context.references])
        decoder = Decoder(Config(), case.channel, ranker)
        decisions = decoder.decide(case.context, candidates, judge, {}).decisions
        judge.reset()
        yield [
            Decided(d.confidence, is_right(case.marked, d.candidate), is_lone_reference(d.candidate, parsed))
            for d in decisions
            if d.confidence >= LEAST
        ]
        print(f"{number + 1}/{options.texts} texts", file=sys.stderr, end="\r", flush=True)
    print(file=sys.stderr)


if __name__ == "__main__":
    main()
