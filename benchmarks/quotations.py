"""How many damaged quotations come back word for word, where another report of the event has them.

    python benchmarks/quotations.py ../shared/data [--cases 150] [--preset safe] [--second-opinion never]

Cases are quotations of at least six words that two outlets have in the same words (events of the split "test", which
no training saw): one report is damaged by the simulator, the other is the reference. Traps are the quotations of the
undamaged reports: there nothing may change, whatever the other report quotes. Prints shares, and with --show the cases.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from restore import Config, Restorer
from restore.channel.model import load_channel
from restore.gold.markup import MarkedText
from restore.records import Correction, Span, splice
from restore.simulation.simulator import spin
from restore.text.parsing import ParsedText, Parser
from training.encoder.corpus import items, split_of

LEAST_WORDS = 6
RATES = (0.08, 0.25)
MIX = {"A": 0.3, "G": 0.25, "RT": 0.2, "D": 0.15, "E": 0.1}
"""Families that damage quotations as readily as narrated text."""


class Case(NamedTuple):
    """A report, another one of the same event, and the quotations that both have in the same words."""

    name: str
    text: ParsedText
    other: ParsedText
    shared: list[Span]


def cases(data: Path, parser: Parser) -> Iterator[Case]:
    """Yield pairs of reports that share a quotation, in a seeded order, at most one pair an event."""
    for key, reports in items(data):
        if len(reports) < 2 or split_of(key) != "test":
            continue
        parsed = [parser.parse(text) for _, text in reports]
        for n, text in enumerate(parsed):
            for m, other in enumerate(parsed):
                shared = shared_quotations(text, other) if n != m else []
                if shared:
                    yield Case(reports[n][0], text, other, shared)
                    break
            else:
                continue
            break


def shared_quotations(text: ParsedText, other: ParsedText) -> list[Span]:
    """Return the quotations of a text, without their marks, whose words another one has in a row."""
    there = " ".join(t.lower for t in other.tokens if t.is_word)
    found = []
    for quotation in text.quotations:
        inside = Span(quotation.start + 1, quotation.end - 1)
        words = [t.lower for t in text.tokens_between(inside.start, inside.end) if t.is_word]
        if len(words) >= LEAST_WORDS and f" {' '.join(words)} " in f" {there} ":
            found.append(inside)
    return found


def moved(marked: MarkedText, span: Span) -> Span:
    """Return where a range of the original lies in the damaged text."""
    start, end, shift = span.start, span.end, 0
    for edit in marked.edits:
        at = edit.start - shift
        grown = len(edit.spun) - len(edit.gold[0])
        if at < span.start:
            start += grown
        if at < span.end:
            end += grown
        shift += grown
    return Span(start, end)


def written(text: str, span: Span, corrections: Sequence[Correction]) -> str:
    """Return what a range of a text becomes."""
    inside = (c for c in sorted(corrections, key=lambda c: c.start) if span.start <= c.start and c.end <= span.end)
    return splice(text, ((c.start, c.end, c.replacement) for c in inside), span.start, span.end)


def main() -> None:
    """Damage, restore, count."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("data", type=Path)
    options.add_argument("--cases", type=int, default=150)
    options.add_argument("--preset", default="safe")
    options.add_argument("--second-opinion", default="always", choices=("always", "never"))
    options.add_argument("--show", action="store_true")
    given = options.parse_args()
    config = Config(preset=given.preset, second_opinion=given.second_opinion, threads=1)
    restorer, parser, channel = Restorer(config), Parser(config.spacy_pipeline), load_channel()
    rng, damaged, right, alone, touched, traps = Random(1), 0, 0, 0, 0, 0
    edits = mended = 0
    for case in cases(given.data, parser):
        if damaged >= given.cases:
            break
        clean = restorer.restore(case.text.text, case.other.text)
        inside = [Span(q.start + 1, q.end - 1) for q in case.text.quotations]
        traps += len(inside)
        for span in inside:
            touched += written(clean.text, span, clean.applied) != clean.text[span.start : span.end]
        marked = spin(case.text, channel, rng.randrange(2**31), rng.uniform(*RATES), MIX)
        hurt = [s for s in case.shared if written_original(marked, s) != case.text.text[s.start : s.end]]
        if not hurt:
            continue
        found = restorer.restore(marked.text, case.other.text)
        without = restorer.restore(marked.text)
        for span in hurt:
            there, original = moved(marked, span), case.text.text[span.start : span.end]
            now = written(marked.text, there, found.applied)
            damaged += 1
            right += now == original
            alone += written(marked.text, there, without.applied) == original
            mine = [e for e in marked.edits if there.start <= e.start and e.end <= there.end]
            edits += len(mine)
            mended += sum(written(marked.text, Span(e.start, e.end), found.applied) == e.gold[0] for e in mine)
            if given.show:
                print(case.name)
                print(f"  damaged  {marked.text[there.start : there.end]}\n  restored {now}\n  true     {original}")
        print(f"{damaged} damaged, {right} right", file=sys.stderr)
    shares = right / damaged, alone / damaged
    print(f"damaged quotations {damaged}: exactly right {shares[0]:.1%}, without the reference {shares[1]:.1%}")
    print(f"edits inside them {edits}: mended exactly {mended / edits:.1%}")
    print(f"undamaged quotations {traps}: changed {touched}")


def written_original(marked: MarkedText, span: Span) -> str:
    """Return what a range of the original has become in the damaged text."""
    there = moved(marked, span)
    return marked.text[there.start : there.end]


if __name__ == "__main__":
    main()
