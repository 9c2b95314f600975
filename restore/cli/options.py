"""The options that several commands share, and the config they make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

import msgspec
import typer

from restore.cli.reading import STDIN, read_text
from restore.config import Config, Preset
from restore.errors import ConfigError
from restore.records import Reference

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
PublishedOn = Annotated[
    str,
    typer.Option(
        "--date",
        metavar="DATE",
        help="When the text was published: articles of other days are no references of --index.",
    ),
]
Grammar = Annotated[
    bool | None,
    typer.Option(
        "--grammar/--no-grammar",
        help="Ask LanguageTool too, or not (default: what the config says; see `restore languagetool`).",
        show_default=False,
    ),
]
RepairEncoding = Annotated[
    bool,
    typer.Option("--repair-encoding", help="First mend wrongly decoded characters and HTML entities left over (ftfy)."),
]
Rewrites = Annotated[
    bool,
    typer.Option(
        "--rewrites",
        help="Replace sentences told in other words by the reference's, where both state the same facts.",
    ),
]
Keep = Annotated[
    list[str] | None,
    typer.Option(
        "--keep",
        metavar="WORDS",
        help="A word or phrase to leave alone (docs/dictionaries.md); may be given several times, like the next ones.",
        show_default=False,
    ),
]
KeepPattern = Annotated[
    list[str] | None,
    typer.Option(
        "--keep-pattern", metavar="REGEX", help="Leave alone what this regular expression matches.", show_default=False
    ),
]
Prefer = Annotated[
    list[str] | None,
    typer.Option("--prefer", metavar="WRONG=RIGHT", help="Always replace WRONG by RIGHT.", show_default=False),
]
Dictionaries = Annotated[
    list[str] | None,
    typer.Option(
        "--dictionary",
        metavar="FILE",
        help="Words, patterns and rules to keep or prefer, one a line.",
        show_default=False,
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Only warnings and errors on stderr.")]


class DictionaryOptions(NamedTuple):
    """The entries of dictionaries that the command line names."""

    keep: Sequence[str] | None = None
    keep_patterns: Sequence[str] | None = None
    prefer: Sequence[str] | None = None
    files: Sequence[str] | None = None

    def fields(self) -> dict[str, Sequence[str]]:
        """Return them as the config has them; raises `ConfigError` if one is no WRONG=RIGHT or no pattern."""
        if self.keep_patterns:
            from restore.user_dictionary.dictionary import check_keep_patterns

            check_keep_patterns(self.keep_patterns, "--keep-pattern")
        return {
            "keep": self.keep or (),
            "keep_patterns": self.keep_patterns or (),
            "prefer": [_arrow(entry) for entry in self.prefer or ()],
            "files": self.files or (),
        }


def make_config(
    config: str | None,
    min_confidence: float | None = None,
    channels: Sequence[str] | None = None,
    preset: Preset | None = None,
    index: str | None = None,
    repair_encoding: bool = False,
    entries: DictionaryOptions | None = None,
    grammar: bool | None = None,
    rewrites: bool = False,
) -> Config:
    """Read the config file, if any, and let the options win over it; entries of dictionaries are added to its own.

    Raises `ConfigError`.
    """
    settings = Config.from_toml(config) if config else Config()
    changes: dict[str, Any] = {}
    if preset is not None:
        changes |= {"preset": preset, "min_confidence": None}
    if min_confidence is not None:
        changes["min_confidence"] = min_confidence
    if index is not None:
        if not index.strip():
            raise ConfigError(
                "--index is empty: name the folder of an index (`restore index build` makes one), or leave it out"
            )
        changes["index"] = index
    if grammar is not None:
        changes["languagetool"] = msgspec.structs.replace(settings.languagetool, enabled=grammar)
    if repair_encoding:
        changes["repair_encoding"] = True
    if rewrites:
        changes["rewrites"] = True
    if channels:
        changes["channels"] = (*settings.channels, *channels)
    given = (entries or DictionaryOptions()).fields()
    if any(given.values()):
        fields = msgspec.to_builtins(settings.dictionary)
        changes["dictionary"] = {**fields, **{name: (*fields[name], *more) for name, more in given.items()}}
    return settings.replace(**changes) if changes else settings


def _arrow(entry: str) -> str:
    """Write WRONG=RIGHT as the config has it; raises `ConfigError` if there is no sign of equality."""
    wrong, equals, right = entry.partition("=")
    if not equals:
        raise ConfigError(f"--prefer {entry!r} does not say what to write: give it as WRONG=RIGHT")
    return f"{wrong.strip()} -> {right.strip()}"


def read_references(paths: Sequence[str] | None, limit: int) -> tuple[Reference, ...]:
    """Read the reference files, each once; raises `InputError` if one is missing, unreadable or no text."""
    return tuple(Reference(path, read_text(path, limit).text) for path in dict.fromkeys(paths or ()))


def only_one_stdin(*paths: str) -> None:
    """Raise a usage error if standard input is asked for twice."""
    if paths.count(STDIN) > 1:
        raise typer.BadParameter("standard input (-) can be only one of the files")
