"""Fit quotations.json: how sure a quotation is that a reference has in other words (restore/ranking/quotations.py).

    python -m training.ranking.quotations collect ../shared/data /tmp/quotations.jsonl
    python -m training.ranking.quotations fit /tmp/quotations.jsonl

Of events that the encoder was not trained on, all pairs of reports are taken of which one quotes what the other quotes
in the same or in nearly the same words. The one is read as it stands and spun; every candidate for a sentence of a
quotation is right if all that it changes becomes what stood there before the damage. So what one report shortens or
hears otherwise counts against the candidates as often as it happens. The cases of benchmarks/quotations.py are
of other events.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import msgspec
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from restore.alignment.align import align
from restore.alignment.sentence_pairs import PairModel
from restore.candidates.base import Context
from restore.candidates.constraints import Constraints
from restore.candidates.reference_edits import ReferenceEditor
from restore.candidates.whole_quotations import WHOLE, whole_quotations
from restore.config import Config
from restore.engine.parts import Engine
from restore.gold.markup import MarkedText
from restore.ranking.model import matrix
from restore.ranking.quotations import QuotationModel, bent, describe
from restore.ranking.reading_features import ReadingFeatures
from restore.records import Reference, Span
from restore.simulation.simulator import spin
from training.encoder.corpus import add_parts, items, rows, shortened, split_of
from training.paths import MODELS

MODEL = MODELS / "quotations.json"
SPLITS = ("ranker", "train")
"""The splits that are learned from; those of the cases are the others."""
LEAST_WORDS, LEAST_SHARED = 5, 0.5
"""Words of a quotation that is looked at, and the share of them that both reports have; chosen by hand."""
MIX = {"A": 0.3, "G": 0.25, "D": 0.15, "E": 0.1}
"""Families that damage quotations as readily as narrated text; "RT" is that of round trips."""
MOST_WORDS = 260
"""Words of the paragraphs that are kept around the quotations of a report."""
LEARNED = {"RT": 0.25, "C": 0.25, "G": 0.2, "A": 0.15, "D": 0.1, "E": 0.05}
"""Families that are learned from: half of them write as translators and paraphrasers do."""
RATES = (0.06, 0.28)
"""Shares of damaged words, drawn evenly, as on real pages; chosen by hand."""
STRENGTH = 0.3
"""Of the weights' freedom (C), as for sentence_pairs.json."""
FOLDS = 8
"""Parts of the events that the fit is tried on in turn; chosen by hand."""
_MARKS = ".,;:!?\"“”'’‘"
_QUOTED = re.compile(r"“[^“”\r\n]{2,}”|\"[^\"\r\n]{2,}\"")
_WORD = re.compile(r"\w+(?:['’]\w+)?")


class Pair(NamedTuple):
    """Two reports of an event, and where the first one quotes what the second does."""

    event: str
    text: str
    reference: str
    spans: list[Span]


def pairs(data: Path) -> Iterator[Pair]:
    """Yield the pairs of reports, at most one for every report."""
    known = {name for key, texts in items(data) if split_of(key) == "train" for name, _ in texts}
    events: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows(data / "news" / "events_other.jsonl.zst"):
        events[f"events_other/{row['event']}"].append((row["id"], shortened(row["text"])))
    for event, reports in sorted(events.items()):
        if split_of(event) not in SPLITS or any(name in known for name, _ in reports):
            continue
        for n, (_, text) in enumerate(reports):
            for m, (_, other) in enumerate(reports):
                spans = shared(text, other) if n != m else []
                if spans:
                    yield Pair(event, text, other, spans)


def shared(text: str, other: str) -> list[Span]:
    """Return the quotations of a text, without their marks, that another one has at least by half."""
    theirs = [_words(m[0]) for m in _QUOTED.finditer(other)]
    found = []
    for quotation in _QUOTED.finditer(text):
        ours = _words(quotation[0])
        if len(ours) >= LEAST_WORDS and any(_is_near(ours, words) for words in theirs):
            found.append(Span(quotation.start() + 1, quotation.end() - 1))
    return found


