"""Another day of a running story is no reference: told by weekdays, dates and what agrees as well on other days."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("tantivy", reason="an index of clean articles needs the extra index")

from restore.channel.model import SpinnerChannel
from restore.config import Config
from restore.reading import Article
from restore.records import Published
from restore.references.index.agreement import DAY_FEATURES
from restore.references.index.find import EventFinder
from restore.references.index.references import IndexedReferences
from restore.references.index.same_day import APART, LEAST_LEAD, SameDayModel, leads, load_same_day, probability
from restore.references.index.store import writing_index

FIRST = (
    "Strike closes Norland ports for a second day\n"
    "Dockers in Carrick and Halden stayed away on Tuesday and closed both ports of Norland, union leader Ruth Delgado"
    ' said. "Nobody will lift a single crate until the company talks to us," Delgado told reporters in Carrick on'
    " Tuesday. Norpower, which owns the docks, offered 2.5 percent more pay. Transport minister Pavel Rehor asked both"
    " sides to come to the table on Wednesday. The dockers walked out on Monday over the loss of 340 jobs."
)
SPUN = FIRST.replace("stayed away", "remained absent").replace("asked both", "requested both").replace("loss", "lack")
LATER = (
    "Norland ports open as strike ends\n"
    "Cranes swung again in Carrick and Halden on Friday as Ruth Delgado, the union leader, declared victory over"
    ' Norpower after a bitter week. "We have won what we came for," Delgado told cheering members in Halden. The'
    " settlement, signed late on Thursday, brings Norland dockers 4 percent; Pavel Rehor, the transport minister,"
    " praised the outcome."
)


def index(folder: Path, *articles: Article) -> Path:
    with writing_index(folder / "clean") as writer:
        for article in articles:
            writer.put(article)
        writer.commit()
    return folder / "clean"


def find(folder: Path, text: str = SPUN, published: Published | None = None) -> list[str]:
    asked = IndexedReferences(Config(index=str(folder)), SpinnerChannel([], {}, {}))
    return [r.id for r in asked.find(text, published or Published()).references]


def test_the_shipped_model_knows_every_feature() -> None:
    model = load_same_day()
    assert set(model.weights) == set(DAY_FEATURES)
    assert model.weights["weekday_cosine"] > 0 > model.weights["published_weekday_clash"]
    assert SameDayModel({"title": 2.0}, 0.5, -1.0).odds(4.0, {"title": 0.5}) == pytest.approx(2.0)
    assert probability(0.0) == 0.5 and probability(1e9) <= 1.0


def test_an_article_leads_over_those_of_other_days_alone() -> None:
    assert leads([3.0, 1.0], [100, 100 + APART]) == [8.0, 8.0]
    assert leads([3.0, 1.0], [100, 101 + APART]) == [2.0, -2.0]
    assert leads([3.0, 1.0], [100, None]) == [8.0, 8.0] and leads([], []) == []


def test_a_report_of_the_day_is_taken_and_one_of_another_day_is_not(tmp_path: Path) -> None:
    first, later = Article("first", FIRST, date="2018-05-01"), Article("later", LATER, date="2018-05-11")
    assert find(index(tmp_path / "both", first, later)) == ["first"]
    assert find(index(tmp_path / "later", later)) == []


def test_without_dates_the_event_alone_counts(tmp_path: Path) -> None:
    (hit,) = EventFinder(index(tmp_path, Article("first", FIRST))).find(SPUN)
    assert not hit.day_counts and hit.lead == 8.0
    unsure = replace(hit, probability=0.95, same_day=0.1)
    assert unsure.accepted(0.9) and not unsure.accepted(0.96)


def test_among_articles_with_dates_one_without_is_asked_for_its_day_too(tmp_path: Path) -> None:
    dated = [Article(f"week {n}", LATER.replace("Friday", f"{n}"), date=f"2018-06-{n}") for n in (11, 21)]
    hits = EventFinder(index(tmp_path, Article("first", FIRST), *dated)).find(SPUN)
    assert all(hit.day_counts for hit in hits) and len(hits) == 3


def test_a_day_that_is_known_outweighs_what_the_words_say(tmp_path: Path) -> None:
    (hit,) = EventFinder(index(tmp_path, Article("first", FIRST, date="2018-05-01"))).find(SPUN, date="2018-05-02")
    unsure = replace(hit, probability=0.95, same_day=0.1, lead=-3.0)
    assert hit.day_known and unsure.accepted(0.9)
    guessed = replace(unsure, day_known=False, lead=8.0)
    assert not guessed.accepted(0.9) and guessed.accepted(0.9, 0.1) and guessed.accepted(0.9, 0.0)
    rivalled = replace(guessed, same_day=0.99, lead=LEAST_LEAD - 0.1)
    assert not rivalled.accepted(0.9) and rivalled.accepted(0.9, 0.0)


def test_the_note_says_that_only_other_days_were_found(tmp_path: Path) -> None:
    text = FIRST.replace("Tuesday", "Friday").replace("Monday", "Thursday").replace("Wednesday", "Saturday")
    folder = index(tmp_path, Article("first", FIRST, date="2018-05-01"), Article("week", text, date="2018-05-25"))
    found = IndexedReferences(Config(index=str(folder)), SpinnerChannel([], {}, {})).find(
        FIRST.replace("on Tuesday", "").replace("on Monday", "").replace(" on Wednesday", "")
    )
    assert found.references or "same story" in found.note
