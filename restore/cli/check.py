"""`restore check`: are these texts damaged, how badly, by which spinner, and where; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
import typer

from restore.cli import engine
from restore.cli.errors import reports_errors
from restore.cli.messages import busy, say
from restore.cli.options import (
    Channels,
    ConfigFile,
    Dictionaries,
    DictionaryOptions,
    Grammar,
    Keep,
    KeepPattern,
    Output,
    References,
    make_config,
    only_one_stdin,
    read_references,
)
from restore.cli.reading import SourceText, read_text
from restore.cli.writing import check_target, write_result
from restore.errors import InputError
from restore.records import text_sha256
from restore.rendering.text import one_line, verdict_lines

if TYPE_CHECKING:
    from restore.config import Config
    from restore.records import Reference, Verdict

FAILED_OVER = 10
"""Exit code of `--fail-over`: every text was judged, and one of them is too badly damaged."""

HELP = """Say whether texts are damaged, how badly, by which family of spinners, and where; nothing is changed.

With --fail-over SHARE the exit code is 10 if a text is called damaged and the estimated share of its damaged words is
above SHARE (0 to 1; 0: any damaged text). A text that cannot be read is reported, the others go on, and its exit code
(3) wins.

With --reference, say also whether a text is that article in other words (translated back and forth, or paraphrased),
which its own words seldom show. Exit codes do not depend on it.

Examples:

  restore check scraped.txt

  restore check scraped/*.txt --format jsonl > verdicts.jsonl

  restore check translated.txt --reference clean.txt

  curl -s URL | restore check - --fail-over 0.2 || echo "do not use"
"""


CheckFormat = Literal["text", "json", "jsonl"]
"""What `check` can print."""


@reports_errors
def check(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE", help="The texts; - is standard input.", show_default=False)
    ],
    reference: References = None,
    format: Annotated[
        CheckFormat,
        typer.Option("--format", "-f", help="What to print; json is one object, or a list of them for several texts."),
    ] = "text",
    output: Output = None,
    fail_over: Annotated[
        float | None,
        typer.Option(
            "--fail-over",
            min=0.0,
            max=1.0,
            metavar="SHARE",
            help="Exit with 10 if a text is damaged and more than this share of its words is.",
            show_default=False,
        ),
    ] = None,
    channel: Channels = None,
    grammar: Grammar = None,
    config: ConfigFile = None,
    keep: Keep = None,
    keep_pattern: KeepPattern = None,
    dictionary: Dictionaries = None,
) -> None:
    """Check texts one by one; what is printed to stdout comes as soon as it is known."""
    only_one_stdin(*files, *(reference or ()))
    check_target(output)
    entries = DictionaryOptions(keep, keep_pattern, files=dictionary)
    settings = make_config(config, channels=channel, grammar=grammar, entries=entries)
    checked = _Checked(settings, read_references(reference, settings.max_characters))
    pieces: list[bytes] = []
    for source, verdict in checked.run(files):
        piece = _shown(source, verdict, format, checked.fingerprint, several=len(files) > 1)
        if output is None and (format != "json" or len(files) == 1):
            write_result(piece, None)
        else:
            pieces.append(piece)
    several = format == "json" and len(files) > 1
    if several or output is not None:  # an empty list is JSON too
        write_result(b"[\n" + b",\n".join(pieces) + b"\n]\n" if several else b"".join(pieces), output)
    if checked.error is not None:
        raise typer.Exit(checked.error.exit_code)
    if fail_over is not None and checked.worst > fail_over:
        raise typer.Exit(FAILED_OVER)


class _Checked:
    """The texts and their verdicts; `worst` is the highest share of a damaged one, `error` the first failure."""

    def __init__(self, settings: Config, references: tuple[Reference, ...]) -> None:
        self._references = references
        self._limit = settings.max_characters
        self._restorer = engine.make_restorer(settings)
        self._grammar = settings.languagetool.enabled
        self.fingerprint = self._restorer.fingerprint
        self.worst = -1.0
        self.error: InputError | None = None

    def run(self, files: list[str]) -> Iterator[tuple[SourceText, Verdict]]:
        for path in files:
            try:
                source = read_text(path, self._limit)
                with busy(f"checking {one_line(source.name)}"):
                    verdict = self._restorer.check(source.text, self._references)
                if self._references and verdict.rewritten is None:
                    say(f"warning: no reference is about the same event as {one_line(source.name)}")
                for note in self._restorer.take_notes() if self._grammar else ():
                    say(f"note: {note}")
            except InputError as error:
                if len(files) == 1:
                    raise
                say(f"error: {error}")
                self.error = self.error or error
                continue
            if verdict.damaged:  # a share of 0 still is more than none
                self.worst = max(self.worst, verdict.damaged_share, 1e-9)
            yield source, verdict


def _shown(source: SourceText, verdict: Verdict, format: CheckFormat, fingerprint: str, several: bool) -> bytes:
    """Write one verdict: lines for people, or an object.

    It has `name`, `text_sha256`, `config_fingerprint` (as plans have it), the fields of the verdict, and `evidence`.
    """
    if format == "text":
        lines = verdict_lines(one_line(source.name), source.text, verdict)
        return "".join(line + "\n" for line in lines).encode()
    fields: dict[str, Any] = {
        "name": source.name,
        "text_sha256": text_sha256(source.text),
        "config_fingerprint": fingerprint,
        **msgspec.to_builtins(verdict),
        "evidence": msgspec.to_builtins(verdict.evidence),
    }
    data = msgspec.json.encode(fields)
    if format == "jsonl":
        return data + b"\n"
    return msgspec.json.format(data, indent=2) + (b"" if several else b"\n")
