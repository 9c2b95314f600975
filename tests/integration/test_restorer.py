"""The whole pipeline on real parts: spaCy, the tables, the encoder, the gold articles of data/."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import restore
from restore import Config, Document, Reference, Restoration, Restorer
from restore.errors import InputError, ModelNotFoundError
from restore.evaluation.scores import score
from restore.gold.markup import parse_markup
from tests.helpers.engines import restorer

pytestmark = pytest.mark.integration
GOLD = Path(__file__).parents[2] / "data" / "gold"
EVENTS = sorted(p.name for p in GOLD.iterdir() if p.is_dir())


def read(event: str, name: str) -> str:
    return (GOLD / event / name).read_text(encoding="utf-8")


@cache
def restored(event: str) -> Restoration:
    return restorer().restore(read(event, "spun.txt"), [Reference("clean", read(event, "reference.txt"))])


@pytest.mark.parametrize("event", EVENTS[:2])
def test_a_spun_article_gets_better(event: str) -> None:
    found = score(parse_markup(read(event, "spun.markup")), restored(event).restored)
    assert found.removed is not None
    assert found.removed > 0
    assert found.good > 3 * found.bad


def test_restoring_again_changes_nothing() -> None:
    first = restored(EVENTS[0])
    assert first.applied
    again = restorer().restore(first.restored, [Reference("clean", read(EVENTS[0], "reference.txt"))])
    assert again.restored == first.restored


def test_an_article_is_its_own_reference() -> None:
    text = read(EVENTS[1], "spun.txt")
    assert restorer().restore(text, [text]).corrections == ()


def test_a_clean_article_is_left_alone() -> None:
    for event in EVENTS[:4]:
        found = restorer().restore(read(event, "reference.txt"))
        assert len(found.applied) <= 1, found.applied


def test_a_reference_about_another_event_is_ignored() -> None:
    alone = restorer().restore(read(EVENTS[0], "spun.txt"))
    wrong = restorer().restore(read(EVENTS[0], "spun.txt"), [read(EVENTS[-1], "reference.txt")])
    assert not wrong.references[0].accepted
    assert wrong.references[0].reason
    assert wrong.corrections == alone.corrections


def test_evidence_names_the_reference_and_quotes_it() -> None:
    found = restored(EVENTS[0])
    reference = read(EVENTS[0], "reference.txt")
    quoted = [e for c in found.corrections for e in c.evidence if e.kind == "reference"]
    assert quoted
    for evidence in quoted:
        assert evidence.source == "clean"
        assert evidence.start is not None
        assert reference[evidence.start : evidence.end] in evidence.quote or evidence.quote in reference


def test_what_went_before_does_not_change_a_result() -> None:
    text = "\n".join(read(EVENTS[2], "spun.txt").split("\n")[:5])
    fresh = restorer().restore(text)
    restorer().restore("The the mayor mentioned that the bridge room closed.")
    assert restorer().restore(text) == fresh


def test_pipe_keeps_the_order_and_takes_references() -> None:
    documents = [
        Document(read(EVENTS[0], "spun.txt"), (Reference("clean", read(EVENTS[0], "reference.txt")),), "one"),
        read(EVENTS[1], "reference.txt"),
    ]
    first, second = restorer().pipe(documents)
    assert first.restored == restored(EVENTS[0]).restored
    assert second.text == documents[1]


@pytest.mark.parametrize("text", ["", "  \n\t"])
def test_empty_texts_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="empty"):
        restorer().restore(text)


def test_too_long_texts_are_refused_with_the_remedy() -> None:
    with pytest.raises(InputError, match="max_characters"):
        restorer().restore("word " * 200_000)


def test_an_unknown_pipeline_says_what_to_install() -> None:
    with pytest.raises(ModelNotFoundError, match="pip install en-core-web-xx"):
        Restorer(Config(spacy_pipeline="en_core_web_xx")).restore("A text.")


def test_the_function_takes_settings() -> None:
    found = restore.restore("The the mayor spoke.", min_confidence=0.3)
    assert found.threshold == 0.3


def test_a_reference_given_twice_changes_nothing() -> None:
    text, reference = read(EVENTS[0], "spun.txt"), read(EVENTS[0], "reference.txt")
    twice = restorer().restore(text, [Reference("clean", reference), Reference("again", reference)])
    assert twice.corrections == restored(EVENTS[0]).corrections
    assert [r.accepted for r in twice.references] == [True, False]
    assert "copy of clean" in twice.references[1].reason
