from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from restore.evaluation.segments import begun_in, nearest_reading, restored_pieces, segments
from restore.gold.documents import GoldDocument
from restore.gold.markup import parse_markup
from restore.records import Correction, apply

MARKUP = "The {preacher=>minister} rang. {=>The }bell fell{. and=>, and} broke. {also=>}"


def _document(markup: str) -> GoldDocument:
    return GoldDocument("x", (parse_markup(markup),), "")


def _correction(start: int, end: int, text: str, replacement: str) -> Correction:
    return Correction(start, end, text[start:end], replacement, "R:OTHER", 0.9, (), "")


def test_no_cut_inside_a_gold_edit() -> None:
    document = _document(MARKUP)
    text = document.text
    borders = [0, text.index("bell"), text.index(" and broke"), text.index("also")]
    found = segments(document, lambda _: borders)
    assert [each.text for each in found] == ["The preacher rang. ", "bell fell. and broke. ", "also"]
    assert "".join(each.annotations[0].original for each in found) == document.annotations[0].original
    assert found[1].annotations[0].edits[0].gold == ("The ",)
    assert [(each.start, each.end) for each in found][-1][1] == len(text)


def test_a_tokenised_document_is_one_sentence() -> None:
    document = GoldDocument("x", (parse_markup("One . Two ."),), "", tokenised=True)
    assert len(segments(document, lambda _: [6])) == 1


def test_words_without_end_are_cut_and_nothing_is_lost() -> None:
    document = _document("word " * 250 + "{a " + "b " * 120 + "c=>d} " + "word " * 250)
    found = segments(document, lambda _: [])
    assert "".join(each.text for each in found) == document.text
    assert max(len(each.text.split()) for each in found) <= 322
    assert sum(len(each.annotations[0].edits) for each in found) == 1


def test_a_correction_belongs_where_it_begins() -> None:
    text = "One two. Three four."
    ends = [9, len(text)]
    plan = [_correction(4, 14, text, "2. 3"), _correction(15, 15, text, "more ")]
    assert restored_pieces(text, ends, plan) == ["One 2. 3", " more four."]
    assert begun_in(ends, plan) == [1, 1]


@given(st.data())
def test_the_pieces_are_the_restored_text(data: st.DataObject) -> None:
    text = data.draw(st.text("ab .", min_size=1, max_size=30))
    ends = sorted({*data.draw(st.lists(st.integers(1, len(text)), max_size=4)), len(text)})
    places = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    plan = [
        _correction(a, b, text, data.draw(st.text("xy", max_size=3)))
        for a, b in zip(places[::2], places[1::2], strict=False)
    ]
    assert "".join(restored_pieces(text, ends, plan)) == apply(text, plan)


def test_the_nearest_reading_takes_each_place_on_its_own() -> None:
    marked = parse_markup("He {requested=>asked|requested} {the=>that|which} {method=>way} he {go=>went|walked}.")
    assert nearest_reading(marked, marked.text) == "He requested that way he went."
    assert nearest_reading(marked, "He asked which way he walked.") == "He asked which way he walked."
    assert nearest_reading(marked, marked.original) == marked.original
