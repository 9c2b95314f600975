"""What two sentences say of facts, compared one by one."""

from __future__ import annotations

from functools import cache

import pytest

from restore.records import Correction, apply
from restore.rewrites.facts import compare_facts, word_differences
from restore.rewrites.units import Unit
from restore.text.parsing import Parser


@cache
def _parser() -> Parser:
    return Parser()


def unit(text: str) -> Unit:
    parsed = _parser().parse(text)
    return Unit(parsed, 0, len(parsed.tokens))


def differing(one: str, other: str) -> set[str]:
    return {fact.kind for fact in compare_facts(unit(one), unit(other)) if not fact.same}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "The ferry carried 42 passengers to Lerwick on Tuesday.",
            "On Tuesday 42 passengers went to Lerwick by ferry.",
        ),
        ("The fee went up by ten percent.", "The fee rose 10 per cent."),
        ("Anna Berg did not want to leave.", "Anna Berg had not wished to go."),
        ("The mayor said the road was closed.", "The mayor told reporters that the street was shut."),
        ("The U.S. sent two ships.", "Two ships were sent by the US."),
    ],
)
def test_the_same_facts_in_other_words(one: str, other: str) -> None:
    assert differing(one, other) == set()


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("The ferry carried 42 passengers.", "The ferry carried 24 passengers.", "figure"),
        ("The ferry carried 42 passengers.", "The ferry carried passengers.", "figure"),
        ("The vote was held on Monday.", "The vote was held on Sunday.", "figure"),
        ("The deal cost 3 million dollars.", "The deal cost 3 billion dollars.", "figure"),
        ("It took three hours.", "It took three days.", "unit"),
        ("Anna Berg opened the bridge.", "Anna Holm opened the bridge.", "name"),
        ("The minister opened the bridge.", "The minister opened the bridge in Oslo.", "name"),
        ("Norway beat Sweden in the final.", "Sweden beat Norway in the final.", "order"),
        ("The council approved the plan.", "The council did not approve the plan.", "denial"),
        ("The council said that prices rise.", "The council said that prices fall.", "denial"),
        ("The company will close the mine.", "The company may close the mine.", "certainty"),
        ("He stole the car.", "He allegedly stole the car.", "certainty"),
        ('"We are ready," the coach said.', "The coach said they were prepared.", "quotation"),
        ("Anna Berg said the bridge was safe.", "The engineer said the bridge was safe.", "speaker"),
        ("Prices rose, according to the bank.", "Prices rose.", "speaker"),
    ],
)
def test_other_facts(one: str, other: str, kind: str) -> None:
    assert kind in differing(one, other)
    assert kind in differing(other, one)


def test_what_both_say_is_told_too() -> None:
    found = compare_facts(unit("Anna Berg sold 12 boats."), unit("Twelve boats were sold by Anna Berg."))
    assert {(f.kind, f.text, f.reference) for f in found} == {
        ("figure", "12", "Twelve"),
        ("name", "Anna", "Anna"),
        ("name", "Berg", "Berg"),
    }
    assert all(f.same for f in found)


def test_every_difference_in_words_leads_from_one_to_the_other() -> None:
    one, other = "The old ferry, built in 1970, sank.", "The ancient vessel, built in 1970, went down quickly."
    found = word_differences(one, other)
    assert [(r.original, r.replacement) for r in found] == [
        ("old ferry", "ancient vessel"),
        ("sank", "went down quickly"),
    ]
    plan = [Correction(r.start, r.end, r.original, r.replacement, "R", 1.0, (), "") for r in found]
    assert apply(one, plan) == other
