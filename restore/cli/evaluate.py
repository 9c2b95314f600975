"""`restore evaluate`: restore texts whose originals are known, or that are right, and score the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import typer

from restore.cli import engine
from restore.cli.errors import reports_errors
from restore.cli.messages import busy, counting, say
from restore.cli.options import Channels, ConfigFile, MinConfidence, Output, PresetName, make_config
from restore.cli.writing import check_target, write_result
from restore.errors import ConfigError, OutputError
from restore.evaluation import Unit
from restore.rendering.table import plain

if TYPE_CHECKING:
    from restore.config import Config
    from restore.evaluation.base import Restores
    from restore.evaluation.clean import CleanData
    from restore.evaluation.reports import CleanReport, GoldReport, SystemsReport
    from restore.gold.load import GoldData

HELP = """Restore texts whose gold is known, and say what was mended, what was broken, and how sure the figures are.

DATA is a folder of gold sets (spun.markup, reference.txt), a file of gold markup, pairs (JSONL with `spun`, `original`
and, if known, `reference` or `references` and `id`), or an M2 file. With --clean it is text that is right: a file, a
folder, or JSONL with `text`. The signature says what was measured with what; docs/quality.md explains the measures.

Examples:

  restore evaluate data/gold

  restore evaluate pairs.jsonl --format json -o before.json

  restore evaluate pairs.jsonl --preset balanced --compare before.json --html report.html

  restore evaluate data/gold --against none,symspell --clean-text data/gold/hard_negatives.txt

  restore evaluate data/gold/hard_negatives.txt --clean   (false alarms on text that is right)
