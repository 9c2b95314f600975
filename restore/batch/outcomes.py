"""What goes to a worker and comes back: a document to restore, and its outcome."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import msgspec

from restore.config import Config
from restore.reading.articles import as_text, first_value
from restore.reading.records import Fields
from restore.records import Correction, Reference, Verdict, asked_for

COLUMNS = ("restored", "corrections", "verdict", "error")
"""What is added to each row; `extracted` comes before them where the text was taken out of HTML."""


class Job(msgspec.Struct, frozen=True, omit_defaults=True):
    """A document to restore: its `text`, or `html` to take it from; `error` if it could not even be read.

    `missing` says what to do about columns among which no text can be.
    """

    text: str = ""
    html: str = ""
    id: str = ""
    url: str = ""
    references: tuple[Reference, ...] = ()
    where: str = ""
    error: str = ""
    missing: str = ""
    date: str = ""

    @property
    def key(self) -> str:
        """Thirty-two hexadecimal digits that name the document by all that its outcome depends on."""
        dated = (self.date,) if self.date else ()
        parts = msgspec.json.encode((self.text, self.html, self.id, self.url, self.references, self.error, *dated))
        return sha256(parts).hexdigest()[:32]


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of a document.

    `restored` is None if `error` says why it could not be worked on, or if it is the text as given (`same`), which need
    not travel twice. `extracted` is the text that was taken out of HTML, to which the offsets refer, `title` and `date`
    what the page says of itself. `threshold` is that of a reviewed plan; None where that of the run counts.
    """

    restored: str | None = None
    corrections: tuple[Correction, ...] = ()
    verdict: Verdict | None = None
    error: str = ""
    same: bool = False
    extracted: str | None = None
    title: str = ""
    date: str = ""
    threshold: float | None = None

    def text(self, job: Job) -> str | None:
        """Return the restored text; None for an error."""
        if self.same:
            return job.text if self.extracted is None else self.extracted
        return self.restored


def chosen(outcome: Outcome, config: Config) -> list[Correction]:
    """Return what a config has applied of an outcome: what is sure enough, whole sentences only if it says so.

    Of a reviewed plan the threshold is its own, and what a person decided counts more than either.
    """
    least = config.threshold if outcome.threshold is None else outcome.threshold
    return asked_for(outcome.corrections, least, config.rewrites)


def basis(job: Job, outcome: Outcome) -> str:
    """Return the text that a plan belongs to; of a page from which none was taken the page itself."""
    return job.text or (outcome.extracted if outcome.extracted is not None else job.html)


def job_of(values: dict[str, Any], fields: Fields, where: str = "", columns: Sequence[str] = ()) -> Job:
    """Make a job of the columns of a row; `columns` names all of them, if `values` holds only some."""
    text = first_value(values, fields.text)
    html = "" if text.strip() else first_value(values, fields.html)
    return Job(
        text=clean(text),
        html=clean(html),
        id=clean(first_value(values, fields.id)),
        url=clean(first_value(values, fields.url)),
        references=references_of(next((values[n] for n in fields.references if values.get(n)), None)),
        where=clean(where),
        date=clean(first_value(values, fields.date)),
        missing="" if text.strip() or html else clean(fields.missing_text(columns or values)),
    )


def references_of(value: Any) -> tuple[Reference, ...]:
    """Read references as rows hold them: a text, an object with `text` (and `id`, `url`), or a list of either.

    A text that is a list or an object of JSON, as CSV holds them, is read as that.
    """
    found: list[Reference] = []
    value = _unpacked(as_text(value))
    for given in value if isinstance(value, list | tuple) else [value]:
        if isinstance(given, str):
            given = {"text": given}
        if not isinstance(given, dict) or not str(given.get("text") or "").strip():
            continue
        id = str(given.get("id") or given.get("url") or f"reference {len(found) + 1}")
        text, url, title, date = (clean(str(given.get(n) or "")) for n in ("text", "url", "title", "date"))
        found.append(Reference(clean(id), text, url, title, date))
    return tuple(found)


def _unpacked(value: Any) -> Any:
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            return msgspec.json.decode(value)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            return value
    return value


def clean(text: str) -> str:
    """Return a text that every file format can hold: lone surrogates become question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def columns_of(jobs: Sequence[Job], outcomes: Sequence[Outcome]) -> dict[str, list[Any]]:
    """Return the new columns as plain values, a list each, row by row."""
    return {
        "restored": [outcome.text(job) for job, outcome in zip(jobs, outcomes, strict=True)],
        "corrections": [msgspec.to_builtins(outcome.corrections) for outcome in outcomes],
        "verdict": [msgspec.to_builtins(outcome.verdict) for outcome in outcomes],
        "error": [outcome.error or None for outcome in outcomes],
    }
