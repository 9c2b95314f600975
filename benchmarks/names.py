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
from restore.candidates.base import Context
from restore.candidates.gather import gather
from restore.channel import load_channel
from restore.evaluation.damage import Damager
from restore.evaluation.simulator import spin
from restore.parsing import ParsedText, Parser, Token

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
    """Give the sentences as running text; the first is an address."""
    found = []
    for words in document["sentences"][1:]:
        text = words if isinstance(words, str) else " ".join(words)
        for pattern, form in GLUE:
            text = re.sub(pattern, form, text)
        found.append(text)
    return found


def listed(parsed: ParsedText) -> Iterator[tuple[Token, ...]]:
    """Give the listed names of two to five words that stand in a text as they are listed."""
    from restore.names import load_names

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
    """Give texts of which one word of one name is spun: text, place, spun word, the word itself, reference."""
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
                damaged = _damaged(Damager(spun, channel, FAMILY), window, rng)
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


def _damaged(damager: Damager, window: tuple[Token, ...], rng: Random) -> tuple[Token, str] | None:
    sites = {site.first: site for site in damager.sites("name")}
    tokens = [token for token in window if token.index in sites]
    rng.shuffle(tokens)
    for token in tokens:
        damage = damager.damage("name", sites[token.index], rng)
        if damage is not None and damage.spun.isalpha():
            return token, damage.spun
    return None


def measure(path: Path) -> None:
    """Print how many names come back as a candidate, and applied; and how many places get another word."""
    cases = json.loads(path.read_text(encoding="utf-8"))
    restorer = Restorer(Config(language_model="bigram"))
    for referenced in (False, True):
        counts: Counter[str] = Counter()
        for case in cases:
            end = case["start"] + len(case["spun"])
            context = Context(restorer.parse(case["text"]))
            if not referenced:
                began = time.perf_counter()
                names = [source for source in restorer.sources if source.name == "names"]
                offered = gather(context, names)
                counts["ms"] += round(1000 * (time.perf_counter() - began))
                right = [c for c in offered if _mends(case, c.start, c.end, c.replacement)]
                counts["candidate of the names"] += bool(right)
            restoration = restorer.restore(case["text"], [case["reference"]] if referenced else [])
            here = [c for c in restoration.applied if c.start < end and case["start"] < c.end]
            right_here = [c for c in here if _mends(case, c.start, c.end, c.replacement)]
            offered_here = [c for c in restoration.corrections if _mends(case, c.start, c.end, c.replacement)]
            counts["proposed"] += bool(offered_here)
            counts["applied"] += bool(right_here)
            counts["wrong"] += bool(here) and not right_here
        print("with reference" if referenced else "without reference", len(cases), dict(counts))


def _mends(case: dict[str, Any], start: int, end: int, replacement: str) -> bool:
    """Say whether a correction puts the word back, whatever it does around it."""
    first, last = case["start"], case["start"] + len(case["spun"])
    if not (start <= first and last <= end):
        return False
    before, after = case["text"][start:first], case["text"][last:end]
    return replacement == f"{before}{case['word']}{after}"


def main() -> None:
    """Make the items, or measure on them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["make", "measure"])
    parser.add_argument("source", type=Path)
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--most", type=int, default=120)
    args = parser.parse_args()
    if args.what == "measure":
        measure(args.source)
        return
    if args.out is None:
        sys.exit("make needs a file to write to")
    args.out.write_text(json.dumps(list(items(args.source, args.most)), indent=1, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