"""
OURS = "restore"
PARTLY_DONE = 9
"""The exit code for records or documents that were not worked on (docs/command-line.md); that of `batch` with
errors."""
_MOST_WARNINGS = 20
"""Lines that a person still reads; the report has all. By hand."""


ReportFormat = Literal["table", "json"]
"""What `evaluate` can print."""


@reports_errors
def evaluate(
    data: Annotated[str, typer.Argument(metavar="DATA", help="What to evaluate on.", show_default=False)],
    format: Annotated[ReportFormat, typer.Option("--format", "-f", help="What to print.")] = "table",
    output: Output = None,
    clean: Annotated[bool, typer.Option("--clean", help="The texts are right: count false alarms.")] = False,
    unit: Annotated[Unit, typer.Option("--unit", help="Of clean plain text, what one document is.")] = "line",
    no_reference: Annotated[bool, typer.Option("--no-reference", help="Hide the references.")] = False,
    no_spans: Annotated[
        bool, typer.Option("--no-spans", help="Leave out precision and recall of spans, which need ERRANT.")
    ] = False,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", min=1, metavar="N", help="Take the first N documents (of clean text too).", show_default=False
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="NAME,...",
            help="Score these as well: symspell, harper, languagetool, none.",
            show_default=False,
        ),
    ] = None,
    clean_text: Annotated[
        str | None,
        typer.Option(
            "--clean-text", metavar="FILE", help="Count false alarms on this text in the same run.", show_default=False
        ),
    ] = None,
    compare: Annotated[
        str | None,
        typer.Option("--compare", metavar="REPORT.json", help="Test against a saved run.", show_default=False),
    ] = None,
    html: Annotated[
        str | None, typer.Option("--html", metavar="FILE", help="Write a page with all of it.", show_default=False)
    ] = None,
    plots: Annotated[
        str | None, typer.Option("--plots", metavar="DIR", help="Write the plots as PNG.", show_default=False)
    ] = None,
    preset: PresetName = None,
    min_confidence: MinConfidence = None,
    channel: Channels = None,
    config: ConfigFile = None,
) -> None:
    """Evaluate."""
    from restore.evaluation.base import warm
    from restore.evaluation.systems import check_same_data, evaluate_systems

    if clean and clean_text is not None:
        raise typer.BadParameter("--clean says that DATA itself is right: leave one of the two out")
    settings = make_config(config, min_confidence, channel, preset)
    saved = _saved(compare)
    check_target(output)
    _prepare_extras(html, plots)
    with busy(f"reading {data}"):
        gold, texts = _load(data, clean, clean_text, unit, limit)
    if saved is not None:
        check_same_data(saved, gold.sha256 if gold else None, texts.sha256 if texts else None, compare or "")
    engine.note_second_opinion(settings)
    systems = _systems(settings, against)
    with busy("loading the models"):
        for system in systems.values():
            warm(system)
    total = len(systems) * sum(len(each.documents) for each in (gold, texts) if each is not None)
    with counting("evaluating", total) as advance:
        found = evaluate_systems(gold, systems, texts, not no_reference, not no_spans, advance)
    if saved is not None:
        found = _compared(found, saved, compare or "")
    report: GoldReport | CleanReport = found.clean[OURS] if clean else found.systems[OURS]
    several = len(systems) > 1 or clean_text is not None
    if format == "json":
        write_result((found if several else report).to_json().encode() + b"\n", output)
    else:
        from restore.cli.report import any_table, systems_table

        write_result(plain(systems_table(found) if several else any_table(report)).encode(), output)
    _write_extras(report, found if several else None, data, html, plots)
    _warn(found)


def _load(
    data: str, clean: bool, clean_text: str | None, unit: Unit, limit: int | None
) -> tuple[GoldData | None, CleanData | None]:
    from restore.evaluation.clean import load_clean
    from restore.gold.load import load_data

    if clean:
        return None, load_clean(Path(data), unit, limit=limit)
    texts = None if clean_text is None else load_clean(Path(clean_text), unit, limit=limit)
    return load_data(Path(data), limit), texts


def _systems(settings: Config, against: str | None) -> dict[str, Restores]:
    """Return ours and the baselines, by name, each once."""
    found: dict[str, Restores] = {OURS: engine.make_restorer(settings)}
    names = [name.strip() for name in (against or "").split(",")]
    if any(names):
        from restore.evaluation.baselines import make_baseline

        try:
            found |= {name: make_baseline(name) for name in names if name}
        except ConfigError as error:
            raise typer.BadParameter(str(error), param_hint="--against") from error
    return found


def _saved(path: str | None) -> GoldReport | CleanReport | None:
    """Read the report to compare with before the work begins, so that a wrong file costs no time."""
    if path is None:
        return None
    from restore.evaluation.reports import read_report
    from restore.gold.load import read_bytes

    return read_report(read_bytes(Path(path)), path)


def _compared(found: SystemsReport, saved: GoldReport | CleanReport, name: str) -> SystemsReport:
    """Add the test against a saved run to our report on the same data."""
    from restore.evaluation.reports import GoldReport
    from restore.evaluation.systems import compare_reports

    replace = msgspec.structs.replace
    if isinstance(saved, GoldReport):
        gold = found.systems[OURS]
        gold = replace(gold, comparison=compare_reports(gold, saved, name))
        return replace(found, systems={**found.systems, OURS: gold})
    clean = found.clean[OURS]
    clean = replace(clean, comparison=compare_reports(clean, saved, name))
    return replace(found, clean={**found.clean, OURS: clean})


def _prepare_extras(html: str | None, plots: str | None) -> None:
    """Fail before the work rather than after it where a page or plots could not be made."""
    if html is None and plots is None:
        return
    from restore.evaluation.html import require

    require()
    check_target(html)
    if plots is not None:
        try:
            Path(plots).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"cannot make the folder {plots}: {error.strerror or error}; name another") from error


def _write_extras(
    report: GoldReport | CleanReport, found: SystemsReport | None, data: str, html: str | None, plots: str | None
) -> None:
    """Write the page and the plots that were asked for."""
    if plots is not None:
        from restore.evaluation.plots import draw

        for name, png in draw(report).items():
            write_result(png, str(Path(plots) / f"{name}.png"))
    if html is not None:
        from restore.evaluation.html import render

        write_result(render(report, f"restore evaluate {data}", found).encode("utf-8", "replace"), html)


def _warn(found: SystemsReport) -> None:
    """Name what could not be worked on; if it was one of ours, end with the exit code for that."""
    reports: Sequence[tuple[str, GoldReport | CleanReport]] = [*found.systems.items(), *found.clean.items()]
    ours = [row.message for name, report in reports if name == OURS for row in report.errors]
    for message in ours[:_MOST_WARNINGS]:
        say(f"warning: {message}")
    if len(ours) > _MOST_WARNINGS:
        say(f"warning: and {len(ours) - _MOST_WARNINGS:,} more; the report lists them")
    for name, report in reports:
        refused = [row for row in report.errors if row.message not in ours]
        if name != OURS and refused:
            say(f"warning: {name} could not work on {len(refused):,} documents; the first: {refused[0].message}")
    if ours:
        say(f"{len(ours):,} records or documents were not worked on; the figures are those of the others")
        raise typer.Exit(PARTLY_DONE)
