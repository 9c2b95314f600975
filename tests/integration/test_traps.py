"""Sixty-three facts on which text and reference disagree: the text keeps its own (tests/cases/traps.json).

Numbers, dates, names, denials, and spellings that are the text's own; the passages were written for this test.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from restore.config import Config
from restore.engine.fixed_point import Run
from restore.records import Conflict, Correction, Restoration, apply
from restore.records.plans import TextPlan
from restore.restorer import Restorer
from tests.helpers.engines import restorer

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


@pytest.mark.parametrize("case", CASES, ids=[case["event"] for case in CASES])
def test_no_fact_is_corrected_after_the_reference(case: dict[str, Any]) -> None:
    restoration = restorer().restore(case["text"], [case["reference"]])
    assert restoration.references[0].accepted
    sure = [c for c in restoration.corrections if c.confidence >= THOROUGH]
    for _, start, end in _places(case):
        assert not [c for c in sure if c.start < end and start < c.end]
    assert all(k["words"] in apply(case["text"], sure) for k in case["keep"])


def test_most_disagreements_are_flagged_and_nothing_else() -> None:
    flagged = asked = 0
    for case in CASES:
        found = restorer().restore(case["text"], [case["reference"]]).conflicts
        places = _places(case)
        for kind, start, end in places:
            asked += kind != "spelling"
            flagged += kind != "spelling" and any(c.start < end and start < c.end for c in found)
        assert all(any(c.start < end and start < c.end for _, start, end in places) for c in found)
    assert flagged / asked >= LEAST_FLAGGED


def test_conflicts_lie_right_when_repairs_have_moved_the_text() -> None:
    clean = (
        "Mayor Ellen Brandt opened the rebuilt Harlow bridge on Tuesday after 14 months of work. The project cost"
        " 3.2 million dollars. The contractor did not miss the deadline. The president of the council, Ruth Keane,"
        " thanked the workers."
    )
    spun = (
        "Mayor Ellen Brandt unfolded the rebuilt Harlow bridge on Tuesday after 19 months of labour. The undertaking"
        " cost 4.7 million dollars. The contractor missed the deadline. The chairman of the council, Deborah Keane,"
        " thanked the laborers."
    )
    thorough = Restorer(Config(preset="thorough"))
    once = thorough.restore(spun, [clean])
    assert len(once.restored) != len(spun)
    assert [c.original for c in once.conflicts] == ["19", "4.7 million", "missed", "Deborah"]
    assert all(spun[c.start : c.end] == c.original for c in once.conflicts)
    assert all(clean[c.quote_start : c.quote_end] == c.quote for c in once.conflicts)
    assert Restoration.from_json(once.to_json()) == once
    again = thorough.restore(once.restored, [clean])
    assert again.restored == once.restored
    assert [c.original for c in again.conflicts] == [c.original for c in once.conflicts]


def test_a_text_that_does_not_settle_keeps_no_conflicts_of_a_text_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def unstable(run: Run, text: str, frozen: object) -> tuple[TextPlan, tuple[Correction, ...]]:
        change = (Correction(0, 3, "The", "A", "R:DET", 0.9, (), ""),)
        return TextPlan(change, (), (Conflict(1, 3, "no", "number", "wire", "14", 0, 2),)), change

    monkeypatch.setattr(Run, "_passes", unstable)
    found = restorer().restore("The council approved 19 houses.")
    assert not found.corrections and not found.conflicts
