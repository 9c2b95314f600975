from __future__ import annotations

from restore.ranking.wording import WordingFeatures
from restore.text.parsing import Parser

PARSER = Parser()
TEXT = "The court heard that the judge had read every page of the law."


def _describe(spun: str, original: str, text: str = TEXT) -> dict[str, float]:
    parsed = PARSER.parse(text)
    tokens = tuple(t for t in parsed.tokens if t.lower == spun)[:1]
    return WordingFeatures(parsed).describe(tokens, spun.split(), original.split())


def test_a_related_word_covers_what_it_replaces() -> None:
    near, far = _describe("judge", "magistrate"), _describe("judge", "banana")
    assert near["wording.covered"] > far["wording.covered"]
    assert near["wording.foreign"] < far["wording.foreign"]


def test_the_topic_of_the_text_speaks_for_its_own_words() -> None:
    assert _describe("page", "statute")["wording.topic"] > _describe("page", "banana")["wording.topic"]


def test_usual_pairs_of_words_gain() -> None:
    assert _describe("page", "house", "They saw the white page")["wording.pairs"] > 0
    assert _describe("page", "page")["wording.pairs"] == 0


def test_deletions_and_unknown_words_are_described() -> None:
    assert _describe("page", "")["wording.unpaired"] == 1
    assert _describe("page", "xqzzy")["wording.unpaired"] == 1


def test_contexts_are_for_single_function_words() -> None:
    assert _describe("the", "of", "They read a page the law.")["slot.tags"]
    assert "slot.tags" not in _describe("page", "house")
