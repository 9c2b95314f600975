"""Take the picture of the review page in README.md: `python docs/make/picture.py`.

It needs a Chromium; without the causal model it would show fewer repairs.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from restore.records import Reference
from restore.restorer import Restorer
from restore.review.documents import ReviewDocument
from restore.review.page import render

ROOT = Path(__file__).parents[2]
ARTICLE = ROOT / "data" / "gold" / "berlin_wall"
PICTURE = ROOT / "docs" / "images" / "review.png"
PLACE = "Gate"
"""The place that is shown with its evidence; chosen by hand."""


def main() -> None:
    """Restore the article, open its review page, hold one place, and write what the browser shows."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        sys.exit("no Chromium: apt-get install chromium")
    reference = Reference("reference.txt", (ARTICLE / "reference.txt").read_text("utf-8"))
    found = Restorer().restore((ARTICLE / "spun.txt").read_text("utf-8"), references=[reference])
    document = ReviewDocument("spun.txt", found, (reference,))
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "review.html"
        path.write_text(render([document], "spun.txt"), "utf-8")
        page = playwright.chromium.launch(executable_path=browser).new_page(viewport={"width": 1180, "height": 660})
        page.goto(path.as_uri())
        page.locator("#text [data-id][role]").filter(has_text=PLACE).first.click()
        page.screenshot(path=PICTURE)


if __name__ == "__main__":
    main()