def _words(text: str) -> list[str]:
    return [w.lower().replace("’", "'") for w in _WORD.findall(text)]


def _is_near(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    shorter = min(len(ours), len(theirs))
    if shorter < LEAST_WORDS or len(set(ours) & set(theirs)) < LEAST_SHARED * shorter * 0.8:
        return False
    blocks = SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) >= LEAST_SHARED * shorter


def around(text: str, spans: Sequence[Span]) -> tuple[str, list[Span], list[int]]:
    """Return the paragraphs of some ranges and their neighbours, the ranges there, and how far each moved.

    At most `MOST_WORDS` words beyond the paragraphs of the ranges themselves.
    """
    places, at = [], 0
    for paragraph in text.split("\n"):
        places.append(Span(at, at + len(paragraph)))
        at += len(paragraph) + 1
    own = [n for n, p in enumerate(places) if any(p.start <= s.start < p.end for s in spans)]
    words, kept = 0, set(own)
    for n in own:
        for near in (n - 1, n + 1):
            if 0 <= near < len(places) and near not in kept:
                words += len(text[places[near].start : places[near].end].split())
                if words <= MOST_WORDS:
                    kept.add(near)
    parts, starts, length = [], {}, 0
    for n in sorted(kept):
        starts[n] = length - places[n].start
        parts.append(text[places[n].start : places[n].end])
        length += len(parts[-1]) + 1
    moves = [starts[next(n for n in own if places[n].start <= s.start < places[n].end)] for s in spans]
    return "\n".join(parts), [Span(s.start + m, s.end + m) for s, m in zip(spans, moves, strict=True)], moves


class Collector:
    """Describes the candidates for whole quotations of a text."""

    def __init__(self) -> None:
        self._engine = Engine(Config(second_opinion="never", threads=1))

    def spun(self, text: str, rng: Random) -> MarkedText:
        """Return a text spun by one of the families that damage quotations."""
        engine = self._engine
        return spin(engine.parse(text), engine.channel, rng.randrange(2**31), rng.uniform(*RATES), LEARNED)

    def rows(self, marked: MarkedText, reference: str) -> Iterator[dict[str, Any]]:
        """Yield features of each admissible candidate, and whether it is what stood there."""
        engine, text = self._engine, marked.text
        parsed, other = engine.parse(text), engine.parse(reference)
        report = engine.assess(parsed, [(Reference("r", reference), other)])[0]
        aligned = align(parsed, other, "r", report.score) if report.accepted else None
        if aligned is None or not aligned.quotations:
            return
        reading, constraints = engine.read(parsed, (aligned,)), Constraints(parsed)
        context = Context(parsed, (aligned,), suspects=reading.suspects(engine.encoder_ranker.suspect))
        rate = ReadingFeatures(parsed, reading).rate
        proposed = whole_quotations(ReferenceEditor(parsed, aligned), context)
        found = {(c.start, c.end, c.replacement): c for c in proposed}
        for candidate in filter(constraints.allows, found.values()):
            original = before(marked, candidate.start, candidate.end)
            if original is not None:
                features = describe(parsed, candidate, reading, rate)
                texts = {"spun": text[candidate.start : candidate.end], "new": candidate.replacement, "old": original}
                yield {"features": features, **texts}


def before(marked: MarkedText, start: int, end: int) -> str | None:
    """Return what stood in a range before the damage; None where an edit reaches over its ends."""
    parts, at = [], start
    for edit in marked.edits:
        if edit.end < start or edit.start > end:
            continue
        if edit.start < start or edit.end > end:
            return None
        parts += [marked.text[at : edit.start], edit.gold[0]]
        at = edit.end
    return "".join([*parts, marked.text[at:end]])


