"""`restore help TOPIC`: a section of docs/, whose pages come with the package, so that none stands twice."""

from __future__ import annotations

import re
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from restore.cli.errors import reports_errors
from restore.cli.writing import write_result
from restore.errors import ModelNotFoundError

HELP = """Show a topic of the manual: exit-codes, references, presets, formats, batch, operations, review or
completion.

Of a command `restore COMMAND --help` says more.

Examples:

  restore help exit-codes

  restore help presets
"""


class Section(NamedTuple):
    """Where a topic is written: a file, and the heading of the section; without one what stands before the second."""

    file: str
    heading: str = ""


class Topic(StrEnum):
    """What help is there about."""

    exit_codes = "exit-codes"
    references = "references"
    presets = "presets"
    formats = "formats"
    batch = "batch"
    operations = "operations"
    review = "review"
    completion = "completion"


_SECTIONS = {
    Topic.exit_codes: Section("docs/command-line.md", "Exit codes"),
    Topic.references: Section("docs/references.md", "References"),
    Topic.presets: Section("docs/thresholds.md", "Presets"),
    Topic.formats: Section("docs/command-line.md", "Files and encodings"),
    Topic.batch: Section("docs/batch.md"),
    Topic.operations: Section("docs/operations.md", "Operating it"),
    Topic.review: Section("docs/review.md"),
    Topic.completion: Section("docs/installation.md", "Completion"),
}
_MARK = re.compile(r"^<!--.*-->\n", re.MULTILINE)
"""What a page says to our tests only."""
_HEADING = re.compile(r"^(#{1,6}) +(.+?)\s*$")


@reports_errors
def show(
    topic: Annotated[
        Topic | None,
        typer.Argument(metavar="TOPIC", help="Without one they are listed.", show_default=False),
    ] = None,
) -> None:
    """Show a topic."""
    if topic is None:
        write_result(("topics: " + ", ".join(Topic) + "\nrestore help TOPIC shows one\n").encode(), None)
        return
    text = section(topic)
    if sys.stdout is None or not sys.stdout.isatty():
        write_result(text.encode(), None)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(text, hyperlinks=False))


def section(topic: Topic) -> str:
    """Return the Markdown of a topic; raises `ModelNotFoundError` if the installation lacks its file."""
    place = _SECTIONS[topic]
    return _MARK.sub("", cut(_read(place.file), place.heading))


def cut(text: str, heading: str) -> str:
    """Return the section under a heading, with those below it; for "" what stands before the second heading.

    Raises `ModelNotFoundError` if there is no such heading.
    """
    kept: list[str] = []
    level = 0
    fenced = False
    for line in text.splitlines():
        fenced ^= line.startswith("```")
        found = None if fenced else _HEADING.match(line)
        if found and level and (len(found[1]) <= level or not heading):
            break
        if found and not level and heading in ("", found[2]):
            level = len(found[1])
        if level:
            kept.append(line)
    if not kept:
        raise ModelNotFoundError(f"the manual has no section {heading!r}: install the package again")
    return "\n".join(kept).strip() + "\n"


def _read(name: str) -> str:
    """Read a file of the manual: inside the package as installed, beside it in a checkout."""
    package = Path(__file__).parents[1]
    for folder in (package / "guide", package.parent):
        path = folder / name
        if path.is_file():
            return path.read_text("utf-8")
    raise ModelNotFoundError(f"{name} of the manual is missing: install the package again")
