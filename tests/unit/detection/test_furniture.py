from __future__ import annotations

import pytest

from restore.detection.furniture import furniture_passages
from restore.text.parsing import ParsedText

PROSE = "The minister told the members of the house on Monday that he would leave the party."


def found(text: str) -> list[str]:
    return [text[span.start : span.end] for span in furniture_passages(ParsedText(text, (), ()))]


@pytest.mark.parametrize(
    "text",
    [
        "Home\nNews\nWorld\nPolitics",
        "Photos\n\nPictures\n\nImages",
        "245-6 dec.\n112-3\nDerbyshire 301 all out",
        "* One\n* Two\n* Three",
    ],
)
def test_short_lines_below_each_other_are_furniture_alone_and_beside_prose(text: str) -> None:
    assert found(text) == [text]
    assert found(f"{PROSE}\n{text}") == [text]
    assert found(f"{text}\n{PROSE}") == [text]


@pytest.mark.parametrize(
    "text",
    [PROSE, f"Home\nNews\n{PROSE}", f"A headline of four words\n{PROSE}\nBy John Smith\n{PROSE}", "", "One\nTwo"],
)
def test_prose_and_two_short_lines_are_none(text: str) -> None:
    assert found(text) == []
