"""docs/security.md names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")


@pytest.mark.parametrize(
    "file", sorted(set(re.findall(r"\b(?:(?:unit|integration|property)/[\w/]*)?test_\w+\.py", PAGE)))
)
def test_every_file_that_it_names_exists(file: str) -> None:
    assert list((ROOT / "tests").rglob(file))


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(test_\w+)`", PAGE))))
def test_every_test_that_it_names_exists(name: str) -> None:
    assert any(f"def {name}(" in path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
