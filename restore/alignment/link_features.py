"""What the probabilities of the other links say about each link: the features of the aligner's later passes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from restore.alignment.grids import Matrix, boxed, shifted
from restore.alignment.pair_features import Pair

_STEPS = {
    "before": (-1, -1), "after": (1, 1), "before_2": (-2, -2), "after_2": (2, 2),
    "up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1),
    "cross_up": (-1, 1), "cross_down": (1, -1),
    "skip_up": (-2, -1), "skip_left": (-1, -2), "skip_down": (2, 1), "skip_right": (1, 2),
}  # fmt: skip


def link_columns(pair: Pair, p: Matrix) -> dict[str, Matrix]:
    """Describe every pair of words by the probabilities `p` (rows: ours) that the pass before gave to all."""
    a, b = pair.ours, pair.theirs
    found: dict[str, NDArray[np.floating]] = {"link.p": p}
    row, column = _rivals(p, 1), _rivals(p, 0)
    found["link.rival_row"], found["link.rival_column"] = row, column
    rows, columns = (np.asarray(p.sum(axis=axis, keepdims=True), dtype=np.float32) for axis in (1, 0))
    found["link.others_row"], found["link.others_column"] = rows - p, columns - p
    for name, (down, right) in _STEPS.items():
        found[f"link.{name}"] = shifted(p, down, right)
    best_row, best_column = p.max(axis=1), p.max(axis=0)
    for step in (-1, 1):
        found[f"link.row_{step}"] = _moved(best_row, step)[:, None]
        found[f"link.column_{step}"] = _moved(best_column, step)[None, :]
    for radius in (2, 5):
        found[f"link.box_{radius}"] = boxed(p, radius) - p
        found[f"link.off_{radius}"], found[f"link.weight_{radius}"] = _drift(p, radius)
    found["link.crossed"] = _crossed(p)
    heads = p[np.ix_(a.head, b.head)] * np.outer(~a.root, ~b.root)
    found["link.heads"] = heads
    found["link.heads_dep"] = heads * pair.columns["kind.dep"]
    found["link.children"] = a.children @ p @ b.children.T
    found["link.head_self"] = p[a.head] * ~a.root[:, None]
    found["link.self_head"] = p[:, b.head] * ~b.root[None, :]
    found["link.child_self"] = a.children @ p
    found["link.self_child"] = p @ b.children.T
    found["link.head_child"] = p[a.head] @ b.children.T * ~a.root[:, None]
    found["link.child_head"] = a.children @ p[:, b.head] * ~b.root[None, :]
    found["link.siblings"] = a.children[a.head] @ p @ b.children[b.head].T - p
    around = p @ p.T @ p
    found["link.block"] = around - p * (rows + columns - p) * p
    found.update(_gap_columns(pair, p))
    found["link.covered"] = (best_row.mean() + best_column.mean()) / 2
    return {name: np.asarray(column, dtype=np.float32) for name, column in found.items()}


def _moved(vector: Matrix, step: int) -> Matrix:
    """Return the next (or previous) entry of each; the border counts as linked."""
    padded = np.pad(vector, 1, constant_values=1.0)
    return padded[1 + step : 1 + step + len(vector)]


def _rivals(p: Matrix, axis: int) -> Matrix:
    """Return the highest probability of another link of the same word."""
    if p.shape[axis] < 2:
        return np.zeros_like(p)
    top = np.partition(p, -2, axis=axis)
    first, second = np.take(top, [-1], axis=axis), np.take(top, [-2], axis=axis)
    return np.asarray(np.where(p >= first, second, first), dtype=np.float32)


def _drift(p: Matrix, radius: int) -> tuple[Matrix, Matrix]:
    """Return how far each pair lies off the diagonal that the links of the words around it follow, and their weight.

    Each word near ours counts with its links, wherever in the other sentence they are; the own row is left out.
    """
    sharp = p * p
    columns = np.arange(p.shape[1], dtype=np.float32)
    places = np.arange(p.shape[0])
    weight, where = sharp.sum(axis=1), (sharp * columns).sum(axis=1) - sharp.sum(axis=1) * places
    top, bottom = np.maximum(places - radius, 0), np.minimum(places + radius + 1, len(places))
    total = [np.concatenate([[0.0], np.cumsum(v)]) for v in (weight, where)]
    weights, shift = (t[bottom] - t[top] - v for t, v in zip(total, (weight, where), strict=True))
    expected = places + shift / np.maximum(weights, 1e-3)
    off = np.abs(columns[None, :] - expected[:, None])
    known = weights[:, None] > 0.1
    return (
        np.where(known, np.minimum(off, 20.0), -1.0).astype(np.float32),
        np.asarray(weights[:, None], dtype=np.float32),
    )


def _crossed(p: Matrix) -> Matrix:
    """Sum the probabilities of the links that each link would cross."""
    rows, columns = p.shape
    sums = np.zeros((rows + 1, columns + 1), dtype=np.float32)
    sums[1:, 1:] = p.cumsum(axis=0).cumsum(axis=1)
    before = sums[:-1, -1:] - sums[:-1, 1:]
    after = sums[-1:, :-1] - sums[1:, :-1]
    return np.asarray(before + after, dtype=np.float32)


def _gap_columns(pair: Pair, p: Matrix) -> dict[str, Matrix]:
    """Describe the run of unlinked words that each word lies in, and whether two runs lie between the same links.

    A linked word is a run of its own.
    """
    ours, theirs = _anchored(p)
    one, other = _runs_of(ours), _runs_of(theirs)
    rows, columns = np.eye(one.max() + 1, dtype=np.float32)[one], np.eye(other.max() + 1, dtype=np.float32)[other]
    sizes, other_sizes = rows.sum(axis=0), columns.sum(axis=0)
    at_rows, at_columns = _borders(one), _borders(other)
    last, other_last = len(ours), len(theirs)
    before = np.array([-1 if a == 0 else ours[a - 1] for a, _ in at_rows])
    after = np.array([other_last if b == last else ours[b] for _, b in at_rows])
    left = np.array([a - 1 for a, _ in at_columns])
    right = np.array([b for _, b in at_columns])
    free = np.outer(np.array([ours[a] < 0 for a, _ in at_rows]), np.array([theirs[a] < 0 for a, _ in at_columns]))
    meets_left, meets_right = before[:, None] == left[None, :], after[:, None] == right[None, :]
    vectors = [_directions(side.vectors * side.rarity[:, None], member) for side, member in
               ((pair.ours, rows), (pair.theirs, columns))]  # fmt: skip
    inside = rows.T @ p @ columns
    runs = {
        "gap.free": free, "gap.left": free * meets_left, "gap.right": free * meets_right,
        "gap.ours": free * sizes[:, None], "gap.theirs": free * other_sizes[None, :],
        "gap.cosine": free * (vectors[0] @ vectors[1].T),
        "gap.inside": free * inside / np.maximum.outer(sizes, other_sizes),
        "gap.like": free * (rows.T @ pair.like @ columns) / np.maximum.outer(sizes, other_sizes),
        "gap.lone_ours": free * (sizes[:, None] - (rows.T @ p).sum(axis=1, keepdims=True)),
        "gap.lone_theirs": free * (other_sizes[None, :] - (p @ columns).sum(axis=0, keepdims=True)),
    }  # fmt: skip
    return {name: values[np.ix_(one, other)].astype(np.float32) for name, values in runs.items()}


def _anchored(p: Matrix) -> tuple[list[int], list[int]]:
    """Return the word that each word is surely linked to, -1 for none: the best of each other, likelier than not."""
    best, best_other = p.argmax(axis=1), p.argmax(axis=0)
    places = np.arange(len(p))
    sure = (p[places, best] > 0.5) & (best_other[best] == places)
    ours = np.where(sure, best, -1)
    theirs = np.full(p.shape[1], -1)
    theirs[best[sure]] = places[sure]
    return ours.tolist(), theirs.tolist()


def _runs_of(links: list[int]) -> NDArray[np.int64]:
    """Return each word the number of its run of unlinked words, linked words being runs of their own."""
    number, numbers = -1, []
    for n, link in enumerate(links):
        number += n == 0 or link >= 0 or links[n - 1] >= 0
        numbers.append(number)
    return np.array(numbers)


def _borders(numbers: NDArray[np.int64]) -> list[tuple[int, int]]:
    starts = np.flatnonzero(np.diff(numbers, prepend=-1)).tolist()
    return list(zip(starts, [*starts[1:], len(numbers)], strict=True))


def _directions(vectors: Matrix, member: Matrix) -> Matrix:
    sums = member.T @ vectors
    return np.asarray(sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-6), dtype=np.float32)
