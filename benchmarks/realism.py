"""How real is the simulator? Its kinds of damage against the real ones, and whether a classifier tells its pairs apart.

    python benchmarks/realism.py kinds ../shared/data/clean_text/gum_wikinews.txt
    python benchmarks/realism.py pairs ../shared/data/clean_text/gum_wikinews.txt ../shared/data/state_of_the_union

The texts are clean ones to spin; only what the simulator does to them is counted.

`kinds` counts the simulator's kinds of damage in family A and compares them with the kinds counted by hand on 23 real
pages (total variation distance, chi-square). For each family it compares the kinds of its pairs with those of the
table's rows, both named by the same rules: nothing but the two sides of a pair is looked at.

`pairs` hides one half of the table's rows from the simulator, lets it spin the texts, and trains classifiers to tell
the pairs that it draws from the rows it never saw (counts are weights; five folds, no pair in two of them; both halves
take their turn). An area under the ROC curve of 0.5 means that they cannot be told apart. `matched` counts only
originals that real and simulated pairs share, weighed alike: then only what is written for them counts, not which
words a text has. `drawn` leaves out the simulated pairs that are rows it was shown: what is left comes from its
resources. `real` tells one half of the real rows from the other: the noise floor. The features know nothing of the
rows, but for the weights of the lexical channel, which were fitted on all of them.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # threads that wait for a busy core cost more than they bring

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import DamerauLevenshtein

from restore.channel.model import ChannelRow, SpinnerChannel, load_channel, normalise
from restore.evaluation.clean import split_documents
from restore.lexicon.frequencies import log_frequency
from restore.lexicon.originals import log_lexical
from restore.lexicon.vectors import load_vectors, relatedness
from restore.lexicon.wordnet import RELATIONS, Pos, load_thesaurus
from restore.simulation.kinds import is_function, pair_kind
from restore.simulation.simulator import FAMILIES, spin
from restore.text.morphology import lemmas, lemmas_by_pos
from restore.text.parsing import ParsedText, Parser

REAL_KINDS = {
    "synonym": 0.44, "function": 0.30, "filler": 0.13, "casing": 0.06, "morphology": 0.03, "deletion": 0.02,
    "name": 0.02, "number": 0.01,
}  # fmt: skip
"""Shares of the kinds of damage on 23 real pages of family A (1,500 edits or so); they add up to 1.01."""
EDITS_COUNTED = 1_500
RATES = (0.17, 0.29)
FOLDS = 5
_POS: dict[str, Pos] = {"NOUN": "n", "VERB": "v", "ADJ": "a", "ADV": "r"}
_SUFFIXES = ("s", "ed", "ing", "ly", "er", "est")
_UNRATED = -25.0

Pair = tuple[str, str]
Weights = Mapping[Pair, float]


# Texts and pairs


def read_texts(paths: Sequence[str], parser: Parser, words: int) -> list[ParsedText]:
    """Parse groups of about 300 words of each path, as many from each, about `words` words in all."""
    files = [
        file for path in paths for file in (sorted(Path(path).glob("*.txt")) if Path(path).is_dir() else [Path(path)])
    ]
    share = max(1, words // max(1, len(files)))
    found: list[ParsedText] = []
    for file in files:
        size = 0
        for document in split_documents(file.read_text(encoding="utf-8"), "paragraphs"):
            if size >= share:
                break
            found.append(parser.parse(document))
            size += len(document.split())
    return found


def simulated_edits(
    texts: Sequence[ParsedText], channel: SpinnerChannel, families: Mapping[str, float], seeds: int
) -> Iterator[tuple[str, Pair]]:
    """Spin every text with every seed; give the kind and the two sides, spun first, of every edit."""
    low, high = RATES
    for number, parsed in enumerate(texts):
        for seed in range(seeds):
            own = number * seeds + seed
            rate = low + (high - low) * (own % 7) / 6
            for edit in spin(parsed, channel, own, rate, families).edits:
                yield edit.kind, (normalise(edit.spun), normalise(edit.gold[0]))


def real_pairs(channel: SpinnerChannel, families: Iterable[str]) -> Counter[Pair]:
    """Return the counts on real pages of all rows in those families."""
    wanted = set(families)
    counts = {(row.spun, row.original): sum(n for name, n in row.families if name in wanted) for row in channel.rows}
    return Counter({pair: count for pair, count in counts.items() if count})


def family_totals(channel: SpinnerChannel) -> dict[str, float]:
    """Return the counts on real pages of each family that the simulator draws."""
    totals: dict[str, float] = defaultdict(float)
    for row in channel.rows:
        for name, count in row.families:
            if name in FAMILIES:
                totals[name] += count
    return dict(totals)


# Kinds of damage


def compare_kinds(texts: Sequence[ParsedText], seeds: int) -> None:
    """Print kinds of damage, simulated beside real."""
    channel = load_channel()
    edits = list(simulated_edits(texts, channel, {"A": 1.0}, seeds))
    counts = Counter(kind for kind, _ in edits if kind in REAL_KINDS)
    others = sum(kind not in REAL_KINDS for kind, _ in edits) / len(edits)
    print(f"family A, {len(edits):,} simulated edits; {others:.1%} of them of kinds that were not counted on the pages")
    shares = {kind: counts[kind] / counts.total() for kind in REAL_KINDS}
    real = {kind: share / sum(REAL_KINDS.values()) for kind, share in REAL_KINDS.items()}
    print(f"{'kind':12} {'real':>7} {'simulated':>10}")
    for kind, share in real.items():
        print(f"{kind:12} {share:7.1%} {shares[kind]:10.1%}")
    _print_distance(real, shares, EDITS_COUNTED)
    print("\nkinds by the two sides of the pairs alone, rows of the table beside simulated pairs")
    for family in family_totals(channel):
        ours = Counter(
            pair_kind(*pair) for _, pair in simulated_edits(texts, channel, {family: 1.0}, max(1, seeds // 4))
        )
        theirs: Counter[str] = Counter()
        for pair, count in real_pairs(channel, [family]).items():
            theirs[pair_kind(*pair)] += count
        del ours["same"]  # casing; the table holds no rows about it
        kinds = sorted(theirs | ours, key=lambda kind: -theirs[kind])
        told = ", ".join(f"{k} {theirs[k] / theirs.total():.0%}:{ours[k] / ours.total():.0%}" for k in kinds)
        print(f"{family} ({theirs.total()} real): {told}")
        _print_distance(
            {k: theirs[k] / theirs.total() for k in kinds}, {k: ours[k] / ours.total() for k in kinds}, theirs.total()
        )


def _print_distance(real: Mapping[str, float], shares: Mapping[str, float], counted: int) -> None:
    """Print the total variation distance, and chi-square of `counted` real edits if the simulator's shares held."""
    from scipy.stats import chi2

    distance = sum(abs(real[kind] - shares[kind]) for kind in real) / 2
    smallest = 0.5 / counted
    square = sum(counted * (real[kind] - shares[kind]) ** 2 / max(shares[kind], smallest) for kind in real)
    freedom = max(1, len(real) - 1)
    p = float(chi2.sf(square, freedom))
    print(f"  total variation {distance:.3f}; chi-square {square:.1f}, {freedom} degrees of freedom, p = {p:.3g}")


