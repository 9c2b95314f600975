"""Every command and snippet of README.md and of the site is run, or says why not; shown outputs are what comes out."""

from __future__ import annotations

import contextlib
import doctest
import io
import json
import os
import re
import runpy
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from restore.config import Config
from restore.restorer import Restorer
from restore.text import parsing

from .blocks import PAGES, ROOT, Block, blocks, commands, steps
from .shell import Shell

pytestmark = pytest.mark.integration
FILES = Path(__file__).parent / "files"
RUN, READ, SHOWN = {"sh", "console", "python"}, {"toml", "json", "jsonl"}, {"text", "indented"}
ELSEWHERE = {"integrations.md": "test_integrations_page.py"}
"""Pages whose Python a test of their own runs, which also looks at what comes of it."""
_CODE = re.compile(r"^(\$ |restore |pip |make |import |from \w+ import |\w+ = )", re.MULTILINE)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with what the pages speak of; made of the first text, all models are loaded then."""
    for module in ("errant", "jinja2", "matplotlib", "pebble", "tantivy", "trafilatura"):
        pytest.importorskip(module, reason="needs the extras batch, evaluate, index and review")
    if not hasattr(os, "fork") or shutil.which("bash") is None:
        pytest.skip("needs bash, and processes that fork")
    folder = tmp_path_factory.mktemp("files") / "here"
    shutil.copytree(FILES, folder)
    (folder / "data").symlink_to(ROOT / "data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsing, "Parser", cache(parsing.Parser))  # the one part that every restorer loads for itself
        spun, clean = ((folder / name).read_text("utf-8") for name in ("spun.txt", "clean.txt"))
        found = Restorer(Config(second_opinion="never")).restore(spun, references=[clean])
        reviewed = [replace(c, review="accepted") if c.confidence > 0.5 else c for c in found.corrections]
        for name in ("reviewed", "downloads"):
            (folder / name).mkdir()
            plan = replace(found, corrections=tuple(reviewed)).to_json()
            (folder / name / "bridge.json").write_text(plan, "utf-8")
        yield folder


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    made = Shell(tmp_path_factory.mktemp("shell"))
    yield made
    made.close()


@pytest.fixture
def place(files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as a reader of the pages has it, without the causal model, whose weights may be missing."""
    here = tmp_path / "here"
    shutil.copytree(files, here, symlinks=True)
    for name, value in (("RESTORE_CACHE", str(tmp_path / "cache")), ("COLUMNS", "110"), ("PYTHONPATH", str(ROOT))):
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(here)
    return here


def run(block: Block, shell: Shell, place: Path, names: dict[str, Any]) -> None:
    """Run a block in a folder; `names` are those of the page's Python."""
    if block.language in ("sh", "console"):
        for command, expected in steps(block):
            code, output = shell.run(command, place)
            assert code == 0, f"{block.place}: exit code {code}\n{command}\n{output}"
            check_output(block, command, expected, output)
    elif block.language == "python":
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(block.text, block.place, "exec"), names)
    elif block.language == "toml":
        (place / "checked.toml").write_text(block.text, "utf-8")
        Config.from_toml(place / "checked.toml")
    elif block.language in ("json", "jsonl"):
        for part in block.text.splitlines() if block.language == "jsonl" else [block.text]:
            json.loads(part)


def check_output(block: Block, command: str, expected: str | None, output: str) -> None:
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    if expected is not None and not doctest.OutputChecker().check_output(expected, output, flags):
        pytest.fail(f"{block.place}: {command}\nthe page shows:\n{expected}\nit prints:\n{output}")


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_page(page: Path, shell: Shell, place: Path) -> None:
    names: dict[str, Any] = {"__name__": "example"}
    for block in blocks(page):
        if block.file:
            (place / block.file).write_text(block.text, "utf-8")
    for block in blocks(page):
        if not block.not_run and (block.language != "python" or page.name not in ELSEWHERE):
            run(block, shell, place, names)


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_every_block_is_run_or_says_why_not(page: Path) -> None:
    for block in blocks(page):
        assert block.language in RUN | READ | SHOWN, f"{block.place}: {block.language or 'no language'}"
        assert block.language not in SHOWN or not _CODE.search(block.text), f"{block.place}: is this code?"


def test_the_tests_of_other_pages_exist() -> None:
    for page, test in ELSEWHERE.items():
        assert page in (ROOT / "tests" / "integration" / test).read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_commands_that_are_not_run_have_options_that_exist(page: Path) -> None:
    for block in blocks(page):
        if block.language in ("sh", "console") and block.not_run:
            for arguments in commands(block.text):
                check_options(arguments, block.place)


def test_examples_of_the_help_have_options_that_exist() -> None:
    page = runpy.run_path(str(ROOT / "docs" / "make" / "hooks.py"))["command_line_page"]()
    examples = [block for block in blocks(ROOT / "docs" / "cli.md", page) if block.language == "sh"]
    found = [arguments for block in examples for arguments in commands(block.text)]
    assert len(found) > 40
    for arguments in found:
        check_options(arguments, "the help of " + " ".join(arguments[:1]))


def check_options(arguments: list[str], where: str) -> None:
    """Fail unless `restore` takes the arguments; whether the files are there is not asked."""
    from typer.main import get_command

    from restore.cli.app import app

    command, context, rest = get_command(app), None, arguments
    while True:
        context = command.make_context("restore", list(rest), parent=context)
        if not hasattr(command, "commands"):
            return
        _, found, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        assert found is not None, f"{where}: no command {rest}"
        command = found
