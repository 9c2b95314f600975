"""The examples of docs/integrations.md, run section by section as they stand there."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from restore.candidates.base import Context
from restore.candidates.others import OtherSource
from restore.text.parsing import Parser

pytestmark = pytest.mark.integration
PAGE = Path(__file__).parents[2] / "docs" / "integrations.md"


def sections() -> dict[str, list[str]]:
    parts = re.split(r"^## (.+)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    found = {
        name: re.findall(r"```python\n(.*?)```", body, re.DOTALL)
        for name, body in zip(parts[1::2], parts[2::2], strict=True)
    }
    return {name: blocks for name, blocks in found.items() if blocks}


def run(section: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "example"}
    for block in sections()[section]:
        exec(compile(block, f"{PAGE.name}: {section}", "exec"), names)
    return names


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    root, own = logging.getLogger(), logging.getLogger("restore")
    kept, level = root.handlers[:], own.level
    yield
    root.handlers[:] = kept
    own.setLevel(level)


def test_every_section_with_an_example_is_run() -> None:
    tested = {"spaCy", "Scrapy", "asyncio", "pandas", "Polars", "Logging", "Threads, processes, files"}
    assert set(sections()) == tested | {"Candidate sources of other packages"}


def test_spacy(capsys: pytest.CaptureFixture[str]) -> None:
    from restore.integrations import spacy_component  # noqa: F401  (where the entry point is not installed)

    names = run("spaCy")
    assert "President" in capsys.readouterr().out
    assert names["doc"]._.restoration.references[0].accepted


def test_scrapy() -> None:
    pytest.importorskip("scrapy", reason="Scrapy is not installed: pip install 'restore-text[scrapy]'")
    from scrapy.settings import Settings

    from restore.integrations.scrapy_pipeline import read_settings

    options = read_settings(Settings(run("Scrapy")["News"].custom_settings))
    assert options.fields == ("title", "text")
    known = set(re.findall(r"`(RESTORE_[A-Z_]+)`", PAGE.read_text(encoding="utf-8")))
    with pytest.raises(ValueError, match="no such setting") as error:
        read_settings(Settings({"RESTORE_X": 1}))
    assert known == set(re.findall(r"RESTORE_[A-Z_]+", str(error.value))) - {"RESTORE_X"}


def test_a_source_of_another_package() -> None:
    source = OtherSource("ballots", "ballots (a page 1.0)", run("Candidate sources of other packages")["Ballots"]())
    (candidate,) = source.propose(Context(Parser().parse("The council balloted on Tuesday.")))
    assert candidate.replacement == "voted"
    assert [(e.kind, e.source) for e in candidate.evidence] == [("package", "ballots")]


def test_asyncio() -> None:
    assert [r.text[:8] for r in run("asyncio")["results"]] == ["Chairman", "The whit"]


@pytest.mark.parametrize(("section", "module"), [("pandas", "pandas"), ("Polars", "polars")])
def test_frames(section: str, module: str) -> None:
    pytest.importorskip(module, reason=f"{module} is not installed")
    frame = run(section)["frame"]
    assert list(frame["restored"])[1] == ""
    assert ["empty" in error for error in frame["error"]] == [False, True, False]


@pytest.mark.parametrize("section", ["Logging", "Threads, processes, files"])
def test_the_others_run(section: str) -> None:
    run(section)
