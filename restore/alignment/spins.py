"""Aligning a text with another spin of the same article, and reading off what the spin says at any place.

Spinners keep the order of the sentences and most of the words, so the whole documents are aligned at once: first the
tokens by Levenshtein distance, then what lies between equal tokens by relatedness (dynamic programming over runs of
words, the word transition networks of ROVER, Fiscus 1997).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz.distance import Levenshtein

from restore.alignment.division import cheapest
from restore.alignment.relations import kin
from restore.channel.model import SpinnerChannel, normalise
from restore.records import Reference, ReferenceReport
from restore.text.characters import straight
from restore.text.morphology import lemmas
from restore.text.parsing import ParsedText, Token

_LONGEST_RUN = 16
"""Tokens of a stretch between equal words, from which on it is left unaligned. Chosen by hand: the time grows with the
square, and in longer stretches hardly a word stands in its place."""
_LONGEST_PHRASE = 4
"""Words that stand for one word, or one word for them: 98 % of the rows of models/spinner_channel.tsv have no more on
either side. Chosen by hand, for speed."""
_COUNTED = 3
"""Tokens in a row that must be equal to count: single common words are equal in any two texts."""
MIN_COVERAGE = 0.2
"""Simulated spins share 0.43 and more (`SpinReadings.coverage`), two texts of which a third is damaged at random 0.2,
other articles, copies aside, seldom 0.1. Chosen by hand between these (benchmarks/spins.py)."""
_GAP, _FILLER_GAP, _MARK = 1.0, 0.6, 2.5
"""What it costs to take a word for an addition, a known filler for one, or one mark for another. Chosen by hand: a mark
for a mark costs more than both as additions."""
_KNOWN, _SHARED_ORIGINAL, _LEMMA, _SAME_TAG, _UNRELATED = 0.15, 0.3, 0.1, 0.7, 1.0
"""What it costs to take one word for another: a row of the channel, two words with one original, two forms of a word,
the same part of speech, nothing. Chosen by hand; all below two gaps, so that one word of either side is rather aligned
than left alone."""
_PHRASE, _MORE_WORDS = 1.0, 0.75
"""What an unknown phrase for one word costs, and each further word of it. Chosen by hand: less than the gaps that it
would leave, more than a word for a word."""


@dataclass(frozen=True, slots=True)
class AlignedRun:
    """Tokens `[start, end)` of the text stand where the spin has `[spin_start, spin_end)`; either may be empty.

    `aligned` is false where the two differ too much to tell which words correspond.
    """

    start: int
    end: int
    spin_start: int
    spin_end: int
    aligned: bool = True


@dataclass(frozen=True)
class SpinReadings:
    """Another spin of the text with its alignment: runs in order, without gaps or overlaps on either side."""

    id: str
    text: ParsedText
    parsed: ParsedText
    aligned_runs: tuple[AlignedRun, ...]

    def reading(self, first: int, last: int) -> str | None:
        """Return the spin's wording of tokens `[first, last)`, "" for none; None where it is not aligned just there.

        What the spin has between two tokens belongs to neither; an empty range asks for it.
        """
        found = self.tokens_at(first, last)
        if found is None:
            return None
        if not found:
            return ""
        return re.sub(r"\s+", " ", self.parsed.text[found[0].start : found[-1].end])

    def tokens_at(self, first: int, last: int) -> tuple[Token, ...] | None:
        """Return the spin's tokens for tokens `[first, last)` of the text; None where it is not aligned just there."""
        if first >= last:
            return self._between(first)
        aligned_runs = [self._covering.get(place) for place in (first, last - 1)]
        one, other = aligned_runs
        if one is None or other is None or one.start != first or other.end != last:
            return None
        inside = self.aligned_runs[self._numbers[one] : self._numbers[other] + 1]
        return self.parsed.tokens[one.spin_start : other.spin_end] if all(s.aligned for s in inside) else None

    @cached_property
    def coverage(self) -> float:
        """The share of the tokens of the shorter text that stand in runs of equal tokens, 0 to 1."""
        equal = run = 0
        for before, aligned_run in zip((None, *self.aligned_runs), self.aligned_runs, strict=False):
            same = self._is_equal(aligned_run)
            follows = before is not None and self._is_equal(before)
            run = (run + 1 if follows else 1) if same else 0
            equal += _COUNTED if run == _COUNTED else int(run > _COUNTED)
        return equal / max(1, min(len(self.text.tokens), len(self.parsed.tokens)))

    def _is_equal(self, aligned_run: AlignedRun) -> bool:
        if (aligned_run.end - aligned_run.start, aligned_run.spin_end - aligned_run.spin_start) != (1, 1):
            return False
        return _key(self.text.tokens[aligned_run.start]) == _key(self.parsed.tokens[aligned_run.spin_start])

    def _between(self, place: int) -> tuple[Token, ...] | None:
        """Return what the spin has between two tokens of one sentence."""
        inserted = self._inserted.get(place)
        if inserted is not None:
            return self.parsed.tokens[inserted.spin_start : inserted.spin_end] if inserted.aligned else None
        before, after = self._covering.get(place - 1), self._covering.get(place)
        sides = [s for s in (before, after) if s is not None]
        if not sides or not all(s.aligned for s in sides) or (before is not None and before is after):
            return None
        return ()

    @cached_property
    def _numbers(self) -> dict[AlignedRun, int]:
        return {aligned_run: number for number, aligned_run in enumerate(self.aligned_runs)}

    @cached_property
    def _covering(self) -> dict[int, AlignedRun]:
        return {
            place: aligned_run
            for aligned_run in self.aligned_runs
            for place in range(aligned_run.start, aligned_run.end)
        }

    @cached_property
    def _inserted(self) -> dict[int, AlignedRun]:
        return {
            aligned_run.start: aligned_run for aligned_run in self.aligned_runs if aligned_run.start == aligned_run.end
        }


