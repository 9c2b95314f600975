"""The first look: what it calls clean the verdict calls clean, and whatever it cannot know about goes the long way."""

from __future__ import annotations

from pathlib import Path

import pytest

from restore import Restorer
from restore.config import Config
from restore.errors import InputError

pytestmark = pytest.mark.integration
GOLD = sorted(path.parent for path in (Path(__file__).parents[2] / "data" / "gold").glob("*/spun.txt"))
PLAIN = Config(second_opinion="never")
CLEAN = " ".join(
    [
        "The council said on Tuesday that the bridge over the river will stay closed until the end of the year.",
        "Engineers found cracks in two of its pillars last month, and the repairs will cost about three million euros.",
        "Buses take another route, and the ferry runs every ten minutes in the morning.",
        "The mayor asked people to leave their cars at home.",
    ]
)


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return Restorer(PLAIN)


@pytest.mark.parametrize("folder", GOLD, ids=lambda folder: folder.name)
def test_no_spun_article_passes_and_most_clean_ones_do(restorer: Restorer, folder: Path) -> None:
    spun, original = ((folder / f"{name}.txt").read_text("utf-8") for name in ("spun", "original"))
    assert restorer.triage(spun) == restorer.check(spun)
    looked = restorer.triage(original)
    assert not looked.damaged
    assert not looked.findings
    assert looked.damaged_share <= looked.probability < 0.01


def test_a_damaged_part_of_a_long_clean_text_is_seen(restorer: Restorer) -> None:
    clean = [(folder / "original.txt").read_text("utf-8") for folder in GOLD[:3]]
    spun = (GOLD[3] / "spun.txt").read_text("utf-8")
    text = "\n\n".join([*clean, spun[: len(spun) // 2]])
    assert restorer.triage(text) == restorer.check(text)


def test_clean_text_passes_without_being_parsed(restorer: Restorer) -> None:
    fresh = Restorer(PLAIN)
    assert fresh.triage(CLEAN).probability < 0.01
    assert not fresh._engine._parses


def test_it_can_be_switched_off() -> None:
    whole = Restorer(PLAIN.replace(cascade={"first_look": False}))
    assert whole.triage(CLEAN) == whole.check(CLEAN)


def test_what_a_grammar_checker_may_find_is_not_passed_over() -> None:
    checked = Restorer(PLAIN.replace(languagetool={"enabled": True, "url": "http://127.0.0.1:9"}))
    assert checked._engine.first_look(CLEAN) is None


def test_own_tables_spintax_and_a_few_words_go_the_long_way(restorer: Restorer, tmp_path: Path) -> None:
    table = tmp_path / "ours.tsv"
    table.write_text((Path(__file__).parents[2] / "models" / "spinner_channel.tsv").read_text("utf-8"), "utf-8")
    assert Restorer(PLAIN.replace(channels=(str(table),)))._engine.first_look(CLEAN) is None
    for text in (CLEAN + " The {mayor|chief|head} asked people to stay at home.", CLEAN[:120]):
        assert restorer._engine.first_look(text) is None
        assert restorer.triage(text) == restorer.check(text)


def test_what_cannot_be_read_is_told_as_by_check(restorer: Restorer) -> None:
    for text in (" ", "word " * 100_000):
        with pytest.raises(InputError) as told:
            restorer.triage(text)
        with pytest.raises(InputError, match=str(told.value)[:20]):
            restorer.check(text)
