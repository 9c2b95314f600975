"""Fit lexicon.json: the weights of the lexical channel (restore/lexicon/originals.py), a conditional logit.

Reads the single words of the substitutions measured on spun pages (`substitutions.tsv`; the example column tells the
part of speech) and of the tortured phrases of the Problematic Paper Screener (`--tortured pairs.tsv`, phrases of equal
length word by word). At each spun word the original competes with all other candidates and with "something else".
`--report` adds what five folds by spun word give: recall of the originals by group of families, for WordNet's order
as the engine had it before, for all resources and without each, and how much the weights differ between the folds.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from restore.candidates.thesaurus import ranked
from restore.lexicon.features import FEATURES, UNSEEN, Described, describe
from restore.lexicon.wordnet import SPACY_POS, Pos, load_thesaurus
from restore.text.morphology import lemmas
from restore.text.parsing import Parser, Token
from training.channel.spinner_channel import NOTHING, normalise, page_rows, read_rows
from training.paths import MODELS

GROUPS = {"A": "A", "G": "GHB", "H": "GHB", "B": "GHB", "E": "EST", "S": "EST", "T": "EST", "TP": "TP"}
OTHERS = "rest"
_CAP = 5.0
"""A pair seen oftener weighs no more, or a dozen would decide; by hand."""
_INFERRED = 0.5
"""Weight of a pair whose original page was not found: near-synonyms are partly circular; by hand."""
_TORTURED = 0.5
"""Weight of a tortured phrase's pair: some expected phrases are guesses; by hand."""
_FOLDS = 5
"""Of the cross-validation, by spun word."""
_CUTS = (1, 5, 25, 40)
"""Ranks that are reported."""
Matrix = NDArray[np.float64]


class Spun(NamedTuple):
    """A spun lemma and its part of speech."""

    lemma: str
    pos: Pos


class Case(NamedTuple):
    """An original of a spun word: the lemmas it can have, its weight for training, its counts by group of families."""

    spun: Spun
    lemmas: frozenset[str]
    weight: float
    groups: dict[str, float]


class Place(NamedTuple):
    """A case beside its candidates: one row each, the last one stands for something else; the places of the right."""

    rows: Matrix
    right: NDArray[np.bool_]
    weight: float


def token_of(parser: Parser, words: Sequence[str], at: int) -> Token | None:
    """Parse words and give the token that is the one at a place; None if spaCy cuts it otherwise."""
    start = sum(len(word) + 1 for word in words[:at])
    for token in parser.parse(" ".join(words)).tokens:
        if token.start == start and token.text == words[at]:
            return token
    return None


def case_of(parser: Parser, context: Sequence[str], at: int, original: str, weight: float) -> Case | None:
    """Make a case of a word in its context; None unless both sides are content words."""
    spun = token_of(parser, context, at)
    other = token_of(parser, [*context[:at], original, *context[at + 1 :]], at)
    if spun is None or other is None or not (context[at].isalpha() and original.replace("-", "").isalpha()):
        return None
    if any(t.pos not in SPACY_POS or t.pos == "AUX" or len(t.text) < 3 for t in (spun, other)):
        return None
    lemma, pos = spun.lemma.lower(), SPACY_POS[spun.pos]
    if not load_thesaurus().senses(lemma, pos):
        known = [word for word in (spun.lower, *lemmas(spun.lower)) if load_thesaurus().senses(word, pos)]
        lemma = known[0] if known else lemma
    meant = frozenset({original, other.lemma.lower(), *lemmas(original)}) - {lemma}
    if lemma in {original, other.lemma.lower()}:
        return None
    return Case(Spun(lemma, pos), meant, weight, {})


def page_cases(parser: Parser, path: Path) -> Iterable[Case]:
    """Return the cases of the substitutions measured on pages."""
    known = page_rows([path])
    done: set[tuple[str, str]] = set()
    for fields in read_rows(path):
        pair = normalise(fields["spun_phrase"]), normalise(fields["original_phrase"])
        row = known.get(pair)
        if row is None or pair in done or NOTHING in pair or any(len(side.split()) != 1 for side in pair):
            continue
        context = normalise(fields["example"]).split()
        if pair[0] not in context:
            context = [pair[0]]
        weight = min(_CAP, row.families.total()) * (1.0 if row.retrieved else _INFERRED)
        case = case_of(parser, context, context.index(pair[0]), pair[1], weight)
        if case is not None:
            done.add(pair)
            for family, count in row.families.items():
                group = GROUPS.get(family, OTHERS)
                case.groups[group] = case.groups.get(group, 0.0) + min(_CAP, count)
            yield case


