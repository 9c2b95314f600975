from __future__ import annotations

from collections import Counter

import pytest

from restore.gold.markup import parse_markup
from restore.gold.parallel import align, from_markup, tokenise


def pairs(spun: str, original: str) -> set[tuple[str, str]]:
    found = align(spun, original)
    assert found is not None
    return set(found.pairs)


def test_tokens_are_words_possessives_and_marks() -> None:
    assert tokenise("The Mayor’s well-known 1,500.5 U.S. votes, don't!") == [
        "the", "mayor", "'s", "well-known", "1,500.5", "u.s.", "votes", ",", "don't", "!",
    ]  # fmt: skip


def test_words_in_the_same_place_are_substitutions() -> None:
    assert pairs("The mayor declared it was a tempest in town.", "The mayor said it was a storm in town.") == {
        ("declared", "said"),
        ("tempest", "storm"),
    }


@pytest.mark.parametrize(
    ("spun", "original", "expected"),
    [
        (
            "They put out word that it rained all day.",
            "They announced that it rained all day.",
            "put out word|announced",
        ),
        ("He had actually seen the old bridge fall.", "He had seen the old bridge fall.", "actually|"),
        ("He went home to see old bridge fall.", "He went home to see the old bridge fall.", "|the"),
        ("He was standing there until the end came.", "He stood there until the end came.", "was standing|stood"),
        ("The chairman's house was sold on Monday.", "The president's house was sold on Monday.", "chairman|president"),
        ("It cost the individuals a lot of money.", "It cost the people a lot of money.", "individuals|people"),
    ],
)
def test_phrases_fillers_and_losses_are_found(spun: str, original: str, expected: str) -> None:
    assert pairs(spun, original) == {tuple(expected.split("|"))}


def test_equal_phrases_are_split_word_by_word() -> None:
    assert pairs("It was a crimson automobile that we saw there.", "It was a red car that we saw there.") == {
        ("crimson", "red"),
        ("automobile", "car"),
    }


def test_case_marks_and_figures_are_no_substitutions() -> None:
    assert pairs("The Mayor, said 12 of us, came home today", "the mayor said 15 of us; came home today.") == set()


def test_what_was_left_alone_is_counted() -> None:
    found = align("We saw the tempest , the wind and us.", "We saw the storm , the wind and us.")
    assert found is not None
    assert Counter(found.kept) == Counter(["we", "saw", "the", "the", "wind", "and", "us"])
    assert (found.tokens, found.rewritten) == (10, 0)


def test_other_texts_are_no_pair() -> None:
    assert align("Cats sleep all day long.", "The parliament voted against a bill.") is None


def test_a_rewritten_stretch_teaches_nothing() -> None:
    common = "The mayor of the old town opened the new bridge over the river on a cold day in May. " * 2
    spun = common + "Nobody had foreseen how quickly lorries, buses, bicycles, prams and pedestrians would crowd it."
    original = (
        common + "Traffic grew faster than any planner in that office ever dared to put down on paper, they said."
    )
    found = align(spun, original)
    assert found is not None
    assert found.pairs == ()
    assert found.rewritten > 10


def test_markup_names_its_substitutions() -> None:
    marked = parse_markup(
        "The {chairman=>president|head} spoke{ actually=>} in {zone=>the area of} Oslo{ City=> city}."
    )
    found = from_markup(marked)
    assert found.pairs == (("chairman", "president"), ("actually", ""), ("zone", "the area of"))
    assert list(found.kept) == ["the", "spoke", "in", "oslo", "city"]