def is_right(spun: str, new: str, old: str) -> bool:
    """Return whether all that was changed is what stood there; damage may be left.

    Words are compared in small letters and without marks.
    """
    sides = (text.lower().replace("’", "'").split() for text in (spun, new, old))
    stood, came, was = ([w.strip(_MARKS) for w in words] for words in sides)
    kept = {
        b + n: a + n
        for a, b, size in SequenceMatcher(None, stood, came, autojunk=False).get_matching_blocks()
        for n in range(size)
    }
    for operation, i, k, _, _ in SequenceMatcher(None, came, was, autojunk=False).get_opcodes():
        if operation == "equal":
            continue
        around = range(i, k) if k > i else range(max(0, i - 1), min(len(came), i + 1))
        places = [kept.get(n) for n in around]
        if None in places or (k == i and len(places) > 1 and places[1] != (places[0] or 0) + 1):
            return False
    return came != stood


def collect(data: Path, output: Path, part: int, parts: int) -> None:
    """Write the candidates of all pairs: JSON lines."""
    collector = Collector()
    with output.open("w", encoding="utf-8") as file:
        for number, pair in enumerate(pairs(data)):
            if number % parts != part:
                continue
            text, _, _ = around(pair.text, pair.spans)
            given = {"clean": MarkedText(text), "spun": collector.spun(text, Random(number))}
            for kind, marked in given.items():
                for row in collector.rows(marked, pair.reference):
                    file.write(json.dumps({"event": pair.event, "kind": kind, **row}) + "\n")
            file.flush()
            print(f"{number + 1} pairs", file=sys.stderr, end="\r", flush=True)


def fit(paths: Sequence[Path], output: Path) -> None:
    """Fit and write the weights; print what events that were held out say of them."""
    given = [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    for row in given:
        row["features"] |= bent(row["features"])
    names = sorted({name for row in given for name in row["features"]} - {WHOLE})
    data = matrix([row["features"] for row in given], names).astype(np.float64)
    right = np.array([is_right(row["spun"], row["new"], row["old"]) for row in given])
    chances = np.zeros(len(right))
    for learned, kept in GroupKFold(FOLDS).split(data, right, [row["event"] for row in given]):
        chances[kept] = _fitted(data[learned], right[learned]).chances(data[kept])
    print(Counter(zip((row["kind"] for row in given), right.tolist(), strict=True)))
    clean = np.array([row["kind"] == "clean" for row in given])
    for least in (0.45, 0.6, 0.75, 0.9, 0.95):
        sure = chances >= least
        print(
            f"from {least}: {sure.sum()} passed, {right[sure].mean():.1%} right, {right[sure].sum() / right.sum():.1%}"
            f" of the right ones; of undamaged reports {(sure & clean & ~right).sum()}"
        )
    output.write_bytes(msgspec.json.encode(QuotationModel(names, _fitted(data, right))) + b"\n")


def _fitted(data: Any, right: Any) -> PairModel:
    means, scales = data.mean(axis=0), data.std(axis=0) + 1e-9
    fitted = LogisticRegression(C=STRENGTH, max_iter=3000).fit((data - means) / scales, right)
    means, scales, weights = (np.round(values, 6).tolist() for values in (means, scales, fitted.coef_[0]))
    return PairModel(means, scales, weights, round(float(fitted.intercept_[0]), 6), 0.5)


def main() -> None:
    """Collect or fit."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = options.add_subparsers(dest="command", required=True)
    collecting = commands.add_parser("collect")
    collecting.add_argument("data", type=Path)
    collecting.add_argument("output", type=Path)
    add_parts(collecting)
    fitting = commands.add_parser("fit")
    fitting.add_argument("rows", type=Path, nargs="+")
    fitting.add_argument("-o", "--output", type=Path, default=MODEL)
    given = options.parse_args()
    if given.command == "collect":
        collect(given.data, given.output, given.part, given.parts)
    else:
        fit(given.rows, given.output)


if __name__ == "__main__":
    main()