def tortured_cases(parser: Parser, path: Path) -> Iterable[Case]:
    """Return the cases of the tortured phrases, one for each pair of words."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    where: dict[tuple[str, str], tuple[list[str], int]] = {}
    for fields in read_rows(path):
        left, right = normalise(fields["tortured"]).split(), normalise(fields["expected"]).split()
        if len(left) != len(right):
            continue
        for at, pair in enumerate(zip(left, right, strict=True)):
            if pair[0] != pair[1]:
                counts[pair] += 1
                where.setdefault(pair, (left, at))
    for pair, count in counts.items():
        context, at = where[pair]
        case = case_of(parser, context, at, pair[1], _TORTURED * min(_CAP, count))
        if case is not None:
            case.groups["TP"] = min(_CAP, count)
            yield case


def places_of(cases: Sequence[Case], described: dict[Spun, Described], drop: str = "") -> list[Place]:
    """Put every case beside its candidates; `drop` names a resource that is left out with what only it proposes."""
    places = []
    for case in cases:
        found = described[case.spun]
        features, kept = without(found, drop)
        rows = np.zeros((len(kept) + 1, len(FEATURES) + len(UNSEEN)))
        rows[:-1, : len(FEATURES)] = features
        rows[-1, len(FEATURES) :] = found.unseen
        right = np.array([*(found.lemmas[at] in case.lemmas for at in kept), False])
        right[-1] = not right.any()
        places.append(Place(rows, right, case.weight))
    return places


def without(found: Described, drop: str) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return the rows and the numbers of the candidates that the other resources propose."""
    features = found.features.copy()
    for column, name in enumerate(FEATURES):
        if drop and (name.startswith(f"{drop}.") or (name.startswith("agree.") and drop in _AGREE[name])):
            features[:, column] = 0.0
    named = [n for n, name in enumerate(FEATURES) if name in _SAYS]
    kept = np.flatnonzero(features[:, named].any(axis=1))
    return features[kept], kept


_AGREE = {
    "agree.wordnet_moby": ("wordnet", "moby"),
    "agree.wordnet_cosine": ("wordnet", "vectors"),
    "agree.moby_cosine": ("moby", "vectors"),
    "agree.pivot_cosine": ("pivot", "vectors"),
}
_SAYS = {*FEATURES[:7], "moby.lists", "moby.listed", "pivot.shared", "vectors.near"}


