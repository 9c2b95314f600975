from __future__ import annotations

import pytest

from restore.candidates.wording import inflect, is_variant


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("defense", "defence"),
        ("Mr", "Mr."),
        ("U.S.", "US"),
        ("colour", "color"),
        ("harbours", "harbors"),
        ("organisation", "organization"),
        ("organised", "organized"),
        ("analyse", "analyze"),
        ("theatre", "theater"),
        ("travelled", "traveled"),
        ("catalogue", "catalog"),
        ("programme", "program"),
        ("grey", "gray"),
        ("e-mail", "email"),
    ],
)
def test_spelling_variants(one: str, other: str) -> None:
    assert is_variant(one, other)
    assert is_variant(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("defense", "device"),
        ("four", "for"),
        ("course", "curse"),
        ("house", "horse"),
        ("prince", "prize"),
        ("boat", "boats"),
        ("ferry", "ferry"),
    ],
)
def test_other_words_are_no_variants(one: str, other: str) -> None:
    assert not is_variant(one, other)


def test_inflection() -> None:
    assert inflect("sink", "VERB", "VBD") == "sank"
    assert inflect("ferry", "NOUN", "NNS") == "ferries"
    assert inflect("ferry", "NOUN", "NN") == "ferry"
    assert inflect("ferry", "NOUN", "VBD") is None
    assert inflect("of", "ADP", "IN") is None
