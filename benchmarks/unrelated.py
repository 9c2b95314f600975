"""How many real substitutions no resource relates, and how such words are drawn, for the simulator's strangers.

    python benchmarks/unrelated.py

Counts, over the single content words of the channel's rows, what neither the lexicon nor WordNet nor a shared
translation connects, and fits the two exponents by which `damage_sources.strangers` draws (maximum likelihood: the
words of the same parts of speech, by nearness of the word vectors and by frequency). Gold sets are not read.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from random import Random

import numpy as np
from numpy.typing import NDArray

from restore.channel.model import ChannelRow, load_channel
from restore.lexicon.vectors import load_vectors
from restore.lexicon.wordnet import load_thesaurus
from restore.simulation.damage_sources import blind_relatives, homographs, relatives, strange_words
from restore.simulation.kinds import is_function

ROWS = 2_500
NEARNESS = np.arange(0.0, 12.1, 1.0)
FREQUENCY = np.arange(0.0, 1.21, 0.1)


def main() -> None:
    """Print the share of unrelated substitutions and the two exponents."""
    total, unrelated = 0.0, []
    for row, originals, spun in _rows():
        total += row.count
        known = {word for lemma in originals for word in _related(lemma)}
        if not known & spun:
            unrelated.append((row, originals, spun))
    count = sum(row.count for row, _, _ in unrelated)
    print(f"unrelated: {count:.0f} of {total:.0f} counts, {count / total:.1%}")
    print("best exponents (nearness, frequency): ", _fitted(unrelated))


def _rows() -> Iterator[tuple[ChannelRow, set[str], set[str]]]:
    rows = list(load_channel().rows)
    Random(1).shuffle(rows)
    known = load_vectors().rows
    kept = (
        row
        for row in rows
        if all(side.isalpha() and side in known and not is_function(side) for side in (row.original, row.spun))
    )
    for row in itertools.islice(kept, ROWS):
        originals, spun = _lemmas(row.original), _lemmas(row.spun)
        if not originals & spun:
            yield row, originals, spun


def _lemmas(word: str) -> set[str]:
    from restore.text.morphology import lemmas_by_pos

    return {lemma for found in lemmas_by_pos(word).values() for lemma in found} | {word}


def _related(lemma: str) -> set[str]:
    found = {*blind_relatives(lemma).words, *homographs(lemma).words}
    for pos in load_thesaurus().parts_of_speech(lemma):
        found |= set(relatives(lemma, pos).words)
    return found


def _fitted(unrelated: list[tuple[ChannelRow, set[str], set[str]]]) -> tuple[float, float]:
    likelihood: NDArray[np.float64] = np.zeros((len(NEARNESS), len(FREQUENCY)))
    for row, originals, spun in unrelated:
        for lemma in sorted(originals):
            for pos in load_thesaurus().parts_of_speech(lemma):
                words, nearness, frequency = strange_words(lemma, pos)
                hits = [n for n, word in enumerate(words) if word in spun]
                if not hits:
                    continue
                scores = NEARNESS[:, None, None] * nearness + FREQUENCY[:, None] * frequency
                top = scores.max(-1)
                likelihood += row.count * (scores[..., hits[0]] - top - np.log(np.exp(scores - top[..., None]).sum(-1)))
                break
            else:
                continue
            break
    best = np.unravel_index(likelihood.argmax(), likelihood.shape)
    return float(NEARNESS[best[0]]), float(FREQUENCY[best[1]])


if __name__ == "__main__":
    main()
