"""What every evaluation needs: what can be evaluated, one restoration with its time, words."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from restore.errors import InputError
from restore.evaluation.reports import Yield
from restore.records import Correction, Reference, Restoration, Verdict

Listener = Callable[[str], None]
"""Is told the name of each document that is done."""

_WORD = re.compile(r"\w+(?:['’-]\w+)*")


class Restores(Protocol):
    """Anything that restores one text against references."""

    def restore(self, text: str, references: Sequence[str | Reference] = ()) -> Restoration:
        """Restore one text."""
        ...


def attempt(restorer: Restores, text: str, references: Sequence[Reference]) -> tuple[Restoration, float]:
    """Restore a text and give the seconds it took; a text that is refused stays as it is, and `error` says why."""
    began = time.perf_counter()
    try:
        found = restorer.restore(text, references)
    except InputError as error:
        found = Restoration(text, (), 1.0, Verdict(False, 0.0, 0.0), error=str(error))
    return found, time.perf_counter() - began


def warm(restorer: Restores) -> None:
    """Let a restorer load its models on a damaged sentence, so that speeds are those of the work alone."""
    attempt(restorer, "The models load at the the first text.", ())


def strongest_evidence(correction: Correction) -> str:
    """Return the kind of a correction's best-scored evidence; "none" if it has no evidence."""
    return correction.source


def sum_yields(each: Iterable[tuple[str, Yield]]) -> dict[str, Yield]:
    """Add up yields by kind of evidence, in alphabetical order."""
    found: dict[str, Yield] = {}
    for kind, counts in each:
        found[kind] = found.get(kind, Yield()).plus(counts)
    return dict(sorted(found.items()))


def count_words(text: str) -> int:
    """Count the words of a text; "well-known" and "don't" are one each."""
    return len(_WORD.findall(text))


def per_second(amount: int, seconds: float) -> float:
    """Return a speed, rounded; 0 where no time was taken."""
    return round(amount / seconds, 3) if seconds else 0.0
