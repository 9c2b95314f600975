"""The laws of whole sentences of references: never unasked, never with other facts, settled, undoable."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore.config import Config
from restore.records import REWRITE, Correction, Restoration, apply, check_plan
from restore.restorer import Restorer
from restore.rewrites.facts import compare_facts
from restore.rewrites.units import Unit
from restore.text.parsing import Parser
from tests.helpers.texts import SENTENCES, damage

pytestmark = pytest.mark.property
PLAIN = Config(second_opinion="never", min_confidence=0.0)
ASKED = Config(second_opinion="never", min_confidence=0.5, rewrites=True)
SWAPS = (
    ("opened the new library", "inaugurated the new book house"),
    ("had voted for the plan", "had backed the project"),
    ("waited outside the gates until the doors were closed", "stood before the entrance till the doors shut"),
    ("say the water is too warm", "state that the lake has become too hot"),
    ("found 17 stolen bicycles in a garage", "discovered 17 bikes that had been taken inside a shed"),
    ("sent two planes to help put out the fires", "dispatched two aircraft in order to extinguish the blazes"),
    ("asked the public to stay at home and keep calm", "told people that they should remain indoors and not panic"),
    (
        "is used by thousands of drivers every day, must be repaired",
        "carries thousands of motorists daily, needs repairs",
    ),
)
"""Phrases of the sentences of texts.py, rewritten by hand."""


@cache
def _restorer(config: Config) -> Restorer:
    return Restorer(config)


@cache
def _restored(text: str, reference: str, config: Config) -> Restoration:
    return _restorer(config).restore(text, reference)


@cache
def _unit(text: str) -> Unit:
    parsed = Parser().parse(text)
    return Unit(parsed, 0, len(parsed.tokens))


@st.composite
def rewritten(draw: st.DrawFn) -> tuple[str, str]:
    """An article of six sentences or more, in lines of two, and the same with phrases rewritten and words damaged."""
    chosen = draw(st.lists(st.sampled_from(SENTENCES), min_size=6, max_size=10, unique=True))
    reference = "\n".join(" ".join(chosen[n : n + 2]) for n in range(0, len(chosen), 2))
    text = reference
    for old, new in SWAPS:
        text = text.replace(old, new)
    return damage(text, draw(st.integers(0, 3000)), draw(st.sampled_from([0.0, 0.1, 0.3]))), reference


def _law(examples: int) -> settings:
    return settings(max_examples=examples, derandomize=True, deadline=None)


def _whole(corrections: tuple[Correction, ...]) -> list[Correction]:
    return [c for c in corrections if c.kind == REWRITE]


@given(rewritten())
@_law(6)
def test_unasked_a_sentence_is_only_proposed_whatever_the_threshold(pair: tuple[str, str]) -> None:
    found = _restored(*pair, PLAIN)
    assert not _whole(found.corrections)
    check_plan(found.text, found.rewrites)
    assert Restoration.from_json(found.to_json()) == found
    for correction in found.rewrites:
        assert correction.comparison is not None
        assert correction.evidence[0].quote in pair[1]


@given(rewritten())
@_law(6)
def test_what_is_put_in_differs_in_no_fact(pair: tuple[str, str]) -> None:
    found = _restored(*pair, ASKED)
    for correction in _whole(found.corrections):
        assert correction.comparison is not None
        assert correction.comparison.agrees
        if "; then" not in correction.explanation:
            facts = compare_facts(_unit(correction.original), _unit(correction.replacement))
            assert not [f for f in facts if not f.same and f.kind in {"name", "denial"}]
            digits = ["".join(filter(str.isdigit, t)) for t in (correction.original, correction.replacement)]
            assert sorted(digits[0]) == sorted(digits[1])


@given(rewritten())
@_law(5)
def test_restoring_again_changes_nothing(pair: tuple[str, str]) -> None:
    once = _restored(*pair, ASKED)
    assert _restored(once.restored, pair[1], ASKED).applied == ()


@given(rewritten())
@_law(6)
def test_every_plan_can_be_undone(pair: tuple[str, str]) -> None:
    found = _restored(*pair, ASKED)
    for plan in (found.applied, tuple(c for c in found.with_rewrites() if c.confidence >= found.threshold)):
        check_plan(found.text, plan)
        done, back, shift = apply(found.text, plan), [], 0
        for c in plan:
            start = c.start + shift
            back.append(
                Correction(start, start + len(c.replacement), c.replacement, c.original, c.kind, 1.0, (), "undone")
            )
            shift += len(c.replacement) - len(c.original)
        assert apply(done, back) == found.text
