"""Single decisions against the gold: which are exactly right, and what other thresholds would have given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product

from restore.evaluation.calibration import DecisionOutcome, expected_error, reliability
from restore.evaluation.reports import Calibration, ThresholdRow
from restore.evaluation.scores import Lattice
from restore.gold.markup import GoldEdit, MarkedText
from restore.gold.tokens import tokenise
from restore.records import Correction, Restoration, apply, splice

THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(1, 20))
_MOST_READINGS = 256
"""Of a sentence with several right answers: eight choices of two. By hand."""


def is_exact(annotations: Sequence[MarkedText], correction: Correction) -> bool:
    """Return whether a correction alone gives what an annotator says at every place it touches, and nothing else.

    Words that are missing right beside it may be put in with it, and need not be.
    """
    return any(_mends(marked, correction) for marked in annotations)


def _mends(marked: MarkedText, correction: Correction) -> bool:
    inside = [edit for edit in marked.edits if _touches(marked.text, edit, correction)]
    if not inside:
        return False
    first = min(correction.start, inside[0].start)
    last = max(correction.end, inside[-1].end)
    text = marked.text
    done = tokenise(text[first : correction.start] + correction.replacement + text[correction.end : last])
    if done == tokenise(text[first:last]):
        return False
    choices = [edit.gold if _core(edit) else (*edit.gold, edit.spun) for edit in inside]
    return any(
        done == tokenise(_reading(text, first, last, inside, chosen))
        for chosen in islice(product(*choices), _MOST_READINGS)
    )


def _touches(text: str, edit: GoldEdit, correction: Correction) -> bool:
    """Return whether they share a character; words put in or missing count where only white space lies between."""
    if edit.start < correction.end and correction.start < edit.end:
        return True
    if _core(edit) and correction.original.strip():
        return False
    left, right = (edit.end, correction.start) if edit.end <= correction.start else (correction.end, edit.start)
    return not text[left:right].strip()


def _core(edit: GoldEdit) -> str:
    return edit.spun.strip()


def _reading(text: str, first: int, last: int, inside: Sequence[GoldEdit], chosen: Sequence[str]) -> str:
    edits = ((edit.start, edit.end, words) for edit, words in zip(inside, chosen, strict=True))
    return splice(text, edits, first, last)


@dataclass(frozen=True, slots=True)
class CheckedCorrection:
    """A decision: its confidence, whether it is exactly right, and the distance that it alone gives."""

    correction: Correction
    exact: bool
    distance: int


def check_corrections(
    restoration: Restoration, annotations: Sequence[MarkedText], lattice: Lattice
) -> list[CheckedCorrection]:
    """Judge every correction and proposal of a restoration."""
    return [
        CheckedCorrection(c, is_exact(annotations, c), lattice.distance_of(apply(restoration.text, [c])))
        for c in restoration.corrections
    ]


def outcomes(checked: Sequence[CheckedCorrection]) -> Iterator[DecisionOutcome]:
    """Return the confidences and whether they were right."""
    return (DecisionOutcome(min(1.0, max(0.0, each.correction.confidence)), each.exact) for each in checked)


def calibration(found: Sequence[DecisionOutcome]) -> Calibration:
    """Sum the decisions up."""
    rows = tuple(reliability(found))
    return Calibration(len(found), sum(o.right for o in found), round(expected_error(found), 4), rows)


class Curve:
    """Adds up, document by document, what each threshold would have given."""

    def __init__(self) -> None:
        self.before = 0
        self._rows = {threshold: [0, 0, 0, 0] for threshold in THRESHOLDS}  # applied, after, good, bad

    def add(self, text: str, checked: Sequence[CheckedCorrection], lattice: Lattice) -> None:
        """Apply the decisions of one document at every threshold."""
        self.before += lattice.before
        after, known = lattice.before, -1
        for threshold in reversed(THRESHOLDS):
            sure = [each for each in checked if each.correction.confidence >= threshold]
            if len(sure) != known:
                known = len(sure)
                after = lattice.distance(tokenise(apply(text, [each.correction for each in sure])))
            row = self._rows[threshold]
            row[0] += len(sure)
            row[1] += after
            row[2] += sum(each.distance < lattice.before for each in sure)
            row[3] += sum(each.distance > lattice.before for each in sure)

    def rows(self) -> tuple[ThresholdRow, ...]:
        """Return the thresholds from the lowest to the highest."""
        return tuple(
            ThresholdRow(
                threshold,
                applied,
                round(1 - after / self.before, 4) if self.before else None,
                round(good / (good + bad), 4) if good + bad else None,
            )
            for threshold, (applied, after, good, bad) in self._rows.items()
        )
