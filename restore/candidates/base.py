"""What every candidate source shares: the context it reads and the candidates it gives."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol, runtime_checkable

from restore.alignment.records import AlignedReference
from restore.alignment.spins import SpinReadings
from restore.records import Evidence
from restore.text.parsing import ParsedText
from restore.user_dictionary.dictionary import Dictionary


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A replacement for the characters `[start, end)`, which begin and end at token borders.

    An empty `replacement` deletes the tokens (a neighbouring space goes along). `features` are what the source knows
    and the ranker can weigh, named `source.what`, best kept between -10 and 10.
    """

    start: int
    end: int
    replacement: str
    evidence: tuple[Evidence, ...]
    features: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Context:
    """What a source may look at: the parsed text, the accepted references and spins, aligned, the user's dictionary.

    `suspects` are the indices of the tokens that may be damaged (None: all of them). Broad sources, which have
    something to say of nearly every word, keep to places that hold one of them; those that find damage by themselves
    look everywhere. `confirming` are references that may confirm what is proposed without them, and propose nothing.
    """

    parsed: ParsedText
    references: tuple[AlignedReference, ...] = ()
    spins: tuple[SpinReadings, ...] = ()
    dictionary: Dictionary = field(default_factory=Dictionary)
    suspects: frozenset[int] | None = None
    confirming: tuple[AlignedReference, ...] = ()

    def is_suspect(self, index: int) -> bool:
        """Return whether the token with that index may be damaged."""
        return self.suspects is None or index in self.suspects

    def any_suspect(self, first: int, last: int) -> bool:
        """Return whether any of the tokens `[first, last)` may be damaged; an empty range holds none."""
        if self.suspects is None:
            return first < last
        at = bisect_left(self._ordered, first)
        return at < len(self._ordered) and self._ordered[at] < last

    def is_suspected(self, candidate: Candidate) -> bool:
        """Return whether any of the tokens that a candidate replaces may be damaged."""
        if self.suspects is None:
            return True
        tokens = self.parsed.tokens_between(candidate.start, candidate.end)
        return bool(tokens) and self.any_suspect(tokens[0].index, tokens[-1].index + 1)

    @cached_property
    def _ordered(self) -> tuple[int, ...]:
        return tuple(sorted(self.suspects or ()))


class CandidateSource(Protocol):
    """One source of candidates. It loads its tables at its first use and keeps no state between texts."""

    name: str

    def propose(self, context: Context) -> Iterator[Candidate]:
        """Return candidates for any places of the text, in any order; doubles are merged later."""
        ...


@runtime_checkable
class Confirming(Protocol):
    """A source that has something to say of candidates that others propose."""

    name: str

    def confirm(self, context: Context, candidate: Candidate) -> Candidate:
        """Return the candidate with more features and evidence, or as it was."""
        ...
