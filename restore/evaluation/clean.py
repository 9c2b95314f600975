"""False alarms: how many edits a restorer applies to text that is right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import islice
from pathlib import Path

import msgspec

from restore.errors import GoldError
from restore.evaluation import Unit
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
from restore.evaluation.chance import MANY_DOCUMENTS, Units, measures
from restore.evaluation.decisions import calibration
from restore.evaluation.reports import CleanEdit, CleanReport, Yield
from restore.evaluation.segments import begun_in
from restore.evaluation.signature import signature
from restore.evaluation.spans import sentence_starts
from restore.gold.documents import ErrorRow
from restore.gold.folders import read_text
from restore.gold.load import is_there, read_bytes
from restore.gold.pairs import json_lines
from restore.records import Restoration
from restore.runtime.decoding import from_json

__all__ = [
    "CleanData",
    "CleanEdit",
    "CleanReport",
    "count_words",
    "evaluate_clean",
    "evaluate_clean_data",
    "load_clean",
    "split_documents",
]

_GROUP_WORDS = 300
"""Words of a document that is made of paragraphs: a short article. Chosen by hand."""
_CONTEXT = 40
"""Characters shown on each side. By hand."""
_JSON = (".jsonl", ".ndjson")


class CleanDocument(msgspec.Struct, frozen=True):
    """A text that is right: its file, its number there (from 1), the text."""

    file: str
    number: int
    text: str


class CleanData(msgspec.Struct, frozen=True):
    """Clean documents, the SHA-256 over their texts, the records that were bad, and what one document is."""

    documents: tuple[CleanDocument, ...]
    sha256: str
    unit: Unit
    errors: tuple[ErrorRow, ...] = ()


class _CleanRow(msgspec.Struct):
    text: str


def evaluate_clean(path: Path, restorer: Restores, unit: Unit = "line", limit_words: int | None = None) -> CleanReport:
    """Restore clean texts and count what was changed; there is no reference. See `load_clean` for `path`.

    Raises `GoldError` if there is nothing to read.
    """
    return evaluate_clean_data(load_clean(path, unit, limit_words), restorer)


def load_clean(path: Path, unit: Unit = "line", limit_words: int | None = None, limit: int | None = None) -> CleanData:
    """Load a file or a folder of clean text (*.txt, *.jsonl).

    The documents of a plain text are its lines (`unit="line"`) or groups of paragraphs of about 300 words
    (`unit="paragraphs"`); those of a JSONL file are the `text` of its records, of which bad ones become error rows.
    With `limit_words`, each file contributes about that many words at most; `limit` is the number of documents.
    Raises `GoldError` if there is nothing to read.
    """
    errors: list[ErrorRow] = []
    documents = tuple(islice(_documents(path, unit, limit_words, errors), limit))
    if not documents:
        raise GoldError(errors[0].message if errors else f"{path} holds no text to evaluate")
    digest = sha256()
    for document in documents:
        digest.update(document.text.encode("utf-8", "surrogatepass") + b"\0")
    return CleanData(documents, digest.hexdigest(), unit, tuple(errors))


def evaluate_clean_data(data: CleanData, restorer: Restores, on_document: Listener | None = None) -> CleanReport:
    """Restore loaded clean texts and count what was changed; a text that is refused counts as left alone."""
    run = _CleanRun(many=len(data.documents) >= MANY_DOCUMENTS)
    for document in data.documents:
        restoration, seconds = attempt(restorer, document.text, ())
        run.add(document, restoration, seconds)
        if on_document is not None:
            on_document(f"{document.file}:{document.number}")
    units = Units("documents" if run.many else "sentences", ("words", "edits"), tuple(run.rows))
    return CleanReport(
        documents=len(data.documents),
        words=run.words,
        edits=run.edits,
        per_thousand_words=round(1000 * run.edits / max(1, run.words), 3),
        touched=run.touched,
        damaged=run.damaged,
        seconds=round(run.seconds, 3),
        examples=tuple(run.examples),
        signature=signature(restorer, run.fingerprint, data.sha256, f"unit:{data.unit}"),
        documents_per_second=per_second(len(data.documents), run.seconds),
        words_per_second=per_second(run.words, run.seconds),
        measures=measures(units),
        calibration=calibration(run.outcomes),
        yields=sum_yields((edit.evidence, Yield(applied=1, wrong=1)) for edit in run.examples),
        errors=(*data.errors, *run.errors),
        units=units,
        data_sha256=data.sha256,
    )


class _CleanRun:
    """What one system did to clean text, document by document."""

    def __init__(self, many: bool) -> None:
        self.many = many
        self.words = self.edits = self.touched = self.damaged = 0
        self.seconds = 0.0
        self.fingerprint = ""
        self.rows: list[tuple[int, ...]] = []
        self.outcomes: list[DecisionOutcome] = []
        self.examples: list[CleanEdit] = []
        self.errors: list[ErrorRow] = []

    def add(self, document: CleanDocument, restoration: Restoration, seconds: float) -> None:
        """Count what was changed in a document; every decision on it is wrong."""
        words, applied = count_words(document.text), restoration.applied
        self.fingerprint = self.fingerprint or restoration.config_fingerprint
        self.seconds += seconds
        self.words += words
        self.edits += len(applied)
        self.touched += bool(applied)
        self.damaged += restoration.verdict.damaged
        self.outcomes += [DecisionOutcome(min(1.0, max(0.0, c.confidence)), False) for c in restoration.corrections]
        self.examples += _examples(document.file, document.number, restoration)
        if restoration.error:
            self.errors.append(ErrorRow(f"{document.file}:{document.number}", restoration.error))
        self.rows += [(words, len(applied))] if self.many else _sentence_rows(document.text, restoration)


def _sentence_rows(text: str, restoration: Restoration) -> list[tuple[int, ...]]:
    starts = sentence_starts(text)
    ends = [*starts[1:], len(text)]
    first = [0, *ends[:-1]]
    counts = begun_in(ends, restoration.applied)
    return [(count_words(text[a:b]), edits) for a, b, edits in zip(first, ends, counts, strict=True)]


def split_documents(text: str, unit: Unit) -> Iterator[str]:
    """Cut a text into its documents: lines, or groups of paragraphs that together reach about 300 words."""
    lines = [line for line in text.splitlines() if line.strip()]
    if unit == "line":
        yield from lines
        return
    group: list[str] = []
    size = 0
    for line in lines:
        group.append(line)
        size += count_words(line)
        if size >= _GROUP_WORDS:
            yield "\n".join(group)
            group, size = [], 0
    if group:
        yield "\n".join(group)


def _documents(path: Path, unit: Unit, limit_words: int | None, errors: list[ErrorRow]) -> Iterator[CleanDocument]:
    if not is_there(path):
        raise GoldError(f"there is no file or folder {path}")
    for file in _files(path):
        words = 0
        texts = _records(file, errors) if file.suffix in _JSON else enumerate(split_documents(read_text(file), unit), 1)
        for number, text in texts:
            if limit_words is not None and words >= limit_words:
                break
            words += count_words(text)
            yield CleanDocument(file.name, number, text)


def _files(path: Path) -> Sequence[Path]:
    if not path.is_dir():
        return [path]
    return sorted(each for each in path.iterdir() if each.suffix in (".txt", *_JSON) and each.is_file())


def _records(file: Path, errors: list[ErrorRow]) -> Iterator[tuple[int, str]]:
    """Yield the line number and the text of each record."""
    for number, line in json_lines(read_bytes(file)):
        try:
            text = from_json(line, _CleanRow).text
            problem = "" if text.strip() else "`text` is empty; take the record out"
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            problem = f"{error}; write one JSON object a line, with the clean `text`"
        if problem:
            errors.append(ErrorRow(f"{file.name}:{number}", f"{file}, line {number}: {problem}"))
        else:
            yield number, text


def _examples(file: str, number: int, restoration: Restoration) -> Iterator[CleanEdit]:
    text = restoration.text
    for correction in restoration.applied:
        yield CleanEdit(
            file=file,
            document=number,
            before=text[max(0, correction.start - _CONTEXT) : correction.start],
            original=correction.original,
            replacement=correction.replacement,
            after=text[correction.end : correction.end + _CONTEXT],
            confidence=correction.confidence,
            evidence=strongest_evidence(correction),
        )
