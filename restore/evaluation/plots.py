"""Plots of a report as PNG: reliability, what other thresholds would give, yields by evidence. Needs matplotlib."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING

from restore.errors import ModelNotFoundError
from restore.evaluation.reports import Calibration, CleanReport, GoldReport, ThresholdRow, Yield

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_RIGHT, _NEUTRAL, _WRONG, _LINE = "#2a7f62", "#b8b8b8", "#b03a2e", "#2c5f8a"


def draw(report: GoldReport | CleanReport) -> dict[str, bytes]:
    """Draw what the report has figures for: PNG bytes by name (`reliability`, `thresholds`, `yields`).

    Raises `ModelNotFoundError` if matplotlib is not installed.
    """
    plots: dict[str, bytes] = {}
    if report.calibration is not None and report.calibration.decisions:
        plots["reliability"] = _reliability(report.calibration)
    if isinstance(report, GoldReport) and report.calibration is not None and report.calibration.decisions:
        plots["thresholds"] = _thresholds(report.thresholds)
    yields = report.averages.yields if isinstance(report, GoldReport) else report.yields
    if yields:
        plots["yields"] = _yields(yields)
    return plots


def _reliability(found: Calibration) -> bytes:
    figure, axes = _canvas(4.6, 4.6)
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    sizes = [14 + 5 * row.count**0.5 for row in found.rows]
    axes.scatter([row.said for row in found.rows], [row.right for row in found.rows], sizes, color=_LINE)
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="confidence", ylabel="share exactly right")
    axes.set_title(f"{found.decisions} decisions, expected error {found.error:.3f}", fontsize=10)
    return _png(figure)


def _thresholds(rows: tuple[ThresholdRow, ...]) -> bytes:
    figure, axes = _canvas(6.2, 4.0)
    places = [row.threshold for row in rows]
    for shares, label, colour in (
        ([row.removed for row in rows], "token errors removed", _LINE),
        ([row.precision for row in rows], "edits that are right, of those judged", _RIGHT),
    ):
        heights = [float("nan") if share is None else share for share in shares]
        axes.plot(places, heights, marker="o", markersize=3, label=label, color=colour)
    axes.set(xlim=(0, 1), xlabel="confidence asked for", ylabel="share")
    axes.axhline(0, color="0.8", linewidth=0.8)
    axes.set_title("other thresholds, from the decisions of this run", fontsize=10)
    axes.legend(fontsize=8, loc="best")
    return _png(figure)


def _yields(yields: Mapping[str, Yield]) -> bytes:
    rows = sorted(yields.items(), key=lambda item: item[1].applied)
    figure, axes = _canvas(6.2, 1.1 + 0.36 * len(rows))
    names = [kind for kind, _ in rows]
    left = [0] * len(rows)
    for label, colour in (("right", _RIGHT), ("neutral", _NEUTRAL), ("wrong", _WRONG)):
        counts = [getattr(each, label) for _, each in rows]
        axes.barh(names, counts, left=left, label=label, color=colour)
        left = [a + b for a, b in zip(left, counts, strict=True)]
    axes.set_xlabel("applied corrections, by their strongest evidence")
    axes.legend(fontsize=8, loc="lower right")
    return _png(figure)


def _canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a figure of so many inches that no window system is asked about."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ModelNotFoundError(
            "plots need matplotlib: run `pip install 'restore-text[evaluate]'`, or leave --plots and --html out"
        ) from error
    figure = Figure(figsize=(width, height), dpi=110, layout="tight")
    FigureCanvasAgg(figure)
    return figure, figure.add_subplot()


def _png(figure: Figure) -> bytes:
    # Without the version of matplotlib in it, the same figures give the same bytes.
    buffer = BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()
