"""The engine with an index: it finds the clean article itself, names it in the evidence, and abstains without one."""

from __future__ import annotations

import pytest

pytest.importorskip("tantivy", reason="an index of clean articles needs the extra index")

from restore import Config, Restoration, Restorer
from restore.reading import Article
from restore.records import Document, Reference
from restore.references.index.store import writing_index

pytestmark = pytest.mark.integration

CLEAN = (
    "Footbridge collapses in Millbrook\n"
    "A footbridge over the river Tarn collapsed on March 3, 2011 in Millbrook, injuring 14 people, Mayor Ana Petrovic"
    ' said. "We heard a terrible crack and then the screaming began," witness Tom Okafor told Channel Nine.\n'
    "Engineers of Halden Construction had inspected the structure in January. Governor Ruth Delgado ordered an inquiry."
)
SPUN = (
    "Footbridge collapses in Millbrook\n"
    "A footbridge over the river Tarn collapsed on March 3, 2011 in Millbrook, injuring 14 humans, Mayor Ana Petrovic"
    ' stated. "We heard a horrible crack and then the screaming began," witness Tom Okafor advised Channel Nine.\n'
    "Engineers of Halden Construction had inspected the shape in January. Governor Ruth Delgado ordered an inquiry."
)
SISTER = (
    "Railway bridge collapses near Ostrava\n"
    "A railway bridge collapsed on August 8, 2008 near Ostrava, killing eight passengers, police spokesman Jan Novak"
    " told reporters. Workers of Dalston had been repairing the structure since July. Minister Pavel Rehor resigned."
)


@pytest.fixture(scope="module")
def restorer(tmp_path_factory: pytest.TempPathFactory) -> Restorer:
    folder = tmp_path_factory.mktemp("index") / "clean"
    with writing_index(folder) as writer:
        writer.put(Article("bridge", CLEAN, "https://x.org/millbrook", "Footbridge collapses", "2011-03-04"))
        writer.put(Article("copy", CLEAN + " \n", "https://y.org/copy"))
        writer.put(Article("sister", SISTER, "https://x.org/ostrava"))
        writer.commit()
    return Restorer(Config(index=str(folder), min_confidence=0.5))


@pytest.fixture(scope="module")
def found(restorer: Restorer) -> Restoration:
    return restorer.restore(SPUN)


def test_the_article_is_found_used_and_reported_once(found: Restoration) -> None:
    (report,) = found.references
    assert report.accepted and report.id in {"bridge", "copy"}
    assert report.same_event is not None and report.same_event > 0.5
    assert report.url.startswith("https://")


def test_the_evidence_names_id_url_and_quote(found: Restoration) -> None:
    (report,) = found.references
    named = [e for c in found.corrections for e in c.evidence if e.kind == "reference"]
    assert named and all((e.source, e.url) == (report.id, report.url) and e.quote in CLEAN for e in named)
    again = Restoration.from_json(found.to_json())
    assert again == found


def test_it_repairs_as_with_the_same_reference_given(restorer: Restorer, found: Restoration) -> None:
    plain = Restorer(restorer.config.replace(index=""))
    given = plain.restore(SPUN, [Reference(found.references[0].id, CLEAN)])
    assert found.restored == given.restored != SPUN


def test_restoring_the_restored_text_changes_nothing(restorer: Restorer, found: Restoration) -> None:
    assert restorer.restore(found.restored).applied == ()


def test_a_text_on_another_event_gets_no_reference_and_a_note(restorer: Restorer) -> None:
    other = SISTER.replace("Ostrava", "Linz").replace("August 8, 2008", "May 2, 2014").replace("Jan Novak", "Eva Horn")
    other = other.replace("Dalston", "Porr").replace("Pavel Rehor", "Karl Huber").replace("eight", "three")
    found = restorer.restore(other)
    assert found.references == ()
    dated = restorer.restore(other, date="May 3, 2014")
    assert any("more than 3 days from 2014-05-03 are left out" in note for note in dated.notes)
    assert any("no article that is surely about the same event" in note for note in found.notes)


def test_pipe_hands_the_address_on(restorer: Restorer) -> None:
    (found,) = restorer.pipe([Document(SPUN, url="https://spin.example/footbridge-millbrook")])
    assert found.references and not found.error


def test_where_the_day_of_the_text_is_known_articles_of_other_days_are_not_taken(restorer: Restorer) -> None:
    taken = [[r.id for r in restorer.find_references(SPUN, date=date)] for date in ("2011-03-05", "2011-06-01")]
    assert taken[0] in (["bridge"], ["copy"]) and taken[1] == ["copy"]  # which has no date
    (found,) = restorer.pipe([Document(SPUN, date="2011-06-01")])
    assert [report.id for report in found.references] == ["copy"]
