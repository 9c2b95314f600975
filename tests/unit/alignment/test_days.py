"""A reference that gives other figures of the same is a report of another day of the story."""

from __future__ import annotations

import pytest

from restore.alignment.align import align
from restore.alignment.days import other_day, with_day
from restore.config import Config
from restore.text.parsing import Parser

TEXT = (
    "At least 12 people died when the ferry sank near Harlow on Monday, police said. "
    "The coastguard said the search would continue on Tuesday with 40 divers."
)
SAME_DAY = (
    "The ferry that sank near Harlow on Monday killed at least 12 people, police said. "
    "The coastguard said 40 divers would go on with the search on Tuesday."
)
LATER = (
    "At least 19 people died when the ferry sank near Harlow, police said. "
    "The coastguard said the search would continue on Thursday with 75 divers."
)


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser(Config().spacy_pipeline)


def day(parser: Parser, text: str, reference: str) -> str:
    ours, theirs = parser.parse(text), parser.parse(reference)
    return other_day(ours, align(ours, theirs, "wire", 0.9))


def test_a_later_report_is_told_by_its_figures(parser: Parser) -> None:
    said = day(parser, TEXT, LATER)
    assert "19" in said
    assert "12" in said


def test_so_is_an_older_one(parser: Parser) -> None:
    assert "12" in day(parser, LATER, TEXT)


def test_a_report_of_the_same_day_is_none(parser: Parser) -> None:
    assert day(parser, TEXT, SAME_DAY) == ""


def test_without_figures_nothing_is_said(parser: Parser) -> None:
    bare = "The ferry sank near Harlow, police said. The coastguard said the search would continue."
    assert day(parser, bare, LATER) == day(parser, TEXT, bare) == ""


def test_as_many_that_agree_as_differ_are_not_enough(parser: Parser) -> None:
    text = "At least 12 people died near Harlow, police said. The coastguard sent 40 divers to the ferry."
    other = "At least 19 people died near Harlow, police said. The coastguard sent 40 divers to the ferry."
    assert day(parser, text, other) == ""


def test_the_reference_itself_says_so(parser: Parser) -> None:
    ours = parser.parse(TEXT)
    assert with_day(ours, align(ours, parser.parse(LATER), "wire", 0.9)).other_day
    same = align(ours, parser.parse(SAME_DAY), "wire", 0.9)
    assert with_day(ours, same) is same