def align_spin(text: ParsedText, spin: ParsedText, id: str, channel: SpinnerChannel) -> SpinReadings:
    """Align a text with another spin; the channel tells which words may stand for one another.

    Deterministic, about linear in time for true spins; memory stays small for any length.
    """
    numbers: dict[str, int] = {}
    ours, theirs = ([numbers.setdefault(_key(t), len(numbers)) for t in parsed.tokens] for parsed in (text, spin))
    aligned_runs: list[AlignedRun] = []
    at, spin_at = 0, 0
    for block in Levenshtein.opcodes(ours, theirs):
        if block.tag != "equal":
            continue
        aligned_runs += _between(text, spin, AlignedRun(at, block.src_start, spin_at, block.dest_start), channel)
        pairs = zip(range(block.src_start, block.src_end), range(block.dest_start, block.dest_end), strict=True)
        aligned_runs += [AlignedRun(n, n + 1, m, m + 1) for n, m in pairs]
        at, spin_at = block.src_end, block.dest_end
    aligned_runs += _between(text, spin, AlignedRun(at, len(ours), spin_at, len(theirs)), channel)
    return SpinReadings(id, text, spin, tuple(aligned_runs))


def align_spins(
    text: ParsedText, spins: Iterable[tuple[Reference, ParsedText]], channel: SpinnerChannel
) -> tuple[list[SpinReadings], tuple[ReferenceReport, ...]]:
    """Align a text with its spins; give those to be used, and a report on every one.

    Ignored are texts that are no spins of the same article (`MIN_COVERAGE`) and copies of an earlier one, which are no
    further evidence.
    """
    used: list[SpinReadings] = []
    reports: list[ReferenceReport] = []
    seen: dict[str, str] = {}
    for given, parsed in spins:
        copied = seen.get(given.text.strip(), "")
        seen.setdefault(given.text.strip(), given.id)
        aligned = align_spin(text, parsed, given.id, channel)
        accepted, reason = _assessed(aligned.coverage, copied)
        reports.append(ReferenceReport(given.id, accepted, round(aligned.coverage, 4), reason))
        if accepted:
            used.append(aligned)
    return used, tuple(reports)


