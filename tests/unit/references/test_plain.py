"""References as running text, and where their words stand in them as given."""

from __future__ import annotations

import re
import textwrap
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore.records import Conflict, Correction, Evidence, Reference
from restore.references.plain import PlainReference, as_given, plain

TEXT = (
    "The president said on Friday that the government would not pay for the long-term plan of Donald Trump and his"
    ' administration. He told reporters in Geneva on 3 March that "nobody knows" what the well-known company will do'
    " next.\n\nPolice said the 21-year-old man from Sheffield was arrested. Washington Post reporters were there."
    " Another sentence stands here so that lines wrap."
)


def read(text: str) -> str:
    return plain(Reference("r", text)).text


def wrapped(width: int, *, hyphens: bool = True, end: str = "\n") -> str:
    parts = (textwrap.wrap(part, width, break_on_hyphens=hyphens) for part in TEXT.split("\n\n"))
    return (end * 2).join(end.join(lines) for lines in parts)


@pytest.mark.parametrize("width", range(34, 112, 3))
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_hard_wraps_are_taken_out(width: int, end: str) -> None:
    for hyphens in (True, False):
        assert read(wrapped(width, hyphens=hyphens, end=end)).replace(end, "\n") == TEXT


@pytest.mark.parametrize(
    "text",
    [
        re.sub(r"(\w{3})(?=\w{3})", "\\1\u00ad", TEXT),
        re.sub(r"(?<=\w)(?=\w)", "\u200b", TEXT),
        TEXT.replace(" ", " \u2060"),
        TEXT.replace(" ", "\u00a0"),
        "\ufeff" + TEXT + "\u200e",
        TEXT.replace("government", "gov-\nernment").replace("reporters", "report-\r\n  ers"),
        TEXT.replace("company", "com\u2010\npany").replace("president", "presi\u00ad\ndent"),
        TEXT.replace("long-term", "long-\nterm")
        .replace("21-year", "21-\nyear")
        .replace("well-known", "well-\r\nknown"),
        re.sub(r"(\w{3})(?=\w{3})", "\\1\u00ad", wrapped(72)),
    ],
)
def test_what_layout_has_put_in_is_taken_out(text: str) -> None:
    assert read(text) == TEXT


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "A headline of some forty characters or so\nBy John Smith\nThe president spoke on Friday.",
        "The first paragraph is a long line that ends here.\nThe second one is as long as that, too.\nThird.",
        "apples and pears\noranges\nplums",
        "What was bought in the market on Friday morning\n- milk of the cow and others\n- wine of the year",
        "One - two\n- three\n",
        "\u00ad\u200b",
        "",
    ],
)
def test_what_is_no_wrap_stays(text: str) -> None:
    reference = Reference("r", text)
    assert plain(reference) is reference


def test_offsets_are_those_of_the_reference_as_given() -> None:
    given_text = wrapped(72).replace("government", "gov\u00ad-\nern\u00adment").replace("Friday", "Fri\u00adday")
    reference = plain(Reference("r", given_text, "http://x.org/"))
    assert isinstance(reference, PlainReference) and reference.url == "http://x.org/"
    assert "Friday that the government" in reference.text, reference.text
    start = reference.text.index("Friday that the government")
    end = start + len("Friday that the government")
    evidence = Evidence("reference", "r", reference.text[start:end], 1.0, start, end)
    other = Evidence("document", "r", "x", 1.0, 1, 2)
    correction = Correction(0, 1, "a", "b", "R:NOUN", 0.9, (evidence, other), "")
    (moved,) = as_given([correction], [reference])
    place = given_text[moved.evidence[0].start : moved.evidence[0].end]
    assert place.startswith("Fri\u00adday") and place.endswith("ment") and read(place) == evidence.quote
    assert moved.evidence[1] == other
    (conflict,) = as_given([Conflict(0, 1, "a", "name", "r", "Friday", start, start + 6)], [reference])
    assert given_text[conflict.quote_start : conflict.quote_end] == "Fri\u00adday"
    assert as_given([correction], [Reference("r", given_text)]) == [correction]


@given(
    st.lists(st.sampled_from(["gov", "-", "\n", "\r\n", "\u00ad", "\u200b", " ", "ernment", "A", "1", ".", "x" * 30]))
)
@settings(max_examples=300, deadline=None)
def test_every_character_stands_where_it_is_said_to_and_running_text_stays(pieces: list[str]) -> None:
    text = "".join(pieces)
    reference = plain(Reference("r", text))
    if isinstance(reference, PlainReference):
        assert len(reference.places) == len(reference.text)
        assert list(reference.places) == sorted(reference.places)
        same = [
            text[place] == char or char == " " for place, char in zip(reference.places, reference.text, strict=True)
        ]
        assert all(same)
    assert set(read(text)) - {" "} <= set(text)


def test_long_runs_take_no_longer_than_their_length() -> None:
    began = time.perf_counter()
    for run in ("a", "a-", "- ", "\u00ad", "a\n", "\n", "-\n", "a-\n", "\u00a0"):
        read(run * 50_000)
    assert time.perf_counter() - began < 60  # quadratic time would be hours
