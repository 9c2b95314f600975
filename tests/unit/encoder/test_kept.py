"""Answers of earlier windows: the same as new ones, whatever was read between, and not for ever."""

from __future__ import annotations

import numpy as np
import pytest

from restore.encoder import kept
from restore.encoder.kept import KeptWindows
from restore.encoder.model import Encoder, load_encoder
from restore.encoder.reading import Asked, Reading, read
from restore.text.parsing import Parser

FIRST = "George Scrub spoke to newsmen in Geneva. " * 20
TEXTS = (
    f"{FIRST}\nThe mayor was was sorry.",
    f"{FIRST}\nThe mayor was very sorry.",  # the first window is as it was
    f"It rained. {FIRST}\nThe mayor was was sorry.",  # none is
    f"{FIRST}\nThe mayor was was sorry.",
)


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser()


def said(reading: Reading) -> list[object]:
    asked = [Asked(n, words, behind) for n in (1, 3, 5) for words in ("bush", "reporters of", "") for behind in (0, 1)]  # type: ignore[arg-type]
    return [
        reading.damaged.tolist(),
        reading.case.tolist(),
        reading.first_chances(asked).tolist(),
        reading.guesses([1, 4, len(reading.damaged) - 2]),
        reading.log_chances(asked[::-1]).tolist(),
    ]


def test_what_was_read_before_changes_nothing(parser: Parser) -> None:
    windows = KeptWindows()
    for text in TEXTS:
        parsed = parser.parse(text)
        assert said(read(parsed, kept=windows)) == said(read(parsed))


def test_a_window_that_stays_is_read_once(parser: Parser, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder, windows, calls = load_encoder(), KeptWindows(), list[int]()
    once = Encoder.read
    monkeypatch.setattr(Encoder, "read", lambda self, window: calls.append(window.first) or once(self, window))
    for text in TEXTS[:2]:
        read(parser.parse(text), (), encoder, windows)
    assert len(calls) == 3
    assert calls.count(0) == 1


def test_a_word_has_the_same_row_whatever_is_asked_beside_it(parser: Parser) -> None:
    encoder = load_encoder()
    part = read(parser.parse(TEXTS[0]))._parts[0]
    words = np.arange(len(part.states.words))
    before = np.full_like(words, 2000)
    for step in (0, 1):
        together = encoder.spell(part.states, words, before, step)
        for some in (words[:1], words[5:7], words[::3], words[:17]):
            alone = encoder.spell(part.states, some, before[: len(some)], step)
            assert all(np.array_equal(one[some], other) for one, other in zip(together, alone, strict=True))


def test_answers_are_not_kept_for_ever(parser: Parser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_WINDOWS", 2)
    monkeypatch.setattr(kept, "_ROWS", 5)
    windows = KeptWindows()
    for number in range(6):
        text = f"George Scrub spoke {number} times."
        reading = read(parser.parse(text), kept=windows)
        reading.first_chances([Asked(n, "bush") for n in range(3)])
        reading.first_chances([Asked(n, "bush") for n in range(2, 4)])
    assert len(windows._states) == 2
    assert windows._begun.taken == sum(map(len, windows._begun.values())) <= 5
