"""Articles in clusters of the same event: reading them, and near-copies."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from restore.errors import GoldError
from restore.evaluation.events import EventArticle, load_events, near_copies, plain

STORY = "The reactor at Harlow was switched off on Tuesday after engineers noticed vibrations in turbine seven"


def test_articles_are_read_as_plain_text_without_links(tmp_path: Path) -> None:
    path = tmp_path / "docs.jsonl"
    sentences = ["http : / / x . org / a", "`` It 's a 90 - day plan , '' she said ."]
    path.write_text(json.dumps({"topic": 3, "cluster": "3_a", "doc": "3_1", "sentences": sentences}) + "\n")
    (found,) = load_events(path)
    assert (found.id, found.topic, found.cluster) == ("3_1", "3", "3_a")
    assert found.text == '"It\'s a 90-day plan," she said.' == plain(sentences[1])


@pytest.mark.parametrize("content", ["{broken", "[]", '{"topic": 3}'])
def test_what_holds_no_articles_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "docs.jsonl"
    path.write_text(content)
    with pytest.raises(GoldError, match="holds no articles"):
        load_events(path)


def test_near_copies_share_nearly_all_content_words() -> None:
    one, copy = EventArticle("1", "1", "a", STORY), EventArticle("2", "1", "a", f"{STORY}, it was said.")
    other = EventArticle("3", "1", "a", STORY.replace("reactor", "furnace").replace("engineers", "inspectors"))
    assert near_copies([one, copy, other]) == {"1": frozenset({"2"}), "2": frozenset({"1"})}
