"""The item pipeline on its own: settings, kinds of items, and that it does not hold up the loop."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from pathlib import Path
from typing import Any

import pytest

from restore.errors import ConfigError, InputError, ModelNotFoundError
from restore.records import Verdict

pytest.importorskip("scrapy", reason="Scrapy is not installed: pip install 'restore-text[scrapy]'")
attrs = pytest.importorskip("attrs", reason="attrs is not installed")
pydantic = pytest.importorskip("pydantic", reason="pydantic is not installed")

from scrapy.exceptions import DropItem  # noqa: E402
from scrapy.settings import Settings  # noqa: E402
from scrapy.utils.test import get_crawler  # noqa: E402

from restore.integrations.scrapy_pipeline import RestorePipeline, read_settings, with_values  # noqa: E402


class Engine:
    """Holds every text with "spun" in it for damaged; waits for `go` where it is told to."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.go.set()
        self.threads: set[str] = set()

    def check(self, text: str) -> Verdict:
        self.threads.add(threading.current_thread().name)
        assert self.go.wait(30)
        if text == "too long":
            raise InputError("the text is too long")
        return Verdict("spun" in text, float("spun" in text), 0.5)


class Working:
    def __init__(self, engine: Engine) -> None:
        self.restorer = engine


def pipeline(engine: Engine, **settings: Any) -> RestorePipeline:
    crawler = get_crawler(settings_dict={"RESTORE_FIELDS": ["text"], "RESTORE_DAMAGED": "flag", **settings})
    worker: Any = Working(engine)
    return RestorePipeline(read_settings(crawler.settings), crawler.stats, worker)


def process(made: RestorePipeline, *items: Any) -> list[Any]:
    async def all_of_them() -> list[Any]:
        return await asyncio.gather(*map(made.process_item, items), return_exceptions=True)

    try:
        return asyncio.run(all_of_them())
    finally:
        made.close_spider()


def stats(made: RestorePipeline) -> dict[str, Any]:
    found = made._stats.get_stats()
    return {k.removeprefix("restore/"): v for k, v in found.items() if k.startswith("restore/")}


def test_the_loop_goes_on_while_a_text_is_worked_on() -> None:
    engine = Engine()
    engine.go.clear()
    made = pipeline(engine)

    async def crawl() -> Any:
        waiting = asyncio.ensure_future(made.process_item({"text": "spun"}))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        engine.go.set()  # nobody would, were the loop held up
        return await waiting

    assert asyncio.run(crawl())["restoration"]["text"]["damaged"]
    made.close_spider()
    assert engine.threads
    assert threading.current_thread().name not in engine.threads


def test_one_thread_works_on_all_items() -> None:
    engine = Engine()
    found = process(pipeline(engine), *({"text": f"spun {n}"} for n in range(5)))
    assert [item["text"] for item in found] == [f"spun {n}" for n in range(5)]
    assert len(engine.threads) == 1


@dataclasses.dataclass(frozen=True)
class Frozen:
    text: str
    restoration: Any = None


@attrs.frozen
class FrozenAttrs:
    text: str
    restoration: Any = None


class FrozenModel(pydantic.BaseModel, frozen=True):
    text: str
    restoration: Any = None


class StrictModel(pydantic.BaseModel, validate_assignment=True):
    text: str = pydantic.Field(max_length=3)


@pytest.mark.parametrize("make", [Frozen, FrozenAttrs, FrozenModel])
def test_frozen_items_come_out_as_copies(make: Any) -> None:
    item = make(text="spun")
    found = with_values(item, {"text": "new", "restoration": 1})
    assert (found.text, found.restoration, item.text) == ("new", 1, "spun")


def test_what_a_model_does_not_take_is_an_error() -> None:
    item = StrictModel(text="old")
    with pytest.raises(ValueError, match="at most 3"):
        with_values(item, {"text": "too long"})
    assert item.text == "old"


