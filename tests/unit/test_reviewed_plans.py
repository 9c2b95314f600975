"""Plans that a person has decided on: what is applied, what goes to JSON and back, and that older plans are read."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from restore.errors import PlanMismatchError
from restore.records import Alternative, Correction, Evidence, Origin, Restoration, Verdict, with_evidence

WHY = (Evidence("spinner", "row", "president became chairman", 0.5),)
OTHER = Alternative("head", "R:NOUN", 0.2, WHY)
CORRECTION = Correction(4, 12, "chairman", "president", "R:NOUN", 0.6, WHY, "why")
PLAN = Restoration("The chairman spoke.", (CORRECTION,), 0.75, Verdict(True, 0.9, 0.2))


@pytest.mark.parametrize(
    ("review", "confidence", "applied"),
    [
        ("", 0.6, False), ("", 0.75, True), ("accepted", 0.1, True), ("rejected", 1.0, False), ("chosen", 0.0, True),
        ("typed", 1.0, True),
    ],
)  # fmt: skip
def test_a_persons_word_counts_more_than_confidence(review: str, confidence: float, applied: bool) -> None:
    correction = replace(CORRECTION, review=review, confidence=confidence)
    plan = replace(PLAN, corrections=(correction,))
    assert correction.applies(0.75) is applied
    assert plan.restored == ("The president spoke." if applied else "The chairman spoke.")
    assert (len(plan.applied), len(plan.proposals)) == (int(applied), int(not applied))


def test_reviewed_plans_go_to_json_and_back() -> None:
    typed = replace(CORRECTION, replacement="boss", review="typed", alternatives=(OTHER,))
    plan = replace(PLAN, corrections=(typed,), origin=Origin("a.txt", "utf-16-le", True))
    assert Restoration.from_json(plan.to_json()) == plan


def test_what_nobody_reviewed_looks_as_before() -> None:
    fields = json.loads(PLAN.to_json())
    assert "origin" not in fields
    assert set(fields["corrections"][0]) == {
        "start", "end", "original", "replacement", "kind", "confidence", "evidence", "explanation"
    }  # fmt: skip


def test_plans_of_before_are_read() -> None:
    fields = json.loads(PLAN.to_json())
    assert Restoration.from_json(json.dumps(fields)) == PLAN
    fields["corrections"][0]["review"] = "perhaps"
    with pytest.raises(PlanMismatchError, match="review"):
        Restoration.from_json(json.dumps(fields))


def test_rejected_corrections_may_lie_below_own_words() -> None:
    over = replace(CORRECTION, end=18, original="chairman spoke", replacement="boss said", review="typed")
    plan = replace(PLAN, corrections=(replace(CORRECTION, review="rejected"), over))
    assert plan.restored == "The boss said."


def test_evidence_of_alternatives_is_changed_too() -> None:
    found = with_evidence(replace(CORRECTION, alternatives=(OTHER,)), lambda e: replace(e, score=0.1))
    assert [e.score for e in (*found.evidence, *found.alternatives[0].evidence)] == [0.1, 0.1]
