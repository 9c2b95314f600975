from __future__ import annotations

from collections.abc import Iterable

import pytest

from restore.errors import ConfigError, ModelNotFoundError
from restore.evaluation.baselines import EditingBaseline, ToolEdit, make_baseline
from restore.records import Restoration


class _Listed(EditingBaseline):
    name = "listed"
    version = "listed 1"

    def __init__(self, *edits: ToolEdit) -> None:
        self.found = edits

    def edits(self, text: str) -> Iterable[ToolEdit]:
        if text == "broken":
            raise ZeroDivisionError("no")
        if text == "gone":
            raise ModelNotFoundError("the server is gone: start it")
        return self.found


def test_edits_are_applied_in_order_and_the_first_of_two_that_overlap_wins() -> None:
    baseline = _Listed(
        ToolEdit(4, 7, "dog", "grammar", "b"),
        ToolEdit(0, 7, "A cat", "spelling", "a"),
        ToolEdit(7, 7, "!", "grammar", "c"),
    )
    restoration = baseline.restore("the cat")
    assert restoration.restored == "A cat!"
    assert [c.kind for c in restoration.corrections] == ["R:SPELL", "M:OTHER"]
    assert Restoration.from_json(restoration.to_json()) == restoration


def test_edits_that_change_nothing_or_lie_outside_are_dropped() -> None:
    baseline = _Listed(
        ToolEdit(0, 3, "the", "grammar", ""), ToolEdit(4, 99, "x", "grammar", ""), ToolEdit(5, 4, "x", "grammar", "")
    )
    assert baseline.restore("the cat").corrections == ()


def test_a_text_it_cannot_digest_is_reported_and_stays_as_it_is() -> None:
    restoration = _Listed().restore("broken")
    assert (restoration.restored, restoration.corrections) == ("broken", ())
    assert "ZeroDivisionError" in restoration.error


def test_what_concerns_all_texts_stops_the_run() -> None:
    with pytest.raises(ModelNotFoundError, match="start it"):
        _Listed().restore("gone")


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"symspell, .*none"):
        make_baseline("grammarly")


def test_none_changes_nothing() -> None:
    baseline = make_baseline("none")
    assert (baseline.name, baseline.version) == ("none", "none")
    assert baseline.restore("teh  cat\r\n", ["the cat"]).restored == "teh  cat\r\n"
