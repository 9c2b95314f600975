"""What the encoder would write itself, from a reading that says what the test wants."""

from __future__ import annotations

import math
from typing import cast

import numpy as np
import pytest

from restore.candidates.base import Context
from restore.candidates.guesses import GuessSource
from restore.encoder.pieces import CAPITAL, LOWER, MIXED, UPPER
from restore.encoder.reading import Guess, Reading
from tests.helpers.toy import parse


class Scripted:
    """A reading with given guesses by word, (words, chance) each, and classes of casing by word."""

    def __init__(self, words: list[str], guesses: dict[str, list[tuple[str, float]]], case: dict[str, int]) -> None:
        self._words, self._guesses = words, guesses
        self.missing = np.zeros(len(words))
        self.case = np.zeros((len(words), 4), np.float32)
        for n, word in enumerate(words):
            self.case[n, case.get(word, LOWER)] = 1.0

    def guesses(self, wanted: list[int], most: int = 10, behind: bool = False) -> dict[int, list[Guess]]:
        assert not behind or not wanted
        return {
            n: [Guess(words, math.log(chance)) for words, chance in self._guesses.get(self._words[n], [])][:most]
            for n in wanted
        }


def proposed(
    line: str, guesses: dict[str, list[tuple[str, float]]], case: dict[str, int] | None = None
) -> dict[tuple[str, str], float]:
    """Return (what stands there, what is proposed) and the chance, of a sentence in which every word is a suspect."""
    parsed = parse(line)
    reading = Scripted([t.text for t in parsed.tokens], guesses, case or {})
    context = Context(parsed, suspects=frozenset(range(len(parsed.tokens))))
    source = GuessSource(cast(Reading, reading))
    found = source.propose(context)
    return {(parsed.text[c.start : c.end], c.replacement): math.exp(c.features["encoder.guess"]) for c in found}


def test_a_word_gets_its_guesses_as_it_is_cased() -> None:
    found = proposed(
        "Chairman Obama",
        {"Chairman": [("president", 0.9), ("chairman", 0.05)]},
        {"Chairman": CAPITAL, "Obama": CAPITAL},
    )
    assert list(found) == [("Chairman", "President")]
    assert found["Chairman", "President"] == pytest.approx(0.9)


@pytest.mark.parametrize("length", [2, 3, 4, 5])
def test_one_word_for_a_phrase_is_as_likely_as_that_nothing_stood_at_its_other_words(length: int) -> None:
    phrase = ["because", "of", "this", "very", "fact"][:length]
    guesses = {word: [("", 0.5), ("x", 0.4)] for word in phrase[1:]} | {"because": [("since", 0.8)]}
    found = proposed(" ".join(["left", *phrase, "they", "said"]), guesses)
    assert found[" ".join(phrase), "since"] == pytest.approx(0.8 * 0.5 ** (length - 1))


def test_a_phrase_ends_where_something_stood_and_with_its_sentence() -> None:
    guesses = {"due": [("because", 0.8)], "to": [("", 0.5)], "rain": [("", 0.05)], "fact": [("", 0.5)]}
    found = proposed("due to rain fact", guesses)
    assert ("due to", "because") in found
    assert not any("rain" in old for old, new in found if new == "because")
    parsed = parse("due", "to rain")
    reading = Scripted(["due", "to", "rain"], guesses, {})
    context = Context(parsed, suspects=frozenset({0, 1, 2}))
    ends = {c.end for c in GuessSource(cast(Reading, reading)).propose(context) if c.replacement == "because"}
    assert ends == {3}


def test_the_second_of_two_words_may_have_stood_alone() -> None:
    found = proposed("busy people", {"busy": [("", 0.5)], "people": [("folk", 0.6)]})
    assert found["busy people", "folk"] == pytest.approx(0.3)


def test_several_words_for_one_are_a_guess() -> None:
    assert ("leastways", "at least") in proposed("leastways ten", {"leastways": [("at least", 0.6)]})


@pytest.mark.parametrize(
    ("stands", "guess", "is_proposed"),
    [("2/NUM", "two", True), ("two/NUM", "2", True), ("told", "2", False), ("told", "##x", False)],
)
def test_a_figure_may_be_guessed_in_letters_or_digits(stands: str, guess: str, is_proposed: bool) -> None:
    assert (
        (stands.partition("/")[0], guess) in proposed(f"{stands} weeks", {stands.partition("/")[0]: [(guess, 0.9)]})
    ) is (is_proposed)


@pytest.mark.parametrize(
    ("stands", "best", "cased"),
    [
        ("rudd", CAPITAL, "Rudd"),
        ("mr.", CAPITAL, "Mr."),
        ("Said", LOWER, "said"),
        ("u.s.", UPPER, "U.S."),
        ("u.n", UPPER, "U.N"),
        ("un", UPPER, None),
        ("Said", UPPER, None),
        ("b2b", CAPITAL, None),
        ("rudd", MIXED, None),
    ],
)
def test_casing(stands: str, best: int, cased: str | None) -> None:
    found = proposed(f"then {stands} left", {}, {stands: best})
    assert [new for old, new in found if old == stands] == ([cased] if cased else [])