# Features


@lru_cache(maxsize=100_000)
def describe(pair: Pair) -> Mapping[str, float]:
    """Describe a pair without a look at any row; every pair has the same names."""
    spun, original = pair
    values: dict[str, float] = {
        "frequency.original": log_frequency(original),
        "frequency.spun": log_frequency(spun),
        "frequency.gain": log_frequency(spun) - log_frequency(original),
        "length.original": len(original),
        "length.spun": len(spun),
        "length.gain": len(spun) - len(original),
        "words.original": original.count(" ") + 1,
        "words.spun": spun.count(" ") + 1,
        "form.distance": DamerauLevenshtein.normalized_distance(spun, original),
        "form.prefix": _shared_start(spun, original),
        "form.suffixes_agree": [spun.endswith(s) for s in _SUFFIXES] == [original.endswith(s) for s in _SUFFIXES],
        "form.same_lemma": bool(set(lemmas(spun)) & set(lemmas(original))),
        "vectors.cosine": relatedness(spun, original),
        "vectors.unknown": not {spun, original} <= load_vectors().rows.keys(),
    }
    thesaurus = load_thesaurus()
    for side, phrase in (("original", original), ("spun", spun)):
        parts = lemmas_by_pos(phrase) if " " not in phrase else {}
        for part in ("NOUN", "VERB", "ADJ", "ADV", "AUX"):
            values[f"pos.{side}.{part}"] = part in parts
        values[f"pos.{side}.function"] = all(is_function(word) for word in phrase.split())
        senses = sum(sum(thesaurus.sense_counts(lemma).values()) for lemma in lemmas(phrase)[:1])
        values[f"senses.{side}"] = math.log1p(senses)
    relation = _relation(spun, original)
    for name in RELATIONS:
        values[f"wordnet.{name}"] = relation == name
    values["wordnet.none"] = not relation
    values["lexical.inverse"] = _lexical(spun, original)
    values["lexical.forward"] = _lexical(original, spun)
    return {name: float(value) for name, value in values.items()}


