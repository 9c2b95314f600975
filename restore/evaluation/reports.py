"""The records of an evaluation; every one goes to JSON and back."""

from __future__ import annotations

import contextlib
from typing import TypeVar

import msgspec

from restore.errors import GoldError
from restore.evaluation.calibration import ReliabilityRow
from restore.evaluation.chance import Difference, Measure, Units
from restore.evaluation.spans import SpanCounts
from restore.gold.documents import ErrorRow
from restore.runtime.decoding import from_json


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


class Spans(msgspec.Struct, frozen=True):
    """Edits counted by ERRANT's conventions; precision, recall and F0.5 between 0 and 1."""

    tp: int
    fp: int
    fn: int
    precision: float
    recall: float
    f05: float

    @classmethod
    def of(cls, counts: SpanCounts) -> Spans:
        """Return the shares of counts, rounded."""
        shares = (round(share, 4) for share in (counts.precision, counts.recall, counts.f05))
        return cls(counts.tp, counts.fp, counts.fn, *shares)


class SetReport(msgspec.Struct, frozen=True):
    """The outcome on one document; errors are token errors, shares lie between 0 and 1 (`removed` can be negative).

    `detection` and `correction` are None where spans were not asked for; `error` says why the restorer refused the
    document, which then counts as left alone.
    """

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
    words: int = 0
    detection: Spans | None = None
    correction: Spans | None = None
    error: str = ""


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


class Calibration(msgspec.Struct, frozen=True):
    """How true the confidences of all decisions (corrections and proposals) are.

    `error` is the expected calibration error, 0 to 1; a decision is right if it gives exactly what the gold says.
    """

    decisions: int
    right: int
    error: float
    rows: tuple[ReliabilityRow, ...] = ()


class ThresholdRow(msgspec.Struct, frozen=True):
    """What the decisions of this run give if those with at least this confidence are applied.

    An approximation: the engine decides again on what it has mended, so a run with that threshold differs a little.
    """

    threshold: float
    applied: int
    removed: float | None
    precision: float | None


class RunComparison(msgspec.Struct, frozen=True):
    """A paired test between this run and another on the same data: the other's signature, and every measure."""

    other: str
    measures: dict[str, Difference]


class GoldReport(msgspec.Struct, frozen=True):
    """All sets, their averages, and the signature that says what was measured with what.

    `averages` are means over the sets; `measures` are shares of all token errors and edits together, with intervals.
    What has a default is missing in reports of version 0.1.
    """

    sets: tuple[SetReport, ...]
    averages: Averages
    signature: str
    kind: str = "gold"
    documents: int = 0
    words: int = 0
    documents_per_second: float = 0.0
    words_per_second: float = 0.0
    measures: dict[str, Measure] = {}
    detection: Spans | None = None
    correction: Spans | None = None
    kinds: dict[str, Spans] = {}
    calibration: Calibration | None = None
    thresholds: tuple[ThresholdRow, ...] = ()
    errors: tuple[ErrorRow, ...] = ()
    units: Units | None = None
    data_sha256: str = ""
    comparison: RunComparison | None = None

    def to_json(self) -> str:
        """Return the report as one JSON object."""
        return _written(self)

    @classmethod
    def from_json(cls, data: str | bytes) -> GoldReport:
        """Read what `to_json` wrote; raises `GoldError` if it is no report."""
        return _read(data, cls, "an evaluation report")


class CleanEdit(msgspec.Struct, frozen=True):
    """One edit of a clean text: the file, the number of the document in it (from 1), the words and their context."""

    file: str
    document: int
    before: str
    original: str
    replacement: str
    after: str
    confidence: float
    evidence: str


class CleanReport(msgspec.Struct, frozen=True):
    """False alarms over a collection of clean documents; `damaged` counts those whose verdict was "damaged"."""

    documents: int
    words: int
    edits: int
    per_thousand_words: float
    touched: int
    damaged: int
    seconds: float
    examples: tuple[CleanEdit, ...]
    signature: str
    documents_per_second: float = 0.0
    words_per_second: float = 0.0
    measures: dict[str, Measure] = {}
    calibration: Calibration | None = None
    yields: dict[str, Yield] = {}
    errors: tuple[ErrorRow, ...] = ()
    units: Units | None = None
    data_sha256: str = ""
    comparison: RunComparison | None = None

    def to_json(self) -> str:
        """Return the report as one JSON object."""
        return _written(self)

    @classmethod
    def from_json(cls, data: str | bytes) -> CleanReport:
        """Read what `to_json` wrote; raises `GoldError` if it is no such report."""
        return _read(data, cls, "a report on clean text")


class SystemsReport(msgspec.Struct, frozen=True):
    """Several systems on the same data, the first of which is ours: a report each, and tests of ours against each.

    `tests` and `clean_tests` have every system but the first.
    """

    systems: dict[str, GoldReport] = {}
    tests: dict[str, dict[str, Difference]] = {}
    clean: dict[str, CleanReport] = {}
    clean_tests: dict[str, dict[str, Difference]] = {}

    def to_json(self) -> str:
        """Return the report as one JSON object."""
        return _written(self)

    @classmethod
    def from_json(cls, data: str | bytes) -> SystemsReport:
        """Read what `to_json` wrote; raises `GoldError` if it is no such report."""
        return _read(data, cls, "a report on several systems")


_R = TypeVar("_R", GoldReport, CleanReport, SystemsReport)


def read_report(data: bytes, name: str) -> GoldReport | CleanReport:
    """Read a saved report of any kind; of several systems, take the first, on gold if there is any.

    Raises `GoldError`, naming `name`, if it is none.
    """
    for kind in (GoldReport, CleanReport):
        with contextlib.suppress(GoldError):
            return kind.from_json(data)
    with contextlib.suppress(GoldError):
        several = SystemsReport.from_json(data)
        reports: list[GoldReport | CleanReport] = [*several.systems.values(), *several.clean.values()]
        if reports:
            return reports[0]
    raise GoldError(f"{name} is no evaluation report: give what `restore evaluate DATA --format json -o {name}` wrote")


def _written(report: msgspec.Struct) -> str:
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode()


def _read(data: str | bytes, kind: type[_R], what: str) -> _R:
    try:
        return from_json(data, kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise GoldError(f"this is not {what}: {error}") from error
