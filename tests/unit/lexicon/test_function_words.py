from __future__ import annotations

from collections import Counter

import pytest

from restore.lexicon.function_words import Slots, load_slots


def test_a_word_seen_in_a_context_gains_there() -> None:
    slots = Slots({("all", ""): Counter(the=50, of=50), ("tags", "NN DT"): Counter(of=9, the=1)})
    assert slots.gain("tags", "NN DT", "the", "of") > 0
    assert slots.gain("tags", "VB CD", "the", "of") == 0
    assert slots.gain("tags", "NN DT", "bridge", "of") == 0


def test_what_is_gained_one_way_is_lost_the_other() -> None:
    slots = load_slots()
    there = slots.gain("tags", "NN DT", "the", "of")
    assert there == pytest.approx(-slots.gain("tags", "NN DT", "of", "the"))


def test_the_shipped_counts_know_that_of_stands_between_a_noun_and_an_article() -> None:
    slots = load_slots()
    assert slots.gain("tags", "NN DT", "the", "of") > 2
    assert slots.gain("before", "want", "for", "to") > 0
    assert "of" in slots
    assert "bridge" not in slots
