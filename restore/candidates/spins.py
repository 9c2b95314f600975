"""Candidates from other spins of the same article: where they read otherwise, theirs may be what stood there.

Spinners hit every occurrence of a word at random, so what one spin lost another has kept. `weigh` counts, for a
candidate of any source, what the spins read at its place.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from restore.alignment.records import AlignedReference
from restore.alignment.spins import AlignedRun, SpinReadings
from restore.candidates.base import Candidate, Context
from restore.candidates.reference_edits import STRAYS, ReferenceEditor
from restore.candidates.wording import fit_case, is_headline, slice_of, starts_sentence
from restore.channel.model import SpinnerChannel, normalise
from restore.text.characters import straight
from restore.text.parsing import ParsedText, Token

_MOST_ODDS = 6.0
"""Bound of `spins.odds` and `spins.own` (ln, either way). Chosen by hand: at 400 to 1 more says nothing new, and the
trees need no outliers."""
_HALF_VOTE = 0.5  # added to both counts of votes, as usual, so that the logarithm of their ratio is finite
_MOST_VOTES = 4
"""Bound of `spins.margin`, in spins. Chosen by hand: with more, the trees meet numbers that they hardly saw when they
were fitted."""
_LOWERED, _RAISED = 0.1, 0.01
"""How often a spinner takes a capital away and gives one to a word; about its share of the casing damage."""
_LONGEST_RUN = 5
"""Words, on the longer side, of neighbouring changes that are proposed as one. Chosen by hand: longer runs are told
otherwise."""
_LONGEST_INSERTION = 3
"""Words that another spin may have more than the text. Chosen by hand: more of them are news, not damage."""


class SpinsSource:
    """Proposes what the other spins of the text read."""

    name = "spins"

    def propose(self, context: Context) -> Iterator[Candidate]:
        """Yield a candidate for every place where a spin reads otherwise; those of several spins are merged later."""
        for spin in context.spins:
            yield from _Spin(context, spin).propose()


class _Spin:
    """What one of the spins has to say."""

    def __init__(self, context: Context, spin: SpinReadings) -> None:
        self.context, self.spin, self.parsed = context, spin, context.parsed
        self.editor = ReferenceEditor(self.parsed, AlignedReference(spin.id, spin.parsed, 1.0), "spins")

    def propose(self) -> Iterator[Candidate]:
        run: list[AlignedRun] = []
        for aligned_run in self.spin.aligned_runs:
            ours, theirs = self._tokens(aligned_run)
            if aligned_run.aligned and _lower(ours) != _lower(theirs):
                run.append(aligned_run)
                yield from self._change(aligned_run)
                continue
            yield from self._whole(run)
            run = []
            if aligned_run.aligned:
                yield from self._casing(ours[0], theirs[0])
        yield from self._whole(run)

    def _tokens(self, aligned_run: AlignedRun) -> tuple[Sequence[Token], Sequence[Token]]:
        return self.parsed.tokens[aligned_run.start : aligned_run.end], self.spin.parsed.tokens[
            aligned_run.spin_start : aligned_run.spin_end
        ]

    def _whole(self, run: Sequence[AlignedRun]) -> Iterator[Candidate]:
        """Propose neighbouring changes as one, in case the words between were divided wrongly."""
        if len(run) < 2:
            return
        joined = AlignedRun(run[0].start, run[-1].end, run[0].spin_start, run[-1].spin_end)
        if max(joined.end - joined.start, joined.spin_end - joined.spin_start) <= _LONGEST_RUN:
            yield from self._change(joined)

    def _change(self, aligned_run: AlignedRun) -> Iterator[Candidate]:
        ours, theirs = self._tokens(aligned_run)
        known = all(t.is_word or t.is_figure or t.text in STRAYS for t in ours)
        if not known or not all(t.is_word or t.is_figure for t in theirs):
            return
        if not ours:
            yield from self._insertion(aligned_run, theirs)
            return
        words = slice_of(self.spin.parsed, theirs)
        if theirs:
            words = fit_case(self.parsed, ours[0], self.spin.parsed, theirs, words)
        shown = theirs or self._around(aligned_run)
        if shown:
            yield from self.editor.candidate(ours, shown, words, self._support(aligned_run.start, aligned_run.end))

    def _insertion(self, aligned_run: AlignedRun, theirs: Sequence[Token]) -> Iterator[Candidate]:
        """Put words of the spin after the word to the left, or before the first word of a sentence."""
        if len(theirs) > _LONGEST_INSERTION:
            return
        words = slice_of(self.spin.parsed, theirs)
        left = self.parsed.tokens[aligned_run.start - 1] if aligned_run.start else None
        right = self.parsed.tokens[aligned_run.start] if aligned_run.start < len(self.parsed.tokens) else None
        support = self._support(aligned_run.start, aligned_run.start)
        if left and right and left.sentence == right.sentence:
            if left.is_word or left.is_figure:
                yield from self.editor.candidate([left], theirs, f"{left.text} {words}", support)
            elif right.is_word:
                yield from self.editor.candidate([right], theirs, f"{words} {right.text}", support)

    def _around(self, aligned_run: AlignedRun) -> Sequence[Token]:
        return self.spin.parsed.tokens[max(0, aligned_run.spin_start - 1) : aligned_run.spin_start + 1]

    def _casing(self, one: Token, other: Token) -> Iterator[Candidate]:
        """Propose another casing inside sentences; small letters only where most spins have them."""
        if one.text == other.text or starts_sentence(self.parsed, one) or starts_sentence(self.spin.parsed, other):
            return
        if is_headline(self.parsed, one.sentence) or is_headline(self.spin.parsed, other.sentence):
            return
        forms = [s.tokens_at(one.index, one.index + 1) for s in self.context.spins]
        written = [form[0].text for form in forms if form and len(form) == 1 and form[0].lower == one.lower]
        if other.text.islower() and written.count(other.text) * 2 <= len(written) + 1:
            return
        yield from self.editor.candidate([one], [other], other.text, {"spins.support": _share(other.text, written)})

    def _support(self, first: int, last: int) -> dict[str, float]:
        """Return the share of the spins that read as this one."""
        said = [normalise(r) for r in (s.reading(first, last) for s in self.context.spins) if r is not None]
        mine = self.spin.reading(first, last)
        return {"spins.support": _share(normalise(mine), said) if mine is not None else 0.0}


def weigh(context: Context, candidate: Candidate, channel: SpinnerChannel) -> dict[str, float]:
    """Count what the spins read at the place of a candidate; nothing where none of them is aligned there.

    `spins.agree` and `spins.for_text` are the shares (0 to 1) of the spins that read as the candidate and as the text,
    `spins.margin` the difference of the two numbers, -4 to 4. `spins.votes` is ln (how many read as the candidate / how
    many as the text), the text itself included. `spins.odds` is ln P(readings | the candidate stood there) - ln
    P(readings | the text's words stood there), -6 to 6, the spins being independent given the original; `spins.own` is
    the same for what the text itself reads.
    """
    if not context.spins:
        return {}
    place = _ChangedWords.of(context.parsed, candidate)
    if place.old.lower() == place.new.lower():
        return _weigh_casing(context, place)
    old, new = normalise(place.old), normalise(place.new)
    readings = [spin.reading(place.first, place.last) for spin in context.spins]
    said = [normalise(reading) for reading in readings if reading is not None]
    odds = math.fsum(channel.log_forward(r, new) - channel.log_forward(r, old) for r in said)
    own = channel.log_forward(old, new) - channel.log_forward(old, old)
    return _features(odds, own, said.count(new), said.count(old), len(said))


def _weigh_casing(context: Context, place: _ChangedWords) -> dict[str, float]:
    readings = [spin.reading(place.first, place.last) for spin in context.spins]
    said = [r for r in readings if r is not None and r.lower() == place.new.lower()]
    odds = math.fsum(_log_casing(r, place.new) - _log_casing(r, place.old) for r in said)
    own = _log_casing(place.old, place.new) - _log_casing(place.old, place.old)
    return _features(odds, own, said.count(place.new), said.count(place.old), len(said))


def _log_casing(reading: str, original: str) -> float:
    """Return ln P(a spin writes it so | the original's casing)."""
    if reading == original:
        return math.log1p(-(_RAISED if original.islower() else _LOWERED))
    return math.log(_RAISED if original.islower() else _LOWERED)


def _features(odds: float, own: float, agree: int, for_text: int, heard: int) -> dict[str, float]:
    if not heard:
        return {}
    return {
        "spins.heard": 1.0,
        "spins.odds": max(-_MOST_ODDS, min(_MOST_ODDS, odds)),
        "spins.own": max(-_MOST_ODDS, min(_MOST_ODDS, own)),
        "spins.agree": agree / heard,
        "spins.for_text": for_text / heard,
        "spins.margin": float(max(-_MOST_VOTES, min(_MOST_VOTES, agree - for_text))),
        "spins.votes": math.log((agree + _HALF_VOTE) / (1 + for_text + _HALF_VOTE)),
    }


@dataclass(frozen=True)
class _ChangedWords:
    """The words that a candidate really changes: tokens `[first, last)`, their text, and what it puts there."""

    first: int
    last: int
    old: str
    new: str

    @classmethod
    def of(cls, parsed: ParsedText, candidate: Candidate) -> _ChangedWords:
        """Leave out the words that stay at both ends."""
        tokens = parsed.tokens_between(candidate.start, candidate.end)
        new = candidate.replacement.strip()
        if new.lower() == parsed.text[candidate.start : candidate.end].lower():
            return cls(tokens[0].index, tokens[-1].index + 1, slice_of(parsed, tokens), new)
        while tokens and (rest := _without_first(new, tokens[0])) is not None:
            tokens, new = tokens[1:], rest
        while tokens and (rest := _without_last(new, tokens[-1])) is not None:
            tokens, new = tokens[:-1], rest
        if tokens:
            first, last = tokens[0].index, tokens[-1].index + 1
        else:
            first = last = cls._gap(parsed, candidate)
        if not new and first and _lower(parsed.tokens[first - 1 : first]) == _lower(tokens[-1:]):
            # Of a doubled word it makes no difference which of the two goes.
            first, new = first - 1, parsed.tokens[first - 1].text
        return cls(first, last, slice_of(parsed, parsed.tokens[first:last]), new)

    @staticmethod
    def _gap(parsed: ParsedText, candidate: Candidate) -> int:
        """Return the token before which a candidate that keeps all its words puts others."""
        tokens = parsed.tokens_between(candidate.start, candidate.end)
        new = candidate.replacement.strip()
        while tokens and (rest := _without_first(new, tokens[0])) is not None:
            tokens, new = tokens[1:], rest
        return tokens[0].index if tokens else parsed.tokens_between(candidate.start, candidate.end)[-1].index + 1


def _without_first(words: str, token: Token) -> str | None:
    found = re.match(re.escape(token.lower) + r"(?!\w)", words.lower())
    return words[found.end() :].lstrip() if found and found.end() else None


def _without_last(words: str, token: Token) -> str | None:
    found = re.search(r"(?<!\w)" + re.escape(token.lower) + "$", words.lower())
    return words[: found.start()].rstrip() if found else None


def _lower(tokens: Sequence[Token]) -> list[str]:
    return [straight(t.lower) for t in tokens]


def _share(wanted: str, said: Sequence[str]) -> float:
    return said.count(wanted) / len(said) if said else 0.0
