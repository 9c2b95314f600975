"""What every candidate source shares: the context it reads and the candidates it gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from restore.alignment.records import AlignedReference
from restore.alignment.spins import SpinReadings
from restore.dictionary import Dictionary
from restore.parsing import ParsedText
from restore.records import Evidence


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A replacement for the characters `[start, end)`, which begin and end at token borders.

    An empty `replacement` deletes the tokens (the decoder takes one neighbouring space along). `features` are what the
    source knows and the ranker can weigh, named `source.what`, best kept between -10 and 10.
    """

    start: int
    end: int
    replacement: str
    evidence: tuple[Evidence, ...]
    features: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Context:
    """What a source may look at: the parsed text, the accepted references and spins, aligned, the user's dictionary."""

    parsed: ParsedText
    references: tuple[AlignedReference, ...] = ()
    spins: tuple[SpinReadings, ...] = ()
    dictionary: Dictionary = field(default_factory=Dictionary)


class CandidateSource(Protocol):
    """One source of candidates. It loads its tables at its first use and keeps no state between texts."""

    name: str

    def propose(self, context: Context) -> Iterator[Candidate]:
        """Give candidates for any places of the text, in any order; doubles are merged later."""
        ...
