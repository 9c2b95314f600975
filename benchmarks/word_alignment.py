"""The word aligner on Edinburgh++ by cross-validation, beside other aligners in the same run.

    python benchmarks/word_alignment.py ../shared/data [--folds 5] [--eflomal]

The corpus comes without its test part, so each fold is linked by networks fitted on the other folds
(training/alignment/words.py), threshold included. Beside it stand a lexical baseline, the greedy aligner of before and,
if asked for and installed (`pip install eflomal`), the unsupervised aligner eflomal (Ostling and Tiedemann 2016), which
sees all pairs. Prints a Markdown table; takes about half an hour on one core, two minutes with `--folds 0`, which
measures the shipped weights (they have seen the pairs: for speed and sanity alone).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from random import Random

import numpy as np

from benchmarks.greedy_alignment import align_tokens as align_greedily
from restore.alignment.pair_features import Pair, Side
from restore.alignment.relations import relate
from restore.alignment.scorer import Scorer, load_scorer
from restore.text.parsing import Parser, Token
from training.alignment.words import Example, Links, fit, make_views, read_examples

Aligner = Callable[[Sequence[Token], Sequence[Token]], Links]


@dataclass(slots=True)
class Tally:
    """What one aligner gave for all pairs, and how long it took."""

    name: str
    seconds: float = 0.0
    pairs: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    kinds: Counter[tuple[str, bool]] = field(default_factory=Counter)

    def add(self, example: Example, links: Links, seconds: float) -> None:
        """Count the links of one pair; possible links hold the sure ones too."""
        self.seconds += seconds
        self.pairs += 1
        self.counts.update(
            given=len(links),
            sure=len(example.sure),
            possible=len(example.possible),
            right=len(links & example.sure),
            allowed=len(links & example.possible),
        )
        for i, j in links:
            relation = relate(example.ours.tokens[i], example.theirs.tokens[j])
            self.kinds[relation[0] if relation else "none", (i, j) in example.sure] += 1

    def row(self) -> str:
        """Return a line of the table."""
        c = self.counts
        precision, recall = c["right"] / c["given"], c["right"] / c["sure"]
        wide, wide_recall = c["allowed"] / c["given"], c["allowed"] / c["possible"]
        cells = [precision, recall, _mean(precision, recall), wide, wide_recall, _mean(wide, wide_recall)]
        cells += [_mean(wide, recall), 1 - (c["right"] + c["allowed"]) / (c["given"] + c["sure"])]
        rate = f"{self.pairs / self.seconds:.0f}" if self.seconds else ""
        return f"| {self.name} | " + " | ".join(f"{100 * cell:.1f}" for cell in cells) + f" | {rate} |"


COLUMNS = (
    "aligner",
    *("P sure", "R sure", "F1 sure"),
    *("P sure+poss", "R sure+poss", "F1 sure+poss"),
    "F1 (P sure+poss, R sure)",
    *("AER", "pairs/s"),
)


def _mean(a: float, b: float) -> float:
    return 2 * a * b / (a + b) if a + b else 0.0


def baseline(ours: Sequence[Token], theirs: Sequence[Token]) -> Links:
    """Link equal words, then equal lemmas, one to one from left to right."""
    links: dict[int, int] = {}
    for name in ("lower", "lemma"):
        for i, one in enumerate(ours):
            for j, other in enumerate(theirs):
                if i not in links and j not in links.values() and getattr(one, name) == getattr(other, name):
                    links[i] = j
    return frozenset(links.items())


def greedy(ours: Sequence[Token], theirs: Sequence[Token]) -> Links:
    """Link with the aligner of before."""
    return frozenset((i, j) for i, (j, _, _) in align_greedily(ours, theirs).items())


def learned(scorer: Scorer) -> Aligner:
    """Link with networks; what the engine forbids (figures that differ) is not taken out here."""

    def align(ours: Sequence[Token], theirs: Sequence[Token]) -> Links:
        found = scorer(Pair(Side(ours), Side(theirs))) > scorer.threshold
        return frozenset((i, j) for i, j in np.argwhere(found).tolist())

    return align


def measure(tally: Tally, align: Aligner, examples: Sequence[Example]) -> None:
    """Link all pairs and count."""
    align(examples[0].ours.tokens, examples[0].theirs.tokens)
    for example in examples:
        began = time.perf_counter()
        links = align(example.ours.tokens, example.theirs.tokens)
        tally.add(example, links, time.perf_counter() - began)


def cross_validate(examples: Sequence[Example], folds: int, parser: Parser) -> Tally:
    """Link each fold with networks that were fitted on the others."""
    tally = Tally(f"learned, {folds} folds")
    ids = sorted(example.id for example in examples)
    Random(7).shuffle(ids)
    fold_of = {id: n % folds for n, id in enumerate(ids)}
    views = make_views(examples, parser)
    for fold in range(folds):
        scorer = fit([view for view in views if fold_of[view.id] != fold])
        measure(tally, learned(scorer), [e for e in examples if fold_of[e.id] == fold])
        print(f"fold {fold + 1} of {folds}, threshold {scorer.threshold}", file=sys.stderr)
    return tally


def eflomal(examples: Sequence[Example], identity: bool) -> list[Tally]:
    """Link all pairs with eflomal, both ways, and join the directions.

    With `identity`, every word of the pairs is also given as a pair of sentences of its own with itself, the usual way
    to tell an aligner for two languages that both are one.
    """
    model = import_module("eflomal").Aligner()

    sides = [[" ".join(t.text for t in p.tokens) for p in (e.ours, e.theirs)] for e in examples]
    words = sorted({word for pair in sides for side in pair for word in side.split()}) if identity else []
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        forward, backward = (f"{folder}/{name}" for name in ("forward", "backward"))
        texts = ["".join(f"{line}\n" for line in [*(pair[n] for pair in sides), *words]) for n in (0, 1)]
        model.align(texts[0].splitlines(), texts[1].splitlines(), forward, backward)
        found = [Path(name).read_text("utf-8").splitlines() for name in (forward, backward)]
    took = (time.perf_counter() - began) / len(examples)
    tallies = []
    for name in ("intersection", "grow-diagonal"):
        tally = Tally(f"eflomal{' with identity pairs' if identity else ''}, {name}")
        for example, one, other in zip(examples, found[0], found[1], strict=False):
            both = [{(int(a), int(b)) for a, b in (k.split("-") for k in line.split())} for line in (one, other)]
            links = both[0] & both[1] if name == "intersection" else grow_diagonal(both[0], both[1])
            tally.add(example, frozenset(links), took)
        tallies.append(tally)
    return tallies


def grow_diagonal(one: set[tuple[int, int]], other: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Join two directions (Koehn, Och and Marcu 2003): the links of both, then neighbours of these found in one."""
    links, union = one & other, one | other
    grown = True
    while grown:
        grown = False
        for i, j in sorted(union - links):
            beside = any((i + di, j + dj) in links for di in (-1, 0, 1) for dj in (-1, 0, 1))
            if beside and (i not in {a for a, _ in links} or j not in {b for _, b in links}):
                links.add((i, j))
                grown = True
    return links


