"""`restore check`: is this text damaged, and where; nothing is changed."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import msgspec
import typer

from restore.cli import engine
from restore.cli.guard import guarded
from restore.cli.messages import busy
from restore.cli.options import Channels, ConfigFile, Output, TextFile, make_config
from restore.cli.reading import read_text
from restore.cli.writing import write_result
from restore.records import text_sha256
from restore.rendering.text import one_line, verdict_lines

HELP = """Say whether a text is damaged, and where; nothing is changed and no language model is needed.

Examples:

  restore check scraped.txt

  restore check scraped.txt --format json
"""


class CheckFormat(StrEnum):
    """What `check` can print."""

    text = "text"
    json = "json"


@guarded
def check(
    text: TextFile,
    format: Annotated[CheckFormat, typer.Option("--format", "-f", help="What to print.")] = CheckFormat.text,
    output: Output = None,
    channel: Channels = None,
    config: ConfigFile = None,
) -> None:
    """Check one text."""
    settings = make_config(config, channels=channel)
    source = read_text(text, settings.max_characters)
    restorer = engine.make_restorer(settings)
    with busy(f"checking {one_line(source.name)}"):
        verdict = restorer.check(source.text)
    if format is CheckFormat.text:
        lines = verdict_lines(one_line(source.name), source.text, verdict)
        write_result("".join(line + "\n" for line in lines).encode(), output)
        return
    fields: dict[str, Any] = {
        "name": source.name,
        "text_sha256": text_sha256(source.text),
        **msgspec.to_builtins(verdict),
    }
    write_result(msgspec.json.format(msgspec.json.encode(fields), indent=2) + b"\n", output)
