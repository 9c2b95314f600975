"""The parser of a process that reads for weeks: what one text alone has brought goes with it, and no parse changes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest

from restore.text import parsing
from restore.text.parsing import ParsedText, Parser

LIMIT = 300


@pytest.fixture(scope="module")
def rubbish() -> list[str]:
    random = Random(5)
    return [f"Officials in {random.randbytes(9).hex()} {random.randbytes(120).decode('latin-1')}." for _ in range(40)]


@pytest.fixture(scope="module")
def as_ever(rubbish: list[str]) -> list[ParsedText]:
    """What a parser that forgets nothing finds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsing, "_NEW_STRINGS", 10**9)
        return list(Parser().parse_many(rubbish))


def test_new_strings_are_forgotten_with_their_text_and_parses_stay_the_same(
    rubbish: list[str], as_ever: list[ParsedText], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsing, "_NEW_STRINGS", LIMIT)
    parser = Parser()
    strings = parser.language.vocab.strings
    own = len(strings)
    counts = []
    for text, before in zip(rubbish, as_ever, strict=True):
        assert parser.parse(text) == before
        assert [(t.start, t.end) for t in before.tokens] == parser.tokenise(text)
        counts.append(len(strings))
    full = next(n for n, count in enumerate(counts) if count > own + LIMIT)
    assert full < len(counts) // 2, "too little rubbish to tell"
    assert counts[full:] == [counts[full]] * len(counts[full:])
    assert parser.parse(rubbish[0]) == as_ever[0]


def test_lemmas_are_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "_LEMMAS", 5)
    parser = Parser()
    for number in range(20):
        parser.parse(f"The {chr(97 + number)}ales spoke of {chr(97 + number)}ings.")
    lemmatizer: Any = parser.language.get_pipe("lemmatizer")
    assert 0 < len(lemmatizer.cache) < 20


def test_threads_that_share_a_parser_do_not_forget_each_others_words(
    rubbish: list[str], as_ever: list[ParsedText], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsing, "_NEW_STRINGS", 0)
    parser = Parser()
    parser.parse("One word that no pipeline has: blurbelfarg.")
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(parser.parse, rubbish)) == as_ever


LINES = (
    "The mayor of Harlow spoke on Monday.",
    "She said that the bridge would stay shut. Nobody asked why.",
    "It rained.",
)


def test_a_line_that_was_parsed_before_is_the_same_at_any_place_and_beside_any_others() -> None:
    parser = Parser()
    for lines in (LINES, LINES[::-1], (LINES[1], "Rain fell.", *LINES), LINES[1:]):
        text = "\n\n".join(lines)
        assert parser.parse(text) == Parser().parse(text)


def test_only_lines_that_are_new_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    parser = Parser()
    read: list[str] = []
    pipe = parser.language.pipe
    monkeypatch.setattr(
        parser.language, "pipe", lambda texts, **given: pipe([read.append(text) or text for text in texts], **given)
    )
    parser.parse("\n".join(LINES))
    parser.parse("\n".join(("Rain fell.", *LINES, LINES[0])))
    assert read == [*LINES, "Rain fell."]


def test_lines_are_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "_KEPT_LINES", 60)
    kept, nothing = Parser()._kept, ParsedText("", (), ())
    for number in range(10):
        kept.put(f"{number}" * 20, nothing)
        assert kept.get("0" * 20) == nothing  # what is used stays
    assert [number for number in range(10) if kept.get(f"{number}" * 20) is not None] == [0, 8, 9]
