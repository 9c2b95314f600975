from __future__ import annotations

import io
import lzma

import numpy as np
import pytest

from restore.lexicon.moby import load_moby, read_lists
from restore.lexicon.pivot import load_pivot


def test_a_table_is_read_as_it_was_written() -> None:
    buffer = io.BytesIO()
    np.savez(
        buffer,
        words=np.frombuffer(b"car\ndog\nvan", dtype=np.uint8),
        counts=np.array([1, 0, 2], dtype=np.uint16),
        steps=np.array([2, 0, 1], dtype=np.uint16),
        more=np.array([7], dtype=np.uint8),
    )
    words, lists, others = read_lists(lzma.compress(buffer.getvalue()))
    assert words == ("car", "dog", "van")
    assert [lists.of(number).tolist() for number in range(3)] == [[2], [], [0, 1]]
    assert lists.lengths().tolist() == [1, 0, 2]
    assert others["more"].tolist() == [7]


def test_moby_lists_both_ways() -> None:
    moby = load_moby()
    assert moby.mentions("car", "automobile")
    assert not moby.mentions("car", "gravel")
    assert not moby.mentions("car", "qqqzzz")
    listing = [moby.words[number] for number in moby.listed_by.of(moby.numbers["automobile"])]
    assert "car" in listing
    assert all(moby.mentions(head, "automobile") for head in listing)


def test_words_listed_together_are_near() -> None:
    moby = load_moby()
    together = moby.together(moby.numbers["huge"], np.arange(len(moby.words)))
    assert together[moby.numbers["huge"]] == pytest.approx(1.0)
    assert together[moby.numbers["enormous"]] > 0.3 > together[moby.numbers["dog"]]


def test_shared_translations_go_both_ways() -> None:
    pivot = load_pivot()
    numbers, languages = pivot.partners("purchase")
    found = {pivot.words[number]: int(count) for number, count in zip(numbers, languages, strict=True)}
    assert found["buy"] >= 1
    assert max(found.values()) <= 3
    back, _ = pivot.partners("buy")
    assert "purchase" in {pivot.words[number] for number in back}
    assert len(pivot.partners("qqqzzz")[0]) == 0
