"""Which kinds of damage the rows of a channel hold, and how often each family of spinners does each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from restore.channel import SpinnerChannel, lemmas

NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_PRIOR_EDITS = 100.0
COUNTED = frozenset({"synonym", "function", "filler", "morphology", "deletion", "number"})
"""The kinds that rows can hold: they are in lower case, and do not tell names."""


def pair_kind(spun: str, original: str) -> str:
    """Name the kind of damage by what stands on the two sides of a pair, in lower case; "same" if they agree."""
    if spun == original:
        return "same"
    if not original:
        return "filler"
    if not spun:
        return "deletion"
    if original in NUMBERS or original.isdigit():
        return "number"
    if " " not in spun + original and set(lemmas(spun)) & set(lemmas(original)):
        return "morphology"
    return "function" if all(is_function(word) for word in original.split()) else "synonym"


@lru_cache(maxsize=50_000)
def is_function(word: str) -> bool:
    """Say whether a lower-cased word is of a closed class: an auxiliary, or no lemma of any open one."""
    from lemminflect import getAllLemmas

    found = getAllLemmas(word)
    return "AUX" in found or not found


def counted_shares(channel: SpinnerChannel, family: str, usual: Mapping[str, float]) -> dict[str, float]:
    """Give the share of each kind of damage in a family, by the counts of its rows; they add up as `usual` does.

    `usual` are the shares of families in general, which weigh as much as a hundred counted edits; kinds that rows
    cannot hold keep theirs.
    """
    counts = _counts(channel, family)
    kinds = sorted(COUNTED & (usual.keys() | counts.keys()))  # sums of floats depend on their order
    mass = sum(usual.get(kind, 0.0) for kind in kinds)
    total = counts.total() + _PRIOR_EDITS
    shares = dict(usual)
    for kind in kinds:
        prior = usual.get(kind, 0.0) / mass if mass else 0.0
        shares[kind] = mass * (counts[kind] + _PRIOR_EDITS * prior) / total
    return shares


@lru_cache(maxsize=32)
def _counts(channel: SpinnerChannel, family: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for row in channel.rows:
        own = sum(count for name, count in row.families if name == family)
        if own:
            counts[pair_kind(row.spun, row.original)] += own
    del counts["same"]
    return counts
