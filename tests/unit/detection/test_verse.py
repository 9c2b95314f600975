from __future__ import annotations

import pytest

from restore.detection.verse import verse_passages
from restore.text.parsing import ParsedText

SONNET = """Shall I compare thee to a summer's day?
Thou art more lovely and more temperate:
Rough winds do shake the darling buds of May,
And summer's lease hath all too short a date;"""
ROADS = """Two roads diverged in a yellow wood,
And sorry I could not travel both
And be one traveler, long I stood
And looked down one as far as I could
To where it bent in the undergrowth;"""
CARRIAGE = """Because I could not stop for Death –
He kindly stopped for me –
The Carriage held but just Ourselves –
And Immortality.

We slowly drove – He knew no haste
And I had put away
My labor and my leisure too,
For His Civility –"""
TYGER = """Tyger Tyger, burning bright,
In the forests of the night;
What immortal hand or eye,
Could frame thy fearful symmetry?"""
POEMS = [SONNET, ROADS, CARRIAGE, TYGER]

HEADLINES = """Obama Meets Merkel in Berlin
Prices Rise for Third Month
Senate Votes on Budget, Again
Police Arrest Two in Boston
Storm Closes Airports"""
WRAPPED = """The minister said on Monday that the talks, which had
been broken off in March, would go on in Geneva next
week; the two sides had agreed on a list of questions,
he added, and on the order in which they would be put."""
MENU = "Home\nNews\nWorld News\nUS Politics\nSport and Weather\nContact us"
TALK = """MR. SMITH: We will not sign it.
MR. JONES: You have signed it before.
MR. SMITH: That was another paper.
MR. JONES: It was the same."""
SENTENCES = """The minister resigned on Monday.
Nobody had expected it.
His party will choose another one.
The vote is on Friday."""
RECIPE = """2 cups sugar,
1 cup flour,
3 eggs,
salt,
a spoon of butter"""
ADDRESS = """John Smith
12 High Street,
Springfield
United Kingdom"""
PROSE = [HEADLINES, WRAPPED, MENU, TALK, SENTENCES, RECIPE, ADDRESS, "", "One line,"]


def found(text: str) -> list[str]:
    return [text[span.start : span.end] for span in verse_passages(ParsedText(text, (), ()))]


@pytest.mark.parametrize("poem", POEMS)
def test_a_poem_is_verse_whatever_its_line_ends(poem: str) -> None:
    assert found(poem) == [poem]
    assert found(poem.replace("\n", "\r\n")) == [poem.replace("\n", "\r\n")]
    indented = "\n".join(f"   {line}  " for line in poem.split("\n"))
    assert [part.split() for part in found(indented)] == [poem.split()]


@pytest.mark.parametrize("text", PROSE)
def test_other_short_lines_are_none(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("poem", POEMS)
def test_a_poem_in_an_article_is_found_and_nothing_else(poem: str) -> None:
    before = (
        "The minister read a poem to the house on Monday, before he told the members that he would leave the party."
    )
    behind = (
        "Nobody spoke for a while after that, and the speaker of the house closed the debate at nine in the evening."
    )
    assert found(f"{before}\n{poem}\n{behind}") == [poem]


def test_a_couplet_tells_too_little() -> None:
    assert found("\n".join(SONNET.split("\n")[:3])) == []


@pytest.mark.parametrize("poem", POEMS)
def test_verse_that_prose_quotes_in_one_line_is_found(poem: str) -> None:
    lines = " / ".join(line.strip() for line in poem.split("\n") if line.strip())
    assert found(f"The minister read \u201c{lines}\u201d on Monday.") == [lines]
    assert found("New York / Los Angeles / San Francisco / New Orleans / Las Vegas") == []
