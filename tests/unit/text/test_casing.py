from __future__ import annotations

import pytest

from restore.text.casing import CaseCount, CaseTable, capitalise, load_case_table, match_case


@pytest.mark.parametrize(
    ("model", "replacement", "wanted"),
    [
        ("Feline", "cat", "Cat"),
        ("FELINE", "cat", "CAT"),
        ("feline", "Paris", "Paris"),
        ("I", "we", "We"),
        ("“", "cat", "cat"),
        ("", "cat", "cat"),
        ("Feline", "", ""),
    ],
)
def test_case_is_carried_over(model: str, replacement: str, wanted: str) -> None:
    assert match_case(model, replacement) == wanted


def test_capitalise_leaves_the_rest_alone() -> None:
    assert capitalise("mcDonald") == "McDonald"
    assert capitalise("") == ""


def test_share_needs_more_than_one_sighting() -> None:
    once = CaseCount("Foo", 1, 1, (0, 0), False, False)
    often = CaseCount("Foo", 20, 20, (0, 0), False, False)
    assert once.share < often.share
    table = CaseTable({"foo": often}, frozenset(), frozenset())
    assert table.truecase("foo") == "Foo"
    assert table.truecase("bar") == "bar"
    assert not table.is_lower("foo")


def test_shipped_table_knows_names_and_common_words() -> None:
    table = load_case_table()
    assert table.truecase("france") == "France"
    assert table.truecase("i") == "I"
    assert table.truecase("table") == "table"
    assert table.is_lower("although")
    assert table.look_up("New Zealand").listed
