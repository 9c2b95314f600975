"""Sixty-three facts on which text and reference disagree: the text keeps its own (tests/cases/traps.json).

Numbers, dates, names, denials, and spellings that are the text's own; the passages were written for this test.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from engines import JUDGES, restorer

from restore.records import apply

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "cases" / "traps.json").read_text(encoding="utf-8")
)
THOROUGH = 0.4
LEAST_FLAGGED = 0.85
pytestmark = pytest.mark.integration


def _places(case: dict[str, Any]) -> list[tuple[str, int, int]]:
    text: str = case["text"]
    return [(k["kind"], at := text.index(k["words"]), at + len(k["words"])) for k in case["keep"]]


def test_there_are_sixty() -> None:
    assert sum(len(case["keep"]) for case in CASES) >= 60


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("case", CASES, ids=[case["event"] for case in CASES])
def test_no_fact_is_corrected_after_the_reference(case: dict[str, Any], judge: str) -> None:
    restoration = restorer(judge).restore(case["text"], [case["reference"]])
    assert restoration.references[0].accepted
    sure = [c for c in restoration.corrections if c.confidence >= THOROUGH]
    for _, start, end in _places(case):
        assert not [c for c in sure if c.start < end and start < c.end]
    assert all(k["words"] in apply(case["text"], sure) for k in case["keep"])


def test_most_disagreements_are_flagged_and_nothing_else() -> None:
    flagged = asked = 0
    for case in CASES:
        found = restorer("bigram").restore(case["text"], [case["reference"]]).conflicts
        places = _places(case)
        for kind, start, end in places:
            asked += kind != "spelling"
            flagged += kind != "spelling" and any(c.start < end and start < c.end for c in found)
        assert all(any(c.start < end and start < c.end for _, start, end in places) for c in found)
    assert flagged / asked >= LEAST_FLAGGED
