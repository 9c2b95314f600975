"""Damaged words that stand together are one piece of evidence."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from restore.detection.reading_findings import find, merged, word_chances
from restore.encoder.reading import Guess
from restore.records import Finding
from restore.text.parsing import ParsedText, Parser


class Read:
    """A reading whose chances are given by word; what is not named is sound."""

    def __init__(self, parsed: ParsedText, **chances: float) -> None:
        self.damaged = np.array([chances.get(t.lower, 0.01) for t in parsed.tokens], dtype=np.float32)
        self._parsed = parsed

    def guesses(self, indices: Iterable[int], most: int) -> dict[int, list[Guess]]:
        meant = {"chairman": "president", "space": "are", "i": "that"}
        return {n: [Guess(meant.get(self._parsed.tokens[n].lower, ""), -0.1)] for n in indices}


@pytest.fixture(scope="module")
def parsed() -> ParsedText:
    return Parser().parse("The chairman Obama said in i m sorry we space going to achieve a deal. We left, all day.")


def found(parsed: ParsedText, **chances: float) -> list[Finding]:
    return list(find(parsed, Read(parsed, **chances)))  # type: ignore[arg-type]


def test_a_damaged_word_is_shown_with_what_is_likelier(parsed: ParsedText) -> None:
    (one,) = found(parsed, chairman=0.9)
    assert (one.text, one.score) == ("chairman", 0.9)
    assert "'president'" in one.explanation


def test_neighbours_are_one_place_and_surer_than_each(parsed: ParsedText) -> None:
    (one,) = found(parsed, i=0.8, m=0.7, sorry=0.3, we=0.2, space=0.9)
    assert one.text == "i m sorry we space"
    assert one.score > 0.9


def test_sound_words_part_two_places(parsed: ParsedText) -> None:
    assert [f.text for f in found(parsed, chairman=0.9, space=0.9)] == ["chairman", "space"]


def test_the_end_of_a_sentence_parts_two_places(parsed: ParsedText) -> None:
    assert [f.text for f in found(parsed, a=0.6, deal=0.8, left=0.9, we=0.2)][-2:] == ["a deal", "left"]


def test_a_text_without_damage_has_no_findings(parsed: ParsedText) -> None:
    assert found(parsed) == []


def test_what_the_tables_suspect_counts_no_more_than_the_encoder_believes_it(parsed: ParsedText) -> None:
    table = Finding(4, 12, "chairman", "substitution", 0.8, "odd")
    form = Finding(0, 3, "The", "casing", 0.6, "why")
    both = merged([table, form], parsed, Read(parsed, chairman=0.2))  # type: ignore[arg-type]
    assert [(f.text, f.score) for f in both] == [("The", 0.6), ("chairman", pytest.approx(0.2, abs=1e-4))]
    (_, encoder) = merged([table, form], parsed, Read(parsed, chairman=0.9))  # type: ignore[arg-type]
    assert "likelier" in encoder.explanation


def test_marks_have_no_chance(parsed: ParsedText) -> None:
    words = sum(t.is_word for t in parsed.tokens)
    assert len(word_chances(parsed, Read(parsed))) == words < len(parsed.tokens)  # type: ignore[arg-type]
