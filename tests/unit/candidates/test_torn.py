"""Which neighbours are surely one word; the sentences were written for this test."""

from __future__ import annotations

from functools import cache

import pytest

from restore.candidates.base import Context
from restore.candidates.spelling import SpellingSource
from restore.candidates.torn import TORN
from restore.config import Config
from restore.text.parsing import Parser


@cache
def _parser() -> Parser:
    return Parser(Config().spacy_pipeline)


def torn(text: str) -> set[tuple[str, str]]:
    found = SpellingSource().propose(Context(_parser().parse(text)))
    return {(text[c.start : c.end], c.replacement) for c in found if c.features.get(TORN)}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("They shut the hos pital.", ("hos pital", "hospital")),
        ("The gov ern ment fell.", ("gov ern ment", "government")),
        ("They met in Wash ington.", ("Wash ington", "Washington")),
        ("It was un der age drinking.", ("un der", "under")),
        ("It was co mmon practice.", ("co mmon", "common")),
    ],
)
def test_the_likeliest_join_is_sure(text: str, wanted: tuple[str, str]) -> None:
    assert torn(text) == {wanted}


@pytest.mark.parametrize(
    "text",
    [
        "She read the se same words.",  # these same, or the sesame
        "That is co mmon sense.",
        "He took them on to the in side of the of fice.",
        "The fort is old, and math is hard.",
        "Take a body guard, a taxi cab and a head count.",
        "They wrote de la re in the sand.",
    ],
)
def test_what_may_be_meant_or_joined_in_two_ways_is_not_sure(text: str) -> None:
    assert torn(text) == set()


def test_letters_that_are_glued_on_keep_a_join_from_being_sure() -> None:
    assert torn("He had headac hes again.") == set()
