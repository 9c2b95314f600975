"""Damage of bad scraping: how much of it is proposed, how much applied, how much is wrong, and how fast the source is.

python benchmarks/spelling.py --make cases.json --data ../shared/data      writes damaged articles (a fixed seed)
python benchmarks/spelling.py cases.json [--apply] [--reference]           measures, prints a table and JSON
python benchmarks/spelling.py --encoding                                   wrongly decoded text only

Cases are made apart from measuring, so that an older version can be measured on the very same ones.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from restore.candidates.base import Context
from restore.candidates.gather import gather, make_sources
from restore.config import THRESHOLDS, Config
from restore.restorer import Restorer

RATE = 0.03
SEED = 6
ARTICLES = 40
Case = dict[str, Any]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("cases", type=Path, nargs="?")
    options.add_argument("--make", type=Path, help="write the cases here instead of measuring")
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--articles", type=int, default=ARTICLES)
    options.add_argument("--apply", action="store_true", help="also restore, which takes minutes")
    options.add_argument("--reference", action="store_true", help="with another article on the same event")
    options.add_argument("--encoding", action="store_true")
    chosen = options.parse_args()
    if chosen.make:
        chosen.make.write_text(json.dumps(list(make(chosen.data, chosen.articles)), indent=1), encoding="utf-8")
    elif chosen.encoding:
        print(json.dumps(encoding(chosen.data, chosen.articles), indent=1))
    elif chosen.cases:
        print(
            json.dumps(measure(json.loads(chosen.cases.read_text("utf-8")), chosen.apply, chosen.reference), indent=1)
        )


def make(data: Path, most: int) -> Iterator[Case]:
    """Damage MEANTIME articles; the next article of the same cluster is the reference."""
    from restore.gold.markup import MarkedText
    from restore.simulation.scraping import scrape

    for name, text, other in articles(data, most):
        damaged = scrape(MarkedText(text), Random(f"{SEED}/{name}"), RATE)
        edits = [[e.start, e.end, e.gold[0], e.kind] for e in damaged.edits]
        yield {"id": name, "text": damaged.text, "edits": edits, "reference": other, "clean": text}


def articles(data: Path, most: int) -> Iterator[tuple[str, str, str]]:
    """Yield name, text and reference; every third article, so that all clusters are there."""
    rows = [json.loads(line) for line in (data / "meantime" / "docs.jsonl").read_text("utf-8").splitlines()]
    for n, row in list(enumerate(rows))[::3][:most]:
        fellows = [r for r in (*rows[n + 1 :], *rows[:n]) if r["cluster"] == row["cluster"]]
        yield row["doc"], plain(row), plain(fellows[0]) if fellows else ""


def plain(row: dict[str, Any]) -> str:
    """Join the tokenised sentences as they are printed, a sentence a line."""
    import re

    lines = []
    for sentence in row["sentences"]:
        line = re.sub(r"\s+([.,;:?!%)\]’]|'s\b|n't\b|'(?:re|ve|ll|d|m)\b)", r"\1", sentence)
        lines.append(re.sub(r"(``|'')", '"', re.sub(r"([(\[$#])\s+", r"\1", line)))
    return "\n".join(lines)


def measure(cases: list[Case], apply: bool, with_reference: bool) -> dict[str, Any]:
    """Count right and wrong proposals of the source alone, and of whole restorations."""
    threshold = THRESHOLDS["safe"]
    restorer = Restorer(Config(min_confidence=threshold))
    source = make_sources(["spelling"])[0]
    list(source.propose(Context(restorer.parse("A warming-up for the tabels."))))
    count: Counter[str] = Counter()
    seconds = 0.0
    for case in cases:
        wanted = {(start, end, gold): kind for start, end, gold, kind in case["edits"]}
        count.update(f"damage {kind}" for kind in wanted.values())
        context = context_of(restorer, case, with_reference)
        count["words"] += sum(t.is_word for t in context.parsed.tokens)
        before = time.process_time()
        list(source.propose(context))
        seconds += time.process_time() - before
        for found in gather(context, [source]):
            tell(count, "proposed", wanted, (found.start, found.end, found.replacement))
        if apply:
            references = [case["reference"]] if with_reference and case["reference"] else []
            done = restorer.restore(case["text"], references=references)
            for c in done.corrections:
                if any(e.kind == "spelling" for e in c.evidence):
                    what = "applied" if c.confidence >= threshold else "shown"
                    tell(count, what, wanted, (c.start, c.end, c.replacement))
    return {**dict(sorted(count.items())), "words_per_second": round(count["words"] / seconds)}


def tell(count: Counter[str], what: str, wanted: dict[tuple[int, int, str], str], change: tuple[int, int, str]) -> None:
    """Count one proposal: right, another one at a damaged place, or one where nothing is damaged."""
    kind = wanted.get(change)
    if kind:
        count[f"{what} right {kind}"] += 1
    elif any(start < change[1] and change[0] < end for start, end, _ in wanted):
        count[f"{what} other"] += 1
    else:
        count[f"{what} false"] += 1


def context_of(restorer: Restorer, case: Case, with_reference: bool) -> Context:
    parsed = restorer.parse(case["text"])
    if not (with_reference and case["reference"]):
        return Context(parsed)
    from restore.alignment.align import align

    return Context(parsed, (align(parsed, restorer.parse(case["reference"]), "reference 1", 1.0),))


def encoding(data: Path, most: int) -> dict[str, Any]:
    """Decode text wrongly, word by word, and count what comes back."""
    import ftfy.bad_codecs

    from restore.records import apply
    from restore.text.encoding_repair import encoding_repairs

    ftfy.bad_codecs.ok()
    count: Counter[str] = Counter()
    seconds = 0.0
    for name, text, _ in articles(data, most):
        rng = Random(f"{SEED}/{name}")
        clean = typographic(text)
        count["clean texts"] += 1
        count["clean texts changed"] += bool(encoding_repairs(clean))
        for codec in ("sloppy-windows-1252", "latin-1"):
            words = clean.split(" ")
            hit = {n for n, word in enumerate(words) if not word.isascii() and rng.random() < 0.7}
            spoilt = [w.encode().decode(codec) if n in hit else w for n, w in enumerate(words)]
            before = time.process_time()
            plan = encoding_repairs(" ".join(spoilt))
            seconds += time.process_time() - before
            mended = apply(" ".join(spoilt), plan).split(" ")
            count[f"{codec} damaged"] += len(hit)
            count[f"{codec} mended"] += sum(mended[n] == words[n] for n in hit) if len(mended) == len(words) else 0
            count["words"] += len(words)
        escaped = text.replace('"', "&quot;").replace("'", "&#8217;")
        count["entity texts"] += 1
        count["entity texts whole"] += apply(escaped, encoding_repairs(escaped)) == text.replace("'", "’")
    return {**count, "words_per_second": round(count["words"] / seconds)}


def typographic(text: str) -> str:
    """Write curly quotation marks and apostrophes."""
    import re

    text = re.sub(r'"([^"\n]*)"', r"“\1”", text)
    return text.replace("'", "’").replace(" - ", " – ")


if __name__ == "__main__":
    main()
