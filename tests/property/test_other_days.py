"""A report of another day of the story changes no figure, is reported so, and takes nothing from one of the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from restore.candidates.base import Candidate
from restore.candidates.constraints import Constraints
from restore.config import Config
from restore.records import Conflict, Evidence, Reference
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


def figures_of(text: str) -> list[str]:
    return re.findall(r"\d+|\w+day\b", text)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


def test_a_conflict_is_kept_for_the_reader_and_holds_nothing_beside_a_report_of_the_same_day(
    restorer: Restorer,
) -> None:
    text = STORY.format(said="stated", dead=12, day="Tuesday", divers=40)
    same = Reference("same", STORY.format(said="said", dead=12, day="Tuesday", divers=40))
    later = Reference("later", STORY.format(said="said", dead=19, day="Thursday", divers=75))
    alone, both = restorer.restore(text, [same]), restorer.restore(text, [same, later])
    assert [r.other_day != "" for r in both.references] == [False, True]
    assert {c.source for c in both.conflicts} == {"later"}
    assert {c.original for c in both.conflicts} >= {"12", "40"}
    assert all(isinstance(c, Conflict) for c in both.conflicts)
    assert set(alone.restored.split()) <= {*both.restored.split(), "stated"}
    assert figures_of(both.restored) == figures_of(text)
