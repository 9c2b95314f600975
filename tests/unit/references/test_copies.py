"""Copies among references count once."""

from __future__ import annotations

from pathlib import Path

import pytest

from restore.references.copies import are_copies, originals, shingles

GOLD = Path(__file__).parents[3] / "data" / "gold"
REPORT = "The council of Ardmore approved fourteen new houses on Tuesday, and the mayor signed the contract at noon."
OTHER = "On Tuesday fourteen houses were approved in Ardmore; Mayor Ruth Keane put her name to the papers by midday."


def test_a_report_with_a_line_more_is_a_copy_and_another_report_is_none() -> None:
    longer = REPORT.upper() + " This report has been updated."
    assert originals([REPORT, longer, OTHER, REPORT]) == [1, 1, 2, 1]
    assert originals([REPORT, REPORT]) == [0, 0]
    assert originals([]) == [] and originals(["", ""]) == [0, 1]
    assert not are_copies(shingles("Two words."), shingles(REPORT)) and are_copies(shingles("A b."), shingles("a, b"))


@pytest.mark.parametrize("event", ["apollo_13", "fifa_arrests", "higgs_boson", "berlin_wall"])
def test_reports_written_on_their_own_are_no_copies(event: str) -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted((GOLD / event).glob("reference*.txt"))]
    assert originals(texts) == list(range(len(texts)))
