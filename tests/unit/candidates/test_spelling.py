"""What the spelling source proposes, and where it stays silent; the sentences were written for this test."""

from collections.abc import Iterable
from functools import cache

import pytest

from restore.alignment.records import AlignedReference
from restore.candidates.base import Candidate, Context
from restore.candidates.gather import gather
from restore.candidates.spelling import SpellingSource
from restore.text.parsing import ParsedText, Parser

_SOURCE = SpellingSource()


@cache
def _parser() -> Parser:
    return Parser()


@cache
def _parse(text: str) -> ParsedText:
    return _parser().parse(text)


def admissible(text: str, *references: str) -> list[Candidate]:
    heard = tuple(AlignedReference(f"reference {n}", _parse(r), 1.0) for n, r in enumerate(references, 1))
    return gather(Context(_parse(text), heard), [_SOURCE])


def edits(text: str, found: Iterable[Candidate]) -> set[tuple[str, str]]:
    return {(text[c.start : c.end], c.replacement) for c in found}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Printed14 October by our own staff.", ("Printed14", "Printed 14")),
        ("It began on3 May and went on.", ("on3", "on 3")),
        ("It was sold in2014 to a bank.", ("in2014", "in 2014")),
        ("They met on 7October in the rain.", ("7October", "7 October")),
        ("He left in 2014The next year was dull.", ("2014The", "2014 The")),
        ("About 40people were asked.", ("40people", "40 people")),
        ("She sang for theQueen of Denmark.", ("theQueen", "the Queen")),
        ("He lived in theUnited Kingdom then.", ("theUnited", "the United")),
        ("He flew to NewZealand at last.", ("NewZealand", "New Zealand")),
        ("They walked tothe shore.", ("tothe", "to the")),
        ("It stood attheend of a lane.", ("attheend", "at the end")),
        ("Hewas never seen again.", ("Hewas", "He was")),
        ("It could notbe done.", ("notbe", "not be")),
        ("The crash was on Sunday.Police said so.", (".", ". ")),
        ("Will it rain?Nobody knows that.", ("rain?Nobody", "rain? Nobody")),
        ("It was sold in 2014.The buyer was a bank.", ("2014.The", "2014. The")),
        ("The commit tee met again.", ("commit tee", "committee")),
        ("An inter national court sat.", ("inter national", "international")),
        ("The cabinetmnaker and the rninister agreed.", ("rninister", "minister")),
        ("It was the 1ast of them.", ("1ast", "last")),
        ("The comittee met again.", ("comittee", "committee")),
    ],
)
def test_damage_is_mended_lawfully(text: str, wanted: tuple[str, str]) -> None:
    assert wanted in edits(text, admissible(text))


@pytest.mark.parametrize(
    "text",
    [
        "YouTube, iPhone, eBay, PayPal, LinkedIn, easyJet, flyDubai and FaceTime are brands.",
        "McDonald, MacArthur, DeLorean, O'Brien, DiCaprio and FitzGerald are surnames.",
        "See #inthe and @tothe, http://inthe.example.org/ofthe or write to ofthe@inthe.org.",
        "Call getName, toString and isValid, or set max_size.",
        "The F16, an A380, 3D films, the G20, COVID19, a 737MAX, MP3 files, 4K and mp4.",
        "On the 1st, 22nd and 3rd, at 10am, 5pm, 90s music, 5km, 4GB, 100m, 30mph and 12hrs.",
        "They may be some time, every day and any one of them, a long way on to the health care bill.",
        "The vice president set up a work force to go in to the matter.",
        "See Amazon.Com, Node.JS, Booking.com, README.Md, U.S.A. today, J.R.R. Tolkien and main.Main of page.Html.",
        "It ended 3.Sixty was more than p.Five or No.Ten, said e.g.Peter of St.Moritz.",
        "Ms Blorptel met Kvitsøy of Zzyzx at Llanfair.",
    ],
)
def test_what_is_right_stays(text: str) -> None:
    assert edits(text, admissible(text)) == set()


def test_a_reference_is_no_witness_for_another_spelling_of_a_name() -> None:
    reference = "On Monday Varkonyi spoke. Later Varkonyi left. Varkonyi was tired."
    for text in ("Then Varkenyi spoke.", "Varkenyi spoke.", "Then varkenyi spoke."):
        assert not {new for _, new in edits(text, admissible(text, reference))} & {"Varkonyi", "varkonyi"}


def test_the_text_itself_is_a_witness_for_a_name() -> None:
    text = "Varkonyi came. Varkonyi sang. Then Varkenyi left."
    found = admissible(text)
    assert edits(text, found) == {("Varkenyi", "Varkonyi")}
    assert {e.kind for e in found[0].evidence} == {"spelling", "document"}
    told = next(e for e in found[0].evidence if e.kind == "document")
    assert text[told.start : told.end] == told.quote
    assert "Varkonyi" in told.quote


def test_a_term_of_the_reference_is_proposed_and_does_not_leak() -> None:
    text = "It used a blorpetl in the cellar."
    reference = "Nobody had seen such a blorptel before."
    assert ("blorpetl", "blorptel") in edits(text, admissible(text, reference))
    assert ("blorpetl", "blorptel") not in edits(text, admissible(text))


def test_a_phrase_of_the_reference_shows_where_the_blank_was() -> None:
    text = "Then QuorvaxTamblin spoke."
    assert edits(text, admissible(text)) == set()
    assert edits(text, admissible(text, "So Quorvax Tamblin came.")) == {("QuorvaxTamblin", "Quorvax Tamblin")}


def test_an_ending_is_no_misspelling() -> None:
    assert edits("A Zembian came.", admissible("A Zembian came.", "In Zembia it rained. Zembia is wet.")) == set()


def test_features_are_well_scaled() -> None:
    text = "Printed14 October tothe commit tee and the comittee of rninisters."
    found = admissible(text)
    assert found
    assert all(-10 <= value <= 10 for c in found for value in c.features.values())
    assert all(name.startswith("spelling.") for c in found for name in c.features)


def test_no_ordinal_and_no_unit_is_a_misread_word() -> None:
    ends = ("st", "nd", "rd", "th", "am", "pm", "km", "mm", "min", "mins", "hrs", "ft", "lbs", "bn", "kg", "cc")
    text = "; ".join(f"the {n}{end} one" for n in (1, 5, 8, 10, 11, 15, 18, 50, 80) for end in ends)
    assert edits(text, admissible(text)) == set()
