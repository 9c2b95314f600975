"""`restore evaluate`: restore gold sets and score the outcome."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from restore.cli import engine
from restore.cli.guard import guarded
from restore.cli.messages import busy, say
from restore.cli.options import ConfigFile, Judge, MinConfidence, Output, make_config
from restore.cli.writing import write_result
from restore.rendering.table import plain
from restore.rendering.text import one_line

if TYPE_CHECKING:
    from rich.table import Table

    from restore.evaluation.clean import CleanReport
    from restore.evaluation.runner import Report

HELP = """Restore the gold sets of a folder and count the token errors removed and the edits that were right.

A gold set is a folder with spun.markup and reference.txt; the signature says what was measured with what.

Examples:

  restore evaluate data/gold

  restore evaluate data/gold --lm bigram --no-reference --format json

  restore evaluate data/gold/hard_negatives.txt --clean   (false alarms on text that is right)
"""


class ReportFormat(StrEnum):
    """What `evaluate` can print."""

    table = "table"
    json = "json"


class Unit(StrEnum):
    """What one document is in a file of clean text."""

    line = "line"
    paragraphs = "paragraphs"


@guarded
def evaluate(
    gold_dir: Annotated[
        str,
        typer.Argument(metavar="GOLD_DIR", help="A folder of gold sets (with --clean: of texts).", show_default=False),
    ],
    format: Annotated[ReportFormat, typer.Option("--format", "-f", help="What to print.")] = ReportFormat.table,
    output: Output = None,
    clean: Annotated[bool, typer.Option("--clean", help="The texts are right: count false alarms.")] = False,
    unit: Annotated[Unit, typer.Option("--unit", help="With --clean, what one document is.")] = Unit.line,
    no_reference: Annotated[bool, typer.Option("--no-reference", help="Hide the references.")] = False,
    min_confidence: MinConfidence = None,
    lm: Judge = None,
    config: ConfigFile = None,
) -> None:
    """Evaluate a folder of gold sets."""
    from restore.evaluation.clean import evaluate_clean
    from restore.evaluation.runner import evaluate as evaluate_gold

    settings = make_config(config, min_confidence, lm)
    restorer = engine.make_restorer(settings)
    report: Report | CleanReport
    with busy(f"evaluating {gold_dir}"):
        if clean:
            report = evaluate_clean(Path(gold_dir), restorer, unit.value)
            tables = (alarms_table(report), alarm_examples_table(report))
        else:
            report = evaluate_gold(Path(gold_dir), restorer, not no_reference)
            tables = (scores_table(report), yields_table(report))
    if format is ReportFormat.json:
        write_result(report.to_json().encode() + b"\n", output)
        return
    write_result(plain(*tables).encode(), output)
    say(report.signature)


def scores_table(report: Report) -> Table:
    """Give a row per gold set and one for the averages."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("set")
    for column in ("tokens", "errors", "left", "removed", "edits", "right", "wrong", "share right", "seconds"):
        table.add_column(column, justify="right")
    for one in report.sets:
        numbers = (one.tokens, one.errors_before, one.errors_after)
        outcome = (one.edits, one.good, one.bad)
        table.add_row(
            one.name,
            *map(str, numbers),
            _percent(one.removed),
            *map(str, outcome),
            _percent(one.precision if one.good + one.bad else None),
            f"{one.seconds:.1f}",
        )
    mean = report.averages
    table.add_section()
    table.add_row(
        "mean of the sets" if len(report.sets) != 1 else "mean",
        "",
        str(mean.errors_before),
        str(mean.errors_after),
        _percent(mean.removed),
        str(mean.good + mean.neutral + mean.bad),
        str(mean.good),
        str(mean.bad),
        _percent(mean.precision),
        f"{mean.seconds:.1f}",
    )
    return table


def yields_table(report: Report) -> Table:
    """Give a row per kind of evidence: what the corrections were worth whose strongest evidence it was."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("strongest evidence")
    for column in ("applied", "right", "neutral", "wrong"):
        table.add_column(column, justify="right")
    for kind, counts in report.averages.yields.items():
        table.add_row(kind, str(counts.applied), str(counts.right), str(counts.neutral), str(counts.wrong))
    return table


def alarms_table(report: CleanReport) -> Table:
    """Give what was changed in texts that are right, as one row."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for column in ("documents", "words", "edits", "per 1,000 words", "documents changed", "called damaged", "seconds"):
        table.add_column(column, justify="right")
    counts = (report.documents, report.words, report.edits)
    table.add_row(
        *map(str, counts),
        f"{report.per_thousand_words:.2f}",
        str(report.touched),
        str(report.damaged),
        f"{report.seconds:.1f}",
    )
    return table


def alarm_examples_table(report: CleanReport) -> Table:
    """Give a row per false alarm: where, what became what, how sure, and by which evidence."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for column in ("place", "was", "became", "sure", "evidence"):
        table.add_column(column, overflow="fold")
    for edit in report.examples:
        table.add_row(
            f"{edit.file}:{edit.document}",
            Text(one_line(edit.original)),
            Text(one_line(edit.replacement)),
            f"{edit.confidence:.2f}",
            edit.evidence,
        )
    return table


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
