"""One crawl of a local site in a process of its own: `python crawl.py URL SETTINGS...`, a spider for each settings.

Prints a line of JSON for each spider: its items and its statistics. A page gives one item of every kind.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterator
from typing import Any

import attrs
import pydantic
import scrapy
from itemadapter import ItemAdapter
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response


class Article(scrapy.Item):
    kind = scrapy.Field()
    url = scrapy.Field()
    text = scrapy.Field()
    about = scrapy.Field()
    restoration = scrapy.Field()


@dataclasses.dataclass
class DataArticle:
    kind: str
    url: str
    text: str
    about: list[str]
    restoration: dict[str, Any] | None = None


@dataclasses.dataclass(frozen=True)
class FrozenArticle:
    kind: str
    url: str
    text: str
    about: list[str]
    restoration: dict[str, Any] | None = None


@attrs.define
class AttrsArticle:
    kind: str
    url: str
    text: str
    about: list[str]
    restoration: dict[str, Any] | None = None


class ModelArticle(pydantic.BaseModel):
    kind: str
    url: str
    text: str
    about: list[str]
    restoration: dict[str, Any] | None = None


KINDS = {
    "dict": dict,
    "item": Article,
    "dataclass": DataArticle,
    "frozen": FrozenArticle,
    "attrs": AttrsArticle,
    "pydantic": ModelArticle,
}


class News(scrapy.Spider):
    name = "news"

    def __init__(self, url: str, found: list[Any], **rest: Any) -> None:
        super().__init__(**rest)
        self.start_urls = [url]
        self.found = found

    def parse(self, response: Response) -> Iterator[Any]:
        if response.url.endswith("/"):
            yield from response.follow_all(css="a")
            return
        text = "\n".join(response.css("p::text").getall())
        for kind, make in KINDS.items():
            yield make(kind=kind, url=response.url, text=text, about=response.css("aside::text").getall())


class Last:
    """Stands behind the pipeline and keeps what comes out of it."""

    def process_item(self, item: Any, spider: Any = None) -> Any:
        self.spider.found.append([type(item).__name__, ItemAdapter(item).asdict()])
        return item

    @classmethod
    def from_crawler(cls, crawler: Any) -> Last:
        made = cls()
        made.spider = crawler.spider
        return made


def main() -> None:
    url, *given = sys.argv[1:]
    runs = []
    common = {
        "ITEM_PIPELINES": {"restore.integrations.scrapy_pipeline.RestorePipeline": 300, Last: 400},
        "LOG_LEVEL": "WARNING",
        "TELNETCONSOLE_ENABLED": False,
        "RETRY_ENABLED": False,
    }
    wanted = [json.loads(settings) for settings in given]
    reactor = {k: v for k, v in wanted[0].items() if k == "TWISTED_REACTOR"}
    process = CrawlerProcess({**common, **reactor})
    for number, settings in enumerate(wanted):
        spider = type(f"News{number}", (News,), {"name": f"news{number}", "custom_settings": settings})
        crawler, found = process.create_crawler(spider), []
        process.crawl(crawler, url=url, found=found)
        runs.append((crawler, found))
    process.start()
    for crawler, found in runs:
        stats = {k: v for k, v in crawler.stats.get_stats().items() if isinstance(v, int | float | str)}
        print(json.dumps({"items": found, "stats": stats}))


if __name__ == "__main__":
    main()
