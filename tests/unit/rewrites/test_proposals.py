"""Whole sentences proposed: which, with what comparison, and what is never proposed."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

from restore.records import REWRITE, Correction, Span
from restore.rewrites.proposals import propose, sure
from restore.rewrites.verdict import make_sources
from restore.text.parsing import ParsedText, Parser
from tests.helpers.harbour import ARTICLE, OWN_REPORT, REWRITTEN


@cache
def parse(text: str) -> ParsedText:
    return Parser().parse(text)


def proposed(text: str, *references: str, kept: tuple[Span, ...] = ()) -> tuple[Correction, ...]:
    sources = make_sources(parse(text), [(n, f"r{n}", parse(r)) for n, r in enumerate(references, 1)])
    return propose(parse(text), sources, kept)


def test_every_proposal_names_what_it_replaces_and_where_it_comes_from() -> None:
    found = proposed(REWRITTEN, ARTICLE)
    assert len(found) >= 4
    for correction in found:
        assert REWRITTEN[correction.start : correction.end] == correction.original
        assert correction.kind == REWRITE
        evidence, comparison = correction.evidence[0], correction.comparison
        assert comparison is not None
        assert ARTICLE[evidence.start : evidence.end] == evidence.quote
        assert comparison.reference == 1
        assert parse(ARTICLE).sentences[comparison.sentence - 1].start <= (evidence.start or 0)
        assert comparison.rewordings
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_facts_that_differ_are_told_and_never_sure() -> None:
    found = proposed(REWRITTEN, ARTICLE)
    other = next(c for c in found if c.original.startswith("For families without"))
    assert other.comparison is not None
    assert not other.comparison.agrees
    assert not other.comparison.sure
    differing = {(f.kind, f.text, f.reference) for f in other.comparison.facts if not f.same}
    assert differing == {("denial", "without", ""), ("denial", "", "failed")}
    assert "'without'" in other.explanation
    assert other not in sure(found, 0.0)


def test_sure_are_only_those_with_the_same_facts() -> None:
    for correction in sure(proposed(REWRITTEN, ARTICLE), 0.0):
        assert correction.comparison is not None
        assert correction.comparison.agrees
    assert sure(proposed(REWRITTEN, ARTICLE), 1.01) == ()


def test_nothing_of_a_report_of_its_own_is_sure() -> None:
    assert sure(proposed(OWN_REPORT, ARTICLE), 0.0) == ()


def test_a_copy_and_what_is_kept_get_no_proposal() -> None:
    assert proposed(ARTICLE, ARTICLE) == ()
    assert proposed(REWRITTEN, ARTICLE, kept=(Span(0, len(REWRITTEN)),)) == ()
    first = proposed(REWRITTEN, ARTICLE)[0]
    assert first not in proposed(REWRITTEN, ARTICLE, kept=(Span(first.start, first.start + 1),))


def test_no_part_of_a_reference_is_proposed_twice() -> None:
    found = proposed(REWRITTEN + "\n" + REWRITTEN, ARTICLE)
    places = [(c.evidence[0].start, c.evidence[0].end) for c in found]
    assert len(places) == len(set(places))


def test_quotation_marks_are_written_as_the_text_writes_them() -> None:
    text = 'Berg said: "We will surely build the new bridge before next winter comes." It snowed.'
    curly = "“We will build the new bridge before winter comes,” Berg said. It was snowing."
    for correction in proposed(text, curly):
        assert "“" not in correction.replacement