def fit(places: Sequence[Place], penalty: float, start: Matrix | None = None) -> Matrix:
    """Fit the weights: greatest weighted likelihood less a quadratic penalty, by L-BFGS.

    There is one optimum only; a `start` near it saves time.
    """
    rows = np.concatenate([place.rows for place in places])
    right = np.concatenate([place.right for place in places])
    starts = np.cumsum([0, *(len(place.rows) for place in places)])[:-1]
    lengths = np.array([len(place.rows) for place in places])
    weights = np.array([place.weight for place in places])
    scale = np.maximum(np.abs(rows).max(axis=0), 1e-6)
    rows = rows / scale

    def loss(beta: Matrix) -> tuple[float, Matrix]:
        scores = rows @ beta
        scores -= np.repeat(np.maximum.reduceat(scores, starts), lengths)
        masses = np.exp(scores)
        wanted = masses * right
        total, hit = np.add.reduceat(masses, starts), np.add.reduceat(wanted, starts)
        hit = np.maximum(hit, 1e-300)
        value = float((weights * (np.log(total) - np.log(hit))).sum()) + penalty * float(beta @ beta)
        push = masses * np.repeat(weights / total, lengths) - wanted * np.repeat(weights / hit, lengths)
        return value, rows.T @ push + 2 * penalty * beta

    first = np.zeros(rows.shape[1]) if start is None else start * scale
    found = minimize(loss, first, jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return np.asarray(found.x / scale)


def fold_of(case: Case) -> int:
    """Return the fold of a case: all originals of a spun word are in one."""
    return crc32(case.spun.lemma.encode()) % _FOLDS


class Recall:
    """Counts, by group of families, at which rank the right original stood, and the log-loss."""

    def __init__(self) -> None:
        self.hits: dict[str, Matrix] = defaultdict(lambda: np.zeros(len(_CUTS)))
        self.totals: dict[str, float] = defaultdict(float)
        self.candidates: list[int] = []

    def add(self, case: Case, rank: int | None, candidates: int) -> None:
        """Count a case whose original stood at a rank (0 is first), or was not proposed."""
        self.candidates.append(candidates)
        for group, weight in [*case.groups.items(), ("pages", sum(case.groups.values()) - case.groups.get("TP", 0.0))]:
            self.totals[group] += weight
            if rank is not None:
                self.hits[group] += weight * np.array([rank < cut for cut in _CUTS])

    def lines(self, title: str) -> Iterable[str]:
        """Write a line for each group."""
        for group in ("A", "GHB", "EST", OTHERS, "pages", "TP"):
            shares = "  ".join(
                f"@{cut} {100 * hit / self.totals[group]:5.1f} %"
                for cut, hit in zip(_CUTS, self.hits[group], strict=True)
            )
            yield f"  {title:22} {group:6} n={self.totals[group]:6.0f}  {shares}"


def rank_of(order: Iterable[str], wanted: frozenset[str]) -> int | None:
    """Return the place of the first wanted lemma."""
    return next((rank for rank, lemma in enumerate(order) if lemma in wanted), None)


def report(cases: Sequence[Case], described: dict[Spun, Described], penalty: float) -> None:
    """Print what five folds give."""
    before = Recall()
    for case in cases:
        order = [found.lemma for found in ranked(*case.spun, sys.maxsize)]
        before.add(case, rank_of(order, case.lemmas), len(order))
    print(*before.lines("WordNet, hand-made"), sep="\n")
    for drop in ("", "moby", "vectors", "pivot", "wordnet"):
        places = places_of(cases, described, drop)
        recall, betas, likelihood, weight = Recall(), [], 0.0, 0.0
        beta: Matrix | None = None
        for fold in range(_FOLDS):
            beta = fit([p for c, p in zip(cases, places, strict=True) if fold_of(c) != fold], penalty, beta)
            betas.append(beta)
            for case, place in zip(cases, places, strict=True):
                if fold_of(case) == fold:
                    scores = place.rows @ beta
                    right = np.flatnonzero(place.right[:-1])
                    rank = int((scores[:-1] > scores[right].max()).sum()) if len(right) else None
                    recall.add(case, rank, len(scores) - 1)
                    scores -= scores.max()
                    likelihood += case.weight * float(
                        np.log(np.exp(scores[place.right]).sum()) - np.log(np.exp(scores).sum())
                    )
                    weight += case.weight
        print(*recall.lines(f"without {drop}" if drop else "all resources"), sep="\n")
        print(f"  log-likelihood a case {likelihood / weight:.4f}, candidates {np.mean(recall.candidates):.0f}")
        if not drop:
            stability(cases, places, np.array(betas), fit(places, penalty, beta))


def stability(cases: Sequence[Case], places: Sequence[Place], betas: Matrix, whole: Matrix) -> None:
    """Print how far the log-probability of a right original moves when its row is left out of the fit."""

    def log_probability(place: Place, beta: Matrix) -> float:
        scores = place.rows @ beta
        scores -= scores.max()
        return float(np.log(np.exp(scores[place.right]).sum()) - np.log(np.exp(scores).sum()))

    moved = [
        abs(log_probability(place, betas[fold_of(case)]) - log_probability(place, whole))
        for case, place in zip(cases, places, strict=True)
    ]
    print(f"  out of fold against in the fit: mean {np.mean(moved):.3f}, 95 % below {np.quantile(moved, 0.95):.3f}")


def main() -> None:
    """Fit the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("substitutions", type=Path, help="substitutions.tsv")
    parser.add_argument("--tortured", type=Path, help="pairs.tsv of the tortured phrases")
    parser.add_argument("--penalty", type=float, default=0.5, help="weight of the quadratic penalty")
    parser.add_argument("--report", action="store_true", help="cross-validate too")
    parser.add_argument("--out", type=Path, default=MODELS / "lexicon.json")
    args = parser.parse_args()

    reader = Parser()
    cases = list(page_cases(reader, args.substitutions))
    pages = len(cases)
    if args.tortured:
        cases += tortured_cases(reader, args.tortured)
    print(f"{pages} pairs from pages, {len(cases) - pages} from tortured phrases")
    described = {spun: describe(*spun) for spun in dict.fromkeys(case.spun for case in cases)}
    if args.report:
        report(cases, described, args.penalty)
    beta = fit(places_of(cases, described), args.penalty)
    stored = {
        "weights": {name: round(float(w), 4) for name, w in zip(FEATURES, beta, strict=False)},
        "unseen": {name: round(float(w), 4) for name, w in zip(UNSEEN, beta[len(FEATURES) :], strict=True)},
    }
    args.out.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    print(args.out, json.dumps(stored, indent=1))


if __name__ == "__main__":
    main()
