"""Plans of a batch replayed at another threshold: no model and no resource is needed, and nothing is judged again."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import msgspec

from restore.batch.folder import check_apart, is_same
from restore.batch.forms import render
from restore.batch.ledger import Counts, Ledger, file_name
from restore.batch.outcomes import COLUMNS, Job, Outcome, basis, clean, job_of
from restore.batch.plans import Plan, Plans, PlanShard
from restore.batch.runner import count_rows
from restore.batch.settings import BatchSettings
from restore.batch.shards import Shard, cut_shards
from restore.errors import InputError, OutputError, PlanMismatchError
from restore.reading.extras import needs
from restore.reading.html import extract
from restore.reading.records import Row
from restore.records import apply, text_sha256

_SAME = "give the same input"


def apply_plans(inputs: list[str], plans: Plans, ledger: Ledger, settings: BatchSettings) -> Counts:
    """Replay the plans on the input, row by row, at the threshold of the settings, and write the shards.

    Raises `PlanMismatchError` if the plans were made for other rows or are not complete, `OutputError` if a shard
    cannot be written.
    """
    total = Counts()
    for shard in cut_shards(inputs, settings):
        found = plans.of(shard)
        fits = found.fits(shard)
        # What is written depends on the plans, too: made again, they make the shard again.
        shard.fingerprint = sha256(f"{shard.fingerprint} {found.sha256}".encode()).hexdigest()[:32]
        ledger.kept.add(file_name(shard))
        mark = ledger.state(shard)[1]
        if mark is None:
            outcomes = _outcomes(shard, found, fits, plans.settings, settings.config.threshold)
            counts = count_rows(shard, outcomes, 0, settings.config.threshold)
            ledger.finish(shard, render(shard, outcomes, settings), counts)
        else:
            counts = mark.counts
        total.add(counts)
    plans.end(total.rows)
    return total


def replay_fingerprint(settings: BatchSettings) -> str:
    """Give twelve hexadecimal digits that name what a replay depends on beside the rows and their plans.

    That of the settings reads tables, indexes and references, none of which a replay needs.
    """
    return sha256(msgspec.json.encode(("apply", settings.config.threshold, settings.fields))).hexdigest()[:12]


def check_places(inputs: list[str], plans: str, output: str) -> None:
    """Raise `OutputError` if the result would overwrite the plans or the input, or be read as input."""
    if is_same(plans, output):
        raise OutputError(f"{output} holds the plans, which would be overwritten: name another folder")
    check_apart(inputs, output)


def _outcomes(shard: Shard, found: PlanShard, fits: bool, made: BatchSettings, threshold: float) -> Sequence[Outcome]:
    """Replay the plans of a shard."""
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
        outcomes.append(_replayed(job, outcome, plan, threshold))
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


def _replayed(job: Job, outcome: Outcome, plan: Plan, threshold: float) -> Outcome:
    """Apply the corrections of at least this confidence."""
    text = basis(job, outcome)
    try:
        restored = apply(text, [c for c in outcome.corrections if c.confidence >= threshold])
    except PlanMismatchError as error:
        raise PlanMismatchError(f"{plan.row.where} does not fit {_where(job)}: {error}") from error
    return outcome if restored == text else msgspec.structs.replace(outcome, restored=restored, same=False)


def _where(job: Job) -> str:
    return job.where or job.id
