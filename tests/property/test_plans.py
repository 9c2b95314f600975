"""Folding two plans into one is the same as applying them one after the other, for any text and any plans."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore.records import Correction, Evidence, Passage, Refusal, Span, apply, check_plan
from restore.records.plans import TextPlan, compose, in_outcome, moved_back, outcome_spans

pytestmark = pytest.mark.property


@st.composite
def plans(draw: st.DrawFn, text: str) -> list[Correction]:
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    plan = []
    for start, end in zip(cuts[::2], cuts[1::2], strict=False):
        new = draw(st.text("abé😀 ", max_size=4))
        if new != text[start:end]:
            plan.append(Correction(start, end, text[start:end], new, "R:OTHER", draw(st.floats(0, 1)), (), "x"))
    return plan


@given(st.data(), st.text("xyzé😀 \n", max_size=40))
@settings(max_examples=400, derandomize=True, deadline=None)
def test_composed_plan_equals_both_in_turn(data: st.DataObject, text: str) -> None:
    first = data.draw(plans(text))
    middle = apply(text, first)
    second = data.draw(plans(middle))
    whole = compose(text, first, second)
    check_plan(text, whole)
    assert apply(text, whole) == apply(middle, second)


@given(st.data(), st.text("xyzé😀 \n", max_size=40))
@settings(max_examples=300, derandomize=True, deadline=None)
def test_moved_back_proposal_fits_the_first_text(data: st.DataObject, text: str) -> None:
    first = data.draw(plans(text))
    middle = apply(text, first)
    later = data.draw(plans(middle))
    found = moved_back(text, first, later)
    merged = sorted([*first, *found], key=lambda c: (c.start, c.end))
    check_plan(text, merged)
    for correction in later:
        for single in moved_back(text, first, [correction]):
            both = sorted([*first, single], key=lambda c: (c.start, c.end))
            assert apply(text, both) == apply(middle, [correction])


@given(st.data(), st.text("xyzé😀 \n", max_size=40))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_what_is_found_behind_a_plan_is_said_in_the_terms_of_the_first_text(data: st.DataObject, text: str) -> None:
    first = data.draw(plans(text))
    middle = apply(text, first)
    found = data.draw(plans(middle))
    quoting = [
        Correction(
            c.start, c.end, c.original, c.replacement, c.kind, c.confidence, (_quoting(c, middle),), c.explanation
        )
        for c in found
    ]
    both = TextPlan(tuple(found), tuple(quoting)).behind(text, first)
    assert apply(text, both.plan) == apply(middle, found)
    for proposal in both.proposals:
        assert text[proposal.start : proposal.end] == proposal.original
        (evidence,) = proposal.evidence
        assert evidence.start is not None
        assert evidence.end is not None
        assert text[evidence.start : evidence.end] == evidence.quote
    assert TextPlan(tuple(found), tuple(quoting)).behind(middle, ()) == TextPlan(tuple(found), tuple(quoting))


@given(st.data(), st.text("xyzé😀 \n", max_size=40))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_what_was_refused_and_left_alone_behind_a_plan_is_said_in_the_terms_of_the_first_text(
    data: st.DataObject, text: str
) -> None:
    first = data.draw(plans(text))
    middle = apply(text, first)
    refused = tuple(
        Refusal(c.start, c.end, c.original, c.replacement, "digits stay", ("spinner",))
        for c in data.draw(plans(middle))
    )
    places = [sorted(data.draw(st.tuples(*[st.integers(0, len(middle))] * 2))) for _ in range(3)]
    passages = tuple(Passage(start, end, "verse") for start, end in places)
    found = TextPlan((), (), (), refused, passages).behind(text, first)
    for refusal in found.refused:
        assert text[refusal.start : refusal.end] == refusal.original
        assert all(refusal.end <= c.start or c.end <= refusal.start for c in first)
    there = list(zip(first, outcome_spans(first), strict=True))
    for passage, before in zip(passages, found.left_alone, strict=True):
        assert 0 <= before.start <= before.end <= len(text)
        inside = [c for c, span in there if passage.start < span.end and span.start < passage.end]
        assert all(before.start <= c.start and c.end <= before.end for c in inside)
        if not inside:
            kept = middle[passage.start : passage.end]
            assert kept in text[before.start : before.end]


def _quoting(correction: Correction, text: str) -> Evidence:
    quote = text[correction.start : correction.end]
    return Evidence("document", "text", quote, 1.0, correction.start, correction.end)


@given(st.data(), st.text("xyzé😀 \n", max_size=40))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_ranges_lie_in_the_outcome_where_they_are_said_to(data: st.DataObject, text: str) -> None:
    plan = data.draw(plans(text))
    outcome = apply(text, plan)
    for correction, span in zip(plan, outcome_spans(plan), strict=True):
        assert outcome[span.start : span.end] == correction.replacement
    borders = [0, *(border for c in plan for border in (c.start, c.end)), len(text)]
    untouched = [Span(a, b) for a, b in zip(borders[::2], borders[1::2], strict=True)]
    for span, there in zip(untouched, in_outcome(plan, untouched), strict=True):
        if span.start < span.end:
            assert outcome[there.start : there.end] == text[span.start : span.end]
