"""What the first screen of README.md promises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .blocks import ROOT, blocks

README = (ROOT / "README.md").read_text("utf-8")


def test_before_becomes_after() -> None:
    """The tutorial shows both, and what it shows is compared with what comes out (test_pages.py)."""
    shown = "".join(b.text for b in blocks(ROOT / "docs" / "tutorial.md") if b.language == "console" and not b.not_run)
    rows = re.findall(r"^\| ([A-Z][^|]+) \| ([A-Z][^|]+) \|$", README, re.MULTILINE)
    assert len(rows) == 2
    for before, after in rows:
        assert before in shown
        assert after in shown


def test_it_is_short_and_begins_with_what_one_can_do() -> None:
    lines = README.splitlines()
    assert len(lines) < 150
    assert [line.split("#")[0].strip() for line in lines if line.startswith("make ")][:2] == ["make demo", "make test"]
    assert README.index("make test") < README.index("| before | after |") < README.index("docs/images/review.png")


def test_its_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)[)#]", README):
        assert (ROOT / target).exists(), target


@pytest.mark.parametrize("picture", sorted((ROOT / "docs" / "images").iterdir()), ids=lambda path: Path(path).name)
def test_pictures_are_small(picture: Path) -> None:
    assert picture.stat().st_size < 200_000
