from random import Random

import pytest

from restore.gold.markup import GoldEdit, MarkedText
from restore.simulation.scraping import SHARES, scrape

TEXT = (
    "The council of the little harbour met on 14 May and spoke about the lighthouse, which had been closed for years."
    " Nobody wanted to paint the walls again; write to office@example.org or see https://example.org/lighthouse."
)


def test_the_same_seed_gives_the_same_damage_and_the_original_comes_back() -> None:
    one, other = (scrape(MarkedText(TEXT), Random(3), 0.3) for _ in range(2))
    assert one == other
    assert one.original == TEXT
    assert one.edits
    assert all(one.text[e.start : e.end] == e.spun for e in one.edits)
    assert {e.kind for e in one.edits} <= set(SHARES)


def test_links_and_earlier_edits_are_left_alone() -> None:
    start = TEXT.index("harbour")
    spun = TEXT.replace("harbour", "haven")
    given = MarkedText(spun, (GoldEdit(start, start + 5, "haven", ("harbour",), "synonym"),))
    for seed in range(20):
        found = scrape(given, Random(seed), 0.5)
        assert found.original == TEXT
        assert "office@example.org" in found.text
        assert "https://example.org/lighthouse" in found.text
        assert [e.gold[0] for e in found.edits if e.kind == "synonym"] == ["harbour"]


def test_each_kind_can_be_asked_for_alone() -> None:
    for kind in SHARES:
        found = scrape(MarkedText(TEXT), Random(5), 0.2, {kind: 1.0})
        assert {e.kind for e in found.edits} == {kind}


def test_a_rate_beyond_one_is_refused() -> None:
    with pytest.raises(ValueError, match="rate"):
        scrape(MarkedText(TEXT), Random(1), 1.5)
