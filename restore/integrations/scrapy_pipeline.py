"""An item pipeline of Scrapy that restores the texts of items, or flags or drops the damaged ones.

Everything is set by settings, of the project or of a spider (`custom_settings`); docs/integrations.md describes them.
Texts are worked on in a thread, one after the other, while the event loop goes on fetching.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, is_dataclass, replace
from pathlib import Path
from typing import Any, Literal, Self, get_args

import msgspec
from itemadapter import ItemAdapter
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.settings import BaseSettings
from scrapy.statscollectors import StatsCollector

from restore.batch.jobs import check_job
from restore.batch.outcomes import Job, Outcome, clean, references_of
from restore.batch.settings import BatchSettings
from restore.batch.worker import Worker
from restore.config import Config
from restore.errors import ConfigError
from restore.records import Verdict

_LOG = logging.getLogger(__name__)
Damaged = Literal["fix", "flag", "drop"]
_FROZEN = {"frozen_instance", "frozen_field"}
"""How pydantic calls assignments that a frozen model or field refuses."""
_FIELDS = ("RESTORE_REFERENCES", "RESTORE_ID_FIELD", "RESTORE_URL_FIELD", "RESTORE_DATE_FIELD", "RESTORE_REPORT_FIELD")
_KNOWN = {
    *_FIELDS,
    "RESTORE_FIELDS",
    "RESTORE_REFERENCE_FOLDER",
    "RESTORE_INDEX",
    "RESTORE_THRESHOLD",
    "RESTORE_DAMAGED",
    "RESTORE_CONFIG",
}


@dataclass(frozen=True)
class PipelineOptions:
    """What the settings of a spider ask for."""

    batch: BatchSettings
    """Settings of the engine, its cascade (what counts as damaged) and the folder of references."""
    fields: tuple[str, ...]
    """The fields that hold texts."""
    damaged: Damaged
    """What becomes of an item of which one text is damaged."""
    references: str
    """The field that holds references of the item."""
    id: str
    """The field by which an item's references are found in the folder."""
    url: str
    """The field that holds the address, which helps to find references in an index."""
    date: str
    """The field that says when the item was published: articles of other days are then no references."""
    report: str
    """The field that gets what was found; "" for none."""


def read_settings(settings: BaseSettings) -> PipelineOptions:
    """Read the settings that begin with RESTORE_; raises `ConfigError` for a wrong or an unknown one."""
    unknown = sorted(n for n in settings if str(n).startswith("RESTORE_") and n not in _KNOWN)
    if unknown:
        raise ConfigError(f"{', '.join(unknown)}: no such setting; there are {', '.join(sorted(_KNOWN))}")
    fields = tuple(settings.getlist("RESTORE_FIELDS"))
    if not fields:
        raise ConfigError('RESTORE_FIELDS names no field: set it to those that hold texts, such as ["text"]')
    damaged = settings.get("RESTORE_DAMAGED", "fix")
    if damaged not in get_args(Damaged):
        raise ConfigError(f"RESTORE_DAMAGED must be one of {', '.join(get_args(Damaged))}, not {damaged!r}")
    names = {n: settings.get(n) or "" for n in _FIELDS}
    report = settings.get("RESTORE_REPORT_FIELD", "restoration") or ""
    if damaged == "flag" and not report:
        raise ConfigError("RESTORE_REPORT_FIELD must name a field of the items where RESTORE_DAMAGED is flag")
    if names["RESTORE_REFERENCES"] in fields or report in fields:
        raise ConfigError("RESTORE_FIELDS also holds the field of RESTORE_REFERENCES or RESTORE_REPORT_FIELD")
    folder = settings.get("RESTORE_REFERENCE_FOLDER") or ""
    if folder and not Path(folder).is_dir():
        raise ConfigError(f"RESTORE_REFERENCE_FOLDER: {folder} is no folder")
    return PipelineOptions(
        batch=BatchSettings(config=_config(settings), reference_folder=folder),
        fields=fields,
        damaged=damaged,
        references=names["RESTORE_REFERENCES"],
        id=names["RESTORE_ID_FIELD"],
        url=names["RESTORE_URL_FIELD"],
        date=names["RESTORE_DATE_FIELD"],
        report=report,
    )


