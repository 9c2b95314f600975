"""The options that several commands share, and the config they make."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer

from restore.cli.reading import STDIN, read_text
from restore.config import Config
from restore.records import Reference


class Preset(StrEnum):
    """How sure a correction must be."""

    safe = "safe"
    balanced = "balanced"
    thorough = "thorough"


class LanguageModel(StrEnum):
    """The judges of fluency."""

    llama = "llama"
    bigram = "bigram"


TextFile = Annotated[str, typer.Argument(metavar="FILE", help="The text, or - for standard input.", show_default=False)]
References = Annotated[
    list[str] | None,
    typer.Option(
        "--reference",
        "-r",
        metavar="FILE",
        help="A clean article about the same event; may be given several times.",
        show_default=False,
    ),
]
Output = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write the result here, whole or not at all."),
]
MinConfidence = Annotated[
    float | None,
    typer.Option(
        "--min-confidence",
        min=0.0,
        max=1.0,
        metavar="0..1",
        help="Apply corrections this sure (default: what the preset says).",
        show_default=False,
    ),
]
PresetName = Annotated[
    Preset | None,
    typer.Option(
        "--preset",
        help="How sure a correction must be: safe (default), balanced or thorough (docs/quality.md).",
        show_default=False,
    ),
]
Judge = Annotated[
    LanguageModel | None,
    typer.Option(
        "--lm",
        help="The judge of fluency: llama is the better one (default), bigram needs no download.",
        show_default=False,
    ),
]
ConfigFile = Annotated[
    str | None, typer.Option("--config", metavar="FILE.toml", help="Settings from a file.", show_default=False)
]
Channels = Annotated[
    list[str] | None,
    typer.Option(
        "--channel",
        metavar="TABLE",
        help="A substitution table that `restore learn` wrote, on top of the shipped one; may be given several times.",
        show_default=False,
    ),
]
Index = Annotated[
    str | None,
    typer.Option(
        "--index",
        "-i",
        metavar="DIR",
        help="An index of clean articles (`restore index build`): those on the same event are found there.",
        show_default=False,
    ),
]
Url = Annotated[
    str,
    typer.Option("--url", metavar="URL", help="Where the text was scraped from: its words help --index."),
]
RepairEncoding = Annotated[
    bool,
    typer.Option("--repair-encoding", help="First mend wrongly decoded characters and HTML entities left over (ftfy)."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Only warnings and errors on stderr.")]


def make_config(
    config: str | None,
    min_confidence: float | None = None,
    language_model: LanguageModel | None = None,
    channels: Sequence[str] | None = None,
    preset: Preset | None = None,
    index: str | None = None,
    repair_encoding: bool = False,
) -> Config:
    """Read the config file, if any, and let the options win over it; raises `ConfigError`."""
    settings = Config.from_toml(config) if config else Config()
    changes: dict[str, Any] = {}
    if preset is not None:
        changes |= {"preset": preset.value, "min_confidence": None}
    if min_confidence is not None:
        changes["min_confidence"] = min_confidence
    if language_model is not None:
        changes["language_model"] = language_model.value
    if index is not None:
        changes["index"] = index
    if repair_encoding:
        changes["repair_encoding"] = True
    if channels:
        changes["channels"] = (*settings.channels, *channels)
    return settings.replace(**changes) if changes else settings


def read_references(paths: Sequence[str] | None, limit: int) -> tuple[Reference, ...]:
    """Read the reference files, each once; raises `InputError` if one is missing, unreadable or no text."""
    return tuple(Reference(path, read_text(path, limit).text) for path in dict.fromkeys(paths or ()))


def only_one_stdin(*paths: str) -> None:
    """Raise a usage error if standard input is asked for twice."""
    if paths.count(STDIN) > 1:
        raise typer.BadParameter("standard input (-) can be only one of the files")
