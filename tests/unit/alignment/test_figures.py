from __future__ import annotations

import pytest

from restore.alignment.figures import Figure, figure_groups, figure_values
from restore.text.parsing import Parser

PARSER = Parser()


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("17.4 million", {("number", 17_400_000.0)}),
        ("250 bn", {("number", 250e9)}),
        ("twenty-two", {("number", 22.0)}),
        ("twenty two people", {("number", 22.0)}),
        ("two hundred", {("number", 200.0)}),
        ("a dozen", {("number", 12.0)}),
        ("1,234.5", {("number", 1234.5)}),
        ("the 21st of june", {("number", 21.0), ("month", 6.0)}),
        ("on tuesday", {("weekday", 2.0)}),
        ("it may march", set()),
        ("two thirds", {("number", 2 / 3)}),
        ("two-thirds", {("number", 2 / 3)}),
        ("one fifth", {("number", 0.2)}),
        ("the twenty fifth", {("number", 25.0)}),
        ("one quarter", {("number", 0.25)}),
        ("the fifth", {("number", 5.0)}),
    ],
)
def test_values_of_words(words: str, values: set[tuple[str, float]]) -> None:
    assert figure_values(words.split()) == values


def test_dates_and_amounts_are_read_from_a_sentence() -> None:
    parsed = PARSER.parse("The court fined 40 traders on Friday, 12 May 2017, at 10:45 a.m.")
    found = [f for group in figure_groups(parsed, parsed.sentences[0]) for f in group.figures]
    kinds = {(f.kind, f.text) for f in found}
    assert {("number", "40"), ("weekday", "Friday"), ("day", "12"), ("month", "May"), ("year", "2017")} <= kinds
    assert [f.value for f in found if f.kind == "time"] == [10 * 3600.0 + 45 * 60]


def test_a_rounded_number_agrees_and_a_small_one_must_be_equal() -> None:
    def number(value: float) -> Figure:
        return Figure(0, 1, "number", value, "")

    assert number(17_400_000).agrees(number(17_410_742))
    assert not number(36_000).agrees(number(40_000))
    assert not number(53).agrees(number(54))
    assert number(200).agrees(number(203)) and number(12_700).agrees(number(12_650))
    assert number(61.6).agrees(number(62)) and number(9.6).agrees(number(10))
    assert not number(61.3).agrees(number(62.3)) and not number(61.4).agrees(number(62))
    assert not number(39).agrees(number(40))
    assert not number(1_250).agrees(number(1_270)) and not number(203).agrees(number(204))
