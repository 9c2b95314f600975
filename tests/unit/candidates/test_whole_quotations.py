"""What is proposed for a quotation as a whole; the sentences were written for this test."""

from __future__ import annotations

from functools import cache

import pytest

from restore.alignment.align import align
from restore.candidates.base import Context
from restore.candidates.reference_edits import ReferenceEditor
from restore.candidates.whole_quotations import WHOLE, whole_quotations
from restore.config import Config
from restore.text.parsing import ParsedText, Parser

FRAME = 'The mayor of the old harbour town spoke on Monday. "{}" she told the council.'


@cache
def _parser() -> Parser:
    return Parser(Config().spacy_pipeline)


def _parse(said: str) -> ParsedText:
    return _parser().parse(FRAME.format(said))


def proposed(said: str, theirs: str, suspects: frozenset[int] | None = None) -> list[str]:
    """Return what is proposed; without `suspects` every word may be damaged."""
    parsed, reference = _parse(said), _parse(theirs)
    editor = ReferenceEditor(parsed, align(parsed, reference, "report", 1.0))
    found = list(whole_quotations(editor, Context(parsed, (editor.aligned,), suspects=suspects)))
    assert all(c.features[WHOLE] == 1.0 for c in found)
    assert all(-10 <= value <= 10 for c in found for value in c.features.values())
    return [c.replacement for c in found]


def test_the_words_of_the_reference_come_with_the_marks_of_the_text() -> None:
    said = "We have build a wall of stone, and it will hold for a hundred winters,"
    theirs = "We have built a wall of stone - and it will stand for a hundred winters."
    assert proposed(said, theirs) == ["We have built a wall of stone, and it will stand for a hundred winters"]


def test_a_run_that_is_no_suspect_stays_in_the_second_candidate() -> None:
    said = "We have constructed a wall of stone and it will hold for a hundred winters"
    theirs = "We have built a wall of stone and it will stand for a hundred winters"
    place = next(t.index for t in _parse(said).tokens if t.text == "constructed")
    assert proposed(said, theirs, frozenset({place})) == [theirs, theirs.replace("stand", "hold")]


@pytest.mark.parametrize(
    ("said", "theirs"),
    [
        ("We built a wall of stone and of wood and it will hold", "We built a wall of stone and it will hold"),
        ("We built a wall of stone and it will hold", "We built a wall of stone and I hope it will hold"),
        ("We built a wall of grey stone and it will hold", "We built a wall of gray stone and it will hold"),
        ("We built a wall of stone and it will hold", "We built a wall [of stone] and it will hold"),
        ("We built 3 walls of stone and they will hold", "We built 5 walls of stone and they will hold"),
    ],
)
def test_what_is_shortened_spelt_or_explained_otherwise_or_another_fact_stays(said: str, theirs: str) -> None:
    assert proposed(said, theirs, frozenset()) == []


def test_only_a_lost_capital_comes_back_in_words_that_are_the_same() -> None:
    said = "If i was mayor of paris, our Administration would constructed a wall of stone"
    theirs = "If I was mayor of Paris, our administration would build a wall of stone"
    assert proposed(said, theirs) == ["If I was mayor of Paris, our Administration would build a wall of stone"]


@pytest.mark.parametrize(
    ("said", "theirs"),
    [
        ("This wall may hold for many winters and it is good", "This wall will hold for many winters and it is good"),
        ("It was gone again within a day and we were glad", "It was gone again within a week and we were glad"),
        ("We never closed a gate of the old harbour wall", "We never opened a gate of the old harbour wall"),
    ],
)
def test_how_sure_how_long_and_opposites_are_facts(said: str, theirs: str) -> None:
    assert proposed(said, theirs) == []
