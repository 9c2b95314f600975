"""Quotations that another report has: put back whole where they are surely the same, and never mixed otherwise.

The passages and the fifty-one traps (tests/cases/quotation_traps.json) were written for this test.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from restore.config import Config
from restore.records import Reference, Restoration
from restore.restorer import Restorer

TRAPS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "cases" / "quotation_traps.json").read_text(encoding="utf-8")
)
REPORT = (
    "The new library in Harwick opened on Saturday after ten years of building. Mayor Anna Rhodes said: “{}” The"
    " architect, Paul Lind, told the guests that he had slept badly for weeks. Rain fell on the square all morning."
)
SPUN = (
    "The new athenaeum in Harwick opened up on Saturday after ten years of constructing. Mayor Anna Rhodes stated: “{}”"
    " The architect, Paul Lind, informed the visitors that he had slept badly for weeks. Rain fell on the rectangular"
    " all morning."
)
SAID = "A town without books is a house without windows, and we have lived in the dark for long enough."
pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return Restorer(Config(second_opinion="never", threads=1))


def restored(restorer: Restorer, text: str, reference: str) -> Restoration:
    return restorer.restore(text, [Reference("report", reference)])


def test_there_are_fifty_traps() -> None:
    assert sum(len(case["keep"]) for case in TRAPS) >= 50


@pytest.mark.parametrize("case", TRAPS, ids=[case["event"] for case in TRAPS])
def test_a_quotation_that_the_reference_has_otherwise_stays(restorer: Restorer, case: dict[str, Any]) -> None:
    found = restored(restorer, case["text"], case["reference"])
    assert found.references[0].accepted
    for kept in case["keep"]:
        assert kept["words"] in found.restored, kept["kind"]


@pytest.mark.parametrize(
    "damaged",
    [
        "A town without books is a house without home windows, and we've lived within the dark for lengthy sufficient.",
        "A city without books is a residence without windows, and we have lived in the darkish for long sufficient.",
        "A metropolis without books is a building without windows, and we have resided in the dark for long enough.",
    ],
)
def test_a_damaged_quotation_comes_back_whole_with_its_evidence(restorer: Restorer, damaged: str) -> None:
    found = restored(restorer, SPUN.format(damaged), REPORT.format(SAID))
    assert f"“{SAID}”" in found.restored
    whole = max(found.applied, key=lambda c: c.end - c.start)
    assert whole.replacement in SAID
    assert len(whole.replacement) > len(SAID) / 2
    assert any(e.kind == "reference" and SAID.rstrip(".") in e.quote for e in whole.evidence)


def test_a_quotation_that_is_word_for_word_in_the_reference_is_left_alone(restorer: Restorer) -> None:
    found = restored(restorer, SPUN.format(SAID), REPORT.format(SAID))
    assert f"“{SAID}”" in found.restored


@pytest.mark.parametrize(
    ("damaged", "fact"),
    [
        ("We paid 40 million for it, and it is cheap at the fee, each stone of it.", "40 million"),
        ("We never paid an excessive amount of for it, and it is cheap at the price.", "never"),
    ],
)
def test_figures_and_denials_stay_whatever_the_reference_quotes(restorer: Restorer, damaged: str, fact: str) -> None:
    said = "We paid 60 million for it, and it is cheap at the price, every stone of it."
    assert fact in restored(restorer, SPUN.format(damaged), REPORT.format(said)).restored


def test_restoring_a_restored_quotation_changes_nothing(restorer: Restorer) -> None:
    damaged = (
        "A city without books is a residence without windows, and we have lived in the darkish for long sufficient."
    )
    reference = REPORT.format(SAID)
    once = restored(restorer, SPUN.format(damaged), reference).restored
    assert restored(restorer, once, reference).restored == once