def _shared_start(one: str, other: str) -> float:
    shared = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared += 1
    return shared / max(1, len(one), len(other))


def _relation(spun: str, original: str) -> str:
    """Return the nearest relation of WordNet between two words, "" if there is none."""
    targets, best = set(lemmas(original)), len(RELATIONS)
    for lemma in lemmas(spun):
        for part in load_thesaurus().parts_of_speech(lemma):
            for related in load_thesaurus().expand(lemma, part):
                if related.lemma in targets:
                    best = min(best, RELATIONS.index(related.relation))
    return RELATIONS[best] if best < len(RELATIONS) else ""


def _lexical(spun: str, original: str) -> float:
    """Return ln P(original | spun) of the lexical channel, over the parts of speech of both sides; low if none fits."""
    if " " in spun or " " in original:
        return _UNRATED
    found = lemmas_by_pos(spun)
    values = [
        log_lexical(own, other, _POS[part])
        for part in found
        if part in _POS
        for own in found[part]
        for other in lemmas(original)
    ]
    return max(values, default=_UNRATED)


# Telling them apart


def compare_pairs(texts: Sequence[ParsedText], seeds: int, report: Path | None) -> None:
    """Print how well real and simulated pairs can be told apart."""
    channel = load_channel()
    families = family_totals(channel)
    results: dict[str, object] = {}
    settings: dict[str, list[tuple[Weights, Weights]]] = defaultdict(list)
    for half in (0, 1):

        def hidden(row: ChannelRow, half: int = half) -> bool:
            return _half(row.spun, row.original) == half

        real = _substitutions(real_pairs(channel, FAMILIES))
        unseen = Counter({pair: count for pair, count in real.items() if _half(*pair) == half})
        shown = channel.without(hidden)
        drawn: Counter[Pair] = Counter(pair for _, pair in simulated_edits(texts, shown, families, seeds))
        drawn = _substitutions(drawn)
        rows = {(row.spun, row.original) for row in shown.rows}
        from_rows = sum(count for pair, count in drawn.items() if pair in rows) / drawn.total()
        print(
            f"half {half}: {len(unseen):,} hidden rows ({unseen.total():,} counts), {drawn.total():,} simulated pairs,"
        )
        print(
            f"  {from_rows:.0%} of them rows that the simulator was shown; {_phrases(unseen)} real, {_phrases(drawn)}"
        )
        settings["text"].append((unseen, drawn))
        settings["drawn"].append((unseen, Counter({p: c for p, c in drawn.items() if p not in rows})))
        settings["matched"].append(_matched(unseen, drawn))
        settings["real"].append((unseen, Counter({p: c for p, c in real.items() if p not in unseen})))
    for setting, pairs in settings.items():
        results[setting] = tell_apart(setting, pairs)
    if report is not None:
        report.write_text(json.dumps(results, indent=2) + "\n")


def _phrases(pairs: Counter[Pair]) -> str:
    several = sum(count for (spun, _), count in pairs.items() if " " in spun)
    return f"{several / pairs.total():.1%} phrases written"


def _half(spun: str, original: str) -> int:
    """Return 0 or 1 for a pair, by a hash that is the same everywhere."""
    return sha256(f"{spun}\t{original}".encode()).digest()[0] & 1


def _substitutions(pairs: Counter[Pair]) -> Counter[Pair]:
    """Keep the pairs with words on both sides that differ."""
    return Counter(
        {(s, o): n for (s, o), n in pairs.items() if s and o and s != o and (s + o).replace(" ", "").isalpha()}
    )


