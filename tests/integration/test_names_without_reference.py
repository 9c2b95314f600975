"""Names without a reference: what comes back from the lists, and that unusual names stay as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from restore.candidates.base import Candidate, Context
from restore.candidates.constraints import is_admissible
from restore.candidates.names import NamesSource
from restore.config import THRESHOLDS
from restore.text.parsing import Parser
from tests.helpers.engines import restorer

pytestmark = pytest.mark.integration
UNUSUAL = (Path(__file__).parents[2] / "data" / "names" / "unusual_names.txt").read_text(encoding="utf-8").splitlines()
TOGETHER = 25


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser()


def admissible(parser: Parser, text: str) -> set[tuple[str, str]]:
    parsed = parser.parse(text)
    found: list[Candidate] = [c for c in NamesSource().propose(Context(parsed)) if is_admissible(c, parsed)]
    return {(text[c.start : c.end], c.replacement) for c in found}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("He surfed at Long Seashore all summer.", ("Seashore", "Beach")),
        ("The stocks fell on Wall Thoroughfare again.", ("Thoroughfare", "Street")),
        ("Thousands stood in Times Rectangle at midnight.", ("Rectangle", "Square")),
        ("A lawyer took the case to the supreme Tribunal.", ("supreme Tribunal", "Supreme Court")),
        ("On Monday the unified Nations sent observers.", ("unified", "United")),
        ("Officials said that chairman Vladimir Putin would come.", ("chairman", "president")),
        ("Later Mary w. Robinson spoke.", ("w.", "W.")),
        ("Friends from kosovo came too, said Ann.", ("kosovo", "Kosovo")),
    ],
)
def test_replaced_words_of_listed_names_come_back(text: str, wanted: tuple[str, str], parser: Parser) -> None:
    found = {(old, new.lower() if old == "chairman" else new) for old, new in admissible(parser, text)}
    assert wanted in found


@pytest.mark.parametrize(
    "text",
    [
        "The Soviet bloc and the Mississippi flood were in the news in modern Germany.",
        "The State Division of Agriculture wrote to the Security Chamber of Commerce.",
        "Ann Plant met Tom Shore at the Rivers Trust in Kent.",
        "President Clinton and Chancellor Merkel talked with Senator Bush.",
    ],
)
def test_right_names_and_common_words_beside_names_stay(text: str, parser: Parser) -> None:
    assert admissible(parser, text) == set()


def test_a_lone_surname_comes_back_only_with_a_witness(parser: Parser) -> None:
    witness = "George Bush came to Texas by train."
    assert ("Shrub", "Bush") in admissible(parser, f"{witness} On Monday Shrub said that he would stay.")
    assert admissible(parser, "On Monday Shrub said that he would stay.") == set()
    assert admissible(parser, f"{witness} Behind the house stood a green shrub.") == set()


def test_a_name_that_the_text_repeats_is_no_damage(parser: Parser) -> None:
    text = "She swims at Long Seashore in June. Long Seashore is far away. He left Long Seashore by bus."
    assert admissible(parser, text) == set()


def test_unusual_names_stay_untouched() -> None:
    """300 clean sentences with rare, foreign and invented names: no edit by default, no name changed at any preset."""
    assert len(UNUSUAL) == 300
    applied, names = [], []
    for first in range(0, len(UNUSUAL), TOGETHER):
        restoration = restorer().restore(" ".join(UNUSUAL[first : first + TOGETHER]))
        parsed = restorer().parse(restoration.text)
        applied += [c for c in restoration.corrections if c.confidence >= THRESHOLDS["safe"]]
        names += [
            c
            for c in restoration.corrections
            if c.confidence >= min(THRESHOLDS.values())
            and any(t.is_name for t in parsed.tokens_between(c.start, c.end))
        ]
    assert applied == []
    assert names == []
