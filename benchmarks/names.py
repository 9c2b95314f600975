"""How many replaced names come back: listed names in clean news, one word of each spun with a fixed seed.

    python benchmarks/names.py make DOCS_JSONL ITEMS_JSON     # draw the names and spin them
    python benchmarks/names.py measure ITEMS_JSON             # restore, without and with a reference

DOCS_JSONL has tokenised `sentences` (ECB+, from which no table of names was built). The text around the name is damaged
by the simulator, so that it looks like a spun text. The reference of an item is the clean article without the sentence.
`measure` also runs on versions that know no list of names.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from restore import Config, Restorer
from restore.candidates.base import Candidate, Context
from restore.candidates.gather import gather, make_sources
from restore.channel.model import load_channel
from restore.records import Correction
from restore.simulation.damage import damage, sites
from restore.simulation.damage_styles import style_of
from restore.simulation.damage_text import TextView
from restore.simulation.simulator import spin
from restore.text.parsing import ParsedText, Parser, Token

SEED = 6
RATE = 0.12
AROUND = 3
FAMILY = "A"
GLUE = (
    (r" ([.,;:!?%)\]])", r"\1"),
    (r"([(\[$]) ", r"\1"),
    (r"`` ?", '"'),
    (r" ?''", '"'),
    (r" ('s|n't|'re|'ve|')\b", r"\1"),
)


def sentences(document: dict[str, Any]) -> list[str]:
    """Return the sentences as running text; the first is an address."""
    found = []
    for words in document["sentences"][1:]:
        text = words if isinstance(words, str) else " ".join(words)
        for pattern, form in GLUE:
            text = re.sub(pattern, form, text)
        found.append(text)
    return found


def listed(parsed: ParsedText) -> Iterator[tuple[Token, ...]]:
    """Yield the listed names of two to five words that stand in a text as they are listed."""
    from restore.lexicon.gazetteer import load_names

    names = load_names()
    for sentence in parsed.sentences:
        tokens = parsed.sentence_tokens(sentence)
        for at in range(1, len(tokens)):
            for end in range(min(at + 5, len(tokens)), at + 1, -1):
                window = tokens[at:end]
                if tuple(t.lower for t in window) in names and all(t.text[0].isupper() for t in window):
                    yield window
                    break


def items(path: Path, most: int) -> Iterator[dict[str, Any]]:
    """Yield texts of which one word of one name is spun: text, place, spun word, the word itself, reference."""
    parser, channel, rng = Parser(), load_channel(), Random(SEED)
    documents = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rng.shuffle(documents)
    seen: Counter[str] = Counter()
    for document in documents:
        lines = sentences(document)
        for first in range(0, len(lines) - AROUND, AROUND):
            clean = parser.parse(" ".join(lines[first : first + AROUND]))
            spun = parser.parse(spin(clean, channel, rng.randrange(2**31), RATE, {FAMILY: 1.0}, 0.0).text)
            found = [w for w in listed(spun) if spun.text[w[0].start : w[-1].end] in clean.text]
            rng.shuffle(found)
            for window in found:
                name = spun.text[window[0].start : window[-1].end]
                damaged = _damaged(TextView(spun, channel, FAMILY, style_of(FAMILY)), window, rng)
                if damaged is None or seen[name] > 1:
                    continue
                token, word = damaged
                seen[name] += 1
                text = f"{spun.text[: token.start]}{word}{spun.text[token.end :]}"
                other = " ".join(lines[:first] + lines[first + AROUND :])
                yield {
                    "text": text,
                    "start": token.start,
                    "spun": word,
                    "word": token.text,
                    "reference": other,
                    "name": name,
                }
                most -= 1
                break
            if most <= 0:
                return


def _damaged(view: TextView, window: tuple[Token, ...], rng: Random) -> tuple[Token, str] | None:
    places = {site.first: site for site in sites(view, "name", 1.0)}
    tokens = [token for token in window if token.index in places]
    rng.shuffle(tokens)
    for token in tokens:
        hit = damage(view, "name", places[token.index], rng)
        if hit is not None and hit.spun.isalpha():
            return token, hit.spun
    return None


def measure(path: Path, most: int) -> None:
    """Print how many names come back as a candidate; of the first `most`, how many are proposed, applied and wrong."""
    cases = json.loads(path.read_text(encoding="utf-8"))
    restorer = Restorer(Config())
    names = make_sources(["names"])
    contexts = [Context(restorer.parse(case["text"])) for case in cases]
    for context in contexts[:3]:  # loads the tables
        gather(context, names)
    began = time.perf_counter()
    offered = [gather(context, names) for context in contexts]
    seconds = time.perf_counter() - began
    words = sum(len(context.parsed.tokens) for context in contexts)
    right = sum(any(_mends(case, c) for c in found) for case, found in zip(cases, offered, strict=True))
    changed = sum(any(_touches(case, c) for c in found) for case, found in zip(cases, offered, strict=True))
    print(f"{len(cases)} names: {right} right candidates of the names source, at {changed} places any")
    print(f"{words / seconds:.0f} words/s of the names source")
    for referenced in (False, True):
        counts: Counter[str] = Counter()
        for case in cases[:most]:
            restoration = restorer.restore(case["text"], [case["reference"]] if referenced else [])
            here = [c for c in restoration.applied if _touches(case, c)]
            counts["proposed"] += any(_mends(case, c) for c in restoration.corrections)
            counts["applied"] += any(_mends(case, c) for c in here)
            counts["wrong"] += any(not _mends(case, c) for c in here)
        print("with reference:" if referenced else "without reference:", len(cases[:most]), dict(counts), flush=True)


def _touches(case: dict[str, Any], edit: Candidate | Correction) -> bool:
    return bool(edit.start < case["start"] + len(case["spun"]) and case["start"] < edit.end)


def _mends(case: dict[str, Any], edit: Candidate | Correction) -> bool:
    """Return whether a correction puts the word back, and changes nothing around it."""
    first: int = case["start"]
    last = first + len(case["spun"])
    before, after = case["text"][edit.start : first], case["text"][last : edit.end]
    wanted: str = f"{before}{case['word']}{after}"
    return edit.start <= first and last <= edit.end and edit.replacement == wanted


def main() -> None:
    """Make the items, or measure on them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["make", "measure"])
    parser.add_argument("source", type=Path)
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--most", type=int, default=120)
    args = parser.parse_args()
    if args.what == "measure":
        measure(args.source, args.most)
        return
    if args.out is None:
        sys.exit("make needs a file to write to")
    args.out.write_text(json.dumps(list(items(args.source, args.most)), indent=1, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
