from __future__ import annotations

from collections import Counter

import pytest

from restore.lexicon.function_words import FunctionWords, load_function_words


def test_a_word_seen_in_a_context_gains_there() -> None:
    function_words = FunctionWords({("all", ""): Counter(the=50, of=50), ("tags", "NN DT"): Counter(of=9, the=1)})
    assert function_words.gain("tags", "NN DT", "the", "of") > 0
    assert function_words.gain("tags", "VB CD", "the", "of") == 0
    assert function_words.gain("tags", "NN DT", "bridge", "of") == 0


def test_what_is_gained_one_way_is_lost_the_other() -> None:
    function_words = load_function_words()
    there = function_words.gain("tags", "NN DT", "the", "of")
    assert there == pytest.approx(-function_words.gain("tags", "NN DT", "of", "the"))


def test_the_shipped_counts_know_that_of_stands_between_a_noun_and_an_article() -> None:
    function_words = load_function_words()
    assert function_words.gain("tags", "NN DT", "the", "of") > 2
    assert function_words.gain("before", "want", "for", "to") > 0
    assert "of" in function_words
    assert "bridge" not in function_words