def test_texts_that_cannot_be_worked_on_stay_and_are_counted() -> None:
    made = pipeline(Engine(), RESTORE_FIELDS="text,title")
    items: list[Any] = [{"text": "too long"}, {"text": None}, {"text": 3, "title": "spun"}, {"title": "  "}, {}]
    found = process(made, *items)
    assert [{k: v for k, v in item.items() if k != "restoration"} for item in found] == [
        {"text": "too long"}, {"text": None}, {"text": 3, "title": "spun"}, {"title": "  "}, {},
    ]  # fmt: skip
    assert found[0]["restoration"]["text"]["error"] == "the text is too long"
    assert found[2]["restoration"]["title"]["damaged"]
    assert "restoration" not in found[1]
    assert stats(made) == {
        "items": 5, "texts": 2, "texts_with_error": 1, "texts_damaged": 1, "items_damaged": 1,
        "texts_missing": 7, "texts_of_other_types": 1,
    }  # fmt: skip


def test_damaged_items_are_dropped() -> None:
    made = pipeline(Engine(), RESTORE_DAMAGED="drop")
    dropped, kept = process(made, {"text": "spun"}, {"text": "right"})
    assert isinstance(dropped, DropItem)
    assert kept["text"] == "right"
    assert stats(made)["items_dropped"] == 1


def test_what_counts_as_damaged_is_the_cascade() -> None:
    made = pipeline(Engine(), RESTORE_CONFIG={"cascade": {"min_share": 0.6}})
    (found,) = process(made, {"text": "spun"})
    assert not found["restoration"]["text"]["damaged"]


def test_items_without_room_for_the_report_are_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    @dataclasses.dataclass
    class Bare:
        text: str

    found = process(pipeline(Engine()), Bare("spun"), Bare("spun"))
    assert found == [Bare("spun"), Bare("spun")]
    assert [r.getMessage() for r in caplog.records if "Bare" in r.getMessage()] == [
        "Bare has no field 'restoration': nothing is told of its items; add the field, or set RESTORE_REPORT_FIELD"
    ]


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"RESTORE_FIELDS": []}, "RESTORE_FIELDS"),
        ({"RESTORE_DAMAGED": "burn"}, "fix, flag, drop"),
        ({"RESTORE_TRESHOLD": 0.5}, "RESTORE_TRESHOLD: no such setting"),
        ({"RESTORE_THRESHOLD": "high"}, "RESTORE_THRESHOLD must be a number"),
        ({"RESTORE_THRESHOLD": 2}, "between 0 and 1|<= 1"),
        ({"RESTORE_CONFIG": "nowhere.toml"}, r"nowhere\.toml"),
        ({"RESTORE_CONFIG": 3}, "TOML file or a dict"),
        ({"RESTORE_CONFIG": {"presett": "safe"}}, "presett"),
        ({"RESTORE_REPORT_FIELD": "", "RESTORE_DAMAGED": "flag"}, "RESTORE_REPORT_FIELD"),
        ({"RESTORE_REFERENCES": "text"}, "RESTORE_REFERENCES"),
        ({"RESTORE_REFERENCE_FOLDER": "nowhere"}, "nowhere is no folder"),
    ],
)
def test_wrong_settings_are_named(settings: dict[str, Any], error: str) -> None:
    with pytest.raises(ConfigError, match=error):
        read_settings(Settings({"RESTORE_FIELDS": ["text"], **settings}))


def test_what_is_missing_is_told_before_the_first_page(tmp_path: Path) -> None:
    for settings, error in (
        ({"RESTORE_INDEX": str(tmp_path / "none.index")}, InputError),
        ({"RESTORE_CONFIG": {"channels": [str(tmp_path / "none.tsv")]}}, ModelNotFoundError),
    ):
        with pytest.raises(error, match="none"):
            RestorePipeline.from_crawler(get_crawler(settings_dict={"RESTORE_FIELDS": ["text"], **settings}))
