"""Evaluation reports as tables for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from restore.evaluation.clean import CleanReport
from restore.evaluation.runner import Averages, Report, SetReport, Yield

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table


def report_table(report: Report) -> RenderableType:
    """Give a table of the gold sets with averages, one of the evidence that paid, and the signature."""
    from rich.console import Group
    from rich.text import Text

    return Group(_sets_table(report), _yields_table(report.averages.yields), Text(report.signature, style="dim"))


def clean_table(report: CleanReport) -> RenderableType:
    """Give a table of the false alarms on clean text, and the signature."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    title = (
        f"{report.edits} edits in {report.words} words ({report.per_thousand_words:.2f} per 1,000); "
        f"{report.touched} of {report.documents} documents touched, {report.damaged} judged damaged"
    )
    table = Table(title=title, title_justify="left")
    for name in ("where", "change", "confidence", "evidence"):
        table.add_column(name, justify="right" if name == "confidence" else "left", overflow="fold")
    for edit in report.examples:
        change = Text.assemble(
            edit.before.replace("\n", " "),
            (edit.original, "red strike"),
            ("→", "dim"),
            (edit.replacement or "∅", "green"),
            edit.after.replace("\n", " "),
        )
        table.add_row(f"{edit.file}:{edit.document}", change, f"{edit.confidence:.3f}", edit.evidence)
    return Group(table, Text(report.signature, style="dim"))


def _sets_table(report: Report) -> Table:
    from rich.table import Table

    table = Table(title="Gold sets", title_justify="left", show_footer=True)
    averages = report.averages
    for name, footer in zip(_COLUMNS, _footer(averages), strict=True):
        table.add_column(name, footer, justify="left" if name == "set" else "right")
    for each in report.sets:
        table.add_row(*_row(each))
    return table


_COLUMNS = ("set", "tokens", "errors", "left", "removed", "edits right", "good", "neutral", "bad", "seconds")


def _row(each: SetReport) -> tuple[str, ...]:
    return (
        each.name,
        str(each.tokens),
        str(each.errors_before),
        str(each.errors_after),
        _percent(each.removed),
        _percent(each.precision if each.good + each.bad else None),
        str(each.good),
        str(each.neutral),
        str(each.bad),
        f"{each.seconds:.1f}",
    )


def _footer(averages: Averages) -> tuple[str, ...]:
    return (
        "average, total",
        "",
        str(averages.errors_before),
        str(averages.errors_after),
        _percent(averages.removed),
        _percent(averages.precision),
        str(averages.good),
        str(averages.neutral),
        str(averages.bad),
        f"{averages.seconds:.1f}",
    )


def _yields_table(yields: Mapping[str, Yield]) -> Table:
    from rich.table import Table

    table = Table(title="Strongest evidence of the applied corrections", title_justify="left")
    table.add_column("evidence")
    for name in ("applied", "right", "neutral", "wrong", "share right"):
        table.add_column(name, justify="right")
    for kind, counts in sorted(yields.items(), key=lambda item: -item[1].applied):
        judged = counts.right + counts.wrong
        table.add_row(
            kind,
            str(counts.applied),
            str(counts.right),
            str(counts.neutral),
            str(counts.wrong),
            _percent(counts.right / judged if judged else None),
        )
    return table


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"
