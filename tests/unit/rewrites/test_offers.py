"""What of a reference may stand for a sentence of the text."""

from __future__ import annotations

from functools import cache

from restore.alignment.records import SentencePair
from restore.rewrites.features import compare
from restore.rewrites.offers import offers
from restore.text.parsing import Parser


@cache
def _parser() -> Parser:
    return Parser()


def offered(reference: str, *partners: int) -> list[str]:
    text = _parser().parse("Something or other was told in this sentence.")
    pairs = tuple(SentencePair(0, partner, 0.9) for partner in partners)
    return [offer.text for offer in offers(compare(text, _parser().parse(reference), pairs), 0)]


def test_a_whole_sentence_and_two_in_a_row_where_both_tell_the_same() -> None:
    reference = "The harbour froze in January. Fishermen stayed at home."
    assert offered(reference, 0) == ["The harbour froze in January."]
    assert offered(reference, 0, 1) == [
        "The harbour froze in January.",
        reference,
        "Fishermen stayed at home.",
    ]


def test_sentences_of_two_lines_are_not_joined() -> None:
    assert len(offered("The harbour froze in January.\nFishermen stayed at home.", 0, 1)) == 2


def test_main_clauses_are_offered_as_sentences() -> None:
    found = offered("The council raised the fee, but students called the decision unfair.", 0)
    assert found[1:] == ["The council raised the fee.", "Students called the decision unfair."]


def test_what_has_no_subject_of_its_own_is_no_clause() -> None:
    assert len(offered("The fishermen mended their nets and stayed at home for weeks.", 0)) == 1


def test_nothing_without_a_partner() -> None:
    assert offered("The harbour froze in January.") == []
