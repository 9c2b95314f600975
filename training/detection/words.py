"""Make verdict_words.tsv.gz: how readily spinners write a word by the lexicon alone, and for which words.

For every lemma and part of speech: the natural log of the expected count of it as a substitute over its own count in
English, and the lemmas it most likely stands for, with P(original | word) in per cent. The expected count adds up, over
all lemmas, how frequent a lemma is times the share of this word among what the lexical channel relates to that lemma.
"""

from __future__ import annotations

import argparse
import gzip
import math
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from restore.lexicon.frequencies import log_frequency
from restore.lexicon.originals import lexical_originals
from restore.lexicon.vectors import load_vectors
from restore.lexicon.wordnet import Pos, load_thesaurus
from training.paths import MODELS

RARER = 0.37
"""Real spinners write words e to the 0.48 rarer than what they replace; this tilt gives that mean."""
KEPT = 4
"""Originals of a lemma that are written down; by hand, for the size of the table."""
RELATED = 20
"""Lemmas that the lexicon gives for one; by hand."""
LEAST = 0.01
"""Chance of an original that is written down; the table holds whole per cent."""


def lemmas(most: int) -> Iterator[tuple[str, Pos]]:
    """Yield the lemmas of the vectors, most frequent first, with each part of speech that WordNet knows."""
    vectors, thesaurus = load_vectors(), load_thesaurus()
    for lemma in vectors.words[: min(most, vectors.lemmas)]:
        for pos in thesaurus.parts_of_speech(lemma):
            yield lemma, pos


def main() -> None:
    """Count and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lemmas", type=int, default=20_000, help="the most frequent ones to describe")
    parser.add_argument("-o", "--output", type=Path, default=MODELS / "verdict_words.tsv.gz")
    args = parser.parse_args()
    mass: dict[tuple[str, str], float] = defaultdict(float)
    stands_for: dict[tuple[str, str], str] = {}
    for lemma, pos in lemmas(args.lemmas):
        found = lexical_originals(lemma, pos, RELATED)
        weights = [math.exp(c.log_probability - RARER * log_frequency(c.lemma)) for c in found]
        total = sum(weights)
        for candidate, weight in zip(found, weights, strict=True):
            mass[candidate.lemma, pos] += math.exp(log_frequency(lemma)) * weight / total
        likely = [c for c in found[:KEPT] if math.exp(c.log_probability) >= LEAST]
        stands_for[lemma, pos] = " ".join(
            f"{c.lemma.replace(' ', '_')}:{100 * math.exp(c.log_probability):.0f}" for c in likely
        )
    lines = [
        f"{lemma}\t{pos}\t{math.log(mass[lemma, pos] + 1) - log_frequency(lemma):.2f}\t{likely}"
        for (lemma, pos), likely in sorted(stands_for.items())
    ]
    args.output.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode(), mtime=0))
    print(f"{len(lines)} lines")


if __name__ == "__main__":
    main()
