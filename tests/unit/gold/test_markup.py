from __future__ import annotations

import pytest

from restore.errors import GoldError
from restore.gold.markup import GoldEdit, MarkedText, marked, parse_markup

MARKUP = "The {preacher=>minister|vicar} {also=>}rang {=>the }bell."


def test_reads_spun_text_original_and_offsets() -> None:
    found = parse_markup(MARKUP)
    assert found.text == "The preacher alsorang bell."
    assert found.original == "The minister rang the bell."
    assert [(e.spun, e.gold) for e in found.edits] == [
        ("preacher", ("minister", "vicar")),
        ("also", ("",)),
        ("", ("the ",)),
    ]
    assert all(found.text[e.start : e.end] == e.spun for e in found.edits)


def test_writes_what_it_reads() -> None:
    assert parse_markup(MARKUP).to_markup() == MARKUP
    assert parse_markup("").to_markup() == ""


@pytest.mark.parametrize(
    ("markup", "problem"),
    [
        ("fine\n{a=>b", "line 2: an edit opened with '{' is never closed"),
        ("fine\n\na} b", "line 3: a '}' closes nothing"),
        ("{a {b=>c} d}", "line 1: an edit opened with '{' is not closed before"),
        ("{word}", "has no '=>'"),
        ("{a=>b=>c}", "more than one '=>'"),
    ],
)
def test_broken_markup_names_file_line_and_remedy(markup: str, problem: str) -> None:
    with pytest.raises(GoldError) as caught:
        parse_markup(markup, "folder/spun.markup")
    message = str(caught.value)
    assert message.startswith("folder/spun.markup, line ")
    assert problem in message
    assert "{spun=>gold1|gold2}" in message


def test_signs_of_the_markup_are_refused_when_writing() -> None:
    with pytest.raises(GoldError, match="braces"):
        MarkedText("a { b").to_markup()
    with pytest.raises(GoldError, match="markup itself"):
        marked(["a ", GoldEdit(0, 0, "b", ("x|y",))]).to_markup()


def test_marked_sets_offsets() -> None:
    text = marked(["So ", GoldEdit(0, 0, "large", ("big",), "R:ADJ"), " a house"])
    assert text.text == "So large a house"
    assert text.edits == (GoldEdit(3, 8, "large", ("big",), "R:ADJ"),)
    assert text.original == "So big a house"
