"""The greedy word aligner that the learned one replaced, kept to compare with (benchmarks/word_alignment.py).

Related words are linked greedily, best first, by their own likeness and that of their surroundings; what is left over
between linked neighbours is linked by position, and what hangs on linked words in the same way, by dependency.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from restore.alignment.relations import EXACT, figure, is_content, relate
from restore.text.parsing import Token

Relation = tuple[str, float]

_REACH = 3
_CONTEXT = 0.7
_DIAGONAL = 0.15
_FUNCTION_CONTEXT = 0.15
_WEAK_CONTEXT = 0.12
_POSITION_SAME, _POSITION_OTHER, _DEPENDENCY = 0.5, 0.3, 0.45


Found = dict[int, tuple[int, str, float]]


def align_tokens(ours: Sequence[Token], theirs: Sequence[Token]) -> Found:
    """Link the tokens of one sentence to those of another, one to one: position, (position, relation, score)."""
    if [t.text for t in ours] == [t.text for t in theirs]:
        return {i: (i, EXACT, 1.0) for i in range(len(ours))}
    relations = _relations(ours, theirs)
    found = _link_related(ours, theirs, relations)
    _link_positions(ours, theirs, found)
    _link_dependents(ours, theirs, found)
    return found


def _relations(ours: Sequence[Token], theirs: Sequence[Token]) -> dict[tuple[int, int], Relation]:
    return {
        (i, j): relation
        for i, one in enumerate(ours)
        for j, other in enumerate(theirs)
        if (relation := relate(one, other)) is not None
    }


def _context(likeness: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each pair of tokens how well their neighbours (three on each side) match, 0 to 1."""
    padded = np.pad(likeness, _REACH + 1)
    rows, columns = likeness.shape
    total = np.zeros_like(likeness)
    norm = 0.0
    for distance in range(1, _REACH + 1):
        for step in (distance, -distance):
            near = np.zeros_like(likeness)
            for slip, share in ((0, 1.0), (1, 0.6), (-1, 0.6)):
                if step + slip == 0:
                    continue
                row, column = _REACH + 1 + step, _REACH + 1 + step + slip
                near = np.maximum(near, share * padded[row : row + rows, column : column + columns])
            total += near / distance
            norm += 1 / distance
    return total / norm


def _link_related(ours: Sequence[Token], theirs: Sequence[Token], relations: dict[tuple[int, int], Relation]) -> Found:
    """Link related tokens, best first; a function word or mark needs matching neighbours."""
    likeness = np.zeros((len(ours), len(theirs)))
    for (i, j), (_, score) in relations.items():
        likeness[i, j] = score if is_content(ours[i]) else 0.6 * score
    context = _context(likeness)
    ranked = []
    for (i, j), (relation, score) in relations.items():
        around = float(context[i, j])
        content = is_content(ours[i]) and is_content(theirs[j])
        if around < (_needed(relation) if content else _FUNCTION_CONTEXT):
            continue
        off = abs(i / len(ours) - j / len(theirs))
        ranked.append((score + _CONTEXT * around - _DIAGONAL * off + 0.2 * content, i, j, relation, score, around))
    ranked.sort(key=lambda row: (-row[0], row[1], row[2]))
    found: Found = {}
    taken: set[int] = set()
    for _, i, j, relation, score, around in ranked:
        if i not in found and j not in taken:
            found[i] = (j, relation, min(1.0, score * (0.8 + 0.4 * min(0.5, around))))
            taken.add(j)
    return found


def _needed(relation: str) -> float:
    return {"synonym": _WEAK_CONTEXT, "spelling": _WEAK_CONTEXT}.get(relation, 0.0)


def _anchors(ours: Sequence[Token], theirs: Sequence[Token], found: Found) -> list[tuple[int, int, int, int]]:
    """Return the gaps between consecutive links that do not cross, sentence ends included: (start, end, start, end)."""
    fixed = [(-1, -1), *sorted((i, j) for i, (j, _, _) in found.items()), (len(ours), len(theirs))]
    taken = {j for j, _, _ in found.values()}
    gaps = []
    for (i, j), (k, m) in pairwise(fixed):
        if j < m and not any(x in taken for x in range(j + 1, m)):
            gaps.append((i + 1, k, j + 1, m))
    return gaps


def _link_positions(ours: Sequence[Token], theirs: Sequence[Token], found: Found) -> None:
    """Link what stands in the same slot between linked neighbours, if the slot is short and equally long."""
    for start, end, ref_start, ref_end in _anchors(ours, theirs, found):
        size = end - start
        edge = start == 0 or end == len(ours)
        if size != ref_end - ref_start or not 0 < size <= (1 if edge else 2):
            continue
        for i, j in zip(range(start, end), range(ref_start, ref_end), strict=True):
            one, other = ours[i], theirs[j]
            if figure(one) or figure(other) or not (one.is_word and other.is_word):
                continue
            same = is_content(one) == is_content(other)
            if same or size == 1:
                score = _POSITION_SAME if one.pos == other.pos else _POSITION_OTHER
                relation = relate(one, other)
                found[i] = (j, relation[0] if relation else "position", score / size**0.5)


def _link_dependents(ours: Sequence[Token], theirs: Sequence[Token], found: Found) -> None:
    """Link a word to the only word that hangs on the linked head in the same way."""
    first, ref_first = ours[0].index, theirs[0].index
    taken = {j for j, _, _ in found.values()}
    for i, one in enumerate(ours):
        head = found.get(one.head - first)
        if i in found or one.head == one.index or head is None or not is_content(one) or figure(one):
            continue
        same = [
            j
            for j, other in enumerate(theirs)
            if j not in taken and other.head - ref_first == head[0] and other.index != other.head
            and other.dep == one.dep and other.pos == one.pos and not figure(other)
        ]  # fmt: skip
        if len(same) == 1 and head[1] != "position" and not (one.is_name or theirs[same[0]].is_name):
            found[i] = (same[0], "dependency", _DEPENDENCY)
            taken.add(same[0])
