"""`restore doctor`: what is installed, what is missing, and what mends it."""

from __future__ import annotations

import shutil
import textwrap
from typing import TYPE_CHECKING

import msgspec

from restore.cli.errors import reports_errors
from restore.cli.models import Format
from restore.cli.options import ConfigFile, make_config
from restore.cli.writing import write_result
from restore.errors import ModelDamagedError, ModelNotFoundError

if TYPE_CHECKING:
    from restore.cli.diagnosis import Check, Diagnosis

HELP = """Say what is installed, what is missing, what each missing part would add, and the command that mends it.

Hashes the tables and models; loads, fetches and writes nothing. Ends with 0 if `restore fix` has what it needs, else
with 5.

Examples:

  restore doctor

  restore doctor --format json

  restore doctor --config house.toml   (with the spaCy pipeline and LanguageTool server that it names)
"""
_TITLES = {"needed": "What restore fix needs", "optional": "What would add something", "machine": "This machine"}
_STATE_WIDTH = 9
"""Columns of the longest state."""
_NARROWEST, _WIDEST = 40, 100
"""Columns between which the page follows the terminal. By hand."""


@reports_errors
def doctor(format: Format = "table", config: ConfigFile = None) -> None:
    """Look at the installation."""
    from restore.cli.diagnosis import diagnose

    found = diagnose(make_config(config))
    if format == "json":
        write_result(msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n", None)
    else:
        write_result(as_text(found, shutil.get_terminal_size().columns).encode("utf-8", "backslashreplace"), None)
    if found.faults:
        first = found.faults[0]
        error = ModelDamagedError if first.state == "damaged" else ModelNotFoundError
        raise error(f"restore fix cannot work: {first.name} ({first.detail}): run `{first.remedy}`")


def as_text(found: Diagnosis, width: int) -> str:
    """Return a diagnosis as lines of `width` columns at most, but for commands and paths, which stay whole."""
    columns = min(_WIDEST, max(_NARROWEST, width))
    blocks = []
    for need, title in _TITLES.items():
        lines = [line for check in found.checks if check.need == need for line in _lines(check, columns)]
        blocks.append("\n".join([title, *lines]) + "\n")
    return "\n".join(blocks)


def _lines(check: Check, width: int) -> list[str]:
    """Return the lines of a part: its state, name and detail, and if it is not ready what it adds and what mends it."""
    indent = " " * (_STATE_WIDTH + 2)
    wrap = textwrap.TextWrapper(
        width, f"  {check.state:{_STATE_WIDTH}}", indent, break_long_words=False, break_on_hyphens=False
    )
    lines = wrap.wrap(f"{check.name}: {check.detail}")
    if check.state != "ready":
        wrap.initial_indent = indent
        lines += wrap.wrap(f"adds {check.adds}") if check.adds else []
        lines += [f"{indent}$ {check.remedy}"] if check.remedy else []
    return lines