def main() -> None:
    """Parse the pairs once and measure every aligner."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("data", type=Path, help="the folder that holds edinburgh_plusplus")
    options.add_argument("--folds", type=int, default=5, help="0 measures the shipped weights")
    options.add_argument("--eflomal", action="store_true")
    chosen = options.parse_args()
    parser = Parser()
    examples = read_examples(chosen.data / "edinburgh_plusplus", parser)
    tallies = [Tally("equal words and lemmas"), Tally("greedy (before)")]
    measure(tallies[0], baseline, examples)
    measure(tallies[1], greedy, examples)
    if chosen.eflomal:
        tallies += [*eflomal(examples, False), *eflomal(examples, True)]
    if chosen.folds:
        tallies.append(cross_validate(examples, chosen.folds, parser))
    else:
        tallies.append(Tally("learned, shipped weights (has seen the pairs)"))
        measure(tallies[-1], learned(load_scorer()), examples)
    print(f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|", sep="\n")
    print(*(tally.row() for tally in tallies), sep="\n")
    print("\nRight among the links of the last one, by what relates the words:")
    for kind in sorted({k for k, _ in tallies[-1].kinds}):
        good, bad = (tallies[-1].kinds[kind, right] for right in (True, False))
        print(f"  {kind}: {good} of {good + bad} ({good / (good + bad):.1%})")


if __name__ == "__main__":
    main()
