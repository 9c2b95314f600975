"""How many damaged quotations come back word for word, where another report of the event has them.

    python benchmarks/quotations.py ../shared/data [--cases 150] [--preset safe] [--second-opinion never] [--show]

The cases (data/quotations/cases.json: ids and places, no sentences) are quotations that two outlets have in the same
words, of events that no training saw. One report is cut to the paragraphs around its quotations and damaged: spun,
spun as a round trip through another language does it, or with the quotation rewritten by hand and the rest as a round
trip; the other report is the reference. Traps are the quotations of the undamaged reports: there nothing may change,
whatever the other report quotes. tests/cases/quotation_traps.json has others, of our own writing.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from restore import Config, Restorer
from restore.channel.model import SpinnerChannel, load_channel
from restore.gold.markup import GoldEdit, MarkedText, marked
from restore.records import Correction, Span, splice
from restore.simulation.simulator import spin
from restore.text.parsing import Parser
from training.encoder.corpus import rows
from training.ranking.quotations import MIX, around

CASES = Path(__file__).resolve().parents[1] / "data" / "quotations" / "cases.json"


class Quotation(msgspec.Struct, frozen=True):
    """Characters `[start, end)` of a report without the marks, and what is written in by hand (start, end, words)."""

    start: int
    end: int
    edits: list[tuple[int, int, str]] = []


class Row(msgspec.Struct, frozen=True):
    """A report and its reference by id, how it is damaged ("spun", "round trip", "by hand"), and what is looked at."""

    text: str
    reference: str
    way: str
    seed: int
    rate: float
    quotations: list[Quotation]


class Case(NamedTuple):
    """A report as it was cut, the damaged one, the reference, and the quotations in both."""

    row: Row
    clean: str
    damaged: MarkedText
    reference: str
    spans: list[Span]


def read_rows(path: Path = CASES) -> list[Row]:
    """Return the cases as they are written down."""
    return msgspec.json.decode(path.read_bytes(), type=list[Row])


def cases(data: Path, wanted: Sequence[Row], parser: Parser, channel: SpinnerChannel) -> Iterator[Case]:
    """Yield the cases with their texts, damaged."""
    ids = {i for row in wanted for i in (row.text, row.reference)}
    texts = {r["id"]: r["text"] for r in rows(data / "news" / "events_other.jsonl.zst") if r["id"] in ids}
    for row in wanted:
        yield make_case(row, texts[row.text], texts[row.reference], parser, channel)


def make_case(row: Row, text: str, reference: str, parser: Parser, channel: SpinnerChannel) -> Case:
    """Return a case, cut and damaged."""
    clean, spans, moves = around(text, [Span(q.start, q.end) for q in row.quotations])
    families = MIX if row.way == "spun" else {"RT": 1.0}
    spun = spin(parser.parse(clean), channel, row.seed, row.rate, families)
    if row.way != "by hand":
        return Case(row, clean, spun, reference, spans)
    outside = [e for e in originals(spun) if not any(s.start <= e.end and e.start <= s.end for s in spans)]
    edits = [
        GoldEdit(start + move, end + move, words, (text[start:end],))
        for q, move in zip(row.quotations, moves, strict=True)
        for start, end, words in q.edits
    ]
    return Case(row, clean, laid_over(clean, [*outside, *edits]), reference, spans)


def originals(spun: MarkedText) -> list[GoldEdit]:
    """Return the edits of a damaged text by where they lie in the original: characters and what is written there."""
    found, shift = [], 0
    for edit in spun.edits:
        start = edit.start - shift
        found.append(GoldEdit(start, start + len(edit.gold[0]), edit.spun, edit.gold))
        shift += len(edit.spun) - len(edit.gold[0])
    return found


def laid_over(clean: str, edits: Sequence[GoldEdit]) -> MarkedText:
    """Return a text with edits, which lie in the original."""
    pieces: list[str | GoldEdit] = []
    at = 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        pieces += [clean[at : edit.start], edit]
        at = edit.end
    return marked([*pieces, clean[at:]])


def moved(damaged: MarkedText, span: Span) -> Span:
    """Return where a range of the original lies in the damaged text."""
    start, end = span.start, span.end
    for edit in originals(damaged):
        grown = len(edit.spun) - (edit.end - edit.start)
        if edit.start < span.start:
            start += grown
        if edit.start < span.end:
            end += grown
    return Span(start, end)


def written(text: str, span: Span, corrections: Sequence[Correction]) -> str:
    """Return what a range of a text becomes."""
    inside = (c for c in sorted(corrections, key=lambda c: c.start) if span.start <= c.start and c.end <= span.end)
    return splice(text, ((c.start, c.end, c.replacement) for c in inside), span.start, span.end)


def main() -> None:
    """Damage, restore, count."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("data", type=Path)
    options.add_argument("--cases", type=int, default=10_000, help="so many of the quotations at most")
    options.add_argument("--preset", default="safe")
    options.add_argument("--second-opinion", default="always", choices=("always", "never"))
    options.add_argument("--without", action="store_true", help="restore without the reference, too")
    options.add_argument("--show", action="store_true")
    given = options.parse_args()
    config = Config(preset=given.preset, second_opinion=given.second_opinion, threads=1)
    restorer, counts = Restorer(config), Counter[str]()
    for case in cases(given.data, read_rows(), Parser(config.spacy_pipeline), load_channel()):
        if counts["damaged"] >= given.cases:
            break
        count(restorer, case, counts, given.without, given.show)
        print(json.dumps(counts), file=sys.stderr, flush=True)
    for way in ("spun", "round trip", "by hand"):
        print(f"{way}: {counts[way + ' right']} of {counts[way]} exactly right")
    damaged = counts["damaged"]
    print(f"damaged quotations {damaged}: exactly right {counts['right'] / damaged:.1%}")
    if given.without:
        print(f"without the reference {counts['alone'] / damaged:.1%}")
    print(f"undamaged quotations {counts['traps']}: changed {counts['touched']}")


def count(restorer: Restorer, case: Case, counts: Counter[str], without: bool, show: bool) -> None:
    """Add what becomes of the quotations of a case."""
    clean = restorer.restore(case.clean, case.reference)
    inside = [Span(q.start + 1, q.end - 1) for q in restorer.parse(case.clean).quotations]
    for span in inside:
        counts["traps"] += 1
        now = written(clean.text, span, clean.applied)
        if now != clean.text[span.start : span.end]:
            counts["touched"] += 1
            print(f"touched {case.row.text}\n  {clean.text[span.start : span.end]}\n  {now}", flush=True)
    text = case.damaged.text
    found = restorer.restore(text, case.reference)
    alone = restorer.restore(text) if without else None
    for span in case.spans:
        there, original = moved(case.damaged, span), case.clean[span.start : span.end]
        if text[there.start : there.end] == original:
            continue
        now = written(text, there, found.applied)
        counts.update(["damaged", case.row.way])
        counts.update({"right": now == original, f"{case.row.way} right": now == original})
        if alone is not None:
            counts["alone"] += written(text, there, alone.applied) == original
        if show and now != original:
            print(f"{case.row.text} ({case.row.way})\n  damaged  {text[there.start : there.end]}")
            print(f"  restored {now}\n  true     {original}", flush=True)


if __name__ == "__main__":
    main()
