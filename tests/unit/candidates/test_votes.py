"""Several references that say the same add to how sure it is; each is named by the evidence."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from restore.candidates.base import Candidate, Context
from restore.candidates.gather import gather
from restore.records import Evidence
from tests.helpers.toy import parse


class Says:
    """A source that proposes one change for every witness."""

    name = "reference"

    def __init__(self, *witnesses: tuple[str, float], kind: str = "reference") -> None:
        self.witnesses, self.kind = witnesses, kind

    def propose(self, context: Context) -> Iterator[Candidate]:
        token = next(t for t in context.parsed.tokens if t.text == "chairman")
        for source, score in self.witnesses:
            why = Evidence("reference" if self.kind == "reference" else "spinner", source, "the president", score)
            yield Candidate(token.start, token.end, "president", (why,), {"reference.aligned": score, "other.x": score})


def one(*sources: Says) -> Candidate:
    (found,) = gather(Context(parse("the chairman spoke")), sources)
    return found


def test_two_references_that_agree_make_it_surer_and_both_are_named() -> None:
    found = one(Says(("first.txt", 0.5), ("second.txt", 0.6)))
    assert found.features["reference.aligned"] == pytest.approx(0.8)
    assert found.features["other.x"] == 0.6
    assert [e.source for e in found.evidence] == ["first.txt", "second.txt"]


def test_one_reference_has_one_vote_however_often_it_speaks() -> None:
    assert one(Says(("first.txt", 0.5), ("first.txt", 0.6))).features["reference.aligned"] == 0.6
    three = one(Says(("first.txt", 0.5), ("second.txt", 0.5), ("first.txt", 0.4)))
    assert three.features["reference.aligned"] == pytest.approx(0.75)


def test_other_sources_do_not_vote() -> None:
    found = one(Says(("first.txt", 0.5)), Says(("table", 0.5), kind="spinner"))
    assert found.features["reference.aligned"] == 0.5
