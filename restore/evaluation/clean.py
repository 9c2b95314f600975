"""False alarms: how many edits a restorer applies to text that is right."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Literal

import msgspec

from restore.errors import GoldError
from restore.evaluation.gold import read_text
from restore.evaluation.runner import Restores, signature, strongest_evidence
from restore.records import Restoration

Unit = Literal["line", "paragraphs"]
_GROUP_WORDS = 300
_CONTEXT = 40
_WORD = re.compile(r"\w+(?:['’-]\w+)*")


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

    def to_json(self) -> str:
        """Give the report as one JSON object."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2).decode()

    @classmethod
    def from_json(cls, data: str | bytes) -> CleanReport:
        """Read what `to_json` wrote; raises `GoldError` if it is no such report."""
        try:
            return msgspec.json.decode(data, type=cls)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise GoldError(f"this is not a report on clean text: {error}") from error


def evaluate_clean(path: Path, restorer: Restores, unit: Unit = "line", limit_words: int | None = None) -> CleanReport:
    """Restore clean texts and count what was changed; there is no reference.

    `path` is a file or a folder of .txt files; its documents are its lines (`unit="line"`) or groups of paragraphs of
    about 300 words (`unit="paragraphs"`). With `limit_words`, each file contributes about that many words at most.
    Raises `GoldError` if there is nothing to read.
    """
    documents = words = edits = touched = damaged = 0
    fingerprint = ""
    digest = sha256()
    examples: list[CleanEdit] = []
    began = time.perf_counter()
    for file, number, text in _documents(path, unit, limit_words):
        digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
        restoration = restorer.restore(text, ())
        fingerprint = restoration.config_fingerprint
        applied = restoration.applied
        documents += 1
        words += count_words(text)
        edits += len(applied)
        touched += bool(applied)
        damaged += restoration.verdict.damaged
        examples += _examples(file, number, restoration)
    if not documents:
        raise GoldError(f"{path} holds no text to evaluate")
    return CleanReport(
        documents=documents,
        words=words,
        edits=edits,
        per_thousand_words=round(1000 * edits / max(1, words), 3),
        touched=touched,
        damaged=damaged,
        seconds=round(time.perf_counter() - began, 3),
        examples=tuple(examples),
        signature=signature(restorer, fingerprint, digest.hexdigest(), f"unit:{unit}"),
    )


def count_words(text: str) -> int:
    """Count the words of a text; "well-known" and "don't" are one each."""
    return len(_WORD.findall(text))


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


def _documents(path: Path, unit: Unit, limit_words: int | None) -> Iterator[tuple[str, int, str]]:
    if not path.exists():
        raise GoldError(f"there is no file or folder {path}")
    files = sorted(path.glob("*.txt")) if path.is_dir() else [path]
    for file in files:
        words = 0
        for number, text in enumerate(split_documents(read_text(file), unit), start=1):
            if limit_words is not None and words >= limit_words:
                break
            words += count_words(text)
            yield file.name, number, text


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
