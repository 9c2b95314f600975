"""What other spins propose, and how their readings are counted."""

from __future__ import annotations

import math

import pytest

from restore.alignment.spins import align_spin
from restore.candidates.base import Candidate, Context
from restore.candidates.constraints import is_admissible
from restore.candidates.gather import gather
from restore.candidates.spins import SpinsSource, weigh
from restore.channel.model import ChannelRow, SpinnerChannel
from restore.records import Evidence
from tests.helpers.toy import parse

CHANNEL = SpinnerChannel(
    [
        ChannelRow("vessel", "boat", 4, 3, (("G", 4),), True),
        ChannelRow("also", "", 9, 4, (("A", 9),), True),
    ],
    {},
    {"boat": (10, 0.6)},
)
TEXT = "the vessel/NOUN sank/VERB near the old/ADJ harbor/NOUN in march/NOUN ."
GOOD = TEXT.replace("vessel", "boat")


def context(*spins: str, text: str = TEXT) -> Context:
    parsed = parse(*text.split("\n"))
    others = (align_spin(parsed, parse(*s.split("\n")), f"spin {n}", CHANNEL) for n, s in enumerate(spins, 1))
    return Context(parsed, (), tuple(others))


def proposed(given: Context) -> dict[tuple[str, str], Candidate]:
    text = given.parsed.text
    return {(text[c.start : c.end], c.replacement): c for c in gather(given, [SpinsSource()])}


def features(given: Context, words: str, replacement: str) -> dict[str, float]:
    start = given.parsed.text.index(words)
    return weigh(given, Candidate(start, start + len(words), replacement, ()), CHANNEL)


@pytest.mark.parametrize(
    ("text", "spin", "change"),
    [
        (TEXT, GOOD, ("vessel", "boat")),
        (TEXT.replace("sank", "also/ADV sank"), TEXT, ("also", "")),
        (TEXT.replace("old/ADJ ", ""), TEXT, ("the", "the old")),
        (TEXT.replace("sank/VERB near", "sank/VERB"), TEXT, ("sank", "sank near")),
        (TEXT.replace("march/NOUN", "march/PROPN"), TEXT.replace("march/NOUN", "March/PROPN"), ("march", "March")),
        ("Vessel/NOUN sank/VERB near here .", "Boat/NOUN sank/VERB near here .", ("Vessel", "Boat")),
    ],
)
def test_what_a_spin_reads_is_proposed(text: str, spin: str, change: tuple[str, str]) -> None:
    assert change in proposed(context(spin, text=text))


def test_without_spins_and_with_a_copy_nothing_is_proposed() -> None:
    assert not proposed(context())
    assert not proposed(context(TEXT))
    assert features(context(), "vessel", "boat") == {}


def test_evidence_names_the_spins_with_quotes_and_counts() -> None:
    given = context(GOOD, GOOD, TEXT)
    evidence = proposed(given)["vessel", "boat"].evidence
    assert [(e.kind, e.source, round(e.score, 2)) for e in evidence] == [
        ("spins", "spin 1", 0.67),
        ("spins", "spin 2", 0.67),
    ]
    for item, spin in zip(evidence, given.spins, strict=False):
        assert spin.parsed.text[item.start : item.end] == item.quote
        assert "boat" in item.quote


def test_neighbouring_changes_are_proposed_apart_and_together() -> None:
    found = proposed(context(GOOD.replace("sank", "foundered")))
    assert {("vessel", "boat"), ("sank", "foundered"), ("vessel sank", "boat foundered")} <= set(found)


def test_small_letters_need_most_of_the_spins() -> None:
    text = TEXT.replace("march/NOUN", "March/PROPN")
    lower = TEXT.replace("march/NOUN", "march/PROPN")
    assert ("March", "march") not in proposed(context(lower, text, text=text))
    assert ("March", "march") in proposed(context(lower, lower, text=text))


def test_strays_and_marks_are_not_taken_over() -> None:
    assert not proposed(context(TEXT.replace("near", "near ~"), TEXT.replace("near", ", near")))


@pytest.mark.parametrize(("old", "new"), [("Mary", "Jane"), ("12", "13")])
def test_figures_and_names_need_two_spins(old: str, new: str) -> None:
    text = "yesterday Mary/PROPN sold/VERB 12/NUM boats/NOUN here"
    other = text.replace(old, new)
    assert (old, new) not in proposed(context(other, text, text=text))
    assert (old, new) in proposed(context(other, other, text=text))


def test_the_same_spin_twice_is_one_witness() -> None:
    parsed = parse("yesterday Mary/PROPN sold/VERB boats/NOUN here")
    one = Evidence("spins", "spin 1", "Jane", 0.5)
    start = parsed.text.index("Mary")
    for evidence, admissible in (((one, one), False), ((one, Evidence("spins", "spin 2", "Jane", 0.5)), True)):
        assert is_admissible(Candidate(start, start + 4, "Jane", evidence), parsed) is admissible


def test_the_counts() -> None:
    given = context(GOOD, GOOD, TEXT, TEXT.replace("vessel", "ship"))
    found = features(given, "vessel", "boat")
    assert found["spins.agree"] == 0.5
    assert found["spins.for_text"] == 0.25
    assert found["spins.margin"] == 1.0
    assert found["spins.votes"] == pytest.approx(math.log(2.5 / 2.5))
    assert found["spins.own"] == pytest.approx(
        CHANNEL.log_forward("vessel", "boat") - CHANNEL.log_forward("vessel", "vessel")
    )
    readings = ["boat", "boat", "vessel", "ship"]
    odds = math.fsum(CHANNEL.log_forward(r, "boat") - CHANNEL.log_forward(r, "vessel") for r in readings)
    assert found["spins.odds"] == pytest.approx(min(6.0, odds))


def test_candidates_of_other_sources_are_counted_by_what_they_really_change() -> None:
    given = context(GOOD, TEXT)
    assert features(given, "the vessel sank", "the boat sank") == features(given, "vessel", "boat")
    assert features(given, "vessel", "yacht")["spins.for_text"] == 0.5
    assert features(given, "harbor", "port")["spins.for_text"] == 1.0
    assert features(given, "harbor", "port")["spins.odds"] < 0


def test_insertions_and_deletions_are_counted() -> None:
    given = context(TEXT.replace("sank", "also sank"), TEXT)
    for words, replacement in (("sank", "also sank"), ("vessel", "vessel also")):
        found = features(given, words, replacement)
        assert (found["spins.agree"], found["spins.for_text"]) == (0.5, 0.5)
    found = features(context(TEXT, text=TEXT.replace("sank", "also/ADV sank")), "also", "")
    assert (found["spins.agree"], found["spins.for_text"]) == (1.0, 0.0)
    assert found["spins.odds"] > 0


@pytest.mark.parametrize(("words", "replacement"), [("the the", "the"), ("the", "")])
def test_either_of_a_doubled_word_can_go(words: str, replacement: str) -> None:
    text = "near the the old/ADJ harbor/NOUN"
    given = context("near the old/ADJ harbor/NOUN", text=text)
    start = given.parsed.text.rindex(words)
    found = weigh(given, Candidate(start, start + len(words), replacement, ()), CHANNEL)
    assert found["spins.agree"] == 1.0


def test_casing_is_counted_by_letters() -> None:
    text = TEXT.replace("march/NOUN", "march/PROPN")
    given = context(TEXT.replace("march/NOUN", "March/PROPN"), text, text=text)
    found = features(given, "march", "March")
    assert (found["spins.agree"], found["spins.for_text"]) == (0.5, 0.5)
    assert found["spins.odds"] > 0  # spinners take capitals away more often than they give them