def _matched(real: Counter[Pair], drawn: Counter[Pair]) -> tuple[Weights, Weights]:
    """Keep the originals that both have, and weigh each original's pairs by what the real ones weigh."""
    totals: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    for total, pairs in zip(totals, (real, drawn), strict=True):
        for (_, original), count in pairs.items():
            total[original] += count
    shared = totals[0].keys() & totals[1].keys()
    kept = Counter({pair: count for pair, count in real.items() if pair[1] in shared})
    weighed: dict[Pair, float] = {}
    for (spun, original), count in drawn.items():
        if original in shared:
            weighed[spun, original] = count * totals[0][original] / totals[1][original]
    return kept, weighed


def tell_apart(setting: str, turns: Sequence[tuple[Weights, Weights]]) -> dict[str, object]:
    """Cross-validate classifiers on every turn; print their areas under the ROC curve and what gives the pairs away."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    makers = {
        "logistic regression": lambda: make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000, C=0.3)),
        "gradient boosting": lambda: HistGradientBoostingClassifier(max_iter=60, learning_rate=0.1, random_state=0),
    }
    areas: dict[str, list[float]] = defaultdict(list)
    alone: dict[str, list[float]] = defaultdict(list)
    for real, drawn in turns:
        table, labels, weights, groups = _samples(real, drawn)
        for name, maker in makers.items():
            areas[name] += _areas(maker, table, labels, weights, groups)
        for at, name in enumerate(describe(next(iter(real)))):
            alone[name].append(_area(labels, table[:, at], weights))
    print(f"\n{setting}: {' and '.join(str(len(real) + len(drawn)) for real, drawn in turns)} distinct pairs")
    for name, found in areas.items():
        print(f"  {name:20} AUROC {np.mean(found):.3f} (folds {min(found):.3f} to {max(found):.3f})")
    strongest = sorted(alone.items(), key=lambda item: -abs(float(np.mean(item[1])) - 0.5))[:10]
    print("  alone: " + ", ".join(f"{name} {np.mean(found):.3f}" for name, found in strongest))
    return {
        "areas": {k: float(np.mean(v)) for k, v in areas.items()},
        "alone": {k: float(np.mean(v)) for k, v in alone.items()},
    }


def _samples(
    real: Weights, drawn: Weights
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Return features, labels (1 is simulated), weights (each side adds up to the number of real pairs) and folds."""
    pairs = [*real, *drawn]
    table = np.array([list(describe(pair).values()) for pair in pairs])
    labels = np.array([0] * len(real) + [1] * len(drawn))
    weights = np.array([*real.values(), *drawn.values()], dtype=np.float64)
    for label in (0, 1):
        weights[labels == label] *= len(real) / weights[labels == label].sum()
    folds = np.array([sha256("\t".join(pair).encode()).digest()[1] % FOLDS for pair in pairs])
    return table, labels, weights, folds


def _areas(
    maker: Callable[[], Any],
    table: NDArray[np.float64],
    labels: NDArray[np.int64],
    weights: NDArray[np.float64],
    folds: NDArray[np.int64],
) -> list[float]:
    found = []
    for fold in range(FOLDS):
        out = folds == fold
        model = maker()
        last = getattr(model, "steps", None)
        name = f"{last[-1][0]}__sample_weight" if last else "sample_weight"
        model.fit(table[~out], labels[~out], **{name: weights[~out]})
        found.append(_area(labels[out], model.predict_proba(table[out])[:, 1], weights[out]))
    return found


def _area(labels: NDArray[np.int64], scores: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(labels, scores, sample_weight=weights))


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("kinds", "pairs"))
    parser.add_argument("texts", nargs="+", help="files or folders of clean text")
    parser.add_argument("--words", type=int, default=6_000, help="words of text to spin (%(default)s)")
    parser.add_argument("--seeds", type=int, default=1, help="times that each text is spun (%(default)s)")
    parser.add_argument("--report", type=Path, help="write the areas as JSON here")
    given = parser.parse_args()
    texts = read_texts(given.texts, Parser(), given.words)
    if not texts:
        sys.exit("there is no text in " + ", ".join(given.texts))
    if given.what == "kinds":
        compare_kinds(texts, given.seeds)
    else:
        compare_pairs(texts, given.seeds, given.report)


if __name__ == "__main__":
    main()
