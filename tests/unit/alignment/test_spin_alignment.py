"""Aligning a text with other spins of it."""

from __future__ import annotations

import pytest

from restore.alignment.spins import MIN_COVERAGE, SpinReadings, align_spin, align_spins
from restore.channel.model import ChannelRow, SpinnerChannel
from restore.records import Reference
from restore.text.parsing import ParsedText
from tests.helpers.toy import parse

CHANNEL = SpinnerChannel(
    [
        ChannelRow("majority rules system", "democracy", 3, 2, (("G", 3),), True),
        ChannelRow("also", "", 9, 4, (("A", 9),), True),
    ],
    {},
    {},
)
TEXT = "the boat/NOUN sank/VERB near the old/ADJ harbor/NOUN on monday/NOUN ."


def aligned(text: str, spin: str) -> SpinReadings:
    return align_spin(parse(*text.split("\n")), parse(*spin.split("\n")), "b", CHANNEL)


def reading(text: str, spin: str, words: str) -> str | None:
    found = aligned(text, spin)
    start = found.text.text.index(words)
    tokens = found.text.tokens_between(start, start + len(words))
    return found.reading(tokens[0].index, tokens[-1].index + 1)


@pytest.mark.parametrize(
    ("spin", "words", "read"),
    [
        (TEXT, "boat", "boat"),
        (TEXT.replace("boat", "vessel"), "boat", "vessel"),
        (TEXT.replace("boat", "vessel"), "boat sank", "vessel sank"),
        (TEXT.replace("boat", "Boat"), "boat", "Boat"),
        (TEXT.replace("old/ADJ ", ""), "old", ""),
        (TEXT.replace("old/ADJ ", ""), "the old harbor", "the harbor"),
        (TEXT.replace("sank", "also sank"), "sank", "sank"),
        (TEXT.replace("sank", "also sank"), "boat sank", "boat also sank"),
        (TEXT.replace("boat/NOUN sank/VERB", "vessel/NOUN foundered/VERB"), "sank", "foundered"),
    ],
)
def test_readings(spin: str, words: str, read: str) -> None:
    assert reading(TEXT, spin, words) == read


def test_a_filler_is_told_from_the_word_it_precedes() -> None:
    assert reading(TEXT.replace("sank", "also foundered"), TEXT, "foundered") == "sank"
    assert reading(TEXT.replace("sank", "also foundered"), TEXT, "also") == ""


def test_known_phrases_stand_for_one_word() -> None:
    text = "they want majority/NOUN rules/NOUN system/NOUN now"
    assert reading(text, "they want democracy/NOUN now", "majority rules system") == "democracy"
    assert reading(text, "they want democracy/NOUN now", "rules") is None
    assert reading("they want democracy/NOUN now", text, "democracy") == "majority rules system"


def test_what_stands_between_two_tokens() -> None:
    found = aligned(TEXT, TEXT.replace("sank", "very quickly sank"))
    assert found.reading(2, 2) == "very quickly"
    assert found.reading(1, 1) == ""


def test_what_differs_too_much_is_not_aligned() -> None:
    text = "here we go\n" + " ".join(f"one{n}" for n in range(20)) + "\nand home again"
    spin = "here we go\n" + " ".join(f"two{n}" for n in range(25)) + "\nand home again"
    assert reading(text, spin, "one7") is None
    assert reading(text, spin, "home") == "home"
    assert aligned(text, spin).reading(10, 10) is None


def test_the_runs_cover_both_sides_in_order() -> None:
    spin = TEXT.replace("boat/NOUN sank/VERB near", "old/ADJ ship/NOUN went/VERB down by")
    found = aligned(TEXT, spin)
    for size, borders in (
        (len(found.text.tokens), [(s.start, s.end) for s in found.aligned_runs]),
        (len(found.parsed.tokens), [(s.spin_start, s.spin_end) for s in found.aligned_runs]),
    ):
        assert [0, *(end for _, end in borders)] == [*(start for start, _ in borders), size]


def test_the_empty_text() -> None:
    nothing = ParsedText("", (), ())
    assert align_spin(nothing, nothing, "b", CHANNEL).aligned_runs == ()
    assert align_spin(parse(TEXT), nothing, "b", CHANNEL).coverage == 0.0
    assert align_spin(parse(TEXT), nothing, "b", CHANNEL).reading(0, 1) == ""


def test_only_spins_of_the_article_are_used() -> None:
    text = parse(TEXT)
    spin, other = TEXT.replace("boat", "vessel"), "minister/NOUN resigns/VERB over the budget/NOUN and the debts/NOUN ."
    given = [
        (Reference(name, parsed.text), parsed)
        for name, parsed in (("b", parse(spin)), ("c", parse(other)), ("d", parse(spin)), ("e", text))
    ]
    used, reports = align_spins(text, given, CHANNEL)
    assert [readings.id for readings in used] == ["b", "e"]
    assert [(r.id, r.accepted) for r in reports] == [("b", True), ("c", False), ("d", False), ("e", True)]
    assert "another article" in reports[1].reason
    assert reports[1].score < MIN_COVERAGE
    assert reports[2].reason == "is a copy of b"
