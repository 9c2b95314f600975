"""Which words of a text spoke for what only the encoder proposed: evidence that can be checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from restore.candidates.base import Candidate
from restore.encoder.reading import Reading
from restore.ranking.reading_features import change_of, questions
from restore.records import Correction, Evidence
from restore.text.parsing import ParsedText

_WEIGHING = frozenset({"ranker", "language-model"})
MOST = 12
"""Corrections of a pass that are looked into, the least sure first: a dozen readings each. By hand, for speed."""


def with_speakers(
    parsed: ParsedText, corrections: Iterable[Correction], reading: Reading, threshold: float
) -> tuple[Correction, ...]:
    """Return the corrections of a text, those that rest on the encoder alone with the words that spoke most for them.

    Only what is applied (as sure as `threshold`, 0 to 1) is looked into.
    """
    found = tuple(corrections)
    lone = [c for c in found if c.confidence >= threshold and _is_lone(c)]
    chosen = set(sorted(lone, key=lambda c: (c.confidence, c.start))[:MOST])
    return tuple(_with_speakers(parsed, c, reading) if c in chosen else c for c in found)


def _is_lone(correction: Correction) -> bool:
    """Return whether nothing but the encoder proposed a correction; others only judged it."""
    return {e.kind for e in correction.evidence} - _WEIGHING == {"encoder"}


def _with_speakers(parsed: ParsedText, correction: Correction, reading: Reading) -> Correction:
    words = list(_speakers(parsed, correction, reading))
    if not words:
        return correction
    said = "; hiding " + " or ".join(repr(word) for word in words) + " halves its odds"
    first, *rest = correction.evidence
    evidence = (Evidence(first.kind, first.source, first.quote + said, first.score), *rest)
    return replace(correction, evidence=evidence, explanation=correction.explanation + said)


def _speakers(parsed: ParsedText, correction: Correction, reading: Reading) -> Iterator[str]:
    if not parsed.tokens_between(correction.start, correction.end):
        return
    change = change_of(parsed, Candidate(correction.start, correction.end, correction.replacement, ()))
    come, _ = questions(change)
    if come:
        yield from (parsed.tokens[index].text for index in reading.speakers(come[0]))
