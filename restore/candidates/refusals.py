"""What was proposed for a text and may not stand there: each with the rule that refused it, for whoever asks why."""

from __future__ import annotations

from collections.abc import Iterable

from restore.candidates.base import Candidate
from restore.candidates.constraints import NO_CHANGE, OUTSIDE
from restore.records import Covered, Refusal
from restore.text.parsing import ParsedText

FORBIDDEN = "the user's dictionary forbids it"
MISENCODED = "it is wrongly encoded"
RULES = (FORBIDDEN, MISENCODED)
"""The rules beside those of `restore.candidates.constraints`."""
_MOST_OF_PLACE = 3
"""Refused replacements of a place that are told, those with the strongest evidence. By hand, for reading: the six gold
texts have 4 to 27 places with a refused candidate, and some have thirty, all of them names that the encoder guesses."""


class Refusals:
    """Collects what is refused while the candidates of one text are gathered, once or several times."""

    def __init__(self) -> None:
        self._rules: dict[tuple[int, int, str], tuple[str, Candidate]] = {}
        self._allowed: set[tuple[int, int, str]] = set()

    def add(self, candidate: Candidate, rule: str) -> None:
        """Keep that the rule of this name refuses a candidate."""
        if rule not in (NO_CHANGE, OUTSIDE):  # of a source's own making, and nothing that a reader would ask for
            self._rules.setdefault(_key(candidate), (rule, candidate))

    def allow(self, candidates: Iterable[Candidate]) -> None:
        """Take back what was, or will be, refused of the same changes: with other evidence they may stand there."""
        self._allowed.update(map(_key, candidates))

    def told(self, parsed: ParsedText, settled: Covered) -> tuple[Refusal, ...]:
        """Return the refusals of each place, in text order, without those that touch what is settled anyway."""
        by_place: dict[tuple[int, int], list[tuple[str, Candidate]]] = {}
        for key, refused in self._rules.items():
            if key not in self._allowed and not settled.touches(key[0], key[1]):
                by_place.setdefault(key[:2], []).append(refused)
        found: list[Refusal] = []
        for (start, end), there in sorted(by_place.items()):
            strongest = sorted(there, key=lambda r: (-_strength(r[1]), r[1].replacement))[:_MOST_OF_PLACE]
            for rule, candidate in strongest:
                kinds = tuple(sorted({e.kind for e in candidate.evidence}))
                found.append(Refusal(start, end, parsed.text[start:end], candidate.replacement, rule, kinds))
        return tuple(found)


def _key(candidate: Candidate) -> tuple[int, int, str]:
    return candidate.start, candidate.end, candidate.replacement


def _strength(candidate: Candidate) -> float:
    return max((e.score for e in candidate.evidence), default=0.0)
