from __future__ import annotations

import pytest

from restore.lexicon.wordnet import Thesaurus, load_thesaurus, related

SMALL = (
    "big|large\t\t2\t3\npurchase|buy\t4\t\t\nsmall wares\t\t0\t\nenormous\t\t\t0\nget|acquire\t\t1\t\n\n"
    "acquire\tv:4\nbig\ta:0\nbuy\tv:1\nenormous\ta:3\nget\tv:4\nlarge\ta:0\npurchase\tv:1\nsmall wares\tn:2\n\n"
    "big\tbigness/n\n"
)


@pytest.mark.parametrize(
    ("first", "second", "relation"),
    [
        ("big", "large", "synonym"),
        ("enormous", "big", "similar"),
        ("buy", "get", "hypernym"),
        ("get", "purchase", "hyponym"),
        ("big", "bigness", "derived"),
        ("big", "buy", None),
        ("unheard", "big", None),
    ],
)
def test_relations_of_a_small_table(first: str, second: str, relation: str | None) -> None:
    assert Thesaurus(SMALL).relation(first, second) == relation


def test_expand_gives_nearest_relations_first() -> None:
    found = list(Thesaurus(SMALL).expand("buy", "v"))
    assert [(r.lemma, r.relation) for r in found] == [
        ("purchase", "synonym"),
        ("get", "hypernym"),
        ("acquire", "hypernym"),
    ]


@pytest.mark.parametrize(
    ("first", "second", "relation"),
    [
        ("car", "automobile", "synonym"),
        ("oak", "tree", "hypernym"),
        ("tree", "oak", "hyponym"),
        ("teach", "teacher", "derived"),
    ],
)
def test_shipped_table_knows_english(first: str, second: str, relation: str) -> None:
    assert related(first, second) == relation


def test_shipped_table_holds_phrases_and_denies_the_unrelated() -> None:
    assert "give up" in load_thesaurus()
    assert related("carrot", "parliament") is None
