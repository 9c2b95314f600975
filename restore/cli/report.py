"""Evaluation reports as tables for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from restore.evaluation.html import MEASURES, figure, in_order, p_value, percent
from restore.evaluation.reports import Averages, CleanReport, GoldReport, SetReport, Spans, SystemsReport, Yield

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

    from restore.evaluation.chance import Difference

_MOST_SETS = 40
"""Rows of a table on a screen. By hand."""
_MOST_KINDS = 30
"""Rows of a table on a screen. By hand."""
_FASTEST = 100_000
"""Words a second above which a speed is none: nothing was restored. By hand."""


def any_table(report: GoldReport | CleanReport) -> RenderableType:
    """Return the tables of a report of either kind."""
    return clean_table(report) if isinstance(report, CleanReport) else report_table(report)


def report_table(report: GoldReport) -> RenderableType:
    """Return a table of the documents with averages, the measures, types and evidence, and the signature."""
    from rich.console import Group

    parts: list[RenderableType] = [_sets_table(report)]
    if report.measures:
        parts.append(_measures_table(report))
    if report.kinds:
        parts.append(_kinds_table(report))
    parts += [_yields_table(report.averages.yields), *_facts(report)]
    return Group(*parts, _line(report.signature))


def clean_table(report: CleanReport) -> RenderableType:
    """Return a table of the false alarms on clean text, and the signature."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    title = (
        f"{report.edits} edits in {report.words} words ({report.per_thousand_words:.2f} per 1,000); "
        f"{report.touched} of {report.documents} documents touched, {report.damaged} judged damaged"
    )
    table = Table()
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
    parts: list[RenderableType] = [Text(title), *([table] if report.examples else [])]
    if report.measures:
        parts.append(_measures_table(report))
    return Group(*parts, *_facts(report), _line(report.signature))


def systems_table(found: SystemsReport) -> RenderableType:
    """Return one table with a row for each system, the tests of ours against the others, and all signatures.

    Of a system that is alone, give all that is known.
    """
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(title="Systems on the same texts", title_justify="left")
    table.add_column("system")
    columns = _system_columns(found)
    for name in columns:
        table.add_column(name, justify="right")
    names = list(found.systems or found.clean)
    shown: list[tuple[str, GoldReport | CleanReport]] = [*found.systems.items(), *found.clean.items()]
    if len(names) == 1:
        return Group(*(any_table(report) for _, report in shown))
    for name in names:
        table.add_row(name, *_system_row(found, name, columns))
    ours = names[0]
    parts: list[RenderableType] = [table, Text(_SYSTEMS_NOTE, style="dim")]
    for tests, where in ((found.tests, ""), (found.clean_tests, ", on clean text")):
        parts += [_tests_table(f"{ours} against {name}{where}", each) for name, each in tests.items()]
    parts += [_comparison_table(report) for _, report in shown if report.comparison is not None]
    return Group(*parts, *(_line(f"{name}: {report.signature}") for name, report in shown))


def _system_columns(found: SystemsReport) -> list[str]:
    gold = ["removed", "right", *_SPAN_COLUMNS] if found.systems else []
    if found.systems and not any(report.detection for report in found.systems.values()):
        gold = gold[:2]
    clean = [_ALARMS] if found.clean else []
    tests = ["p removed", "p cor F0.5"] if found.tests else []
    return [*gold, *clean, "words/s", *tests, *(["p false"] if found.clean_tests else [])]


_SPAN_COLUMNS = ("det P", "det R", "det F0.5", "cor P", "cor R", "cor F0.5")
_ALARMS = "false"
_SYSTEMS_NOTE = (
    "right: share of the judged edits; det, cor: ERRANT's spans, found and corrected; false: edits per 1,000 words of"
    " clean text; p: chance of a difference from the first row as large as this one"
)


def _system_row(found: SystemsReport, name: str, columns: list[str]) -> list[str]:
    cells: dict[str, str] = {}
    report = found.systems.get(name)
    if report is not None:
        cells["removed"] = percent(_value(report, "removed"))
        cells["right"] = percent(_value(report, "edit_precision"))
        cells["words/s"] = _speed(report)
        for spans, columns_of in ((report.detection, _SPAN_COLUMNS[:3]), (report.correction, _SPAN_COLUMNS[3:])):
            if spans is not None:
                cells |= dict(zip(columns_of, _shares(spans), strict=True))
    alarms = found.clean.get(name)
    if alarms is not None:
        cells[_ALARMS] = f"{alarms.per_thousand_words:.2f}"
        cells.setdefault("words/s", _speed(alarms))
    tests = found.tests.get(name, {})
    for column, measure in (("p removed", "removed"), ("p cor F0.5", "correction_f05")):
        cells[column] = p_value(tests[measure].p) if measure in tests else "-"
    alarm_tests = found.clean_tests.get(name, {})
    cells["p false"] = p_value(alarm_tests["edits_per_thousand"].p) if alarm_tests else "-"
    return [cells.get(column, "-") for column in columns]


