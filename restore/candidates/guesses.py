"""What the encoder would write itself: words, nothing, words missing, and how a word is cased."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from restore.candidates.base import Candidate, Context
from restore.encoder.pieces import CAPITAL, LOWER, UPPER, case_class
from restore.encoder.reading import Guess, Reading
from restore.records import Evidence
from restore.text.casing import capitalise
from restore.text.parsing import Token

MOST = 10
_NOTHING = 0.1
"""The chance of "nothing" from which on a word may be part of a phrase that stands for one word. Chosen by hand."""
_MISSING = 0.2
_FEW = 3
_RECASED = 0.5


class GuessSource:
    """The encoder's own best guesses at the suspicious words of the text that it has read."""

    name = "encoder"

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def propose(self, context: Context) -> Iterator[Candidate]:
        """Yield replacements, deletions, insertions and casings; what stands there already is never proposed."""
        tokens = context.parsed.tokens
        wanted = [t.index for t in tokens if t.is_word and context.is_suspect(t.index)]
        guesses = self._reading.guesses(wanted, MOST)
        for index in wanted:
            yield from self._at(tokens[index], guesses[index])
            if index + 1 in guesses and tokens[index + 1].sentence == tokens[index].sentence:
                yield from self._pair(tokens[index], tokens[index + 1], guesses[index], guesses[index + 1])
        gaps = [n for n in wanted if self._reading.missing[n] >= _MISSING and n + 1 < len(tokens)]
        for index, found in self._reading.guesses(gaps, MOST, behind=True).items():
            yield from self._behind(tokens[index], found[:_FEW])
        yield from self._casings(tokens)

    def _at(self, token: Token, guesses: Sequence[Guess]) -> Iterator[Candidate]:
        for guess in guesses:
            if guess.words != token.lower and (not guess.words or guess.words.replace("-", "").isalpha()):
                yield _candidate(token, token, self._cased(guess.words, token), guess.log_chance)

    def _pair(self, first: Token, second: Token, ours: Sequence[Guess], theirs: Sequence[Guess]) -> Iterator[Candidate]:
        """Yield single words for two, where nothing may have stood at one of the two."""
        for words, nothing in ((ours, theirs), (theirs, ours)):
            gone = max((math.exp(g.log_chance) for g in nothing if not g.words), default=0.0)
            for guess in words[:_FEW] if gone >= _NOTHING else ():
                if guess.words.isalpha():
                    chance = guess.log_chance + math.log(gone)
                    yield _candidate(first, second, self._cased(guess.words, first), chance)

    def _behind(self, token: Token, guesses: Sequence[Guess]) -> Iterator[Candidate]:
        for guess in guesses:
            if guess.words.replace(" ", "").isalpha():
                yield _candidate(token, token, f"{token.text} {guess.words}", guess.log_chance)

    def _casings(self, tokens: Sequence[Token]) -> Iterator[Candidate]:
        for token in tokens:
            row = self._reading.case[token.index]
            best = int(row[:UPPER].argmax())
            own = case_class(token.text)
            if own != best and own in {LOWER, CAPITAL} and row[best] >= _RECASED and token.text.isalpha():
                text = capitalise(token.text) if best == CAPITAL else token.text.lower()
                if text != token.text:
                    yield _candidate(token, token, text, math.log(float(row[best])))

    def _cased(self, words: str, token: Token) -> str:
        row = self._reading.case[token.index]
        best = int(row[: UPPER + 1].argmax())
        if best == UPPER and token.text.isupper():
            return words.upper()
        return capitalise(words) if best == CAPITAL else words


def _candidate(first: Token, last: Token, words: str, log_chance: float) -> Candidate:
    chance = math.exp(min(0.0, log_chance))
    said = f"reading both sides, {words!r} stood here" if words else "reading both sides, nothing stood here"
    evidence = Evidence("encoder", "encoder", said, round(chance, 4))
    return Candidate(first.start, last.end, words, (evidence,), {"encoder.guess": max(-10.0, log_chance)})
