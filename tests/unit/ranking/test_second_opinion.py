"""Which places are asked about, with which words around them, and what the answers change."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from restore.candidates.base import Candidate, Context
from restore.detection.trees import Tree, Trees
from restore.language_model.causal import Answer, CausalQuery
from restore.ranking.second_opinion import (
    ANSWERED,
    Advice,
    Adviser,
    Option,
    Place,
    SecondOpinion,
    described,
    doubtful_places,
)
from restore.text.parsing import ParsedText

TEXT = "The chairman Obama said on Monday that he was was prepared to talk"

CONTEXT = Context(ParsedText(TEXT, (), ()))


def option(old: str, new: str, confidence: float, text: str = TEXT) -> Option:
    start = text.index(old)
    return Option(start, start + len(old), new, confidence)


class Scripted:
    """A causal model that finds "President" likelier by 7 nats than anything else, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[CausalQuery] = []

    def answers(self, queries: Sequence[CausalQuery]) -> list[list[Answer]]:
        self.asked += queries
        return [
            [Answer(-2.0 if "President" in words else -9.0, -1.0, -8.0, 1, 6) for words in q.options] for q in queries
        ]


@pytest.fixture
def opinion() -> SecondOpinion:
    stump = Tree([0, -1, -1], [1.0, 0, 0], [1, 0, 0], [2, 0, 0], [0.0, -3.0, 3.0])
    return SecondOpinion(Trees(["causal.ratio"], 0.0, [stump]), 1.0, 0.0, 0.1, 0.9)


def test_only_places_whose_best_candidate_is_unsure_are_asked_about() -> None:
    options = [option("chairman", "President", 0.5), option("prepared", "ready", 0.95), option("talk", "speak", 0.05)]
    (place,) = doubtful_places(TEXT, options, 0.1, 0.9)
    assert place.numbers == (0,)
    assert place.query.options == (" chairman", " President")


def test_the_words_around_a_place_are_those_of_the_mended_text() -> None:
    options = [option("chairman", "President", 0.8), option("Monday", "Tuesday", 0.4), option("was was", "was", 0.95)]
    _, place = doubtful_places(TEXT, options, 0.1, 0.9)
    assert place.query.left == "The President Obama said on"
    assert place.query.right == " that he was prepared to"


def test_the_likeliest_candidates_of_a_place_are_asked_about_together_whatever_they_cover() -> None:
    options = [
        option("was", "is", 0.3),
        option("was was", "was", 0.6),
        option("was", "", 0.2),
        option("was", "were", 0.1),
    ]
    (place,) = doubtful_places(TEXT, options, 0.1, 0.9)
    assert place.numbers == (1, 0, 2)
    assert place.query.options == (" was was", " was", " is was", " was")


def test_taking_a_word_out_leaves_one_blank() -> None:
    (place,) = doubtful_places(TEXT, [option("chairman", "", 0.5)], 0.1, 0.9)
    left, without, right = place.query.left, place.query.options[1], place.query.right
    assert (left + without + right).startswith("The Obama said")


def test_the_first_word_of_a_text_is_a_place_too() -> None:
    (place,) = doubtful_places(TEXT, [option("The", "Then", 0.5)], 0.1, 0.9)
    assert place.query.left == ""
    assert place.query.options == ("The", "Then")


def test_what_references_say_of_the_sentence_is_read_before_it() -> None:
    text = "It rained. The chairman spoke."
    told = ((0, ""), (11, "President Obama spoke on Monday."))
    options = [option("rained", "poured", 0.5, text), option("chairman", "President", 0.5, text)]
    first, second = doubtful_places(text, options, 0.1, 0.9, told)
    assert first.query.left == "It"
    assert second.query.left == "President Obama spoke on Monday.\nIt poured. The"


def test_every_doubtful_place_is_asked_about_in_text_order() -> None:
    words = [f"w{n:03}" for n in range(120)]
    text = " ".join(words)
    options = [option(word, "x", 0.89 - n / 1000, text) for n, word in enumerate(words)]
    places = doubtful_places(text, options[::-1], 0.1, 0.9)
    assert [options[::-1][place.numbers[0]].start for place in places] == [text.index(word) for word in words]


def advise(opinion: SecondOpinion, model: Scripted, candidates: Sequence[Candidate], odds: list[float]) -> Advice:
    adviser = Adviser(opinion, model)  # type: ignore[arg-type]
    return adviser.advise(CONTEXT, candidates, [{} for _ in candidates], odds)


def test_answers_move_the_odds_of_the_candidates_that_were_asked_about_alone(opinion: SecondOpinion) -> None:
    candidates = [Candidate(4, 12, "President", ()), Candidate(4, 12, "leader", ()), Candidate(19, 23, "told", ())]
    found = advise(opinion, Scripted(), candidates, [0.0, -1.0, 6.0])
    assert found.odds == pytest.approx([3.0, -3.0, 6.0])
    assert found.ratios == {0: 7.0, 1: 0.0}


def test_a_question_is_asked_once(opinion: SecondOpinion) -> None:
    model = Scripted()
    adviser = Adviser(opinion, model)  # type: ignore[arg-type]
    for _ in range(2):
        found = adviser.advise(CONTEXT, [Candidate(4, 12, "President", ())], [{}], [0.0])
        assert found.ratios == {0: 7.0}
    assert len(model.asked) == 1


def test_an_answer_is_taken_apart() -> None:
    place = Place((1, 0), CausalQuery("The", (" chairman", " President", " big boss"), " Obama said"))
    answers = [Answer(-9.0, -4.0, -8.0, 1, 2), Answer(-3.0, -1.0, -6.0, 1, 2), Answer(-12.0, -5.0, -9.0, 2, 2)]
    found = described([place], [answers], [{"shape.longer": 1.0}, {}], [-1.0, 0.5])
    assert found[1] == {
        "ranker.odds": 0.5,
        "ranker.lead": 1.5,
        "causal.ratio": 8.0,
        "causal.lead": 8.0,
        "causal.share": pytest.approx(1 / (1 + math.exp(-8) + math.exp(-12))),
        "causal.own": -3.0,
        "causal.stands": -9.0,
        "causal.next": 3.0,
        "causal.behind": 2.0,
        "causal.fit": -3.0,
        "causal.tokens": 0.0,
    }
    assert found[0]["causal.lead"] == -12.0
    assert found[0]["causal.tokens"] == 1.0
    assert found[0]["shape.longer"] == 1.0


def test_what_an_answer_tells_is_unknown_before_it() -> None:
    place = Place((0,), CausalQuery("The", (" chairman", " President"), " Obama said"))
    found = described([place], [[Answer(-9.0, -4.0, -8.0, 1, 2)] * 2], [{}], [0.0])
    assert {name for name in found[0] if not name.startswith("ranker.")} == ANSWERED
