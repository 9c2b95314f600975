"""Folding two plans into one is the same as applying them one after the other, for any text and any plans."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore.plans import compose, moved_back
from restore.records import Correction, apply, check_plan

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
