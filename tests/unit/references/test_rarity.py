from __future__ import annotations

import pytest

from restore.references.rarity import rarity


def test_common_words_tell_nothing_and_unknown_ones_tell_most() -> None:
    assert rarity("the") == 0.0
    assert rarity("Obviousfakename") == 1.0
    assert rarity("the") < rarity("people") < rarity("president") < rarity("reactor") < 1.0


@pytest.mark.parametrize("mark", ["", ",", "“", "n't", "'s", "’s", "\u00a0"])
def test_marks_and_clitics_tell_nothing(mark: str) -> None:
    assert rarity(mark) == 0.0


def test_casing_does_not_matter() -> None:
    assert rarity("Harbour") == rarity("harbour")
