"""What a rule refused is told: which rule, who spoke for it, the strongest few of each place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from restore.candidates.base import Candidate, Context
from restore.candidates.constraints import RULES
from restore.candidates.gather import gather
from restore.candidates.refusals import FORBIDDEN, Refusals
from restore.records import Covered, Evidence, Refusal, Span
from tests.helpers.toy import parse

TEXT = "the chairman saw 3 ships"


class Proposing:
    """A source that proposes given replacements for given words, each with a score."""

    name = "spinner"

    def __init__(self, *changes: tuple[str, str, float], kind: str = "spinner") -> None:
        self.changes, self.kind = changes, kind

    def propose(self, context: Context) -> Iterator[Candidate]:
        for old, new, score in self.changes:
            start = context.parsed.text.index(old)
            why = Evidence(self.kind, "row", "why", score)  # type: ignore[arg-type]
            yield Candidate(start, start + len(old), new, (why,))


def told(*sources: Proposing, settled: tuple[Span, ...] = ()) -> list[tuple[str, str, str]]:
    refusals = Refusals()
    refusals.allow(gather(Context(parse(TEXT)), sources, refusals))
    return [(r.original, r.replacement, r.rule) for r in refusals.told(parse(TEXT), Covered(settled))]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("3", "4", "figures keep their value"),
        ("saw", "never saw", "as many negations"),
        ("ships", '"ships', "quotation marks stay"),
        ("ships", "2 ships", "digits stay"),
        ("hairman saw", "x", "it must replace whole words of one sentence, outside links"),
    ],
)
def test_a_refused_candidate_says_which_rule_refused_it(old: str, new: str, rule: str) -> None:
    assert told(Proposing((old, new, 0.5))) == [(old, new, rule)]
    assert rule in RULES


def test_what_may_stand_there_and_what_changes_nothing_is_not_told() -> None:
    assert told(Proposing(("chairman", "president", 0.5), ("saw", "saw", 0.5))) == []


def test_of_a_place_the_three_with_the_strongest_evidence_are_told() -> None:
    changes = [("3", str(n), n / 10) for n in (4, 5, 6, 7, 8)]
    assert [new for _, new, _ in told(Proposing(*changes))] == ["8", "7", "6"]


def test_all_who_spoke_for_it_are_named() -> None:
    refusals = Refusals()
    sources = [Proposing(("3", "4", 0.5)), Proposing(("3", "4", 0.4), kind="encoder")]
    assert gather(Context(parse(TEXT)), sources, refusals) == []
    start = TEXT.index("3")
    expected = Refusal(start, start + 1, "3", "4", "figures keep their value", ("encoder", "spinner"))
    assert refusals.told(parse(TEXT), Covered([])) == (expected,)


def test_what_lies_in_a_settled_range_is_not_told_twice() -> None:
    start = TEXT.index("3")
    assert told(Proposing(("3", "4", 0.5)), settled=(Span(start, start + 3),)) == []


def test_what_one_look_refuses_and_another_allows_is_not_told() -> None:
    """A name beside which a reference speaks is also decided as if there were none."""
    refusals, context = Refusals(), Context(parse(TEXT))
    attested = Proposing(("3", "three", 0.5), kind="document")
    refusals.allow(gather(context, [attested], refusals))
    start = TEXT.index("3")
    refusals.add(Candidate(start, start + 1, "three", (Evidence("spinner", "row", "why", 0.5),)), "digits stay")
    refusals.add(Candidate(start, start + 1, "four", (Evidence("spinner", "row", "why", 0.5),)), FORBIDDEN)
    found = refusals.told(parse(TEXT), Covered([]))
    assert [(r.replacement, r.rule) for r in found] == [("four", FORBIDDEN)]
