from __future__ import annotations

from pathlib import Path

import pytest

from restore.channel.model import ChannelRow, SpinnerChannel
from restore.detection import boilerplate, casing, channel, doubled
from restore.detection.verdict import verdict_on
from restore.text.parsing import Parser

pytestmark = pytest.mark.integration
GOLD = Path(__file__).parents[3] / "shared" / "gold"
CLEAN = (
    "The museum reopened on Monday after two years of repairs. Visitors queued in the rain from seven o'clock, and the"
    " director, Anna Berg, opened the doors herself. She said the new roof had cost less than the city had feared. The"
    " old paintings hang where they always hung, and the cafe has moved to the garden."
)
SPUN = (
    "The the museum reopened above Monday after two years the repairs."
    " visitors queued in ~ the rain from seven o'clock,"
    " and also the chairman, Anna Berg, i m sorry opened the doors, space numerous. She stated the a brand-new roof had"
    " expense much less than the city had feared. us come together, every people in new Zealand."
)


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser()


def test_channel_findings_need_a_word_rarer_than_its_damage(parser: Parser) -> None:
    rows = [
        ChannelRow("feline", "cat", 9, 3, (("A", 9),), True),
        ChannelRow("the", "of", 9, 3, (("A", 9),), True),
    ]
    table = SpinnerChannel(rows, {"feline": (9, 0), "the": (900, 891)}, {})
    found = list(channel.find(parser.parse("The feline sat on the mat."), table))
    assert [f.text for f in found] == ["feline"]
    assert 0.8 < found[0].score < 1.0


def test_casing_findings(parser: Parser) -> None:
    found = {
        f.text for f in casing.find(parser.parse("They sailed to new Zealand. they were not seen in france then."))
    }
    assert {"new Zealand", "they", "france"} <= found
    assert not list(casing.find(parser.parse(CLEAN)))


def test_doubled_findings(parser: Parser) -> None:
    text = "It was the the end of a an era ~ said Ann, who had had enough; ~30 left."
    assert [f.text for f in doubled.find(parser.parse(text))] == ["~", "the the", "a an"]
    assert not list(doubled.find(parser.parse(CLEAN)))


def test_boilerplate_is_a_whole_line(parser: Parser) -> None:
    text = "The end came.\nYou are watching: Ten gardens to see\n\n  See more: Five lakes\nShe said: See more of it."
    found = list(boilerplate.find(parser.parse(text)))
    assert [f.text for f in found] == ["You are watching: Ten gardens to see", "See more: Five lakes"]
    assert all(text[f.start : f.end] == f.text for f in found)


def test_verdict_tells_clean_from_damaged(parser: Parser) -> None:
    clean, spun = verdict_on(parser.parse(CLEAN)), verdict_on(parser.parse(SPUN))
    assert not clean.damaged
    assert spun.damaged
    assert clean.probability < 0.5 < spun.probability
    assert clean.damaged_share < 0.1 < spun.damaged_share


@pytest.mark.parametrize("text", ["", "~", "the the", "?!", "numerous"])
def test_scraps_are_never_damaged(text: str, parser: Parser) -> None:
    assert not verdict_on(parser.parse(text)).damaged


@pytest.mark.skipif(not GOLD.is_dir(), reason="the shared gold sets are not beside this checkout")
def test_gold_sets_are_told_apart(parser: Parser) -> None:
    for folder in sorted(path for path in GOLD.iterdir() if path.is_dir()):
        for name, damaged in (("spun.txt", True), ("original.txt", False), ("reference.txt", False)):
            text = (folder / name).read_text(encoding="utf-8")
            assert verdict_on(parser.parse(text)).damaged is damaged, f"{folder.name}/{name}"
