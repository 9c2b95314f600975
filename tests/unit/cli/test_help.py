"""The help of every command, as a terminal of 60 columns shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from restore.cli.app import app

COLUMNS = 60


def _commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the arguments that lead to each command that does something."""
    inside = getattr(command, "commands", {})
    for name, each in inside.items():
        yield from _commands(each, (*path, name))
    if not inside:
        yield path


ALL = list(_commands(get_command(app)))


def test_there_are_commands_of_groups_among_them() -> None:
    assert ("index", "build") in ALL and ("fix",) in ALL and len(ALL) > 15


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_help_fits_has_an_example_and_names_no_types_of_python(path: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(app, [*path, "--help"], prog_name="restore", terminal_width=COLUMNS)
    assert shown.exit_code == 0
    assert [line for line in shown.output.splitlines() if len(line) > COLUMNS] == []
    assert re.findall(r"<(?:list\[|str|int|float|bool)[^>]*>", shown.output) == []
    assert f"restore {' '.join(path)}" in shown.output.partition("Example")[2]
