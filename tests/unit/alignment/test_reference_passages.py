"""Which sentences of references are read beside a sentence of the text, and in which order."""

from __future__ import annotations

import pytest

from restore.alignment.nearness import SentenceIndex
from restore.alignment.records import AlignedReference, SentencePair
from restore.alignment.reference_passages import BESIDE_CHARACTERS, passage_at, passages_by_stretch, reference_sentences
from restore.text.parsing import ParsedText
from tests.helpers.toy import parse

TEXT = parse("Glaciers/NOUN melted/VERB", "Senators/NOUN met/VERB in Geneva/PROPN")
REPORT = parse(
    "Lawmakers/NOUN gathered/VERB",
    "Geneva/PROPN hosted/VERB senators/NOUN",
    "Glaciers/NOUN shrank/VERB",
    "Geneva/PROPN is old/ADJ",
)


def reference(parsed: ParsedText, *pairs: SentencePair) -> AlignedReference:
    return AlignedReference("report", parsed, 0.9, pairs)


def sentences(first: int, last: int, *references: AlignedReference) -> list[str]:
    return [parsed.text[s.start : s.end] for parsed, s in reference_sentences(TEXT, first, last, references)]


def test_aligned_sentences_lead_and_the_nearest_follow() -> None:
    found = sentences(2, 6, reference(REPORT, SentencePair(1, 0, 0.7)))
    assert found == ["Lawmakers gathered", "Geneva hosted senators", "Geneva is old"]


def test_each_sentence_comes_once_and_those_without_a_common_word_never() -> None:
    found = sentences(0, 6, reference(REPORT, SentencePair(1, 1, 0.5), SentencePair(0, 2, 0.8)))
    assert found == ["Glaciers shrank", "Geneva hosted senators", "Geneva is old"]


def test_several_references_share_the_view() -> None:
    other = reference(parse("Geneva/PROPN senators/NOUN met/VERB"))
    assert sentences(2, 6, reference(REPORT), other)[0] == "Geneva senators met"


def test_the_best_sentence_of_each_reference_comes_before_the_second_best_of_any() -> None:
    other = reference(parse("Cabinets/NOUN convened/VERB", "Ministers/NOUN talked/VERB"), SentencePair(1, 1, 0.3))
    both = sentences(2, 6, reference(REPORT, SentencePair(1, 0, 0.9), SentencePair(1, 2, 0.8)), other)
    assert both[:3] == ["Lawmakers gathered", "Ministers talked", "Glaciers shrank"]


def test_without_references_nothing_is_told() -> None:
    assert sentences(0, 6) == []
    assert passages_by_stretch(TEXT, ()) == ()


def test_what_is_told_of_a_stretch_holds_for_all_its_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("restore.alignment.reference_passages.STRETCH_CHARACTERS", 10)
    beside = passage_at(passages_by_stretch(TEXT, [reference(REPORT)]))
    second = TEXT.sentences[1].start
    assert beside(0) == beside(second - 2) == (0, "Glaciers shrank")
    assert beside(second) == beside(len(TEXT.text) - 1) == (second, "Geneva hosted senators Geneva is old")
    assert passage_at(())(5) == (0, "")


def test_short_sentences_make_one_stretch() -> None:
    ((start, heard),) = passages_by_stretch(TEXT, [reference(REPORT)])
    assert start == 0
    assert heard.startswith("Geneva hosted senators")
    assert "Glaciers shrank" in heard


def test_what_is_told_is_never_longer_than_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    endless = parse(" ".join(["Geneva/PROPN"] * 200))
    monkeypatch.setattr("restore.alignment.reference_passages.STRETCH_CHARACTERS", 10)
    _, found = passage_at(passages_by_stretch(TEXT, [reference(endless)]))(TEXT.sentences[1].start)
    assert len(found) == BESIDE_CHARACTERS


def test_rare_words_count_more_than_common_ones_and_long_sentences_less() -> None:
    long = ["glaciers", "of", "many", "a", "tall", "white", "mountain"]
    index = SentenceIndex([["people", "say", "much"], ["glaciers"], long])
    assert [number for _, number in index.nearest(["people", "glaciers"])] == [1, 2, 0]
    assert index.nearest(["the", ",", "of"]) == []
