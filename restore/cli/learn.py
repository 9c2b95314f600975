"""`restore learn`: a substitution table from a user's own pairs of spun and original texts, and from reviewed plans."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from restore.cli.errors import reports_errors
from restore.cli.messages import console, on_terminal, say
from restore.cli.options import Quiet
from restore.cli.writing import write_result
from restore.learning.listener import CHECKPOINT, LearnListener

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.progress import Progress, TaskID

    from restore.learning.learn import LearnReport

HELP = """Learn how a spinner damages texts, from pairs of spun and original texts, or from reviewed plans.

PAIRS is a JSONL file with `spun` and `original` (and `family`, if several spinners are mixed) in each line, - for
standard input, a plan that the page of `restore review` gave back, or a folder of such plans (*.json) or of gold markup
(*.markup). Of plans the decisions count: accepted, chosen and typed words as substitutions, rejected ones as words that
stand for themselves. The table goes to `fix --channel` or to `channels` in the config.
An interrupted run goes on where it stopped when the same command is given again.

Examples:

  restore learn pairs.jsonl -o our_spinner.tsv

  restore fix spun.txt --channel our_spinner.tsv

  restore learn reviewed/ -o our_spinner.tsv

  zcat pairs.jsonl.gz | restore learn - -o our_spinner.tsv --least 2 --json > report.json
"""
_MOST_WARNINGS = 20
"""Lines that a person still reads. By hand."""


class _Reporter(LearnListener):
    """Says what happens on stderr: warnings, and on a terminal a bar."""

    def __init__(self, quiet: bool, bars: Progress | None) -> None:
        self._quiet = quiet
        self._bars = bars
        self._task: TaskID | None = None
        self.warnings = 0

    def begin(self, resumed: int, size: int | None) -> None:
        if resumed and not self._quiet:
            say(f"going on after the {resumed:,} pairs that an interrupted run has counted")
        if self._bars is not None:
            self._task = self._bars.add_task("learning", total=size)

    def warn(self, message: str) -> None:
        self.warnings += 1
        if self.warnings <= _MOST_WARNINGS:
            say(f"warning: {message}")
        elif self.warnings == _MOST_WARNINGS + 1:
            say("warning: more pairs were skipped; the report counts them")

    def advance(self, size: int) -> None:
        if self._bars is not None and self._task is not None:
            self._bars.advance(self._task, size)


@reports_errors
def learn_table(
    pairs: Annotated[str, typer.Argument(metavar="PAIRS", help="JSONL, -, a plan, or a folder.", show_default=False)],
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="TABLE", help="Where the table goes.", show_default=False)
    ],
    family: Annotated[
        str, typer.Option(metavar="NAME", help="Name of the spinner (default: that of the table).", show_default=False)
    ] = "",
    least: Annotated[
        int, typer.Option(min=1, metavar="N", help="Leave out what was seen less often; 2 drops most slips.")
    ] = 1,
    restart: Annotated[bool, typer.Option("--restart", help="Forget an interrupted run and begin anew.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    quiet: Quiet = False,
) -> None:
    """Learn a table."""
    if output == "-":
        raise typer.BadParameter("the table needs a file: standard output is for the report")
    from restore.learning.learn import learn

    with _progress() as bars:
        reporter = _Reporter(quiet, bars)
        try:
            report = learn(pairs, Path(output), family=family, least=least, restart=restart, listener=reporter)
        except KeyboardInterrupt:
            say(f"stopped: the same command goes on from {output}{CHECKPOINT}")
            raise
    if json:
        write_result(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n", None)
    elif not quiet:
        from restore.rendering.table import plain

        write_result(plain(_table(report)).encode(), None)


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """Yield a bar on a terminal, nothing elsewhere."""
    if not on_terminal():
        yield None
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    )  # fmt: skip
    with Progress(*columns, console=console(), transient=True) as bars:
        yield bars


def _table(report: LearnReport) -> RenderableType:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    skipped = ", ".join(f"{count:,} {reason}" for reason, count in sorted(report.skipped.items())) or "none"
    families = ", ".join(f"{name} {count:,}" for name, count in report.families.items())
    decided = ", ".join(f"{count:,} {what}" for what, count in sorted(report.decisions.items()))
    facts = (
        f"{report.table}: {report.lines:,} lines",
        f"pairs read: {report.pairs:,} (unchanged: {report.unchanged:,}); skipped: {skipped}",
        f"words and marks: {report.tokens:,}; left alone {report.kept_share:.1%},"
        f" rewritten {report.rewritten_share:.1%}",
        *([f"decided in reviews: {decided}"] if decided else []),
        f"substitutions: {report.substitutions:,}, {report.distinct_rows:,} different ones; by family: {families}",
    )
    table = Table(title="Most frequent substitutions", title_justify="left")
    table.add_column("spun", overflow="fold")
    table.add_column("original", overflow="fold")
    table.add_column("times", justify="right")
    for row in report.top:
        table.add_row(row.spun or "∅", row.original or "∅", f"{row.times:,}")
    return Group(*map(Text, facts), table)
