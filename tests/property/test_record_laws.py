"""Laws of plans and records, for any text and any plan; no engine is needed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore.errors import PlanMismatchError
from restore.gold.markup import GoldEdit, MarkedText, marked, parse_markup
from restore.records import (
    Correction,
    Evidence,
    Passage,
    ReferenceReport,
    Refusal,
    Restoration,
    Verdict,
    apply,
    check_plan,
    text_sha256,
)
from tests.helpers.texts import any_text

pytestmark = pytest.mark.property
SETTINGS = settings(max_examples=200, derandomize=True, deadline=None)
KINDS = ["reference", "document", "spinner", "thesaurus", "names", "spelling", "grammar", "ranker"]
CHARACTERS = st.characters(exclude_categories=())
ANY_TEXT = st.text(CHARACTERS, max_size=60)
SHARES = st.floats(0, 1)
OFFSETS = st.integers(0, 60)


def _evidence() -> st.SearchStrategy[Evidence]:
    place = st.none() | st.integers(0, 1000)
    return st.builds(Evidence, st.sampled_from(KINDS), ANY_TEXT, ANY_TEXT, SHARES, place, place)


@st.composite
def _plans(draw: st.DrawFn, text: str) -> tuple[Correction, ...]:
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=10)))
    return tuple(
        Correction(
            start,
            end,
            text[start:end],
            draw(st.text(CHARACTERS, max_size=5)),
            draw(st.sampled_from(["R:NOUN", "U:ADV", "R:ORTH"])),
            draw(SHARES),
            tuple(draw(st.lists(_evidence(), max_size=2))),
            draw(st.text(CHARACTERS, max_size=5)),
        )
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    )


@st.composite
def _restorations(draw: st.DrawFn) -> Restoration:
    text = draw(ANY_TEXT)
    verdict = Verdict(draw(st.booleans()), draw(SHARES), draw(SHARES))
    report = st.builds(ReferenceReport, ANY_TEXT, st.booleans(), SHARES, ANY_TEXT)
    return Restoration(
        text,
        draw(_plans(text)),
        draw(SHARES),
        verdict,
        tuple(draw(st.lists(report, max_size=2))),
        draw(st.text("0123456789abcdef", max_size=12)),
        tuple(draw(st.lists(ANY_TEXT, max_size=2))),
        refused=tuple(draw(st.lists(_refusals(), max_size=2))),
        left_alone=tuple(draw(st.lists(st.builds(Passage, OFFSETS, OFFSETS, st.just("verse")), max_size=2))),
    )


def _refusals() -> st.SearchStrategy[Refusal]:
    kinds = st.lists(st.sampled_from(KINDS), max_size=2).map(tuple)
    return st.builds(Refusal, OFFSETS, OFFSETS, ANY_TEXT, ANY_TEXT, ANY_TEXT, kinds)


@given(ANY_TEXT | any_text())
@SETTINGS
def test_an_empty_plan_changes_nothing(text: str) -> None:
    assert apply(text, []) == text


@given(st.data(), ANY_TEXT)
@SETTINGS
def test_only_the_corrected_characters_change(data: st.DataObject, text: str) -> None:
    plan = data.draw(_plans(text))
    check_plan(text, plan)
    out = apply(text, data.draw(st.permutations(plan)))
    place = last = 0
    for correction in plan:
        untouched = text[last : correction.start]
        assert out[place : place + len(untouched)] == untouched
        place += len(untouched)
        assert out[place : place + len(correction.replacement)] == correction.replacement
        place += len(correction.replacement)
        last = correction.end
    assert out[place:] == text[last:]


@given(_restorations())
@SETTINGS
def test_a_plan_survives_json(restoration: Restoration) -> None:
    found = Restoration.from_json(restoration.to_json())
    assert found == restoration
    assert found.restored == restoration.restored
    assert Restoration.from_json(restoration.to_json().encode()) == restoration


@given(_restorations())
@SETTINGS
def test_applied_and_proposals_share_out_the_corrections(restoration: Restoration) -> None:
    both = sorted([*restoration.applied, *restoration.proposals], key=lambda c: c.start)
    assert both == list(restoration.corrections)
    assert all(c.confidence >= restoration.threshold for c in restoration.applied)


@given(st.data(), ANY_TEXT, ANY_TEXT)
@SETTINGS
def test_a_plan_for_another_text_is_refused(data: st.DataObject, text: str, other: str) -> None:
    plan = data.draw(_plans(text))
    fits = all(other[c.start : c.end] == c.original and c.end <= len(other) for c in plan)
    if fits:
        check_plan(other, plan)
    else:
        with pytest.raises(PlanMismatchError):
            apply(other, plan)


@given(st.data(), st.text("abc", min_size=2, max_size=20))
@SETTINGS
def test_overlapping_corrections_are_refused(data: st.DataObject, text: str) -> None:
    start = data.draw(st.integers(0, len(text) - 2))
    first = Correction(start, start + 2, text[start : start + 2], "x", "R:OTHER", 1.0, (), "")
    second = Correction(start + 1, len(text), text[start + 1 :], "y", "R:OTHER", 1.0, (), "")
    with pytest.raises(PlanMismatchError):
        apply(text, [first, second])


@given(st.binary(max_size=60) | st.text(max_size=60))
@SETTINGS
def test_anything_else_is_no_plan(data: bytes | str) -> None:
    with pytest.raises(PlanMismatchError):
        Restoration.from_json(data)


@given(ANY_TEXT, ANY_TEXT)
@SETTINGS
def test_texts_have_fingerprints(text: str, other: str) -> None:
    assert (text_sha256(text) == text_sha256(other)) == (text == other)


@st.composite
def _marked_texts(draw: st.DrawFn) -> MarkedText:
    plain = st.text(st.characters(exclude_characters="{}"), max_size=12)
    side = st.text(st.characters(exclude_characters="{}|=>"), max_size=8)
    edit = st.builds(lambda spun, gold: GoldEdit(0, 0, spun, tuple(gold)), side, st.lists(side, min_size=1, max_size=3))
    return marked(draw(st.lists(plain | edit, max_size=10)))


@given(_marked_texts())
@SETTINGS
def test_gold_markup_survives_writing_and_reading(text: MarkedText) -> None:
    found = parse_markup(text.to_markup())
    assert found == text
    assert found.original == text.original
    assert all(found.text[edit.start : edit.end] == edit.spun for edit in found.edits)
