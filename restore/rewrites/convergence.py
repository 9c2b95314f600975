"""Sentences of references put in where rewrites are asked for, the text restored around them, until nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from restore.engine.fixed_point import Run
from restore.records import REWRITE, Correction, apply
from restore.records.plans import TextPlan

_ROUNDS = 4
"""Rounds of putting in and restoring; as many as passes, by hand."""
NOTE = "the text would not settle with sentences of references put in: none were"


class Converged(NamedTuple):
    """A run that has come to its end, and what it has found in its text."""

    run: Run
    found: TextPlan


def converge_with_rewrites(
    text: str, sure: Callable[[str], tuple[Correction, ...]], converge: Callable[[str], Converged]
) -> Converged | None:
    """Put in the sentences that are sure for a text, restore what comes of it, and go on until neither does anything.

    So restoring the outcome in the same way changes nothing. None if it will not settle.
    """
    plan: tuple[Correction, ...] = ()
    for _ in range(_ROUNDS):
        now = apply(text, plan)
        chosen = sure(now)
        run, found = converge(apply(now, chosen))
        more = found.behind(now, chosen)
        both = more.behind(text, plan)
        if not more.plan:
            return Converged(run, replace(both, plan=tuple(map(_with_current_rewordings, plan))))
        plan = both.plan
    return None


def _with_current_rewordings(correction: Correction) -> Correction:
    from restore.rewrites.proposals import with_current_rewordings

    return with_current_rewordings(correction) if correction.kind == REWRITE else correction
