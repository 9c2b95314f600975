"""Several systems on the same data in one run, and paired tests between runs."""

from __future__ import annotations

from collections.abc import Mapping

from restore.errors import GoldError
from restore.evaluation.base import Listener, Restores
from restore.evaluation.chance import Difference, compare
from restore.evaluation.clean import CleanData, evaluate_clean_data
from restore.evaluation.reports import CleanReport, GoldReport, RunComparison, SystemsReport
from restore.evaluation.runner import Bench
from restore.gold.load import GoldData


def evaluate_systems(
    data: GoldData | None,
    systems: Mapping[str, Restores],
    clean: CleanData | None = None,
    use_reference: bool = True,
    spans: bool = True,
    on_document: Listener | None = None,
) -> SystemsReport:
    """Evaluate systems on the same gold, the same clean text, or both; the first system is tested against the others.

    `on_document` is called after each document of each system.
    """
    reports: dict[str, GoldReport] = {}
    alarms: dict[str, CleanReport] = {}
    if data is not None:
        bench = Bench(data, spans)
        reports = {name: bench.run(each, use_reference, on_document) for name, each in systems.items()}
    if clean is not None:
        alarms = {name: evaluate_clean_data(clean, each, on_document) for name, each in systems.items()}
    return SystemsReport(reports, _tests(reports), alarms, _tests(alarms))


def compare_reports(ours: GoldReport | CleanReport, theirs: GoldReport | CleanReport, name: str) -> RunComparison:
    """Test this run against a saved one, `name`; raises `GoldError` unless both are about the same data."""
    gold = ours.data_sha256 if isinstance(ours, GoldReport) else None
    check_same_data(theirs, gold, None if isinstance(ours, GoldReport) else ours.data_sha256, name)
    if ours.units is None or theirs.units is None:
        raise _too_old(name)
    return RunComparison(theirs.signature, compare(ours.units, theirs.units))


def check_same_data(saved: GoldReport | CleanReport, gold: str | None, clean: str | None, name: str) -> None:
    """Raise `GoldError` if a saved report cannot be compared with a run on data of these SHA-256 (None: there is none).

    It takes no run to know that, so that a wrong file costs no time.
    """
    if saved.units is None:
        raise _too_old(name)
    here, what, other = (gold, "gold", "clean text") if isinstance(saved, GoldReport) else (clean, "clean text", "gold")
    if here is None:
        raise GoldError(f"{name} is about {what}, this run about {other}; compare like with like")
    if here != saved.data_sha256:
        raise GoldError(
            f"{name} is about other data (SHA-256 {saved.data_sha256[:12]}…, here {here[:12]}…): run both on the same"
            " files, with the same --limit and --unit"
        )


def _too_old(name: str) -> GoldError:
    return GoldError(f"{name} holds no counts to compare: it was saved by an older version; make it again")


def _tests(reports: Mapping[str, GoldReport] | Mapping[str, CleanReport]) -> dict[str, dict[str, Difference]]:
    units = {name: report.units for name, report in reports.items() if report.units is not None}
    names = list(units)
    return {name: compare(units[names[0]], units[name]) for name in names[1:]}