def _speed(report: GoldReport | CleanReport) -> str:
    speed = report.words_per_second
    return f">{_FASTEST:,}" if speed > _FASTEST else f"{speed:,.{0 if speed >= 100 else 1}f}"


def _value(report: GoldReport, name: str) -> float | None:
    return report.measures[name].value if name in report.measures else None


def _sets_table(report: GoldReport) -> Table:
    from rich.table import Table

    several = len(report.sets) > _MOST_SETS
    more = f"; the first {_MOST_SETS} of {len(report.sets):,}" if several else ""
    title = {"gold": "Gold sets", "pairs": "Pairs", "m2": "Sentences"}.get(report.kind, "Documents")
    table = Table(title=title + more, title_justify="left", show_footer=True)
    for name, footer in zip(_COLUMNS, _footer(report.averages), strict=True):
        table.add_column(name, footer, justify="left" if name == "set" else "right")
    for each in report.sets[:_MOST_SETS]:
        table.add_row(*_row(each))
    return table


_COLUMNS = ("set", "tokens", "errors", "left", "removed", "edits right", "good", "neutral", "bad", "seconds")


def _row(each: SetReport) -> tuple[str, ...]:
    return (
        each.name,
        str(each.tokens),
        str(each.errors_before),
        str(each.errors_after),
        percent(each.removed),
        percent(each.precision if each.good + each.bad else None),
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
        percent(averages.removed),
        percent(averages.precision),
        str(averages.good),
        str(averages.neutral),
        str(averages.bad),
        f"{averages.seconds:.1f}",
    )


def _measures_table(report: GoldReport | CleanReport) -> Table:
    from rich.table import Table

    units = f"over {len(report.units.counts):,} {report.units.kind}" if report.units else ""
    table = Table(title=f"All texts together, 95 % intervals by bootstrap {units}", title_justify="left")
    table.add_column("measure")
    for name in ("value", "from", "to"):
        table.add_column(name, justify="right")
    for name in in_order(report.measures):
        found = report.measures[name]
        table.add_row(MEASURES[name], *(figure(value, name) for value in (found.value, found.low, found.high)))
    return table


def _kinds_table(report: GoldReport) -> Table:
    from rich.table import Table

    kinds = sorted(report.kinds.items(), key=lambda item: (-item[1].tp - item[1].fp - item[1].fn, item[0]))
    more = f" (the {_MOST_KINDS} most frequent of {len(kinds)})" if len(kinds) > _MOST_KINDS else ""
    table = Table(title=f"Spans by ERRANT's types{more}", title_justify="left")
    table.add_column("type")
    for name in ("right", "wrong", "missing", "precision", "recall", "F0.5"):
        table.add_column(name, justify="right")
    totals = (("detection, all", report.detection), ("correction, all", report.correction))
    for name, spans in (*totals, *kinds[:_MOST_KINDS]):
        if spans is not None:
            table.add_row(name, str(spans.tp), str(spans.fp), str(spans.fn), *_shares(spans))
    return table


def _shares(spans: Spans) -> tuple[str, str, str]:
    precision = spans.precision if spans.tp + spans.fp else None
    recall = spans.recall if spans.tp + spans.fn else None
    return percent(precision), percent(recall), percent(spans.f05)


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
            percent(counts.right / judged if judged else None),
        )
    return table


def _facts(report: GoldReport | CleanReport) -> list[RenderableType]:
    """Return the lines and tables that both kinds of report have."""
    from rich.text import Text

    facts: list[RenderableType] = []
    if report.comparison is not None:
        facts.append(_comparison_table(report))
    found = report.calibration
    if found is not None:
        decisions = f"{found.decisions:,} decisions, {found.right:,} of them exactly right"
        facts.append(Text(f"expected calibration error {found.error:.3f} over {decisions}"))
    if report.documents:
        facts.append(
            Text(
                f"{report.documents:,} documents, {report.words:,} words; {_speed(report)} words/s,"
                f" {report.documents_per_second:,.2f} documents/s"
            )
        )
    return facts


def _comparison_table(report: GoldReport | CleanReport) -> RenderableType:
    from rich.console import Group
    from rich.text import Text

    if report.comparison is None:
        return Text("")
    other = _line(f"the saved run: {report.comparison.other}")
    return Group(_tests_table("This run against the saved one", report.comparison.measures), other)


def _line(text: str) -> Text:
    """Return a line that stays one, however long, so that a signature can be searched for and compared."""
    from rich.text import Text

    return Text(text, style="dim", no_wrap=True, overflow="ignore")


def _tests_table(title: str, tests: Mapping[str, Difference]) -> Table:
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    table.add_column("measure")
    for name in ("this", "the other", "difference", "from", "to", "p"):
        table.add_column(name, justify="right")
    for name in in_order(tests):
        found = tests[name]
        values = (found.ours, found.theirs, found.difference, found.low, found.high)
        table.add_row(MEASURES[name], *(figure(value, name) for value in values), p_value(found.p))
    return table
