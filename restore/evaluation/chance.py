"""How far chance could have moved a measure: bootstrap intervals and paired tests over units.

A unit is a document or a sentence, a row of counts. Every measure is a function of the sums of the columns, so drawing
units anew is a product of matrices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from restore.errors import GoldError

COLUMNS = ("words", "before", "after", "good", "bad", "edits")
DETECTION = ("detection_tp", "detection_fp", "detection_fn")
CORRECTION = ("correction_tp", "correction_fp", "correction_fn")
MANY_DOCUMENTS = 30
"""With fewer documents than this, sentences are the units: intervals over a handful of documents mean nothing."""
SEED = 20_100
"""Any; with it the same figures come again."""
DRAWS = 10_000
"""Of the bootstrap: two digits of an interval are steady. By hand."""
_CHUNK = 4_000_000
"""Numbers drawn at once: 32 MB. By hand."""

_Matrix = NDArray[np.float64]
_Measure = Callable[[dict[str, _Matrix]], _Matrix]


class Units(msgspec.Struct, frozen=True):
    """The counts of each unit (document or sentence), a row of `counts` per unit with the `columns` named."""

    kind: str
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


class Measure(msgspec.Struct, frozen=True):
    """A measure over all units, and the range that holds it with a probability of 95 %; None where undefined."""

    value: float | None
    low: float | None = None
    high: float | None = None


class Difference(msgspec.Struct, frozen=True):
    """A measure in two runs, ours less theirs with its 95 % interval; `p`: how often chance alone gives as much."""

    ours: float | None
    theirs: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None


def measures(units: Units, draws: int = DRAWS, seed: int = SEED) -> dict[str, Measure]:
    """Return all measures that the columns allow, with percentile bootstrap intervals (Efron 1979), seeded."""
    counts = np.array(units.counts, dtype=np.float64).reshape(-1, len(units.columns))
    if not len(counts):
        return {}
    whole = _values(units.columns, counts.sum(axis=0, keepdims=True))
    drawn = _values(units.columns, np.concatenate(list(_resampled(counts, draws, seed))))
    found = {}
    for name, value in whole.items():
        kept = drawn[name][~np.isnan(drawn[name])]
        if np.isnan(value[0]) or not len(kept):
            found[name] = Measure(None)
            continue
        low, high = np.percentile(kept, [2.5, 97.5])
        found[name] = Measure(_rounded(value[0]), _rounded(low), _rounded(high))
    return found


def compare(ours: Units, theirs: Units, draws: int = DRAWS, seed: int = SEED) -> dict[str, Difference]:
    """Test two runs on the same units: p by approximate randomisation (Noreen 1989), two-sided; interval by bootstrap.

    Identical runs give p = 1. Raises `GoldError` if the units are not the same.
    """
    if ours.kind != theirs.kind or len(ours.counts) != len(theirs.counts):
        raise GoldError(
            f"the runs cannot be compared: one has {len(ours.counts):,} {ours.kind}, the other"
            f" {len(theirs.counts):,} {theirs.kind}; run both on the same data with the same versions"
        )
    columns = tuple(name for name in ours.columns if name in theirs.columns)
    one, other = _columns(ours, columns), _columns(theirs, columns)
    if not len(one):
        return {}
    rng = np.random.default_rng(seed)
    sums = _values(columns, one.sum(axis=0, keepdims=True)), _values(columns, other.sum(axis=0, keepdims=True))
    both = np.concatenate([one, other], axis=1)
    drawn = np.concatenate(list(_resampled(both, draws, seed)))
    again = _values(columns, drawn[:, : len(columns)]), _values(columns, drawn[:, len(columns) :])
    swapped = list(_swapped(one, other, draws, rng))
    shuffled = (
        _values(columns, np.concatenate([a for a, _ in swapped])),
        _values(columns, np.concatenate([b for _, b in swapped])),
    )
    return {name: _difference(name, sums, again, shuffled) for name in sums[0]}


_Pair = tuple[dict[str, _Matrix], dict[str, _Matrix]]


def _difference(name: str, sums: _Pair, again: _Pair, shuffled: _Pair) -> Difference:
    ours, theirs = float(sums[0][name][0]), float(sums[1][name][0])
    if np.isnan(ours) or np.isnan(theirs):
        return Difference(
            None if np.isnan(ours) else _rounded(ours), None if np.isnan(theirs) else _rounded(theirs), *[None] * 4
        )
    gaps = again[0][name] - again[1][name]
    low, high = np.percentile(gaps[~np.isnan(gaps)], [2.5, 97.5])
    chance = np.abs(shuffled[0][name] - shuffled[1][name])
    as_much = int(np.sum(~(chance < abs(ours - theirs) - 1e-12)))  # what is undefined counts against us
    p = (as_much + 1) / (len(chance) + 1)
    return Difference(
        _rounded(ours), _rounded(theirs), _rounded(ours - theirs), _rounded(low), _rounded(high), _rounded(p)
    )


def _columns(units: Units, names: Sequence[str]) -> _Matrix:
    counts = np.array(units.counts, dtype=np.float64).reshape(-1, len(units.columns))
    return counts[:, [units.columns.index(name) for name in names]]


def _resampled(counts: _Matrix, draws: int, seed: int) -> Iterator[_Matrix]:
    """Yield the sums of the columns over units drawn with replacement, draw by draw, in chunks that fit in memory."""
    rng = np.random.default_rng(seed)
    many = len(counts)
    for size in _sizes(draws, many):
        yield rng.multinomial(many, np.full(many, 1 / many), size=size).astype(np.float64) @ counts


def _swapped(one: _Matrix, other: _Matrix, draws: int, rng: np.random.Generator) -> Iterator[tuple[_Matrix, _Matrix]]:
    """Yield the sums of both sides after exchanging the runs in about half of the units."""
    total = one.sum(axis=0), other.sum(axis=0)
    for size in _sizes(draws, len(one)):
        moved = rng.integers(0, 2, size=(size, len(one))).astype(np.float64) @ (other - one)
        yield total[0] + moved, total[1] - moved


def _sizes(draws: int, units: int) -> Iterator[int]:
    step = max(1, min(draws, _CHUNK // max(1, units)))
    for start in range(0, draws, step):
        yield min(step, draws - start)


def _values(columns: Sequence[str], sums: _Matrix) -> dict[str, _Matrix]:
    """Return every measure for rows of sums; NaN where it is undefined."""
    named = {name: sums[:, place] for place, name in enumerate(columns)}
    found: dict[str, _Matrix] = {}
    if "before" in named:
        found["removed"] = 1 - _ratio(named["after"], named["before"])
        found["edit_precision"] = _ratio(named["good"], named["good"] + named["bad"])
    for side, (tp, fp, fn) in (("detection", DETECTION), ("correction", CORRECTION)):
        if tp in named:
            found |= _span_values(side, named[tp], named[fp], named[fn])
    found["edits_per_thousand"] = 1000 * _ratio(named["edits"], named["words"])
    return found


def _span_values(side: str, tp: _Matrix, fp: _Matrix, fn: _Matrix) -> dict[str, _Matrix]:
    """Return precision, recall and F0.5; precision without an edit and recall without gold are undefined by themselves.

    In F0.5 they count as 1, as ERRANT has it: so a system that does nothing where something is wrong gets 0.
    """
    precision, recall = _ratio(tp, tp + fp), _ratio(tp, tp + fn)
    p, r = np.where(np.isnan(precision), 1.0, precision), np.where(np.isnan(recall), 1.0, recall)
    below = 0.25 * p + r
    f05 = np.where(below > 0, 1.25 * p * r / np.where(below > 0, below, 1), 0.0)
    return {f"{side}_precision": precision, f"{side}_recall": recall, f"{side}_f05": f05}


def _ratio(above: _Matrix, below: _Matrix) -> _Matrix:
    return np.where(below > 0, above / np.where(below > 0, below, 1), np.nan)


def _rounded(value: float) -> float:
    return round(float(value), 4)
