"""What an article is recognised by, without a parse."""

from __future__ import annotations

import pytest

from restore.references.index.profile import first_line, fold, index_keys, profile, slug_words

TEXT = (
    "Bridge Collapse Stuns Town Of Millbrook\n"
    'On March 3, 2011, Mayor Ana Petrović-Lund told Channel Nine that 1,250 people were moved. "Nobody could have known'
    ' this would happen," she said. Repairs begin on 14 April. Millbrook waits. The river rose 3.5 metres.'
)


def test_names_are_capitals_that_the_sentence_start_does_not_explain() -> None:
    found = profile(TEXT)
    assert {"ana", "petrovic-lund", "channel", "nine", "millbrook"} <= set(found.names)
    assert not {"on", "repairs", "the", "stuns", "march"} & set(found.names)
    assert found.pairs["ana_petrovic-lund"] == 1
    assert "millbrook" in found.lead


def test_figures_and_dates() -> None:
    found = profile(TEXT)
    assert {"1250", "3.5"} <= set(found.figures)
    assert set(found.dates) == {"03-03", "2011-03-03", "04-14"}


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("It was Nov. 9, 2016 then", {"11-09", "2016-11-09"}),
        ("on the 9th of November 2016.", {"11-09", "2016-11-09"}),
        ("published 2016-11-09 online", {"11-09", "2016-11-09"}),
        ("in November 2016", set()),
        ("You may 3 times", set()),
        ("the May 31st parade", {"05-31"}),
    ],
)
def test_dates_in_many_forms(text: str, dates: set[str]) -> None:
    assert set(profile(text).dates) == dates


def test_quotations_of_four_words_or_more() -> None:
    assert profile(TEXT).quotations == ("Nobody could have known this would happen,",)
    assert profile('He said "no way" twice.').quotations == ()


def test_the_title_is_the_first_line_if_it_is_short() -> None:
    assert first_line("A short line\nMore.") == "A short line"
    assert first_line("word " * 40 + "\nMore.") == ""
    assert "collapse" in profile(TEXT).title
    assert profile("Some text.", title="Millbrook bridge").title == {"millbrook", "bridge"}


def test_the_address_gives_words() -> None:
    assert set(slug_words("https://www.x.org/2016/news/trump-wins_election%20night.html?id=7")) == {
        *("2016", "news", "trump", "wins", "election", "night"),
    }
    assert list(slug_words("")) == []
    assert list(slug_words("http://[broken")) == []


def test_folding_takes_endings_and_accents_off() -> None:
    assert [fold(w) for w in ("Obama's", "U.S.", "Zürich", "James’")] == ["obama", "us", "zurich", "james"]


def test_the_index_knows_every_pair_figure_and_date_of_a_profile() -> None:
    found, keys = profile(TEXT), set(index_keys(TEXT).split())
    for kind, items in (("p", found.pairs), ("f", found.figures), ("d", found.dates)):
        assert {f"{kind}:{item}" for item in items} <= keys


def test_any_text_has_a_profile() -> None:
    for text in ("", " \n\n", "…", "\u0130stanbul " * 5, "''``", "12:", "\ud83d\ude00 ok", "A" * 30_000):
        profile(text)
        index_keys(text)
