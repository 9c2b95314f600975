from __future__ import annotations

from restore.alignment.quotations import align_quotations, align_repeated_quotations, disagree
from tests.helpers.toy import parse

SAID = 'Kari/PROPN said/VERB : "{}"'


def found(ours: str, theirs: str) -> list[tuple[str, str]]:
    one, other = (parse(text.replace('"', ' " ').strip()) for text in (ours, theirs))
    return [
        (one.text[p.spun.start : p.spun.end], other.text[p.reference.start : p.reference.end])
        for p in align_quotations(one, other)
    ]


def test_a_spun_quotation_is_found() -> None:
    ours = SAID.format("we never saw the wave coming and also the harbour was chock full")
    theirs = SAID.format("we never saw that wave coming and the harbour was full")
    assert found(ours, theirs) == [
        (
            "we never saw the wave coming and also the harbour was chock full",
            "we never saw that wave coming and the harbour was full",
        )
    ]


def test_a_part_of_a_longer_quotation_is_found() -> None:
    theirs = SAID.format(
        "nobody was ready for this and I doubt that anybody could have been ready for such a storm in winter"
    )
    ours = SAID.format("I doubt the anybody could have been ready")
    assert found(ours, theirs) == [
        ("I doubt the anybody could have been ready", "I doubt that anybody could have been ready")
    ]


def test_one_quotation_may_be_split_in_the_reference() -> None:
    ours = SAID.format("the pumps failed within minutes and nobody could reach the lower deck")
    theirs = '"the pumps failed within minutes" said/VERB Kari/PROPN , "and nobody could reach the lower deck"'
    assert found(ours, theirs) == [
        ("the pumps failed within minutes", "the pumps failed within minutes"),
        ("and nobody could reach the lower deck", "and nobody could reach the lower deck"),
    ]


def test_other_words_are_not_the_same_quotation() -> None:
    ours = SAID.format("we never saw the wave coming and the harbour was full")
    assert not found(ours, SAID.format("the council will decide about the new bridge in autumn"))
    assert not found(ours, SAID.format("we never saw the need for a bridge of the size they want"))


def test_a_shared_phrase_is_not_a_shared_quotation() -> None:
    ours = SAID.format("the prime minister of Norway told us nothing at all about when the ships would sail home")
    theirs = SAID.format(
        "a letter from the prime minister of Norway arrived on the desk of every school teacher in town"
    )
    assert not found(ours, theirs)


def test_short_quotations_are_left_alone() -> None:
    assert not found('a "big storm" came', 'a "big storm" came')


def test_it_never_crosses_a_figure() -> None:
    ours = SAID.format("we rescued forty/NUM people from the water before the second boat came alongside")
    theirs = SAID.format("we rescued ninety/NUM people from the water before the second boat came alongside")
    assert found(ours, theirs) == [("people from the water before the second boat came alongside",) * 2]


def test_names_that_differ_disagree_and_spun_words_do_not() -> None:
    oslo, lima, unified, united = parse("Oslo/PROPN Lima/PROPN unified/ADJ United/PROPN").tokens
    assert disagree([oslo], [lima])
    assert not disagree([unified], [united])
    assert not disagree([oslo], [oslo])


def test_a_quotation_that_stands_twice_in_a_text() -> None:
    text = parse(
        '" the pumps failed within minutes of the alarm " .',
        'later/ADV : " the pumps certainly failed within minutes of the alarm " .',
    )
    pairs = align_repeated_quotations(text)
    assert {(p.spun.start < p.reference.start) for p in pairs} == {True, False}
