from __future__ import annotations

from restore.decoding.wording import WordingFeatures
from restore.parsing import Parser

PARSED = Parser().parse("The court heard that the judge had read every page of the law.")


def _describe(spun: str, original: str, before: str = "", after: str = "") -> dict[str, float]:
    tokens = tuple(t for t in PARSED.tokens if t.lower == spun)[:1] or PARSED.tokens[:1]
    return WordingFeatures(PARSED).describe(tokens, spun.split(), original.split(), (before, after))


def test_a_related_word_covers_what_it_replaces() -> None:
    near, far = _describe("judge", "magistrate"), _describe("judge", "banana")
    assert near["wording.covered"] > far["wording.covered"]
    assert near["wording.foreign"] < far["wording.foreign"]


def test_the_topic_of_the_text_speaks_for_its_own_words() -> None:
    assert _describe("page", "statute")["wording.topic"] > _describe("page", "banana")["wording.topic"]


def test_usual_pairs_of_words_gain() -> None:
    assert _describe("page", "house", "white", "")["wording.pairs"] > 0
    assert _describe("page", "page", "the", "of")["wording.pairs"] == 0


def test_deletions_and_unknown_words_are_described() -> None:
    assert _describe("page", "")["wording.unpaired"] == 1
    assert _describe("page", "xqzzy")["wording.unpaired"] == 1


def test_slots_are_for_single_function_words() -> None:
    assert _describe("the", "of", "page", "law")["slot.tags"]
    assert "slot.tags" not in _describe("page", "house")
