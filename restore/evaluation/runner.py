"""Runs restorers over gold and reports what they removed, what they broke, and which evidence was worth how much."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from restore.evaluation.base import (
    Listener,
    Restores,
    attempt,
    count_words,
    per_second,
    strongest_evidence,
    sum_yields,
)
from restore.evaluation.calibration import DecisionOutcome
from restore.evaluation.chance import COLUMNS, CORRECTION, DETECTION, MANY_DOCUMENTS, Units, measures
from restore.evaluation.decisions import CheckedCorrection, Curve, calibration, check_corrections, outcomes
from restore.evaluation.reports import Averages, GoldReport, SetReport, Spans, Yield
from restore.evaluation.scores import Lattice, Score, make_lattice, score
from restore.evaluation.segments import Segment, begun_in, restored_pieces, segments
from restore.evaluation.signature import signature
from restore.evaluation.spans import Aligner, SpanCounts, SpanTally, sentence_starts
from restore.gold.documents import ErrorRow, GoldDocument
from restore.gold.load import GoldData, load_data
from restore.records import Restoration

__all__ = [
    "Averages",
    "Bench",
    "GoldReport",
    "Restores",
    "SetReport",
    "Yield",
    "evaluate",
    "evaluate_data",
    "signature",
    "strongest_evidence",
]

_Row = tuple[int, ...]


def evaluate(folder: Path, restorer: Restores, use_reference: bool, spans: bool = True) -> GoldReport:
    """Restore every document of a gold folder, a file of pairs or an M2 file, and score the outcome.

    Documents have their own references, or none if `use_reference` is False. Raises `GoldError` for missing or broken
    gold, and `ModelNotFoundError` if `spans` are asked for and ERRANT is not installed.
    """
    return evaluate_data(load_data(folder), restorer, use_reference, spans)


def evaluate_data(
    data: GoldData,
    restorer: Restores,
    use_reference: bool = True,
    spans: bool = True,
    on_document: Listener | None = None,
) -> GoldReport:
    """Evaluate loaded data; without `spans`, ERRANT is not needed and precision and recall are left out."""
    return Bench(data, spans).run(restorer, use_reference, on_document)


class Bench:
    """Loaded data ready for several runs: sentences are cut once, ERRANT is loaded once and remembers its edits."""

    def __init__(self, data: GoldData, spans: bool = True) -> None:
        self.data = data
        self._aligner = Aligner() if spans else None

    @cached_property
    def _cuts(self) -> list[tuple[Segment, ...]]:
        return [segments(document, sentence_starts) for document in self.data.documents]

    def run(self, restorer: Restores, use_reference: bool = True, on_document: Listener | None = None) -> GoldReport:
        """Restore and score every document.

        A document that the restorer refuses (`InputError`) counts as left alone and gets an error row.
        """
        run = _SystemRun(self.data, SpanTally(self._aligner) if self._aligner else None)
        for document, cut in zip(self.data.documents, self._cuts, strict=True):
            references = document.references if use_reference else ()
            restoration, seconds = attempt(restorer, document.text, references)
            run.add(document, cut, restoration, seconds)
            if on_document is not None:
                on_document(document.name)
        how = f"reference:{'yes' if use_reference else 'no'}"
        return run.report(signature(restorer, run.fingerprint, self.data.sha256, how))


class _SystemRun:
    """What one system did, document by document."""

    def __init__(self, data: GoldData, tally: SpanTally | None) -> None:
        self.data = data
        self.tally = tally
        self.fingerprint = ""
        self.sets: list[SetReport] = []
        self._seconds = 0.0
        self._rows: list[tuple[_Row, list[_Row]]] = []
        self._outcomes: list[DecisionOutcome] = []
        self._curve = Curve()

    def add(self, document: GoldDocument, cut: Sequence[Segment], restoration: Restoration, seconds: float) -> None:
        """Score a restored document."""
        self.fingerprint = self.fingerprint or restoration.config_fingerprint
        self._seconds += seconds
        lattice = make_lattice(document.annotations)
        checked = check_corrections(restoration, document.annotations, lattice)
        self._outcomes += outcomes(checked)
        self._curve.add(document.text, checked, lattice)
        scored = score(document.annotations[0], restoration.restored, lattice)
        ends = [segment.end for segment in cut]
        pieces = restored_pieces(document.text, ends, restoration.applied)
        begun = begun_in(ends, restoration.applied)
        spans = [self._spans(segment, piece, document.tokenised) for segment, piece in zip(cut, pieces, strict=True)]
        words = count_words(document.text)
        sentences = [
            (count_words(segment.text), *_errors(segment, piece), edits, *_flat(found))
            for segment, piece, edits, found in zip(cut, pieces, begun, spans, strict=True)
        ]
        total = _sum(spans)
        whole = (words, scored.before, scored.after, scored.good, scored.bad, len(restoration.applied), *_flat(total))
        self._rows.append((whole, sentences))
        yields = _yields(checked, restoration, lattice)
        self.sets.append(_set_report(document.name, scored, restoration, yields, total, words, seconds))

    def _spans(self, segment: Segment, piece: str, tokenised: bool) -> tuple[SpanCounts, SpanCounts] | None:
        return self.tally.add(segment, piece, tokenised) if self.tally else None

    def report(self, line: str) -> GoldReport:
        """Sum everything up."""
        words = sum(each.words for each in self.sets)
        units = self._units()
        refused = tuple(ErrorRow(each.name, each.error) for each in self.sets if each.error)
        return GoldReport(
            tuple(self.sets),
            _averages(self.sets, self._seconds),
            line,
            kind=self.data.kind,
            documents=len(self.sets),
            words=words,
            documents_per_second=per_second(len(self.sets), self._seconds),
            words_per_second=per_second(words, self._seconds),
            measures=measures(units),
            detection=Spans.of(self.tally.detection) if self.tally else None,
            correction=Spans.of(self.tally.correction) if self.tally else None,
            kinds={k: Spans.of(c) for k, c in sorted(self.tally.kinds.items())} if self.tally else {},
            calibration=calibration(self._outcomes),
            thresholds=self._curve.rows(),
            errors=(*self.data.errors, *refused),
            units=units,
            data_sha256=self.data.sha256,
        )

    def _units(self) -> Units:
        columns = (*COLUMNS, *DETECTION, *CORRECTION) if self.tally else COLUMNS
        if len(self._rows) >= MANY_DOCUMENTS:
            return Units("documents", columns, tuple(whole for whole, _ in self._rows))
        return Units("sentences", columns, tuple(row for _, sentences in self._rows for row in sentences))


def _errors(segment: Segment, piece: str) -> tuple[int, int, int, int]:
    """Return the token errors before and after, and the good and bad edits, of one sentence."""
    if piece == segment.text and not any(marked.edits for marked in segment.annotations):
        return 0, 0, 0, 0
    scored = score(segment.annotations[0], piece, make_lattice(segment.annotations))
    return scored.before, scored.after, scored.good, scored.bad


def _flat(found: tuple[SpanCounts, SpanCounts] | None) -> _Row:
    return () if found is None else tuple(n for counts in found for n in (counts.tp, counts.fp, counts.fn))


def _sum(spans: Sequence[tuple[SpanCounts, SpanCounts] | None]) -> tuple[SpanCounts, SpanCounts] | None:
    known = [each for each in spans if each is not None]
    if not known:
        return None
    detection = correction = SpanCounts()
    for found, right in known:
        detection, correction = detection.plus(found), correction.plus(right)
    return detection, correction


def _set_report(
    name: str,
    scored: Score,
    restoration: Restoration,
    yields: dict[str, Yield],
    spans: tuple[SpanCounts, SpanCounts] | None,
    words: int,
    seconds: float,
) -> SetReport:
    return SetReport(
        name=name,
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
        yields=yields,
        broken=scored.broken,
        words=words,
        detection=Spans.of(spans[0]) if spans else None,
        correction=Spans.of(spans[1]) if spans else None,
        error=restoration.error,
    )


def _yields(checked: Sequence[CheckedCorrection], restoration: Restoration, lattice: Lattice) -> dict[str, Yield]:
    before = lattice.before
    return sum_yields(
        (
            strongest_evidence(each.correction),
            Yield(1, int(each.distance < before), int(each.distance == before), int(each.distance > before)),
        )
        for each in checked
        if each.correction.confidence >= restoration.threshold
    )


def _averages(reports: Sequence[SetReport], seconds: float) -> Averages:
    return Averages(
        removed=_mean([report.removed for report in reports if report.removed is not None]),
        precision=_mean([report.precision for report in reports if report.good + report.bad]),
        errors_before=sum(report.errors_before for report in reports),
        errors_after=sum(report.errors_after for report in reports),
        good=sum(report.good for report in reports),
        neutral=sum(report.neutral for report in reports),
        bad=sum(report.bad for report in reports),
        seconds=round(seconds, 3),
        yields=sum_yields(item for report in reports for item in report.yields.items()),
    )


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None
