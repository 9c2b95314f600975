"""Where the encoder's windows are cut, and what stands in them."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from restore.encoder.pieces import CAPITAL, CLS, LOWER, MIXED, SEP, UPPER, WordPieces, case_class
from restore.encoder.windows import REFERENCE_PIECES, cut, make_window
from restore.runtime.tables import table_path

PIECES = WordPieces(table_path("encoder_vocabulary.txt"))


@dataclass(frozen=True)
class Word:
    text: str


def words(text: str) -> list[Word]:
    return [Word(w) for w in text.split()]


def test_whole_sentences_fill_a_window() -> None:
    assert list(cut([1] * 10, [(0, 4), (4, 7), (7, 10)], 7)) == [(0, 7), (7, 10)]


def test_a_sentence_that_is_too_long_is_cut_where_it_no_longer_fits() -> None:
    assert list(cut([1] * 9, [(0, 2), (2, 9)], 4)) == [(0, 2), (2, 6), (6, 9)]


@given(st.lists(st.lists(st.integers(1, 8), min_size=1, max_size=12), max_size=12), st.integers(8, 40))
def test_windows_hold_every_token_once_and_never_too_much(sentences: list[list[int]], most: int) -> None:
    sizes = [size for sentence in sentences for size in sentence]
    ranges, start = [], 0
    for sentence in sentences:
        ranges.append((start, start + len(sentence)))
        start += len(sentence)
    found = list(cut(sizes, ranges, most))
    assert [n for first, last in found for n in range(first, last)] == list(range(len(sizes)))
    assert all(sum(sizes[first:last]) <= most for first, last in found)


def test_the_reference_stands_behind_the_text() -> None:
    window = make_window(PIECES, words("Scrub spoke"), 5, [words("Bush spoke")])
    assert (window.first, window.last) == (5, 7)
    assert window.ids[0] == CLS
    assert window.ids[window.text - 1] == SEP
    assert window.ids[-1] == SEP
    assert PIECES.text(window.ids[window.text : -1]) == "bush spoke"
    assert window.ids[window.starts[1]] == PIECES.of("spoke")[0]


def test_without_a_reference_nothing_stands_behind_the_text() -> None:
    window = make_window(PIECES, words("Bush spoke"), 0, [])
    assert window.text == len(window.ids)


def test_a_reference_that_is_too_long_is_left_out_whole() -> None:
    long = words("word " * (REFERENCE_PIECES + 1))
    window = make_window(PIECES, words("Bush spoke"), 0, [long, words("he said")])
    assert PIECES.text(window.ids[window.text : -1]) == "he said"


def test_casing_has_four_classes() -> None:
    assert [case_class(w) for w in ("word", "Word", "NATO", "McCain", "12", "I")] == [
        LOWER,
        CAPITAL,
        UPPER,
        MIXED,
        MIXED,
        CAPITAL,
    ]


def test_odd_words_have_pieces_too() -> None:
    for word in ("\ud800", "\x00", "", "x" * 500, "🙂"):
        assert 1 <= len(PIECES.of(word)) <= 8


def test_pieces_spell_their_words() -> None:
    assert PIECES.text(PIECES.of_phrase("antidisestablishment of words")) == "antidisestablishment of words"
