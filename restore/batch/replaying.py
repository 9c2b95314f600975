"""Finished rows read back: the outcomes that plans stand for, at any threshold, without a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec.structs import replace

from restore.batch.outcomes import COLUMNS, Job, Outcome, basis, chosen, clean, job_of
from restore.batch.plans import Plan, PlanShard
from restore.batch.settings import BatchSettings
from restore.batch.shards import Shard
from restore.config import Config
from restore.errors import InputError, PlanMismatchError
from restore.reading.extras import needs
from restore.reading.html import extract
from restore.reading.records import Row
from restore.records import Restoration, apply, text_sha256

_SAME = "give the same input"


@dataclass(frozen=True)
class Reviewed:
    """Plans that a person has reviewed, by the SHA-256 of their texts.

    `threshold` (0 to 1) is asked for instead of theirs, if it is not None; it moves only what nobody decided.
    """

    plans: Mapping[str, Restoration] = field(default_factory=dict)
    threshold: float | None = None

    def of(self, text: str) -> Restoration | None:
        """Return the reviewed plan of a text, if there is one."""
        plan = self.plans.get(text_sha256(text)) if self.plans else None
        return plan if plan is None or self.threshold is None else replace(plan, threshold=self.threshold)

    @property
    def fingerprint(self) -> str:
        """Names all that is decided."""
        parts = [(key, plan.threshold, plan.corrections, plan.rewrites) for key, plan in sorted(self.plans.items())]
        return sha256(msgspec.json.encode((self.threshold, parts))).hexdigest()[:32]


NOTHING_REVIEWED = Reviewed()


def replay(
    shard: Shard,
    found: PlanShard,
    fits: bool,
    made: BatchSettings,
    now: Config,
    reviewed: Reviewed = NOTHING_REVIEWED,
) -> Sequence[Outcome]:
    """Replay the plans of a shard, or what was reviewed in their place; see `matched`.

    Applied is what `now` asks for: its threshold, and whole sentences of references only if it asks for rewrites.
    """
    return [
        _replayed(job, _decided(job, outcome, reviewed, now), plan, now)
        for job, outcome, plan in matched(shard, found, fits, made)
    ]


def _decided(job: Job, outcome: Outcome, reviewed: Reviewed, now: Config) -> Outcome:
    plan = None if outcome.error else reviewed.of(basis(job, outcome))
    if plan is None:
        return outcome
    corrections = plan.with_rewrites() if now.rewrites else plan.corrections
    return replace(outcome, corrections=corrections, threshold=plan.threshold)


def matched(shard: Shard, found: PlanShard, fits: bool, made: BatchSettings) -> Iterator[tuple[Job, Outcome, Plan]]:
    """Yield the rows of a shard with their plans, made with the settings `made`, and outcomes with nothing applied yet.

    `fits` says that the rows are the same. Raises `PlanMismatchError` if the plans were made for other rows.
    """
    rows = found.read()
    for number, job in enumerate(shard.jobs):
        plan = next(rows, None)
        if plan is None:
            raise PlanMismatchError(f"{found.path} holds plans for fewer rows than the input has there: {_SAME}")
        row = shard.rows[number] if shard.table is None else None
        kind = row.kind if isinstance(row, Row) else "row"
        outcome = _outcome(job, plan)
        _check(job, kind, outcome, plan, fits, made)
        yield job, outcome, plan
    if next(rows, None) is not None:
        raise PlanMismatchError(f"{found.path} holds plans for more rows than the input has there: {_SAME}")


def _outcome(job: Job, plan: Plan) -> Outcome:
    """Return the outcome of a row with nothing applied yet; of a page the text is taken out anew."""
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
    return replace(outcome, extracted=clean(page.text), title=clean(page.title), date=clean(page.date))


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
    """Apply the corrections that the config asks for; of what was reviewed, those that its own plan asks for."""
    text = basis(job, outcome)
    try:
        restored = apply(text, chosen(outcome, now))
    except PlanMismatchError as error:
        raise PlanMismatchError(f"{plan.row.where} does not fit {_where(job)}: {error}") from error
    return outcome if restored == text else replace(outcome, restored=restored, same=False)


def _where(job: Job) -> str:
    return job.where or job.id
