from __future__ import annotations

import numpy as np
import pytest

from restore.errors import GoldError
from restore.evaluation.chance import COLUMNS, CORRECTION, DETECTION, Units, compare, measures

ALL = (*COLUMNS, *DETECTION, *CORRECTION)


def _units(*rows: tuple[int, ...], columns: tuple[str, ...] = ALL) -> Units:
    return Units("sentences", columns, rows)


def test_measures_by_hand() -> None:
    found = measures(
        _units((10, 4, 1, 3, 1, 4, 3, 1, 1, 2, 2, 2), (30, 4, 3, 0, 0, 0, 0, 0, 1, 0, 0, 1)), draws=200
    )  # fmt: skip
    assert {name: found[name].value for name in found} == {
        "removed": 0.5,
        "edit_precision": 0.75,
        "detection_precision": 0.75,
        "detection_recall": 0.6,
        "detection_f05": pytest.approx(1.25 * 0.45 / (0.25 * 0.75 + 0.6), abs=1e-4),
        "correction_precision": 0.5,
        "correction_recall": 0.4,
        "correction_f05": pytest.approx(1.25 * 0.2 / (0.25 * 0.5 + 0.4), abs=1e-4),
        "edits_per_thousand": 100.0,
    }
    removed = found["removed"]
    assert (removed.low, removed.high) == (0.25, 0.75)


def test_what_is_undefined_is_none_and_the_seed_counts() -> None:
    clean = _units((10, 0, 0, 0, 0, 0), columns=COLUMNS)
    assert measures(clean, draws=50)["removed"].value is None
    units = _units(*[(10, n % 5, n % 3, 1, 0, 1) for n in range(40)], columns=COLUMNS)
    assert measures(units, draws=300) == measures(units, draws=300)
    assert measures(units, draws=300) != measures(units, draws=300, seed=1)
    assert measures(_units(columns=COLUMNS)) == {}


def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    rng = np.random.default_rng(7)
    covered = 0
    for _ in range(200):
        rows = tuple((100, int(edits)) for edits in rng.binomial(100, 0.1, size=40))
        found = measures(_units(*rows, columns=("words", "edits")), draws=400, seed=int(rng.integers(1 << 30)))
        low, high = found["edits_per_thousand"].low, found["edits_per_thousand"].high
        assert low is not None
        assert high is not None
        covered += low <= 100.0 <= high
    assert 0.88 <= covered / 200 <= 0.99


def test_identical_runs_differ_by_nothing() -> None:
    units = _units(*[(10, n % 4, n % 3, n % 2, 1, 1, 1, n % 2, 1, 1, 0, n % 3) for n in range(25)])
    for found in compare(units, units, draws=500).values():
        assert (found.p, found.difference, found.low, found.high) == (1.0, 0.0, 0.0, 0.0)


def test_a_clear_difference_is_found_and_a_small_one_is_not() -> None:
    ours = _units(*[(10, 4, 1, 1, 0, 1)] * 30, columns=COLUMNS)
    theirs = _units(*[(10, 4, 4, 0, 1, 1)] * 30, columns=COLUMNS)
    found = compare(ours, theirs, draws=2000)["removed"]
    assert (found.ours, found.theirs, found.difference) == (0.75, 0.0, 0.75)
    assert found.p is not None
    assert found.p < 0.001
    # Two units: even the largest difference comes by chance in half of the exchanges.
    few = compare(
        _units((10, 4, 1, 1, 0, 1), (10, 4, 1, 1, 0, 1), columns=COLUMNS),
        _units((10, 4, 4, 0, 1, 1), (10, 4, 4, 0, 1, 1), columns=COLUMNS),
        draws=2000,
    )["removed"]
    assert few.p == pytest.approx(0.5, abs=0.05)


def test_chance_alone_gives_small_p_rarely() -> None:
    rng = np.random.default_rng(3)
    small = 0
    for _ in range(150):
        one, other = rng.binomial(20, 0.3, size=(2, 25))
        found = compare(
            _units(*[(20, int(n)) for n in one], columns=("words", "edits")),
            _units(*[(20, int(n)) for n in other], columns=("words", "edits")),
            draws=200,
        )["edits_per_thousand"]
        small += found.p is not None and found.p <= 0.05
    assert small <= 16


def test_an_undefined_measure_is_not_tested() -> None:
    ours = _units((10, 4, 1, 1, 0, 1), columns=COLUMNS)
    nothing = _units((10, 4, 4, 0, 0, 0), columns=COLUMNS)
    found = compare(ours, nothing, draws=50)["edit_precision"]
    assert (found.ours, found.theirs, found.p) == (1.0, None, None)


def test_other_units_are_refused() -> None:
    one = _units((10, 1), columns=("words", "edits"))
    with pytest.raises(GoldError, match="cannot be compared: one has 1 sentences"):
        compare(one, _units((10, 1), (10, 1), columns=("words", "edits")))


def test_a_system_that_does_nothing_has_no_precision_and_an_f_of_0() -> None:
    found = measures(_units((10, 4, 4, 0, 0, 0, 0, 0, 4, 0, 0, 4)), draws=20)
    assert (found["correction_precision"].value, found["correction_recall"].value) == (None, 0.0)
    assert found["correction_f05"].value == 0.0
    assert measures(_units((10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)), draws=20)["correction_f05"].value == 1.0
