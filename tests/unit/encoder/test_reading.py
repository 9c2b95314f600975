"""A reading of a text by a scripted encoder: no weights, the same arithmetic."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from restore.encoder.model import States
from restore.encoder.pieces import NOTHING, WordPieces
from restore.encoder.reading import Asked, Reading, read
from restore.encoder.windows import Window
from restore.runtime.tables import table_path
from restore.text.parsing import ParsedText, Parser

PIECES = WordPieces(table_path("encoder_vocabulary.txt"))
SIZE = 30522


class Scripted:
    """Takes "scrub" for damaged, where "bush" stood; other words stand for themselves; strings have two pieces."""

    pieces = PIECES

    def read(self, window: Window) -> States:
        ids = np.asarray([window.ids[start] for start in window.starts])
        odds = np.where(ids == PIECES.of("scrub")[0], 3.0, -6.0).astype(np.float32)
        case = np.log(np.full((len(ids), 4), 0.25, dtype=np.float32))
        empty = np.zeros((0, 1), dtype=np.float32)
        return States(ids[:, None].astype(np.float32), empty, np.zeros(0, dtype=np.int64), odds, odds - 9, case)

    def spell(self, states: States, word: Any, before: Any, step: int, gap: bool = False) -> tuple[Any, Any, Any]:
        chances = np.full((len(word), SIZE), -20.0, dtype=np.float32)
        for row, place in enumerate(np.asarray(word).tolist()):
            piece = int(states.words[place, 0])
            meant = PIECES.of("bush")[0] if piece == PIECES.of("scrub")[0] else piece
            chances[row, meant], chances[row, NOTHING] = math.log(0.7), math.log(0.2)
        half = np.full(len(word), math.log(0.5), dtype=np.float32)
        return half, half, chances

    def stops(self, states: States, word: Any, piece: Any, step: int, gap: bool) -> Any:
        return np.full(len(word), math.log(0.9), dtype=np.float32)


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser()


def reading_of(text: str, parser: Parser) -> tuple[ParsedText, Reading]:
    parsed = parser.parse(text)
    return parsed, read(parsed, (), Scripted())  # type: ignore[arg-type]


def test_suspects_are_the_words_above_the_line(parser: Parser) -> None:
    parsed, found = reading_of("George Scrub spoke in Geneva.", parser)
    assert {parsed.tokens[n].text for n in found.suspects(0.5)} == {"Scrub"}
    assert len(found.damaged) == len(parsed.tokens)


def test_guesses_come_likeliest_first(parser: Parser) -> None:
    _, found = reading_of("George Scrub spoke.", parser)
    assert [g.words for g in found.guesses([1])[1]][:2] == ["bush", ""]


def test_a_string_is_scored_piece_by_piece_to_its_end(parser: Parser) -> None:
    _, found = reading_of("George Scrub spoke.", parser)
    bush, nothing, two = found.log_chances([Asked(1, "bush"), Asked(1, ""), Asked(1, "bush bush")]).tolist()
    assert bush == pytest.approx(math.log(0.7) + math.log(0.9), abs=1e-5)
    assert nothing == pytest.approx(math.log(0.2), abs=1e-5)
    assert two == pytest.approx(2 * math.log(0.7) + math.log(0.5) + math.log(0.9), abs=1e-5)


def test_the_score_of_a_word_does_not_depend_on_what_else_is_asked(parser: Parser) -> None:
    parsed, found = reading_of("George Scrub spoke. " * 40, parser)
    alone = found.log_chances([Asked(1, "bush")])[0]
    many = found.log_chances([Asked(t.index, w) for t in parsed.tokens for w in ("bush", "", "the end")])
    assert many[3] == alone


def test_an_empty_text_has_an_empty_reading(parser: Parser) -> None:
    _, found = reading_of(" \n ", parser)
    assert found.suspects(0.0) == frozenset()
    assert len(found.damaged) == 0
