"""The places that the encoder finds damaged, as evidence of a verdict: runs of words, the most informative first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from restore.detection.verdict import SHOWN
from restore.records import Covered, Finding, Span, in_text_order
from restore.text.parsing import ParsedText, Token

if TYPE_CHECKING:
    from restore.encoder.reading import Guess, Reading

DAMAGED = 0.5
"""The chance of damage from which on a word is shown: it is likelier damaged than not."""
_BETWEEN = 0.15
"""A word between two damaged ones belongs to their run if its own chance is at least this; chosen by hand."""
_CERTAIN = 0.9999  # the highest score of a run, so that none is shown as 1; by hand
_FORMS = frozenset({"casing", "doubled", "stray", "boilerplate"})
"""Kinds of findings that break a rule of form, which the encoder was not asked about."""
_LONGEST = 8
"""Words of a run that are shown as one place; chosen by hand."""


def merged(findings: Iterable[Finding], parsed: ParsedText, reading: Reading) -> tuple[Finding, ...]:
    """Return the findings of a verdict with those of the encoder, in text order.

    Where both find something the encoder's stands, which says what stood there; a substitution that the tables alone
    suspect counts no more than the encoder believes it.
    """
    found = list(find(parsed, reading))
    covered = Covered([Span(f.start, f.end) for f in found])
    for finding in findings:
        if finding.kind in _FORMS:
            found.append(finding)
        elif not covered.touches(finding.start, finding.end):
            tokens = parsed.tokens_between(finding.start, finding.end)
            score = min(finding.score, max((float(reading.damaged[t.index]) for t in tokens), default=0.0))
            if score >= SHOWN:
                found.append(replace(finding, score=round(score, 4)))
    return in_text_order(found)


def word_chances(parsed: ParsedText, reading: Reading) -> NDArray[np.float32]:
    """Return the chance of damage of each word of a text, in order; marks are left out."""
    words = [token.index for token in parsed.tokens if token.is_word]
    return reading.damaged[words] if words else np.zeros(0, dtype=np.float32)


def find(parsed: ParsedText, reading: Reading) -> Iterator[Finding]:
    """Yield a finding for every run of damaged words; its score is the chance that any of them is damaged."""
    runs = list(_runs(parsed, reading))
    guesses = reading.guesses([token.index for run in runs for token in run], most=3)
    for run in runs:
        chances = np.asarray([reading.damaged[token.index] for token in run])
        score = min(_CERTAIN, float(1.0 - np.prod(1.0 - chances)))
        text = parsed.text[run[0].start : run[-1].end]
        yield Finding(run[0].start, run[-1].end, text, "substitution", round(score, 4), _why(run, guesses))


def _runs(parsed: ParsedText, reading: Reading) -> Iterator[list[Token]]:
    """Yield neighbouring damaged words of one sentence together, with a few doubtful ones between them."""
    run: list[Token] = []
    between: list[Token] = []
    for token in parsed.tokens:
        chance = float(reading.damaged[token.index]) if token.is_word else 0.0
        far = chance < _BETWEEN or len(between) > 2 or len(run) + len(between) >= _LONGEST
        if run and (far or token.sentence != run[0].sentence):
            yield run
            run, between = [], []
        if chance >= DAMAGED:
            run, between = [*run, *between, token], []
        elif run:
            between.append(token)
    if run:
        yield run


def _why(run: Sequence[Token], guesses: dict[int, list[Guess]]) -> str:
    meant = []
    for token in run:
        best = next((g.words for g in guesses.get(token.index, ()) if g.words != token.lower), None)
        kept = guesses.get(token.index) and guesses[token.index][0].words == token.lower
        meant.append(token.lower if kept or best is None else best)
    said = " ".join(word for word in meant if word)
    return f"reading both sides, {said!r} is likelier here" if said else "reading both sides, nothing stood here"