def _config(settings: BaseSettings) -> Config:
    given = settings.get("RESTORE_CONFIG")
    if isinstance(given, str | Path):
        config = Config.from_toml(given)
    elif given is None or isinstance(given, Mapping):
        config = Config().replace(**dict(given or {}))
    else:
        raise ConfigError(f"RESTORE_CONFIG must be the path of a TOML file or a dict, not {type(given).__name__}")
    changes: dict[str, Any] = {}
    if settings.get("RESTORE_INDEX"):
        changes["index"] = str(settings.get("RESTORE_INDEX"))
    if settings.get("RESTORE_THRESHOLD") is not None:
        try:
            changes["min_confidence"] = settings.getfloat("RESTORE_THRESHOLD")
        except (TypeError, ValueError) as error:
            raise ConfigError(f"RESTORE_THRESHOLD must be a number from 0 to 1: {error}") from error
    return config.replace(**changes) if changes else config


class RestorePipeline:
    """Restores, flags or drops items; one thread and one engine for each spider."""

    def __init__(self, options: PipelineOptions, stats: StatsCollector, worker: Worker) -> None:
        self.options = options
        self._stats = stats
        self._worker = worker
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="restore")
        self._without_report: set[type] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read the settings of the spider.

        Raises `ConfigError` for a wrong one, `ModelNotFoundError` or `InputError` for a missing model, table or index.
        """
        options = read_settings(crawler.settings)
        _ = options.batch.fingerprint  # what is missing is told before the first page is fetched
        if crawler.stats is None:
            raise ConfigError("the crawler has no statistics yet: make the pipeline when it begins to crawl")
        return cls(options, crawler.stats, Worker(options.batch))

    async def process_item(self, item: Any, spider: Any = None) -> Any:
        """Return the item with its texts restored, flagged or as they were.

        Raises `DropItem` for a damaged one that is to be dropped. A text that cannot be worked on stays as it is.
        """
        del spider
        adapter = ItemAdapter(item)
        jobs = {name: self._job(adapter, name) for name in self.options.fields if self._has_text(adapter, name)}
        self._count("items")
        outcomes = await _aside(self._thread.submit(self._work, jobs)) if jobs else {}
        for name, outcome in outcomes.items():
            self._count_text(name, outcome)
        damaged = {name for name, o in outcomes.items() if o.verdict is not None and self._is_damaged(o.verdict)}
        if damaged:
            self._count("items_damaged")
        if damaged and self.options.damaged == "drop":
            self._count("items_dropped")
            raise DropItem(f"damaged: {', '.join(sorted(damaged))}")
        changes: dict[str, Any] = {}
        if self.options.damaged == "fix":
            changes = {n: text for n, o in outcomes.items() if (text := o.text(jobs[n])) is not None and not o.same}
            self._count("items_changed", bool(changes))
        report = self._report(jobs, outcomes, damaged, changes)
        if report and self._has_room(item, adapter):
            changes[self.options.report] = report
        return with_values(item, changes)

    def close_spider(self, spider: Any = None) -> None:
        """End the thread; every item is done by then."""
        del spider
        self._thread.shutdown(wait=False)

    def _work(self, jobs: Mapping[str, Job]) -> dict[str, Outcome]:
        """Work on the texts of an item, in the thread: whoever only flags or drops needs the verdict alone."""
        if self.options.damaged == "fix":
            return {name: self._worker.restore(job) for name, job in jobs.items()}
        return {name: check_job(job, self._worker.restorer) for name, job in jobs.items()}

    def _is_damaged(self, verdict: Verdict) -> bool:
        cascade = self.options.batch.config.cascade
        return verdict.probability >= cascade.min_probability and verdict.damaged_share >= cascade.min_share

    def _has_text(self, adapter: ItemAdapter, name: str) -> bool:
        value = adapter.get(name)
        if isinstance(value, str) and value.strip():
            return True
        self._count(
            "texts_missing" if value is None or value == "" or isinstance(value, str) else "texts_of_other_types"
        )
        return False

    def _job(self, adapter: ItemAdapter, name: str) -> Job:
        options = self.options
        return Job(
            text=clean(adapter[name]),
            id=clean(str(adapter.get(options.id) or "")) if options.id else "",
            url=clean(str(adapter.get(options.url) or "")) if options.url else "",
            date=clean(str(adapter.get(options.date) or "")) if options.date else "",
            references=references_of(_plain(adapter.get(options.references))) if options.references else (),
            where=f"the field {name}",
        )

    def _report(
        self, jobs: Mapping[str, Job], outcomes: Mapping[str, Outcome], damaged: set[str], changes: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return what was found in each field, as plain values; of a changed text also how it stood before."""
        found: dict[str, Any] = {}
        for name, outcome in outcomes.items() if self.options.report else ():
            found[name] = {
                "damaged": name in damaged,
                "verdict": msgspec.to_builtins(outcome.verdict),
                "corrections": msgspec.to_builtins(outcome.corrections),
                "error": outcome.error or None,
            }
            if name in changes:
                found[name]["original"] = jobs[name].text
        return found

    def _has_room(self, item: Any, adapter: ItemAdapter) -> bool:
        """Return whether an item can take the report; tell once for each type of items that it cannot."""
        report = self.options.report
        names = None if isinstance(item, dict) else adapter.field_names()
        if names is None or report in names or type(item) in self._without_report:
            return names is None or report in names
        fields = adapter.get_field_names_from_class(type(item))
        if fields is not None and report in fields:
            return True
        self._without_report.add(type(item))
        level = logging.ERROR if self.options.damaged == "flag" else logging.INFO
        _LOG.log(
            level,
            "%s has no field %r: nothing is told of its items; add the field, or set RESTORE_REPORT_FIELD",
            type(item).__name__,
            report,
        )
        return False

    def _count_text(self, name: str, outcome: Outcome) -> None:
        self._count("texts")
        if outcome.error:
            self._count("texts_with_error")
            _LOG.warning("the field %s stays as it is: %s", name, outcome.error)
            return
        if outcome.verdict is not None and self._is_damaged(outcome.verdict):
            self._count("texts_damaged")
        threshold = self.options.batch.config.threshold
        applied = sum(c.applies(threshold) for c in outcome.corrections)
        self._count("corrections", applied)
        self._count("proposals", len(outcome.corrections) - applied)

    def _count(self, what: str, number: int = 1) -> None:
        if number:
            self._stats.inc_value(f"restore/{what}", number)


