"""What a candidate changes, and what is asked about it."""

from __future__ import annotations

import pytest

from restore.candidates.base import Candidate
from restore.encoder.reading import Asked
from restore.ranking.reading_features import change_of, questions
from restore.text.parsing import ParsedText, Parser


@pytest.fixture(scope="module")
def parsed() -> ParsedText:
    return Parser().parse("He acted as indicated by the chairman Obama.")


def candidate(parsed: ParsedText, old: str, new: str) -> Candidate:
    start = parsed.text.index(old)
    return Candidate(start, start + len(old), new, ())


def test_words_that_stay_at_the_ends_are_no_change(parsed: ParsedText) -> None:
    change = change_of(parsed, candidate(parsed, "the chairman Obama", "the President Obama"))
    assert [t.text for t in change.tokens] == ["chairman"]
    assert change.words == ("President",)


def test_a_shorter_phrase_leaves_nothing_at_the_last_words(parsed: ParsedText) -> None:
    come, stand = questions(change_of(parsed, candidate(parsed, "as indicated by", "according to")))
    assert [q.words for q in come] == ["according", "to", ""]
    assert [q.words for q in stand] == ["as", "indicated", "by"]


def test_a_longer_phrase_stands_at_the_last_word(parsed: ParsedText) -> None:
    come, _ = questions(change_of(parsed, candidate(parsed, "acted", "went on to act")))
    assert [q.words for q in come] == ["went on to act"]


def test_an_insertion_is_asked_behind_the_word_before(parsed: ParsedText) -> None:
    come, stand = questions(change_of(parsed, candidate(parsed, "acted", "acted only")))
    assert come == [Asked(1, "only", behind=True)]
    assert stand == []


def test_casing_alone_asks_nothing(parsed: ParsedText) -> None:
    assert questions(change_of(parsed, candidate(parsed, "chairman", "Chairman"))) == ([], [])
