"""Plans of a batch replayed at another threshold: no model is needed, and nothing is judged again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from restore.batch.folder import Folder
from restore.batch.forms import render
from restore.batch.ledger import Counts, Ledger, file_name, is_shard
from restore.batch.outcomes import Job, Outcome, clean
from restore.batch.settings import BatchSettings
from restore.batch.shards import cut_shards
from restore.errors import InputError, PlanMismatchError
from restore.reading.html import extract
from restore.reading.records import Row, Unread
from restore.reading.rows import read_file
from restore.records import Correction, Verdict, apply, text_sha256

SETTINGS = "_settings.json"


class _Plan(msgspec.Struct):
    """A row of a sidecar, or of the full output, as far as it matters."""

    text_sha256: str | None = None
    corrections: list[Correction] = []
    verdict: Verdict | None = None
    error: str | None = None


def planned_settings(plans: Folder) -> BatchSettings:
    """Give the settings that plans were made with; raises `InputError` if there are none."""
    data = plans.read(SETTINGS)
    if data is None:
        raise InputError(f"{plans.name} holds no plans: make them with `restore batch ... -o {plans.name} --sidecar`")
    return BatchSettings.from_json(data)


def apply_plans(inputs: list[str], plans: Folder, ledger: Ledger, settings: BatchSettings) -> Counts:
    """Replay the plans on the input, row by row, at the threshold of the settings, and write the shards.

    Raises `PlanMismatchError` if the plans were made for other rows, `OutputError` if a shard cannot be written.
    """
    total = Counts()
    rows = _plan_rows(plans)
    for shard in cut_shards(inputs, settings):
        made = [_outcome(job, next(rows, None), settings) for job in shard.jobs]
        outcomes = [outcome for outcome, _ in made]
        counts = Counts(rows=len(made), applied=sum(applied for _, applied in made))
        counts.restored = sum(applied > 0 for _, applied in made)
        counts.errors = sum(bool(outcome.error) for outcome in outcomes)
        counts.corrections = sum(len(outcome.corrections) for outcome in outcomes)
        counts.damaged = sum(o.verdict is not None and o.verdict.damaged for o in outcomes)
        if ledger.state(shard)[0] != "done":
            ledger.finish(shard, render(shard, outcomes, settings), counts)
        ledger.kept.add(file_name(shard))
        total.add(counts)
    if next(rows, None) is not None:
        raise PlanMismatchError(f"{plans.name} holds plans for more rows than the input has: give the same input")
    return total


def _plan_rows(plans: Folder) -> Iterator[Row]:
    for name in plans.names():
        if is_shard(name):
            for row in read_file(f"{plans.name}/{name}"):
                if isinstance(row, Unread):
                    raise PlanMismatchError(f"a plan cannot be read: {row.error}")
                yield row


def _outcome(job: Job, row: Row | None, settings: BatchSettings) -> tuple[Outcome, int]:
    """Give the outcome of a row at the threshold, and the number of corrections applied."""
    where = job.where or job.id
    if row is None:
        raise PlanMismatchError(f"there is no plan for {where}: the plans were made for fewer rows")
    try:
        given = {n: _bare(row.values[n]) for n in _Plan.__struct_fields__ if row.values.get(n) not in (None, "")}
        plan = msgspec.convert(given, type=_Plan)
    except msgspec.ValidationError as error:
        raise PlanMismatchError(f"{row.where} is no plan: {error}") from error
    if plan.error or job.error:
        return Outcome(error=plan.error or job.error), 0
    extracted = None
    text, title, date = job.text, "", ""
    if not text.strip() and job.html:
        page = extract(job.html, where, job.url)
        text = extracted = clean(page.text)
        title, date = clean(page.title), clean(page.date)
    if plan.text_sha256 is not None and plan.text_sha256 != text_sha256(text):
        raise PlanMismatchError(f"{row.where} was made for another text than {where}: give the same input")
    chosen = [c for c in plan.corrections if c.confidence >= settings.config.threshold]
    try:
        restored = apply(text, chosen)
    except PlanMismatchError as error:
        raise PlanMismatchError(f"{row.where} does not fit {where}: {error}") from error
    same = restored == text
    found = Outcome(None if same else restored, tuple(plan.corrections), plan.verdict, "", same, extracted, title, date)
    return found, len(chosen)


def _bare(value: Any) -> Any:
    """Take out what Arrow writes for fields that are not set; read the JSON that CSV holds."""
    if isinstance(value, str) and value[:1] in ("[", "{"):
        return _bare(msgspec.json.decode(value))
    if isinstance(value, dict):
        return {k: v if isinstance(v, str) else _bare(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [_bare(v) for v in value]
    return value
