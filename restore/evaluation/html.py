"""A report as one self-contained HTML page: all figures, the plots inside it, nothing fetched. Needs Jinja2."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from importlib.util import find_spec

from restore.errors import ModelNotFoundError
from restore.evaluation.plots import draw
from restore.evaluation.reports import CleanReport, GoldReport, SystemsReport
from restore.rendering.templates import environment

MEASURES = {
    "removed": "token errors removed",
    "edit_precision": "edits that are right, of those judged",
    "detection_precision": "detection, precision",
    "detection_recall": "detection, recall",
    "detection_f05": "detection, F0.5",
    "correction_precision": "correction, precision",
    "correction_recall": "correction, recall",
    "correction_f05": "correction, F0.5",
    "edits_per_thousand": "edits per 1,000 words",
}
"""What each measure is called, in the order in which they are shown."""
_SHORT = ("removed", "edit_precision", "detection_f05", "correction_precision", "correction_recall", "correction_f05")
PER_THOUSAND = "edits_per_thousand"


def require() -> None:
    """Raise `ModelNotFoundError`, with the remedy, unless Jinja2 and matplotlib are installed."""
    for name in ("jinja2", "matplotlib"):
        if find_spec(name) is None:
            raise ModelNotFoundError(
                f"pages and plots need {name}: run `pip install 'restore-text[evaluate]'`, or leave --html and --plots"
                " out"
            )


def render(report: GoldReport | CleanReport, title: str, systems: SystemsReport | None = None) -> str:
    """Write the page; every text in it is escaped. With `systems`, the table of the others comes first.

    Raises `ModelNotFoundError` if Jinja2 or matplotlib is not installed.
    """
    require()
    pages = environment("restore.evaluation")
    pages.filters |= {"percent": percent, "figure": figure, "p": p_value}
    plots = {name: b64encode(png).decode() for name, png in draw(report).items()}
    return pages.get_template("report.html.j2").render(
        report=report,
        clean=isinstance(report, CleanReport),
        title=title,
        plots=plots,
        names=MEASURES,
        measures=in_order(report.measures),
        systems=systems,
        shown=[name for name in _SHORT if systems and systems.systems and name in report.measures],
    )


def in_order(found: Mapping[str, object]) -> list[str]:
    """Return the names of the measures that a mapping has, in the order in which they are shown."""
    return [name for name in MEASURES if name in found]


def percent(share: float | None) -> str:
    """Write a share for people; a dash for None."""
    return "-" if share is None else f"{100 * share:.1f} %"


def figure(value: float | None, name: str) -> str:
    """Write the value of a measure for people."""
    if name != PER_THOUSAND:
        return percent(value)
    return "-" if value is None else f"{value:.2f}"


def p_value(p: float | None) -> str:
    """Write the p of a test for people."""
    if p is None:
        return "-"
    return "< 0.001" if p < 0.001 else f"{p:.3f}"
