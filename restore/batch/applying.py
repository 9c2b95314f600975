"""Plans of a batch replayed at another threshold: no model and no resource is needed, and nothing is judged again."""

from __future__ import annotations

from hashlib import sha256

import msgspec

from restore.batch.folder import check_apart, is_same
from restore.batch.plans import Plans
from restore.batch.replaying import NOTHING_REVIEWED, Reviewed, replay
from restore.batch.run_state import RunState
from restore.batch.runner import count_rows
from restore.batch.settings import BatchSettings
from restore.batch.shard_records import RowCounts, file_name
from restore.batch.shards import cut_shards
from restore.batch.writers import render
from restore.errors import OutputError


def apply_plans(
    inputs: list[str], plans: Plans, run_state: RunState, settings: BatchSettings, reviewed: Reviewed = NOTHING_REVIEWED
) -> RowCounts:
    """Replay the plans on the input, row by row, at the threshold of the settings, and write the shards.

    For texts that were reviewed the reviewed plans count.

    Raises `PlanMismatchError` if the plans were made for other rows or are not complete, `OutputError` if a shard
    cannot be written.
    """
    total = RowCounts()
    for shard in cut_shards(inputs, settings):
        found = plans.of(shard)
        fits = found.fits(shard)
        # What is written depends on the plans, too: made again, they make the shard again.
        shard.fingerprint = sha256(f"{shard.fingerprint} {found.sha256}".encode()).hexdigest()[:32]
        run_state.kept.add(file_name(shard))
        record = run_state.state(shard)[1]
        if record is None:
            outcomes = replay(shard, found, fits, plans.settings, settings.config, reviewed)
            counts = count_rows(shard, outcomes, 0, settings.config)
            run_state.finish(shard, render(shard, outcomes, settings), counts)
        else:
            counts = record.counts
        total.add(counts)
    plans.end(total.rows)
    return total


def replay_fingerprint(settings: BatchSettings, reviewed: Reviewed = NOTHING_REVIEWED) -> str:
    """Return twelve hexadecimal digits that name what a replay depends on beside the rows and their plans.

    That of the settings reads tables, indexes and references, none of which a replay needs.
    """
    config = settings.config
    parts = (
        "apply",
        config.threshold,
        config.rewrites,
        settings.fields,
        *([reviewed.fingerprint] if reviewed.plans else []),
    )
    return sha256(msgspec.json.encode(parts)).hexdigest()[:12]


def check_places(inputs: list[str], plans: str, output: str) -> None:
    """Raise `OutputError` if the result would overwrite the plans or the input, or be read as input."""
    if is_same(plans, output):
        raise OutputError(f"{output} holds the plans, which would be overwritten: name another folder")
    check_apart(inputs, output)
