"""Which kinds of damage the rows of a channel hold, and how often each family of spinners does each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from restore.channel.model import SpinnerChannel
from restore.simulation.damage_styles import is_of
from restore.text.morphology import lemmas, lemmas_by_pos
from restore.text.word_lists import TENS, UNITS

NUMBERS = tuple(UNITS[:13])
"""The number words that stand for themselves on real pages often enough to be counted."""
_PRIOR_EDITS = 100.0
"""Counted edits as which the usual shares of all families weigh. Chosen by hand: a family with a thousand counted edits
goes by its own, one with ten by the others'."""
COUNTED = frozenset({"synonym", "function", "filler", "morphology", "deletion", "number"})
"""The kinds that rows can hold: they are in lower case, and do not tell names."""


def number_word(number: int) -> str:
    """Return the word for a number from 0 to 99."""
    if number < len(UNITS):
        return UNITS[number]
    tens, units = divmod(number, 10)
    return TENS[tens - 2] + (f"-{UNITS[units]}" if units else "")


def digits_of(word: str) -> int | None:
    """Return the number that a lower-cased word stands for, if it is one word without a hyphen; None otherwise."""
    return _VALUES.get(word)


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


_VALUES = {number_word(number): number for number in (*range(20), *range(20, 100, 10))}


@lru_cache(maxsize=50_000)
def is_function(word: str) -> bool:
    """Return whether a lower-cased word is of a closed class: an auxiliary, or no lemma of any open one."""
    found = lemmas_by_pos(word)
    return "AUX" in found or not found


def counted_shares(channel: SpinnerChannel, family: str, usual: Mapping[str, float]) -> dict[str, float]:
    """Return the share of each kind of damage in a family, by the counts of its rows; they add up as `usual` does.

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
        own = sum(count for name, count in row.families if is_of(name, family))
        if own:
            counts[pair_kind(row.spun, row.original)] += own
    del counts["same"]
    return counts
