"""A headless Chromium for the tests of the review page; without one they are skipped and say what to install."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from restore.review.documents import ReviewDocument
from restore.review.page import render

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_REMEDY = "install Chromium: `apt-get install chromium`, or `.venv/bin/playwright install chromium`"


@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    """The browser, of the system or of Playwright."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs the extra dev: `pip install -e '.[dev]'`")
    with sync_api.sync_playwright() as playwright:
        own = playwright.chromium.executable_path
        named = [os.environ.get("RESTORE_CHROMIUM"), *map(shutil.which, _NAMES), own if Path(own).exists() else None]
        path = next(filter(None, named), None)
        if path is None:
            pytest.skip(f"no browser: {_REMEDY}")
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()


class Opened:
    """A page in the browser, and all that it said, asked for and failed at."""

    def __init__(self, page: Any, path: Path) -> None:
        self.page, self.path = page, path
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (self.said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: self.asked.append(request.url))
        page.goto(path.as_uri())

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def wait_for(self, view: str) -> None:
        """Wait until the page has turned, which it does when the browser has told it of the new address."""
        self.page.locator(view).wait_for()

    def current(self) -> str:
        """What stands in the panel's heading: what becomes what."""
        return " ".join(self.page.locator("#panel h2").inner_text().split())

    def go_to(self, words: str) -> None:
        """Make the place of these words the current one, by mouse."""
        self.page.locator("#text [data-id][role]").filter(has_text=words).first.click()

    def download(self, button: str, folder: Path) -> Path:
        with self.page.expect_download() as caught:
            self.page.click(button)
        target = folder / caught.value.suggested_filename
        caught.value.save_as(target)
        return target


@pytest.fixture
def open_page(chromium: Any, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Opens documents as a page, or a page that there is; says at the end if it complained about anything."""
    contexts: list[Any] = []
    opened: list[Opened] = []

    def make(documents: Sequence[ReviewDocument] | Path, **options: Any) -> Opened:
        path = tmp_path / "review.html"
        if isinstance(documents, Path):
            path = documents
        else:
            path.write_text(render(documents, "Review"), encoding="utf-8")
        contexts.append(chromium.new_context(**{"viewport": {"width": 1400, "height": 900}, **options}))
        opened.append(Opened(contexts[-1].new_page(), path))
        return opened[-1]

    yield make
    for context in contexts:
        context.close()
    assert [line for each in opened for line in each.said] == []
    assert {url for each in opened for url in each.asked if not url.startswith("blob:")} <= {
        e.path.as_uri() for e in opened
    }
