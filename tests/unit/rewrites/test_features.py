"""What tells a rewritten article from a report of its own."""

from __future__ import annotations

from functools import cache

import pytest

from restore.rewrites.features import DOCUMENT_FEATURES, PAIR_FEATURES, compare, describe_document, describe_pair
from restore.rewrites.units import Unit, apart, content_shares, longest_rise, share_in, shared
from restore.rewrites.verdict import make_sources, rewritten
from restore.text.parsing import ParsedText, Parser
from tests.helpers.harbour import ARTICLE, OWN_REPORT, REWRITTEN


@cache
def parse(text: str) -> ParsedText:
    return Parser().parse(text)


def unit(text: str) -> Unit:
    return Unit(parse(text), 0, len(parse(text).tokens))


def described(text: str, reference: str) -> dict[str, float]:
    features = describe_document(compare(parse(text), parse(reference)))
    return dict(zip(DOCUMENT_FEATURES, features.tolist(), strict=True))


def test_a_rewritten_article_follows_the_reference() -> None:
    mine, other = described(REWRITTEN, ARTICLE), described(OWN_REPORT, ARTICLE)
    for name in ("covered", "names", "paired"):
        assert mine[name] > other[name], name
    assert mine["consecutive"] == mine["in_order"] == 1.0


def test_a_rewritten_article_is_called_so_and_a_report_of_its_own_and_a_copy_are_not() -> None:
    def reading(text: str) -> tuple[bool, float]:
        found = rewritten(make_sources(parse(text), [(1, "r", parse(ARTICLE))]))
        assert found is not None
        return found.called, found.share

    assert reading(REWRITTEN) == (True, pytest.approx(1.0, abs=0.3))
    assert reading(OWN_REPORT)[0] is False
    assert reading(ARTICLE) == (False, 0.0)


def test_too_few_sentences_are_never_called_rewritten() -> None:
    first = REWRITTEN.splitlines()[0]
    found = rewritten(make_sources(parse(first), [(1, "r", parse(ARTICLE))]))
    assert found is not None
    assert not found.called


def test_no_reference_no_reading() -> None:
    assert rewritten([]) is None


def test_a_text_that_has_nothing_in_common_has_no_features() -> None:
    assert set(described("Bread is baked early.", ARTICLE).values()) == {0.0}


def test_the_pair_has_a_number_for_every_feature() -> None:
    compared = compare(parse(REWRITTEN), parse(ARTICLE))
    rows = describe_pair(compared, compared.ours[1], compared.theirs[1], 99.0)
    assert len(rows) == len(PAIR_FEATURES)
    assert dict(zip(PAIR_FEATURES, rows, strict=True))["neighbours"] == 1.0
    assert rows[-1] == 6.0


def test_shares() -> None:
    one, other = unit("The icebreaker reached the harbour."), unit("The icebreaker left Bergen.")
    assert 0 < shared(one, other) < 1
    assert content_shares(one, one) == (1.0, 1.0)
    assert apart(one, one) == 0.0
    assert 0 < apart(one, other) < 1
    assert share_in(frozenset(), frozenset("a")) == 1.0
    assert longest_rise([1, 2, 2, 0, 3]) == 4
