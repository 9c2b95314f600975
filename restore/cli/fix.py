"""`restore fix`: the restored text, the plan that leads to it, or a diff."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer
from msgspec.structs import replace

from restore.cli import engine
from restore.cli.errors import reports_errors
from restore.cli.messages import busy, console, say
from restore.cli.options import (
    Channels,
    ConfigFile,
    Dictionaries,
    DictionaryOptions,
    Grammar,
    Index,
    Keep,
    KeepPattern,
    MinConfidence,
    Output,
    Prefer,
    PresetName,
    PublishedOn,
    Quiet,
    References,
    RepairEncoding,
    Rewrites,
    Url,
    make_config,
    only_one_stdin,
    read_references,
)
from restore.cli.pages import check_page, page_document, write_page
from restore.cli.reading import STDIN, SourceText, read_text
from restore.cli.writing import write_result
from restore.records import Restoration
from restore.rendering.diff import unified
from restore.rendering.text import (
    conflict_lines,
    left_alone_lines,
    one_line,
    reference_lines,
    rewritten_lines,
    spin_lines,
)

HELP = """Restore a text; a clean article about the same event helps most.

Examples:

  restore fix spun.txt --reference clean.txt

  restore fix spun.txt -r one.txt -r two.txt -o restored.txt --explain

  restore fix spun.txt -r clean.txt --format json > plan.json   (every correction explained)

  restore fix spun.txt -r clean.txt --format html -o review.html   (a page on which to decide; see `restore review`)

  curl -s ... | restore fix - --format diff

  restore fix translated.txt -r clean.txt --rewrites   (puts in whole sentences of the reference)

  restore fix spun.txt --index clean.index   (finds the clean articles itself; see `restore index build`)

  restore fix spun.txt --keep "Rolling Stone" --prefer "Shrub=Bush" --dictionary house_style.txt

  restore fix spun.txt other_spin.txt third_spin.txt --spins   (restores spun.txt)

With --spins the further files are other damaged versions of the same article: what one of them lost, another may have
kept. Only the first file is restored; the others are read, never written. A file that is another article is reported
and ignored.

Sentences that tell the same as the reference in other words (translated back and forth, paraphrased) are proposed whole
(--explain, --format json). With --rewrites those are put in whose figures, names, denials and speakers all agree.
"""

Texts = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE",
        help="The text, or - for standard input; with --spins, other spins of it.",
        show_default=False,
    ),
]


FixFormat = Literal["text", "json", "diff", "html"]
"""What `fix` can print."""


@reports_errors
def fix(
    texts: Texts,
    spins: Annotated[
        bool, typer.Option("--spins", help="The further FILEs are other spins of the first, the one to restore.")
    ] = False,
    reference: References = None,
    index: Index = None,
    url: Url = "",
    date: PublishedOn = "",
    format: Annotated[FixFormat, typer.Option("--format", "-f", help="What to print.")] = "text",
    output: Output = None,
    preset: PresetName = None,
    min_confidence: MinConfidence = None,
    channel: Channels = None,
    grammar: Grammar = None,
    config: ConfigFile = None,
    repair_encoding: RepairEncoding = False,
    rewrites: Rewrites = False,
    keep: Keep = None,
    keep_pattern: KeepPattern = None,
    prefer: Prefer = None,
    dictionary: Dictionaries = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Tables of repairs, evidence and refusals on stderr.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Restore one text."""
    _check_files(texts, spins)
    only_one_stdin(*texts, *(reference or ()))
    if format == "html":
        check_page(output)
    entries = DictionaryOptions(keep, keep_pattern, prefer, dictionary)
    settings = make_config(config, min_confidence, channel, preset, index, repair_encoding, entries, grammar, rewrites)
    source = read_text(texts[0], settings.max_characters)
    others = read_references(texts[1:], settings.max_characters)
    references = read_references(reference, settings.max_characters)
    restorer = engine.make_restorer(settings)
    if not quiet:
        engine.note_second_opinion(settings)
    with busy(f"restoring {one_line(source.name)}"):
        where = {name: value for name, value in (("url", url), ("date", date)) if value}
        restoration = restorer.restore(source.text, references=references, spins=others, **where)
    restoration = replace(restoration, origin=source.origin)
    _report_references(restoration, quiet)
    if format == "html":
        write_page(
            [page_document(source.name, restoration, (*references, *others), settings.index)], source.name, output
        )
    else:
        encoding, data = _render(restoration, source, format)
        write_result(data, output, encoding)
    _report_outcome(restoration, explain, quiet)


def _check_files(paths: Sequence[str], spins: bool) -> None:
    """Raise a usage error unless there is one text, or several different ones with --spins."""
    if not spins:
        if len(paths) > 1:
            raise typer.BadParameter(
                f"{len(paths)} files are too many: `fix` restores one text. Give clean articles with --reference;"
                " if the other files are spins of the first, add --spins"
            )
        return
    if len(paths) < 2:
        raise typer.BadParameter("--spins needs the text and at least one other spin of it: restore fix A B --spins")
    seen: dict[Path | str, str] = {}
    for path in paths:
        place = path if path == STDIN else Path(path).resolve()
        if place in seen:
            raise typer.BadParameter(f"{path} is given twice: the same spin says nothing new")
        seen[place] = path


def _render(restoration: Restoration, source: SourceText, format: FixFormat) -> tuple[str, bytes]:
    """Return the result in the format asked for, and its encoding."""
    if format == "json":
        return "utf-8", restoration.to_json().encode() + b"\n"
    if format == "text":
        return source.encoding, source.encode(restoration.restored)
    mark = "\ufeff" if source.mark == codecs.BOM_UTF8 else ""
    difference = unified(mark + source.text, mark + restoration.restored, one_line(source.name))
    if source.mark or not source.encoding.startswith("windows"):
        return "utf-8", difference.encode()
    # A patch of a file must be in the encoding of that file.
    return source.encoding, source.encode(difference)


def _report_references(restoration: Restoration, quiet: bool) -> None:
    for accepted, line in (*reference_lines(restoration), *spin_lines(restoration)):
        if not accepted:
            say(f"warning: {line}")
        elif not quiet:
            say(line)


def _report_outcome(restoration: Restoration, explain: bool, quiet: bool) -> None:
    for note in restoration.notes:
        say(f"note: {note}")
    if not quiet:
        for line in conflict_lines(restoration):
            say(line)
        for line in rewritten_lines(restoration):
            say(line)
    if explain:
        from restore.rendering.table import (
            conflicts_table,
            corrections_table,
            evidence_table,
            refused_table,
            rewrites_table,
        )

        terminal = console()
        terminal.print(corrections_table(restoration))
        terminal.print(evidence_table(restoration))
        if restoration.rewrites:
            terminal.print(rewrites_table(restoration))
        if restoration.conflicts:
            terminal.print(conflicts_table(restoration))
        if restoration.refused:
            terminal.print(refused_table(restoration))
        for line in left_alone_lines(restoration):
            say(line)
    if not quiet:
        say(restoration.summary())
