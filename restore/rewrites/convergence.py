"""Sentences of references put in where rewrites are asked for, the text restored around them, until nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from restore.fixed_point import Run
from restore.plans import compose, moved_back, with_original_offsets
from restore.records import REWRITE, Correction, apply

_ROUNDS = 4
"""Rounds of putting in and restoring; as many as passes, by hand."""
NOTE = "the text would not settle with sentences of references put in: none were"


class Settled(NamedTuple):
    """A run that has come to its end, the plan to apply to its text, and what stays below the threshold."""

    run: Run
    plan: tuple[Correction, ...]
    proposals: tuple[Correction, ...]


def settle_with_rewrites(
    text: str, sure: Callable[[str], tuple[Correction, ...]], settle: Callable[[str], Settled]
) -> Settled | None:
    """Put in the sentences that are sure for a text, restore what comes of it, and go on until neither does anything.

    So restoring the outcome in the same way changes nothing. None if it will not settle.
    """
    plan: tuple[Correction, ...] = ()
    for _ in range(_ROUNDS):
        now = apply(text, plan)
        chosen = sure(now)
        found = settle(apply(now, chosen))
        more = compose(now, chosen, with_original_offsets(chosen, found.plan)) if chosen else found.plan
        if not more:
            found.run.conflicts = moved_back(text, plan, found.run.conflicts)
            later = with_original_offsets(plan, found.proposals)
            return Settled(found.run, tuple(map(_with_current_rewordings, plan)), moved_back(text, plan, later))
        plan = compose(text, plan, with_original_offsets(plan, more)) if plan else more
    return None


def _with_current_rewordings(correction: Correction) -> Correction:
    from restore.rewrites.proposals import with_current_rewordings

    return with_current_rewordings(correction) if correction.kind == REWRITE else correction
