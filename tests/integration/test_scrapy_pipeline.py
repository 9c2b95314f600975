"""The item pipeline in real crawls of a site on this machine, each in a process of its own (a reactor starts once)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from restore import Config, Restorer

pytest.importorskip("scrapy", reason="Scrapy is not installed: pip install 'restore-text[scrapy]'")
pytest.importorskip("attrs", reason="attrs is not installed")
pytest.importorskip("pydantic", reason="pydantic is not installed")

pytestmark = pytest.mark.integration
ROOT = Path(__file__).parents[2]
GOLD = ROOT / "data" / "gold" / "berlin_wall"
SETTINGS = {
    "RESTORE_FIELDS": ["text"],
    "RESTORE_CONFIG": {"second_opinion": "never"},
    "RESTORE_THRESHOLD": 0.6,
    "RESTORE_REFERENCES": "about",
    "RESTORE_URL_FIELD": "url",
}
TYPES = {"dict", "Article", "DataArticle", "FrozenArticle", "AttrsArticle", "ModelArticle"}


def first_lines(name: str) -> str:
    lines = (GOLD / name).read_text(encoding="utf-8").splitlines()
    return "\n".join([line for line in lines if line.strip()][:2])


@cache
def spun() -> str:
    return first_lines("spun.txt")


@cache
def clean() -> str:
    return first_lines("reference.txt")


PAGES = {
    "/": '<a href="/spun">spun</a><a href="/clean">clean</a>',
    "/spun": "".join(f"<p>{line}</p>" for line in spun().splitlines()) + f"<aside>{clean()}</aside>",
    "/clean": "".join(f"<p>{line}</p>" for line in clean().splitlines()),
}


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        page = PAGES.get(self.path)
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(f"<!doctype html><html><body>{page}</body></html>".encode())

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def crawl(site: str, *settings: dict[str, Any]) -> tuple[list[dict[str, Any]], str]:
    """Return items and statistics of each spider, and what was written to stderr."""
    command = [sys.executable, str(Path(__file__).with_name("crawl.py")), site]
    done = subprocess.run(
        [*command, *(json.dumps({**SETTINGS, **each}) for each in settings)],
        capture_output=True,
        text=True,
        timeout=500,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]),
        },
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def of_page(run: dict[str, Any], page: str) -> dict[str, dict[str, Any]]:
    return {kind: item for kind, item in run["items"] if item["url"].endswith(page)}


@pytest.fixture(scope="module")
def both(site: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    """One process with two spiders: one mends what it finds, the other only flags."""
    (fixing, flagging), said = crawl(site, {"RESTORE_DAMAGED": "fix"}, {"RESTORE_DAMAGED": "flag"})
    return fixing, flagging, said


def test_damaged_items_of_every_kind_are_mended(both: tuple[dict[str, Any], dict[str, Any], str]) -> None:
    expected = Restorer(Config(second_opinion="never", min_confidence=0.6)).restore(spun(), [clean()])
    assert expected.applied
    items = of_page(both[0], "spun")
    assert set(items) == TYPES
    for item in items.values():
        assert item["text"] == expected.restored
        told = item["restoration"]["text"]
        assert told["original"] == spun()
        assert [(c["start"], c["replacement"]) for c in told["corrections"]] == [
            (c.start, c.replacement) for c in expected.corrections
        ]
    assert {item["text"] for item in of_page(both[0], "clean").values()} == {clean()}


def test_damaged_items_are_flagged_and_stay(both: tuple[dict[str, Any], dict[str, Any], str]) -> None:
    for page, text, damaged in (("spun", spun(), True), ("clean", clean(), False)):
        items = of_page(both[1], page)
        assert set(items) == TYPES
        for item in items.values():
            assert item["text"] == text
            assert item["restoration"]["text"]["damaged"] is damaged


def test_statistics_are_those_of_each_spider(both: tuple[dict[str, Any], dict[str, Any], str]) -> None:
    fixing, flagging = (
        {k.removeprefix("restore/"): v for k, v in run["stats"].items() if k.startswith("restore/")} for run in both[:2]
    )
    kinds = len(TYPES)
    common = {"items": 2 * kinds, "texts": 2 * kinds, "texts_damaged": kinds, "items_damaged": kinds}
    assert flagging == common
    told = of_page(both[0], "spun")["dict"]["restoration"]["text"]["corrections"]
    applied = sum(c["confidence"] >= 0.6 for c in told)
    counted = {"items_changed": kinds, "corrections": kinds * applied, "proposals": kinds * (len(told) - applied)}
    assert fixing == {k: v for k, v in {**common, **counted}.items() if v}
    assert both[2] == ""


def test_damaged_items_are_dropped_under_a_reactor_without_asyncio(site: str) -> None:
    reactor = "twisted.internet.selectreactor.SelectReactor"
    (run,), said = crawl(site, {"RESTORE_DAMAGED": "drop", "RESTORE_REPORT_FIELD": "", "TWISTED_REACTOR": reactor})
    assert {item["url"].rpartition("/")[2] for _, item in run["items"]} == {"clean"}
    assert run["stats"]["restore/items_dropped"] == run["stats"]["item_dropped_count"] == len(TYPES)
    assert "damaged: text" in said
