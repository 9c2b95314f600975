"""Finished rows read back: the outcomes that plans stand for, at any threshold, without a model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from restore.batch.outcomes import COLUMNS, Job, Outcome, basis, chosen, clean, job_of
from restore.batch.plans import Plan, PlanShard
from restore.batch.settings import BatchSettings
from restore.batch.shards import Shard
from restore.config import Config
from restore.errors import InputError, PlanMismatchError
from restore.reading.extras import needs
from restore.reading.html import extract
from restore.reading.records import Row
from restore.records import apply, text_sha256

_SAME = "give the same input"


def replay(shard: Shard, found: PlanShard, fits: bool, made: BatchSettings, now: Config) -> Sequence[Outcome]:
    """Replay the plans of a shard, which were made with the settings `made`; `fits` says that the rows are the same.

    Applied is what `now` asks for: its threshold, and whole sentences of references only if it asks for rewrites.

    Raises `PlanMismatchError` if they were made for other rows.
    """
    outcomes = []
    rows = found.read()
    for number, job in enumerate(shard.jobs):
        plan = next(rows, None)
        if plan is None:
            raise PlanMismatchError(f"{found.path} holds plans for fewer rows than the input has there: {_SAME}")
        row = shard.rows[number] if shard.table is None else None
        kind = row.kind if isinstance(row, Row) else "row"
        outcome = _outcome(job, plan)
        _check(job, kind, outcome, plan, fits, made)
        outcomes.append(_replayed(job, outcome, plan, now))
    if next(rows, None) is not None:
        raise PlanMismatchError(f"{found.path} holds plans for more rows than the input has there: {_SAME}")
    return outcomes


def _outcome(job: Job, plan: Plan) -> Outcome:
    """Give the outcome of a row with nothing applied yet; of a page the text is taken out anew."""
    if plan.error:
        return Outcome(error=plan.error)
    outcome = Outcome(None, plan.corrections, plan.verdict, same=True)
    if job.text or not job.html:
        return outcome
    needs("trafilatura", "HTML pages")
    try:
        page = extract(job.html, _where(job), job.url)
    except InputError as error:
        raise PlanMismatchError(f"{plan.row.where} was made for another page: {error}") from error
    return msgspec.structs.replace(outcome, extracted=clean(page.text), title=clean(page.title), date=clean(page.date))


def _check(job: Job, kind: str, outcome: Outcome, plan: Plan, fits: bool, made: BatchSettings) -> None:
    """Raise `PlanMismatchError` if a plan was made for another row, by whatever it says of its row.

    `fits` says that the rows are the same. Then columns that the output's form has changed (mixed types in Parquet)
    are not asked, but the text out of a page still is: another extractor may give another.
    """
    values, text = plan.row.values, basis(job, outcome)
    if made.output == "sidecar":
        id, same = values.get("id") or "", (values.get("text_sha256") or "") == (text_sha256(text) if text else "")
    else:
        then = job_of({k: v for k, v in values.items() if k not in COLUMNS}, made.fields)
        id = then.id
        known = then.text or (then.html if outcome.error else str(values.get("extracted") or ""))
        # The HTML of a page of its own is not written, so an error leaves nothing to compare.
        same = known == text or (fits and outcome.extracted is None) or (kind == "page" and bool(outcome.error))
    if not same:
        raise PlanMismatchError(f"{plan.row.where} was made for another text than {_where(job)}: {_SAME}")
    moved = kind != "row" and Path(id).name == Path(job.id).name  # files are known by their paths
    if id != job.id and not (fits or moved):
        raise PlanMismatchError(f"{plan.row.where} was made for the id {id!r}, not for {job.id!r}: {_SAME}")


def _replayed(job: Job, outcome: Outcome, plan: Plan, now: Config) -> Outcome:
    """Apply the corrections that the config asks for."""
    text = basis(job, outcome)
    try:
        restored = apply(text, chosen(outcome.corrections, now))
    except PlanMismatchError as error:
        raise PlanMismatchError(f"{plan.row.where} does not fit {_where(job)}: {error}") from error
    return outcome if restored == text else msgspec.structs.replace(outcome, restored=restored, same=False)


def _where(job: Job) -> str:
    return job.where or job.id
