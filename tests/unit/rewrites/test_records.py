"""Rewrites in records and plans: beside the corrections, JSON both ways, folded, applied only where asked for."""

from __future__ import annotations

import json

from msgspec.structs import replace

from restore.engine.fixed_point import Run
from restore.records import (
    REWRITE,
    Comparison,
    Correction,
    Evidence,
    Fact,
    Restoration,
    Rewording,
    Rewritten,
    Verdict,
    apply,
)
from restore.records.plans import TextPlan, compose
from restore.rewrites.convergence import Converged, converge_with_rewrites

TEXT = "The fast hound ran. It rained."
FACTS = (Fact("figure", "2", "two", True),)
COMPARISON = Comparison(1, 3, True, FACTS, (Rewording(4, 8, "fast", "quick"),))
WORD = Correction(9, 14, "hound", "dog", "R:NOUN", 0.9, (Evidence("spinner", "row", "x", 0.9),), "why")
WHOLE = Correction(
    0,
    19,
    TEXT[:19],
    "The quick dog was running.",
    REWRITE,
    0.95,
    (Evidence("reference", "r", "q", 1.0),),
    "w",
    comparison=COMPARISON,
)
VERDICT = Verdict(False, 0.2, 0.1, rewritten=Rewritten(True, 0.99, 0.8, 0.4, "r"))
PLAN = Restoration(TEXT, (WORD,), 0.75, VERDICT, rewrites=(WHOLE,))


def test_a_rewrite_is_never_applied_by_itself() -> None:
    for threshold in (0.0, 0.75):
        plan = replace(PLAN, threshold=threshold)
        assert plan.restored == "The fast dog ran. It rained."
        assert WHOLE not in (*plan.applied, *plan.proposals)


def test_asked_for_it_takes_the_place_of_what_it_overlaps() -> None:
    assert PLAN.with_rewrites() == (WHOLE,)
    assert apply(TEXT, PLAN.with_rewrites()) == "The quick dog was running. It rained."
    assert PLAN.with_rewrites(0.96) == (WORD,)
    unsure = replace(WHOLE, comparison=replace(COMPARISON, sure=False))
    assert replace(PLAN, rewrites=(unsure,)).with_rewrites(0.0) == (WORD,)


def test_a_persons_word_counts_more_than_what_is_asked_for() -> None:
    accepted, rejected = replace(WHOLE, review="accepted"), replace(WHOLE, review="rejected")
    unsure = replace(accepted, comparison=replace(COMPARISON, sure=False), confidence=0.1)
    assert replace(PLAN, rewrites=(unsure,)).with_rewrites(1.0) == (unsure,)
    assert replace(PLAN, rewrites=(rejected,)).with_rewrites(0.0) == (WORD,)
    # What a person decided about a word is not undone by a sentence that nobody decided on.
    for review in ("accepted", "rejected", "chosen", "typed"):
        decided = replace(WORD, review=review)
        assert replace(PLAN, corrections=(decided,)).with_rewrites() == (decided,)
        assert replace(PLAN, corrections=(decided,), rewrites=(accepted,)).with_rewrites() == (accepted,)
    # Reviewed, it stands among the corrections.
    plan = replace(PLAN, corrections=(accepted, replace(WORD, review="rejected")), rewrites=())
    assert plan.restored == apply(TEXT, [WHOLE])
    assert Restoration.from_json(plan.to_json()) == plan


def test_json_both_ways() -> None:
    assert Restoration.from_json(PLAN.to_json()) == PLAN
    fields = json.loads(PLAN.to_json())
    assert fields["rewrites"][0]["comparison"]["facts"] == [
        {"kind": "figure", "text": "2", "reference": "two", "same": True}
    ]
    assert fields["verdict"]["rewritten"]["called"] is True
    assert "comparison" not in fields["corrections"][0]
    assert "rewrites" not in json.loads(replace(PLAN, rewrites=()).to_json())


def test_a_fold_stays_a_rewrite_with_its_comparison() -> None:
    middle = apply(TEXT, [WORD])
    later = replace(WHOLE, end=17, original=middle[:17])
    (folded,) = compose(TEXT, [WORD], [later])
    assert (folded.kind, folded.comparison, folded.original) == (REWRITE, COMPARISON, TEXT[:19])
    assert apply(TEXT, [folded]) == apply(middle, [later])


class _Quiet(Run):
    def __init__(self) -> None:
        pass


def test_converging_stops_where_nothing_changes_and_gives_up_where_it_does_not() -> None:
    def once(now: str) -> tuple[Correction, ...]:
        return (WHOLE,) if now == TEXT else ()

    found = converge_with_rewrites(TEXT, once, lambda now: Converged(_Quiet(), TextPlan()))
    assert found is not None
    assert apply(TEXT, found.found.plan) == "The quick dog was running. It rained."
    assert found.found.plan[0].comparison is not None
    assert [(r.original, r.replacement) for r in found.found.plan[0].comparison.rewordings] == [
        ("fast hound ran", "quick dog was running")
    ]

    def there_and_back(now: str) -> tuple[Correction, ...]:
        new = "wet" if now.startswith("dry") else "dry"
        return (Correction(0, 3, now[:3], new, REWRITE, 1.0, (), "", comparison=COMPARISON),)

    assert converge_with_rewrites("dry", there_and_back, lambda now: Converged(_Quiet(), TextPlan())) is None