def _assessed(coverage: float, copied: str) -> tuple[bool, str]:
    if copied:
        return False, f"is a copy of {copied}"
    if coverage < MIN_COVERAGE:
        return False, f"has too few words in the same order (needed {MIN_COVERAGE:.2f}): it seems to be another article"
    return True, f"{coverage:.0%} of the words stand in the same order"


def _key(token: Token) -> str:
    return straight(token.lower)


def _between(text: ParsedText, spin: ParsedText, run: AlignedRun, channel: SpinnerChannel) -> list[AlignedRun]:
    """Divide what lies between equal tokens into runs."""
    ours, theirs = text.tokens[run.start : run.end], spin.tokens[run.spin_start : run.spin_end]
    if not ours and not theirs:
        return []
    if max(len(ours), len(theirs)) > _LONGEST_RUN:
        return [AlignedRun(run.start, run.end, run.spin_start, run.spin_end, aligned=False)]
    if not ours or not theirs:
        cells = [(n, n + 1, 0, 0) for n in range(len(ours))] or [(0, 0, 0, len(theirs))]
    else:
        run_cost = _DifferingWords(text, spin, ours, theirs, channel).cost
        cells = cheapest(len(ours), len(theirs), run_cost, _LONGEST_PHRASE)
    return _joined(
        AlignedRun(run.start + i, run.start + k, run.spin_start + j, run.spin_start + m) for i, k, j, m in cells
    )


def _joined(aligned_runs: Iterator[AlignedRun]) -> list[AlignedRun]:
    """Make one run of insertions at the same place."""
    found: list[AlignedRun] = []
    for aligned_run in aligned_runs:
        if found and aligned_run.start == aligned_run.end == found[-1].start == found[-1].end:
            found[-1] = AlignedRun(aligned_run.start, aligned_run.end, found[-1].spin_start, aligned_run.spin_end)
        else:
            found.append(aligned_run)
    return found


@dataclass(frozen=True, slots=True)
class _DifferingWords:
    """Differing words of both sides, and what it costs to take some of them for one another."""

    text: ParsedText
    spin: ParsedText
    ours: Sequence[Token]
    theirs: Sequence[Token]
    channel: SpinnerChannel

    def cost(self, i: int, k: int, j: int, m: int) -> float | None:
        """Return the cost of `ours[i:k]` for `theirs[j:m]`; None if they are no words for one another."""
        ours, theirs = self.ours[i:k], self.theirs[j:m]
        if not ours or not theirs:
            token = (ours or theirs)[0]
            known = any(not row.original for row in self.channel.originals(token.lower))
            return _FILLER_GAP if known else _GAP
        if not all(t.is_word or t.is_figure for t in (*ours, *theirs)):
            return _MARK if len(ours) == len(theirs) == 1 and not ours[0].is_word and not theirs[0].is_word else None
        one, other = (_said(parsed, tokens) for parsed, tokens in ((self.text, ours), (self.spin, theirs)))
        originals = {row.original for row in self.channel.originals(one)}
        others = {row.original for row in self.channel.originals(other)}
        if other in originals or one in others:
            return _KNOWN
        if originals & others - {""}:
            return _SHARED_ORIGINAL
        if len(ours) == len(theirs) == 1:
            return _unlikeness(ours[0], theirs[0])
        if len(ours) == 1 or len(theirs) == 1:
            return _PHRASE + _MORE_WORDS * (max(len(ours), len(theirs)) - 1)
        return None


def _said(parsed: ParsedText, tokens: Sequence[Token]) -> str:
    return normalise(parsed.text[tokens[0].start : tokens[-1].end])


def _unlikeness(one: Token, other: Token) -> float:
    """Return the cost of one word for another, 0.1 to 1."""
    if set(lemmas(one.lower)) & set(lemmas(other.lower)):
        return _LEMMA
    strength = max(kin(one.lemma).get(other.lemma, 0.0), kin(other.lemma).get(one.lemma, 0.0))
    return min(_SAME_TAG if one.pos == other.pos else _UNRELATED, _UNRELATED - strength * _SAME_TAG)
