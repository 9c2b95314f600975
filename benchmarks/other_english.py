"""Other English than running news: is right text left alone, and what is mended where half of it is damaged?

    python benchmarks/other_english.py                                # asks the causal model if it is there
    python benchmarks/other_english.py --second-opinion never --preset balanced

The 200 clean snippets of data/other_english, each alone: every edit is a false alarm. Then every other one of them
damaged by the simulator (15 % of the words, pinned seed): alone again, and the snippets of a kind below each other as
one text, the damaged ones among the clean, as a page holds them.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from restore.config import Config
from restore.evaluation.base import count_words
from restore.evaluation.runner import evaluate_data
from restore.gold.documents import GoldDocument
from restore.gold.load import GoldData
from restore.gold.markup import GoldEdit, MarkedText, marked
from restore.restorer import Restorer
from restore.simulation.spinning import Spinner, derived_seed

SNIPPETS = Path(__file__).resolve().parents[1] / "data" / "other_english"
SEED, RATE = 18, 0.15
BETWEEN = "\n\n"


def kinds() -> dict[str, list[str]]:
    """Return the clean snippets of each kind, in the order of their files."""
    return {file.stem: snippets(file.read_text(encoding="utf-8")) for file in sorted(SNIPPETS.glob("*.txt"))}


def snippets(text: str) -> list[str]:
    """Return the snippets of a file, which blank lines divide."""
    return text.strip("\n").split(BETWEEN)


def half_damaged(texts: Sequence[str], spinner: Spinner) -> list[MarkedText]:
    """Return every snippet, those in odd places (the second, the fourth) damaged."""
    return [
        spinner.spin(text, derived_seed(SEED, text), RATE) if place % 2 else MarkedText(text)
        for place, text in enumerate(texts)
    ]


def page(parts: Sequence[MarkedText]) -> MarkedText:
    """Return snippets as one text, a blank line between them."""
    pieces: list[str | GoldEdit] = []
    for part in parts:
        last = 0
        for edit in part.edits:
            pieces += [part.text[last : edit.start], edit]
            last = edit.end
        pieces += [part.text[last:], BETWEEN]
    return marked(pieces[:-1])


def clean(found: dict[str, list[str]], restorer: Restorer) -> None:
    """Print what is changed in clean snippets, each alone."""
    print("clean snippets, each alone: snippets, words, edits")
    whole = [0, 0, 0]
    changed: list[str] = []
    for kind, texts in found.items():
        edits = [(text, restorer.restore(text).applied) for text in texts]
        changed += [f"  {kind}: {c.original!r} -> {c.replacement!r} in {t!r}" for t, e in edits for c in e]
        row = (len(texts), sum(map(count_words, texts)), sum(len(e) for _, e in edits))
        whole = [a + b for a, b in zip(whole, row, strict=True)]
        print(f"  {kind}: {row[0]}, {row[1]}, {row[2]}")
    print(f"  all: {whole[0]}, {whole[1]}, {whole[2]}", *changed, sep="\n", flush=True)


def damaged(documents: Iterator[tuple[str, MarkedText]], restorer: Restorer, title: str) -> None:
    """Print by kind the share of token errors removed, and of the edits how many were right."""
    print(f"{title}: token errors before and after, removed; edits right and wrong")
    gold = tuple(GoldDocument(name, (text,), "") for name, text in documents)
    report = evaluate_data(GoldData("pairs", gold, ""), restorer, use_reference=False, spans=False)
    sums: dict[str, list[float]] = {}
    wrong = [f"  {each.name}: {place} -> {words}" for each in report.sets for place, words in each.broken]
    for each in report.sets:
        row = (each.errors_before, each.errors_after, each.good, each.bad)
        for name in (each.name, "all"):
            sums[name] = [a + b for a, b in zip(sums.get(name, [0.0] * 4), row, strict=True)]
    for name, (before, after, good, bad) in sorted(sums.items(), key=lambda item: item[0] == "all"):
        removed = 1 - after / before if before else 0.0
        right = f"{good / (good + bad):.1%}" if good + bad else "none"
        print(f"  {name}: {before:.0f}, {after:.0f}, {removed:.1%}; {good:.0f}, {bad:.0f}, {right}", flush=True)
    print(*wrong, sep="\n", flush=True)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--preset", default="safe")
    options.add_argument("--second-opinion", default="auto", choices=("auto", "always", "never"))
    given = options.parse_args()
    config = Config(preset=given.preset, second_opinion=given.second_opinion)
    found = kinds()
    restorer = Restorer(config)
    clean(found, restorer)
    spinner = Spinner(config)
    marked_kinds = {kind: half_damaged(texts, spinner) for kind, texts in found.items()}
    alone = ((kind, text) for kind, texts in marked_kinds.items() for text in texts if text.edits)
    damaged(alone, restorer, "damaged snippets, each alone")
    together = ((kind, page(texts)) for kind, texts in marked_kinds.items())
    damaged(together, restorer, "damaged among clean ones, as a page of each kind")


if __name__ == "__main__":
    main()
