"""The JSON cases: texts in the wild, texts in which nothing may change, and known failures (strict)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypedDict

import pytest

from restore.records import Restoration
from tests.helpers.engines import restorer

pytestmark = pytest.mark.integration
FOLDER = Path(__file__).parents[1] / "cases"
GOLD = Path(__file__).parents[2] / "data" / "gold"
ALLOWED_FALSE_ALARMS = 6


class Case(TypedDict, total=False):
    """One text, what should come out of it, and whether it does."""

    comment: str
    text: str
    reference: str
    expect: str
    restored: str


def _cases(name: str) -> list[Case]:
    cases: list[Case] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return cases


def _restore(case: Case) -> Restoration:
    references = [case["reference"]] if "reference" in case else []
    return restorer().restore(case["text"], references)


def _named(cases: list[Case]) -> list[object]:
    return [pytest.param(case, id=case["comment"]) for case in cases]


@pytest.mark.parametrize("case", _named(_cases("in_the_wild.json")))
def test_in_the_wild(case: Case) -> None:
    assert _restore(case).restored == case["restored"]


@pytest.mark.parametrize("case", _named(_cases("known_failures.json")))
def test_known_failures_still_fail(case: Case) -> None:
    """When this test fails, the engine has improved: move the case to in_the_wild.json or hard_negatives.json."""
    assert _restore(case).restored != case["restored"], "improved: move this case out of known_failures.json"


def test_hard_negatives_stay_as_they_are() -> None:
    broken = [
        f"{c.original!r} -> {c.replacement!r} in {case['text']!r}"
        for case in _cases("hard_negatives.json")
        for c in _restore(case).applied
    ]
    assert len(broken) <= ALLOWED_FALSE_ALARMS, "\n".join(broken)


def test_every_case_says_what_it_expects() -> None:
    for name, expected in (("in_the_wild", "pass"), ("hard_negatives", "pass"), ("known_failures", "fail")):
        cases = _cases(f"{name}.json")
        assert all(case["expect"] == expected for case in cases), name
        keys = [(case["text"], case.get("reference")) for case in cases]
        assert len(keys) == len(set(keys)), name


def test_hard_negatives_are_those_of_the_gold_folder() -> None:
    lines = (GOLD / "hard_negatives.txt").read_text(encoding="utf-8").splitlines()
    cases = _cases("hard_negatives.json")
    assert [case["text"] for case in cases] == [line for line in lines if line.strip()]
    assert all(case["restored"] == case["text"] for case in cases)