async def _aside(future: Future[dict[str, Outcome]]) -> dict[str, Outcome]:
    """Wait for what another thread does, in the loop of asyncio or in a reactor of Twisted without one."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        from twisted.internet import reactor
        from twisted.internet.defer import Deferred

        waiting: Deferred[None] = Deferred()
        call: Any = getattr(reactor, "callFromThread")  # noqa: B009  (reactors have no type)
        future.add_done_callback(lambda _: call(waiting.callback, None))
        await waiting
        return future.result()
    return await asyncio.wrap_future(future)


def with_values(item: Any, values: Mapping[str, Any]) -> Any:
    """Return an item with some fields set: the same one, or, if it is frozen, a copy.

    Raises what the item raises for a value that it does not take.
    """
    adapter = ItemAdapter(item)
    try:
        for name, value in values.items():
            adapter[name] = value
    except AttributeError:  # what frozen dataclasses and frozen classes of attrs raise
        if is_dataclass(item) and not isinstance(item, type):
            return replace(item, **values)
        import attrs

        return attrs.evolve(item, **values)
    except ValueError as error:  # pydantic's ValidationError
        kinds = {each["type"] for each in error.errors()} if hasattr(error, "errors") else set()
        if not kinds or not kinds <= _FROZEN:
            raise
        return item.model_copy(update=dict(values))
    return item


def _plain(value: Any) -> Any:
    """Return references that are items themselves as plain dicts."""
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return ItemAdapter(value).asdict() if value is not None and ItemAdapter.is_item(value) else value
