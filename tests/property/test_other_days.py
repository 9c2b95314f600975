"""A report of another day of the story changes no figure, is reported so, and takes nothing from one of the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from restore.alignment.figures import figure_values
from restore.candidates.base import Candidate
from restore.candidates.constraints import Constraints
from restore.config import Config
from restore.records import Evidence, Reference
from restore.restorer import Restorer
from restore.text.word_lists import WEEKDAYS
from tests.helpers.toy import parse

STORY = (
    "At least {dead} people died when the ferry sank near Harlow, police {said}. "
    "The coastguard {said} the search would continue on {day} with {divers} divers. "
    "Mayor Anna Lindqvist {said} the town was in shock."
)
FIGURES = st.integers(2, 90)
DAYS = st.sampled_from([day.capitalize() for day in WEEKDAYS])
WORDS = ("three", "3", "figures", "Harlow", "sank", "")


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return Restorer(Config(second_opinion="never", preset="thorough"))


def figures_of(text: str) -> frozenset[tuple[str, float]]:
    """Return what the figures and weekdays of a text say; digits may become letters."""
    return frozenset(figure_values(re.findall(r"\w+", text.lower())))


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ours=st.tuples(FIGURES, DAYS, FIGURES), theirs=st.tuples(FIGURES, DAYS, FIGURES))
def test_no_figure_changes_whatever_day_a_reference_tells_of(
    restorer: Restorer, ours: tuple[int, str, int], theirs: tuple[int, str, int]
) -> None:
    names = ("dead", "day", "divers")
    text = STORY.format(said="stated", **dict(zip(names, ours, strict=True)))
    report = STORY.format(said="said", **dict(zip(names, theirs, strict=True)))
    found = restorer.restore(text, [Reference("report", report)])
    assert figures_of(found.restored) == figures_of(text)
    (judged,) = found.references
    if ours == theirs:
        assert not judged.other_day


@given(
    place=st.sampled_from(["three", "ferries", "Harlow"]),
    words=st.sampled_from(WORDS),
    fresh=st.booleans(),
)
def test_what_a_report_of_the_same_day_attests_one_of_another_never_refuses(
    place: str, words: str, fresh: bool
) -> None:
    parsed = parse("three/NUM ferries/NOUN left/VERB Harlow/PROPN today/NOUN")
    start = parsed.text.index(place)
    evidence = Evidence("reference", "same day" if fresh else "other day", "why", 0.5)
    alone = Candidate(start, start + len(place), words, (evidence,))
    both = Candidate(start, start + len(place), words, (evidence, Evidence("reference", "other day", "why", 0.9)))
    rules = Constraints(parsed, ["other day"])
    assert rules.allows(both) or not rules.allows(alone)
    assert Constraints(parsed).allows(alone) or not rules.allows(alone)


def test_beside_a_report_of_the_same_day_a_later_one_is_told_by_its_conflicts(
    restorer: Restorer,
) -> None:
    text = (
        "At least 12 people died when the ferry sank near Harlow on Monday, police said. The coastguard stated the"
        " search would proceed on Tuesday with 40 divers. Mayor Anna Fields claimed the town was in shock."
    )
    later = (
        "At least 19 people died when the ferry sank near Harlow, police said. The coastguard said the search would"
        " continue on Thursday with 75 divers. Mayor Anna Fields said the town was in shock."
    )
    same = (
        "At least 12 people died when the ferry sank near Harlow on Monday, police said. The coastguard said the search"
        " would continue on Tuesday with 40 divers."
    )
    found = restorer.restore(text, [Reference("later", later), Reference("same", same)])
    assert [bool(r.other_day) for r in found.references] == [True, False]
    assert {c.source for c in found.conflicts} == {"later"}
    assert {c.original for c in found.conflicts} >= {"12", "40"}
    assert figures_of(found.restored) == figures_of(text)
