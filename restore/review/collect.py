"""The documents of a review: the rows of a batch, and of any documents those that need a look most."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from restore.errors import InputError, RestoreError
from restore.records import Reference, Restoration, Verdict
from restore.review.documents import ReviewDocument, check_review
from restore.review.texts import ReferenceTexts

if TYPE_CHECKING:
    from restore.batch.plans import Plan, Plans

_UNJUDGED = Verdict(damaged=False, probability=0.0, damaged_share=0.0)


def most_needed(documents: Iterable[ReviewDocument], limit: int) -> tuple[list[ReviewDocument], int]:
    """Return those with an error and those that need a look most, `limit` at most (0: all), and how many are left out.

    Only as many are held in memory.
    """
    total = 0

    def counted() -> Iterator[tuple[bool, float, int, ReviewDocument]]:
        nonlocal total
        for total, document in enumerate(documents, 1):
            yield bool(document.error), document.needs, -total, document

    ranked = heapq.nlargest(limit, counted()) if limit else sorted(counted(), reverse=True)
    return [document for *_, document in ranked], total - len(ranked)


def open_batch(folder: str) -> Plans | None:
    """Return the plans of a folder that `restore batch` wrote; None of any other folder."""
    from restore.batch.folder import open_folder
    from restore.batch.plans import Plans
    from restore.batch.run_state import SETTINGS

    opened = open_folder(folder)
    return Plans(opened) if opened.read(SETTINGS) is not None else None


def batch_documents(plans: Plans, inputs: Sequence[str], texts: ReferenceTexts) -> Iterator[ReviewDocument]:
    """Yield the rows of a batch as documents; `inputs` is what it was made of, which plans without texts need.

    Raises `InputError` if they are needed and not given, `PlanMismatchError` if they are not those of the batch.
    """
    if inputs:
        yield from _with_input(plans, inputs, texts)
        return
    if plans.settings.output == "sidecar":
        raise InputError(f"{plans.name} holds plans without their texts: give the input of the batch with --input")
    from restore.batch.outcomes import COLUMNS, job_of

    for shard in plans.every():
        for plan in shard.read():
            row = {name: value for name, value in plan.row.values.items() if name not in COLUMNS}
            job = job_of(row, plans.settings.fields)
            text = str(row.get("extracted") or "") or job.text
            yield _document(plans, plan, job.id, text, job.references, texts)


def _with_input(plans: Plans, inputs: Sequence[str], texts: ReferenceTexts) -> Iterator[ReviewDocument]:
    from restore.batch.outcomes import basis
    from restore.batch.replaying import matched
    from restore.batch.shards import cut_shards

    rows = 0
    for shard in cut_shards(inputs, plans.settings):
        found = plans.of(shard)
        for job, outcome, plan in matched(shard, found, found.fits(shard), plans.settings):
            rows += 1
            yield _document(plans, plan, job.id or job.where, basis(job, outcome), job.references, texts)
    plans.end(rows)


def _document(
    plans: Plans, plan: Plan, id: str, text: str, own: Sequence[Reference], texts: ReferenceTexts
) -> ReviewDocument:
    name = id or plan.row.where
    if plan.error:
        return ReviewDocument(name, None, error=plan.error)
    threshold = plans.settings.config.threshold
    restoration = Restoration(text, plan.corrections, threshold, plan.verdict or _UNJUDGED)
    try:
        check_review(restoration)
        references = (*own, *_of_folder(plans.settings.reference_folder, id, plans.settings.config.max_characters))
    except RestoreError as error:
        return ReviewDocument(name, None, error=str(error))
    return ReviewDocument(name, restoration, texts.of(restoration, references))


def _of_folder(folder: str, id: str, limit: int) -> tuple[Reference, ...]:
    """Return the references that a document had in the folder of its batch, if that is still there."""
    if not folder or not Path(folder).is_dir():
        return ()
    from restore.batch.references import folder_references

    return folder_references(folder, id, limit)
