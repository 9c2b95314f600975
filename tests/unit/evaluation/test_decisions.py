from __future__ import annotations

import pytest

from restore.evaluation.decisions import THRESHOLDS, Curve, calibration, check_corrections, is_exact, outcomes
from restore.evaluation.scores import make_lattice
from restore.gold.markup import parse_markup
from restore.records import Correction, Restoration, Verdict

GOLD = parse_markup("It {to be=>was} a {big=>large|huge} slip, {also=>}he {said=>said} {=>the }dog.")


def _correction(original: str, replacement: str, confidence: float = 0.9) -> Correction:
    start = GOLD.text.index(original)
    return Correction(start, start + len(original), original, replacement, "R:OTHER", confidence, (), "")


@pytest.mark.parametrize(
    ("original", "replacement", "right"),
    [
        ("to be", "was", True),
        ("to be a big", "was a huge", True),
        ("to be a big", "was a big", False),
        ("be", "was", False),
        ("big", "large", True),
        ("big", "vast", False),
        ("slip", "fall", False),
        ("also", "", True),
        ("said", "told", False),
        ("dog", "the dog", True),
        ("he", "he", False),
    ],
)
def test_only_what_the_gold_says_is_right(original: str, replacement: str, right: bool) -> None:
    assert is_exact([GOLD], _correction(original, replacement)) is right


def test_any_annotator_may_be_right() -> None:
    other = parse_markup("It to be a big {slip=>fall}, alsohe said dog.")
    assert is_exact([GOLD, other], _correction("slip", "fall"))


def test_thresholds_and_calibration_by_hand() -> None:
    plan = (_correction("to be", "was", 0.92), _correction("big", "vast", 0.6), _correction("slip", "fall", 0.3))
    restoration = Restoration(GOLD.text, plan, 0.9, Verdict(True, 1.0, 0.2))
    lattice = make_lattice([GOLD])
    checked = check_corrections(restoration, [GOLD], lattice)
    assert lattice.before == 5  # to, be, big, alsohe, and the missing the
    curve = Curve()
    curve.add(GOLD.text, checked, lattice)
    rows = {row.threshold: row for row in curve.rows()}
    assert tuple(rows) == THRESHOLDS
    assert [rows[t].applied for t in (0.05, 0.35, 0.65, 0.95)] == [3, 2, 1, 0]
    assert (rows[0.95].removed, rows[0.95].precision) == (0.0, None)
    assert rows[0.9].precision == 1.0
    assert rows[0.05].precision == 0.5
    found = calibration(list(outcomes(checked)))
    assert (found.decisions, found.right) == (3, 1)
    assert found.error == pytest.approx((0.08 + 0.6 + 0.3) / 3, abs=1e-4)
