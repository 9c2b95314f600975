"""`restore evaluate`: restore gold sets and score the outcome."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from restore.cli import engine
from restore.cli.guard import guarded
from restore.cli.messages import busy
from restore.cli.options import Channels, ConfigFile, Judge, MinConfidence, Output, PresetName, make_config
from restore.cli.writing import write_result
from restore.rendering.table import plain

if TYPE_CHECKING:
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
    preset: PresetName = None,
    min_confidence: MinConfidence = None,
    lm: Judge = None,
    channel: Channels = None,
    config: ConfigFile = None,
) -> None:
    """Evaluate a folder of gold sets."""
    from restore.cli.report import clean_table, report_table
    from restore.evaluation.clean import evaluate_clean
    from restore.evaluation.runner import evaluate as evaluate_gold

    settings = make_config(config, min_confidence, lm, channel, preset)
    restorer = engine.make_restorer(settings)
    report: Report | CleanReport
    with busy(f"evaluating {gold_dir}"):
        if clean:
            report = evaluate_clean(Path(gold_dir), restorer, unit.value)
            table = clean_table(report)
        else:
            report = evaluate_gold(Path(gold_dir), restorer, not no_reference)
            table = report_table(report)
    if format is ReportFormat.json:
        write_result(report.to_json().encode() + b"\n", output)
        return
    write_result(plain(table).encode(), output)
