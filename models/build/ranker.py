"""Fit the ranker on simulated damage and clean text; write models/ranker.json.

    python models/build/ranker.py ../shared/data --keep /tmp/places

The model is a conditional logit: at every place keeping and each candidate compete; keeping scores 0, a candidate its
weighted features. First the prefilter is fitted, without a judge, on all places of some cases. Then the other cases get
their spin rate (restore/decoding/prior.py), places are drawn from them, both judges are asked about those, and the
weights are fitted once for each judge. Gold sets are never read.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from zlib import crc32

from ranker_data import Article, Case, CaseMaker, Option, Place, articles
from ranker_fit import ADDED, LM, fit, outlook, report, temperature, worth
from ranker_scores import add_log_ratios

from restore.config import Config
from restore.decoding.prior import place_odds, prior_features, shift, spin_rate
from restore.detection.verdict import count_words
from restore.language_model.base import Judge
from restore.language_model.bigram import BigramJudge
from restore.language_model.llama import LlamaJudge
from restore.language_model.weights import neural_weights
from restore.parsing import Parser

MODELS = Path(__file__).resolve().parent.parent
JUDGES = ("bigram", "llama")
PREFILTER_FLOOR = -6.5
OPTIONS = 6
BEHIND = 5.0
FLOOR_RATIO, FLOOR = -14.0, -2.0
FOLDS = 5


@dataclass(slots=True)
class Sampled:
    """The places drawn from a case, with what the reports need."""

    id: str
    family: str
    unseen: bool
    shift: float
    places: list[Place]

    @property
    def is_test(self) -> bool:
        """Whether its article is kept from training, in all its shapes."""
        return crc32(self.id.split("/other")[0].encode()) % FOLDS == 0


def main() -> None:
    """Read the command line, make or read the places, fit, report, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder of the clean corpora")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=70, help="cases for the prefilter")
    parser.add_argument("--seconds", type=float, default=1800, help="time for the cases that the judges see")
    parser.add_argument(
        "--keep", type=Path, required=True, help="keep the places in this folder, or fit on those it holds"
    )
    parser.add_argument("--l2", type=float, default=1.0, help="strength of the prior")
    parser.add_argument(
        "--grammar", action="store_true", help="ask LanguageTool too (`restore languagetool setup`), for its features"
    )
    parser.add_argument("--onto", type=Path, help="keep the weights of this ranker; fit those of later sources only")
    parser.add_argument("-o", "--output", type=Path, default=MODELS / "ranker.json")
    options = parser.parse_args()
    options.keep.mkdir(parents=True, exist_ok=True)
    if not (options.keep / "cases.jsonl").exists():
        _make(options)
    prefilter = json.loads((options.keep / "prefilter.json").read_text("utf-8"))
    cases = list(_read(options.keep / "cases.jsonl"))
    base = json.loads(options.onto.read_text("utf-8")) if options.onto else None
    ranker, summary = fit_all(prefilter, cases, options.l2, base)
    options.output.write_text(json.dumps(ranker, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(json.dumps(summary, indent=1))


def fit_all(
    prefilter: dict[str, Any], cases: Sequence[Sampled], l2: float, base: dict[str, Any] | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fit the weights of every judge; give the ranker and the report on the articles kept from training.

    Of a `base`, an earlier ranker, all stays but the weights of later sources (`ADDED`).
    """
    summary: dict[str, Any] = {"prefilter": prefilter["report"]}
    fitted = {}
    for judge in JUDGES:
        seen = [p for c in cases if not c.is_test for p in _for_judge(c, judge)]
        unseen = [p for c in cases if c.is_test for p in _for_judge(c, judge)]
        names = sorted({n for p in seen for o in p.options for n in o.features})
        prior = {**prefilter["weights"], LM: 0.3}
        old = base["judges"][judge] if base else None
        fixed = {**old["features"], LM: old["language_model"]} if old else None
        weights, likelihood = fit(seen, names, l2, prior, fixed)
        heat = temperature(unseen, weights)
        summary[judge] = {
            "places": len(seen),
            "log_likelihood": likelihood,
            **report(unseen, weights),
            "families": dict(_held_out(cases, judge, names, l2, prior)),
            "worth": worth(unseen, weights),
        }
        scale = weights.pop(LM)
        fitted[judge] = {
            "language_model": round(scale, 4),
            "features": _rounded(weights),
            "floor": round(FLOOR_RATIO * scale + FLOOR, 2),
            "slope": round(1 / heat, 3),
            "offset": 0.0,
        }
        if old:
            fitted[judge] |= {n: old[n] for n in ("floor", "slope", "offset")}
    ranker = {
        "judges": fitted,
        "prefilter": _rounded(prefilter["weights"]),
        "prefilter_floor": PREFILTER_FLOOR,
        "base_rate": round(prefilter["base_rate"], 4),
    }
    if base:
        added = {n: w for n, w in ranker["prefilter"].items() if n.startswith(ADDED)}
        kept = {n: w for n, w in base["prefilter"].items() if not n.startswith(ADDED)}
        ranker |= {"prefilter": {**kept, **added}, "base_rate": base["base_rate"]}
    return ranker, summary


def _held_out(
    cases: Sequence[Sampled], judge: str, names: Sequence[str], l2: float, prior: dict[str, float]
) -> Iterator[tuple[str, dict[str, float]]]:
    """Leave out each family in turn; report on its texts whose own rows the engine had not."""
    for family in sorted({c.family for c in cases if c.family}):
        seen = [p for c in cases if c.family != family for p in _for_judge(c, judge)]
        unseen = [p for c in cases if c.family == family and c.unseen for p in _for_judge(c, judge)]
        if any(o.right for p in unseen for o in p.options):
            weights, _ = fit(seen, names, l2, prior)
            yield family, {"places": len(unseen), **report(unseen, weights)}


def _for_judge(case: Sampled, judge: str) -> Iterator[Place]:
    """Give the places as this judge sees them: its log-ratio as the feature `lm.ratio`."""
    for place in case.places:
        options = []
        for option in place.options:
            features = {n: v for n, v in option.features.items() if not n.startswith("judge.")}
            features |= {LM: option.features[f"judge.{judge}"], **prior_features(case.shift)}
            options.append(Option(features, option.right, None))
        yield Place(place.sentence, options, place.damaged, place.weight)


def _make(options: argparse.Namespace) -> None:
    """Fit the prefilter on the first cases, then draw places from new cases until the time is up."""
    parser = Parser(Config().spacy_pipeline)
    pool = articles(options.data, parser)
    stream = _cases(CaseMaker(parser, options.grammar), pool, options.seed)
    if not (options.keep / "prefilter.json").exists():
        first = []
        for number, case in zip(range(options.first), stream, strict=False):
            first.append(case)
            _tell(f"prefilter: {number + 1}/{options.first} cases")
        found = json.dumps(_prefilter(first, options.l2), indent=1)
        (options.keep / "prefilter.json").write_text(found, encoding="utf-8")
    prefilter = json.loads((options.keep / "prefilter.json").read_text("utf-8"))
    rng = Random(options.seed)
    judges: dict[str, Judge] = {"llama": LlamaJudge(neural_weights())}
    began, total = time.monotonic(), 0
    with (options.keep / "cases.jsonl").open("w", encoding="utf-8") as file:
        for number, case in enumerate(stream, 1):
            sampled = _sample(case, prefilter, rng)
            own = BigramJudge([r.parsed.text for r in case.context.references])
            for name, judge in {"bigram": own, **judges}.items():
                add_log_ratios(case, sampled.places, judge, f"judge.{name}", Random(f"{options.seed}/{number}"))
            wanted = {f"judge.{name}" for name in JUDGES}
            sampled.places = [p for p in sampled.places if all(wanted <= o.features.keys() for o in p.options)]
            _write(file, sampled)
            total += len(sampled.places)
            seconds = time.monotonic() - began
            _tell(f"judged: {number} cases, {total} places, {seconds:.0f} s")
            if seconds > options.seconds:
                break
    print(file=sys.stderr)


def _cases(maker: CaseMaker, pool: Sequence[Article], seed: int) -> Iterator[Case]:
    """Give cases without end: every article once with each seed, in another order each time."""
    while True:
        order = list(pool)
        Random(seed).shuffle(order)
        for article in order:
            yield maker.make(article, seed)
        seed += 1


def _prefilter(cases: Sequence[Case], l2: float) -> dict[str, Any]:
    train = [p for n, c in enumerate(cases) if n % FOLDS for p in c.places]
    test = [p for n, c in enumerate(cases) if n % FOLDS == 0 for p in c.places]
    names = sorted({n for p in train for o in p.options for n in o.features})
    weights, _ = fit(train, names, l2)
    mendable = sum(any(o.right for o in p.options) for c in cases for p in c.places)
    words = sum(count_words(c.context.parsed) for c in cases)
    return {"weights": weights, "base_rate": mendable / words, "report": report(test, weights)}


def _sample(case: Case, prefilter: dict[str, Any], rng: Random) -> Sampled:
    """Estimate the spin rate; draw places, those that look damaged first of all, weighted by their scarcity."""
    weights, base = prefilter["weights"], prefilter["base_rate"]
    looks = [[outlook(weights, o.features) for o in place.options] for place in case.places]
    rate = spin_rate([place_odds(look) for look in looks], count_words(case.context.parsed), base)
    likelier = shift(rate, base)
    places = []
    for place, look in zip(case.places, looks, strict=True):
        ranked = sorted(zip(look, place.options, strict=True), key=lambda pair: -pair[0])
        least = max(PREFILTER_FLOOR - likelier, ranked[0][0] - BEHIND)
        options = [o for score, o in ranked[:OPTIONS] if score > least]
        if not options:
            continue
        odds = place_odds(look)
        share = 1.0 if any(o.right for o in options) else min(1.0, 0.1 + 2.0 * odds / (1.0 + odds))
        if rng.random() < share:
            copies = [Option(dict(o.features), o.right, o.candidate) for o in options]
            places.append(Place(place.sentence, copies, place.damaged, 1.0 / share))
    return Sampled(case.id, case.family, case.unseen, likelier, places)


def _rounded(weights: dict[str, float]) -> dict[str, float]:
    return {n: round(w, 4) for n, w in weights.items() if abs(w) >= 5e-4}


def _tell(text: str) -> None:
    print(text, file=sys.stderr, end="\r", flush=True)


def _write(file: Any, case: Sampled) -> None:
    rows = [[p.sentence, p.weight, p.damaged, [[o.right, o.features] for o in p.options]] for p in case.places]
    file.write(json.dumps([case.id, case.family, case.unseen, case.shift, rows]) + "\n")
    file.flush()


def _read(path: Path) -> Iterator[Sampled]:
    """Read what an earlier run kept; a line cut short at the end is left out."""
    for line in path.read_text("utf-8").splitlines():
        try:
            name, family, unseen, likelier, rows = json.loads(line)
        except json.JSONDecodeError:
            continue
        places = [
            Place(sentence, [Option(features, right, None) for right, features in options], damaged, weight)
            for sentence, weight, damaged, options in rows
        ]
        yield Sampled(name, family, unseen, likelier, places)


if __name__ == "__main__":
    main()
