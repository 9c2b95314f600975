"""Laws of the index over any text: measures stay in range, and it holds the last version of every article."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

pytest.importorskip("tantivy", reason="an index of clean articles needs the extra index")

from hypothesis import given, settings
from hypothesis import strategies as st

from restore.reading import Article
from restore.references.index.find import EventFinder
from restore.references.index.profile import index_keys, profile
from restore.references.index.store import ArticleReader, writing_index

pytestmark = pytest.mark.property

# Names, what counts as a date, a figure, a quotation or the end of a sentence, and what breaks folding.
WORDS = st.sampled_from(
    (
        *(
            "the",
            "of",
            "said",
            "bridge",
            "collapse",
            "Obama",
            "Millbrook",
            "Tuesday",
            "March",
            "May",
            "3",
            "3rd",
            "2011",
        ),
        *(
            "1,250",
            "4.5",
            "2011-03-03",
            "“We have a plan”",
            "don't",
            "''",
            "\n",
            "…",
            "--",
            "a.b",
            "Zürich",
            "İstanbul",
        ),
    )
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=60).map(" ".join))
STORABLE = TEXTS.map(lambda text: text.encode("utf-8", "replace").decode())


@settings(deadline=None)
@given(TEXTS)
def test_any_text_has_a_profile_and_its_keys_hold_figures_and_dates(text: str) -> None:
    found, keys = profile(text), set(index_keys(text).split())
    assert {f"d:{day}" for day in found.dates} <= keys
    assert all(count > 0 for count in found.names.values())


@settings(max_examples=25, deadline=None)
@given(st.lists(STORABLE, min_size=1, max_size=5), STORABLE)
def test_measures_and_probabilities_stay_in_range(articles: list[str], text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with writing_index(Path(folder) / "index") as writer:
            for number, article in enumerate(articles):
                writer.put(Article(str(number), article, f"https://x.org/{number}", article[:20]))
            writer.commit()
        finder = EventFinder(Path(folder) / "index")
        for hit in finder.find(text):
            assert 0.0 <= hit.probability <= 1.0
            assert all(0.0 <= value <= 1.0 for value in hit.agreement.features.values())
        assert [h.article.id for h in finder.find(text)] == [h.article.id for h in finder.find(text)]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), STORABLE), max_size=12), st.integers(0, 11))
def test_the_index_holds_the_last_version_of_every_id(puts: list[tuple[str, str]], commit: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with writing_index(Path(folder) / "index") as writer:
            for number, (id, text) in enumerate(puts):
                writer.put(Article(id, text, deleted=not text))
                if number == commit:
                    writer.commit()
            writer.commit()
        reader = ArticleReader(Path(folder) / "index")
        expected = {id: text for id, text in dict(puts).items() if text}
        assert sorted(reader.ids()) == sorted(expected)
        assert all((found := reader.get(id)) and found.text == text for id, text in expected.items())
