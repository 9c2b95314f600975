"""Precision, recall and F1 of the word aligner on the sure links of Edinburgh++, against a lexical baseline.

Run as `python benchmarks/word_alignment.py TRAIN_SURE_JSON`; takes about half a minute.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from restore.alignment.words import align_tokens
from restore.parsing import ParsedText, Parser, Token, _collect

Pair = tuple[int, int]
Aligner = Callable[[Sequence[Token], Sequence[Token]], dict[Pair, str]]


def parse_words(parser: Parser, words: list[str]) -> ParsedText:
    """Parse a sentence that is split into words already, as one sentence."""
    from spacy.tokens import Doc

    starts: list[bool | int | None] = [n == 0 for n in range(len(words))]
    doc = Doc(parser._nlp.vocab, words=words, sent_starts=starts)
    return _collect(doc.text, [(0, parser._nlp(doc))])


def baseline(ours: Sequence[Token], theirs: Sequence[Token]) -> dict[Pair, str]:
    """Link equal words, then equal lemmas, one to one from left to right."""
    links: dict[Pair, str] = {}
    for name in ("lower", "lemma"):
        for i, one in enumerate(ours):
            for j, other in enumerate(theirs):
                if any(a == i or b == j for a, b in links):
                    continue
                if getattr(one, name) == getattr(other, name):
                    links[i, j] = name
    return links


def aligner(ours: Sequence[Token], theirs: Sequence[Token]) -> dict[Pair, str]:
    """Link with the project's aligner."""
    return {(i, j): relation for i, (j, relation, _) in align_tokens(ours, theirs).items()}


def measure(name: str, align: Aligner, parsed: list[tuple[ParsedText, ParsedText, set[Pair]]]) -> None:
    """Print micro-averaged scores over all links, and precision per relation."""
    right = given = wanted = 0
    by_relation: Counter[tuple[str, bool]] = Counter()
    started = time.perf_counter()
    for source, target, gold in parsed:
        links = align(source.tokens, target.tokens)
        right += sum(link in gold for link in links)
        given += len(links)
        wanted += len(gold)
        by_relation.update((relation, link in gold) for link, relation in links.items())
    precision, recall = right / given, right / wanted
    f1 = 2 * precision * recall / (precision + recall)
    took = time.perf_counter() - started
    print(f"{name}: precision {precision:.3f} recall {recall:.3f} F1 {f1:.3f} ({took:.1f} s)")
    for relation in sorted({r for r, _ in by_relation}):
        good, bad = by_relation[relation, True], by_relation[relation, False]
        print(f"  {relation}: {good} of {good + bad} right ({good / (good + bad):.1%})")


def main() -> None:
    """Parse the pairs once and measure both aligners."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("pairs", type=Path)
    chosen = options.parse_args()
    parser = Parser()
    parsed = []
    for row in json.loads(chosen.pairs.read_text(encoding="utf-8")):
        gold = {(int(a), int(b)) for a, b in (link.split("-") for link in row["sureAlign"].split())}
        source, target = (parse_words(parser, row[side].split()) for side in ("source", "target"))
        parsed.append((source, target, gold))
    measure("baseline", baseline, parsed)
    measure("aligner", aligner, parsed)


if __name__ == "__main__":
    main()
