"""Precision and recall of the sentence aligner on data/gold: with the spun text, and with the reference.

    python benchmarks/sentence_alignment.py [--gold data/gold]

The spun text has the sentences of the original in their order, so every sentence's partner is known. For original and
reference the pairs in sentence_pairs.json were judged by hand. Also measured: the spun text with the reference, which
is what the engine aligns. Prints JSON; takes a few seconds.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from restore.alignment.sentences import align_sentences
from restore.gold.folders import load_gold
from restore.text.parsing import ParsedText, Parser

Pairs = frozenset[tuple[int, int]]
JUDGED = Path(__file__).parent / "sentence_pairs.json"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--gold", type=Path, default=Path(__file__).parents[1] / "data" / "gold")
    print(json.dumps(measure(options.parse_args().gold), indent=2))


def measure(gold: Path) -> dict[str, dict[str, float]]:
    """Align every set and count pairs; precision and recall are shares of 1."""
    checked = json.loads(JUDGED.read_text("utf-8"))["pairs"]
    parser = Parser()
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("spun", "reference", "spun with reference")}
    for each in load_gold(gold):
        if each.name not in checked or each.reference is None:
            continue
        texts = (each.marked.original, each.marked.text, each.reference.text)
        original, spun, reference = (parser.parse(text) for text in texts)
        same = frozenset((n, n) for n in range(len(original.sentences)))
        told: Pairs = frozenset((a, b) for a, b in checked[each.name])
        if len(original.sentences) != len(spun.sentences):
            raise ValueError(f"the parser divides the two versions of {each.name} differently: judge the pairs anew")
        _count(counts["spun"], original, spun, same)
        _count(counts["reference"], original, reference, told)
        _count(counts["spun with reference"], spun, reference, told)
    return {name: _scores(c) for name, c in counts.items()}


def _count(counts: Counter[str], ours: ParsedText, theirs: ParsedText, gold: Pairs) -> None:
    found = {(pair.spun, pair.reference) for pair in align_sentences(ours, theirs)}
    counts.update(given=len(found), wanted=len(gold), right=len(found & gold))


def _scores(c: Counter[str]) -> dict[str, float]:
    precision, recall = c["right"] / c["given"], c["right"] / c["wanted"]
    f1 = 2 * precision * recall / (precision + recall)
    shares = {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}
    return {**c, **shares}


if __name__ == "__main__":
    main()
