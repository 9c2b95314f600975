"""Faults of a kind that people report of tools that clean scraped text: each with inputs of our own, varied."""

from __future__ import annotations

import pytest

from restore.config import Config
from restore.records import Reference
from restore.restorer import Restorer

pytestmark = pytest.mark.integration
PAGE = "The chairman Obama told newsmen at the White House on Monday that the bank notes was to be signed."


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return Restorer(Config(second_opinion="never"))


FURNITURE = [
    "Home\nNews\nWorld\nPolitics\nSport",
    "Home-made\nHome made\nHome",
    "Photos\nPictures\nImages\nVideos",
    '{"title": "Minister leaves", "body": "He left."}',
    "- [ ] todo\n- [x] done",
    "245-6 dec.\n112-3\nDerbyshire 301 all out",
    "Final scores: 3-1, 2-2, 0-4",
    "if (state == null) return state;",
    "Share Tweet Print E-mail",
    "Jan 3 | Feb 4 | Mar 5\n1.2 | 3.4 | 5.6",
]


@pytest.mark.parametrize("furniture", FURNITURE)
@pytest.mark.parametrize("behind", [False, True])
def test_page_furniture_stays_alone_and_beside_damage(restorer: Restorer, furniture: str, behind: bool) -> None:
    assert restorer.restore(furniture).restored == furniture
    page = f"{PAGE}\n{furniture}" if behind else f"{furniture}\n{PAGE}"
    assert furniture in restorer.restore(page).restored


@pytest.mark.parametrize(
    "line",
    [
        "LEADERS MEET FOR GLOBAL SECURITY SUMMIT IN PARIS",
        "MINISTERS TO SPEAK ON GLOBAL SECURITY",
        "POLICE SAY TWO MEN WERE ARRESTED ON FRIDAY",
        "TO THE EDITOR",
    ],
)
def test_a_line_in_capitals_gets_no_small_letters(restorer: Restorer, line: str) -> None:
    restored = restorer.restore(f"{line}\n{PAGE}").restored
    assert restored.splitlines()[0].isupper()


@pytest.mark.parametrize("name", ["Trump", "Merkel", "Geneva", "Obama"])
def test_a_reference_without_capitals_takes_none_away(restorer: Restorer, name: str) -> None:
    text = f"President {name} spoke to the press on Monday about the treaty."
    reference = Reference("lower", f"president {name.lower()} spoke to the press on monday about the treaty.")
    assert restorer.restore(text, [reference]).restored == text


@pytest.mark.parametrize(
    ("text", "reference", "right"),
    [
        ("Donald Trumped spoke.", "Donald Trump spoke.", "Donald Trump spoke."),
        ("Donald Trumped left on Friday.", "Donald Trump left on Friday.", "Donald Trump left on Friday."),
    ],
)
def test_a_name_that_was_inflected_is_mended_in_a_single_sentence(
    restorer: Restorer, text: str, reference: str, right: str
) -> None:
    given = [Reference("report", reference)] if reference else []
    assert restorer.restore(text, given).restored == right


@pytest.mark.parametrize("text", ["I like it. also i like you.", "He came late. also he was tired."])
def test_a_small_letter_is_no_reason_to_take_a_word_out(restorer: Restorer, text: str) -> None:
    assert "also" in restorer.restore(text).restored.lower()


@pytest.mark.parametrize(
    ("spun", "true"),
    [
        ("the Coupled States", "the United States"),
        ("the Coupled Kingdom", "the United Kingdom"),
        ("the Supreme Tribunal", "the Supreme Court"),
        ("the White Dwelling", "the White House"),
    ],
)
def test_a_true_reference_does_not_keep_a_name_from_being_mended(restorer: Restorer, spun: str, true: str) -> None:
    sentence = "Officials of {} spoke in Geneva on 3 March."
    alone = restorer.restore(sentence.format(spun))
    beside = restorer.restore(sentence.format(spun), [Reference("report", sentence.format(true))])
    assert beside.restored in {alone.restored, sentence.format(true)}
    assert any(c.replacement and c.replacement in true for c in beside.corrections)


@pytest.mark.parametrize(("ours", "theirs"), [("Miller", "Mueller"), ("Smith", "Smyth"), ("Kiev", "Moscow")])
def test_another_name_is_a_fact_and_stays(restorer: Restorer, ours: str, theirs: str) -> None:
    text = f"Officials said that {ours} would testify in the case on Friday."
    reference = Reference("report", text.replace(ours, theirs))
    assert restorer.restore(text, [reference]).restored == text
