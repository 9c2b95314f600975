"""Finding the article on the same event in a tiny index, by what spinning leaves intact; others are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("tantivy", reason="an index of clean articles needs the extra index")

from restore.channel.model import ChannelRow, SpinnerChannel
from restore.config import Config
from restore.errors import InputError
from restore.reading import Article
from restore.records import Published, Reference
from restore.references.index.find import EventFinder
from restore.references.index.references import IndexedReferences
from restore.references.index.store import writing_index

BRIDGE = (
    "Bridge collapse in Millbrook injures 14\n"
    "MILLBROOK - A footbridge over the Tarn collapsed on March 3, 2011, injuring 14 people, Mayor Ana Petrovic said."
    ' "We heard a terrible crack and then the screaming began," witness Tom Okafor told Channel Nine. Engineers from'
    " Halden Construction had inspected the structure in January. Governor Ruth Delgado ordered an inquiry on Friday."
)
SPUN = (
    "Bridge fall down in Millbrook injures 14\n"
    "MILLBROOK - A footbridge across the Tarn fell down on March 3, 2011, harming 14 humans, Mayor Ana Petrovic stated."
    ' "We heard a horrible crack and after that the screaming started," witness Tom Okafor advised Channel Nine.'
    " Engineers from Halden Construction had reviewed the shape in January. Governor Ruth Delgado requested an inquiry."
)
SISTER = (
    "Bridge collapse in Ostrava kills two\n"
    "OSTRAVA - A railway bridge collapsed on August 8, 2008, killing two passengers, police spokesman Jan Novak said."
    ' "The train could not stop in time," he told reporters. Workers of the firm Dalston had been repairing it in July.'
    " Transport minister Pavel Rehor visited the place on Saturday and promised an inquiry."
)
OTHERS = {
    "rates": "Central bank lifts rates\nThe Bank of Norland raised its rate to 4.25 percent, governor Lise Holm said.",
    "match": "Rovers win cup\nRovers beat Athletic 3-1 in the final at Lansdowne Park; striker Sam Bell scored twice.",
    "storm": "Storm Edda hits coast\nStorm Edda cut power to 20,000 homes in Carrick, the utility Norpower said.",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("index") / "clean"
    with writing_index(path) as writer:
        writer.put(
            Article("bridge", BRIDGE, "https://x.org/2011/millbrook-bridge-collapse", "Bridge collapse", "2011-03-04")
        )
        writer.put(Article("sister", SISTER))
        for id, text in OTHERS.items():
            writer.put(Article(id, text))
        writer.commit()
    return path


def channel() -> SpinnerChannel:
    row = ChannelRow("shape", "structure", 9, 3, (("G", 9),), True)
    return SpinnerChannel([row], {"shape": (10, 1)}, {})


def test_the_article_on_the_same_event_comes_first_and_is_accepted(folder: Path) -> None:
    first, second, *_ = EventFinder(folder).find(SPUN)
    assert first.article.id == "bridge" and second.article.id == "sister"
    assert first.probability > 0.9 > 0.5 > second.probability
    assert first.article.url.endswith("collapse") and first.article.date == "2011-03-04"


def test_without_it_nothing_is_accepted(folder: Path) -> None:
    hits = EventFinder(folder).find(SPUN, without={"bridge"})
    assert hits[0].article.id == "sister" and hits[0].probability < 0.5


def test_why_names_what_is_shared(folder: Path) -> None:
    finder = EventFinder(folder)
    query = finder.query(SPUN)
    hit = finder.rank(query)[0]
    assert {"petrovic", "okafor"} <= set(hit.agreement.shared["name"])
    assert hit.agreement.shared["date"] == ("2011-03-03", "03-03") or "2011-03-03" in hit.agreement.shared["date"]
    assert "petrovic" in hit.why() and "2011-03-03" in hit.why()
    matched = finder.matched(query, hit.article)
    assert any(t.kind == "pair" and t.shown == "tom okafor" for t in matched)


def test_terms_weigh_as_they_are_likely_original_and_doubtful_ones_bring_their_originals(folder: Path) -> None:
    terms = EventFinder(folder, channel()).query(SPUN).terms
    originals = [t for t in terms if t.kind == "original"]
    assert [t.shown for t in originals] == ["structure (for shape)"]
    by_word = {t.shown: t for t in terms if t.field == "text"}
    assert "shape" not in by_word or by_word["shape"].weight < by_word["structure (for shape)"].weight
    assert by_word["petrovic"].original > 0.9


def test_the_words_of_the_address_are_asked_for(folder: Path) -> None:
    finder = EventFinder(folder)
    query = finder.query("Some people were hurt there.", url="https://spin.example/millbrook-collapse")
    assert {t.shown for t in query.terms if t.kind == "address"} == {"millbrook", "collapse"}
    assert finder.rank(query)[0].article.id == "bridge"


def test_where_the_day_of_the_text_is_known_articles_of_other_days_are_left_out(folder: Path) -> None:
    finder = EventFinder(folder)

    def first(**published: str) -> str:
        return finder.find(SPUN, **published)[0].article.id

    assert first(date="2011-03-06") == first(url="https://x.org/2011/03/03/bridge") == first(date="2011") == "bridge"
    assert first(date="2011-03-09") == first(url="https://x.org/2011/02/01/bridge") == "sister"  # which has no date
    assert EventFinder(folder, days=9).find(SPUN, date="2011-03-09")[0].article.id == "bridge"
    later = Published(date="2011-04-04")
    assert IndexedReferences(Config(index=str(folder)), channel()).find(SPUN, later).references == ()
    patient = Config(index=str(folder), same_event_days=60)
    assert len(IndexedReferences(patient, channel()).find(SPUN, later).references) == 1


def test_a_text_that_shares_nothing_finds_nothing(folder: Path) -> None:
    assert EventFinder(folder).find("Zzyzx qwxyz.") == []
    assert EventFinder(folder).find("") == []


def test_references_are_accepted_ones_only_and_copies_count_once(folder: Path, tmp_path: Path) -> None:
    config = Config(index=str(folder))
    found = IndexedReferences(config, channel()).find(SPUN)
    (reference,) = found.references
    assert (reference.id, reference.date) == ("bridge", "2011-03-04")
    assert reference.same_event is not None and reference.same_event >= config.same_event_min
    given = Reference("mine", BRIDGE.replace("\n", "  \n"))
    assert IndexedReferences(config, channel()).find(SPUN, given=[given]).references == ()
    nothing = IndexedReferences(config, channel()).find(OTHERS["rates"].replace("Norland", "Sudland"), given=[])
    assert {r.id for r in nothing.references} <= {"rates"}


def test_of_copies_the_longest_is_taken(tmp_path: Path) -> None:
    with writing_index(tmp_path / "clean") as writer:
        writer.put(Article("brief", BRIDGE))
        writer.put(Article("whole", BRIDGE + " Schools stay closed until Monday, the county said in a brief notice."))
        for id, text in OTHERS.items():
            writer.put(Article(id, text))
        writer.commit()
    index = IndexedReferences(Config(index=str(tmp_path / "clean")), channel())
    assert [r.id for r in index.find(SPUN).references] == ["whole"]
    part = Reference("part", BRIDGE[: BRIDGE.index(" Engineers")])
    assert [r.id for r in index.find(SPUN, given=[part]).references] == ["whole"]


def test_a_note_says_why_there_is_no_reference(folder: Path) -> None:
    index = IndexedReferences(Config(index=str(folder)), channel())
    short = index.find("Storm Edda hits coast. Storm Edda cut power to 20,000 homes in Carrick.")
    assert short.references == () and "fewer than 20 words" in short.note
    other = index.find(
        "A quiet day in Carrick, nobody at all said. " + "The children went to school and came home. " * 4
    )
    assert other.references == () and "no article" in other.note


def test_too_long_articles_are_left_out(folder: Path) -> None:
    config = Config(index=str(folder), max_characters=100)
    assert IndexedReferences(config, channel()).find(SPUN).references == ()


def test_a_missing_index_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="restore index build"):
        EventFinder(tmp_path / "none")
