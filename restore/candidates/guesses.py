"""What the encoder would write itself: words, nothing, words missing, and how a word is cased."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence

from restore.candidates.base import Candidate, Context
from restore.encoder.pieces import CAPITAL, LOWER, UPPER, case_class
from restore.encoder.reading import Guess, Reading
from restore.records import Evidence
from restore.text.casing import capitalise
from restore.text.parsing import Token

MOST = 10
"""The guesses that are taken at each word. Chosen by hand: with fewer, right words are missed; with more, gathering
takes longer. The ranker (training/ranking/ranker.py) is fitted on candidates that were gathered with it."""
_NOTHING = 0.1
"""The chance of "nothing" from which on a word may be part of a phrase that stands for one word. Chosen by hand."""
_MISSING = 0.2
"""The chance that words are missing behind a word from which on they are guessed. Chosen by hand: with less, more
insertions are proposed and more is asked of the encoder; whether one is made, the ranker says."""
_FEW = 3
"""The guesses that are taken for a phrase, or for what is missing behind a word. Chosen by hand, to bound the
candidates: up to four phrases begin at every word."""
_RECASED = 0.5
"""The chance from which on a casing is proposed: then it is likelier than all others together. Chosen by hand: with
less, casings are proposed that the encoder itself doubts."""
_LONGEST_RUN = 5
"""Words of a phrase that one word may have stood for ("due to the fact that": because). Chosen by hand: with fewer,
such phrases get no candidate; longer ones are rare."""
_INITIALS = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]?")


class GuessSource:
    """The encoder's own best guesses at the suspicious words of the text that it has read."""

    name = "encoder"

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def propose(self, context: Context) -> Iterator[Candidate]:
        """Yield replacements, deletions, insertions and casings; what stands there already is never proposed."""
        tokens = context.parsed.tokens
        wanted = [t.index for t in tokens if (t.is_word or t.is_figure) and context.is_suspect(t.index)]
        guesses = self._reading.guesses(wanted, MOST)
        for index in wanted:
            yield from self._at(tokens[index], guesses[index])
            yield from self._run(tokens, index, guesses)
            if index + 1 in guesses and tokens[index + 1].sentence == tokens[index].sentence:
                yield from self._last_of_two(tokens[index], tokens[index + 1], guesses[index], guesses[index + 1])
        gaps = [n for n in wanted if self._reading.missing[n] >= _MISSING and n + 1 < len(tokens)]
        for index, found in self._reading.guesses(gaps, MOST, behind=True).items():
            yield from self._behind(tokens[index], found[:_FEW])
        yield from self._casings(tokens)

    def _at(self, token: Token, guesses: Sequence[Guess]) -> Iterator[Candidate]:
        for guess in guesses:
            if guess.words != token.lower and (not guess.words or _is_plain(guess.words, token)):
                yield _candidate(token, token, self._cased(guess.words, token), guess.log_chance)

    def _run(self, tokens: Sequence[Token], first: int, guesses: Mapping[int, Sequence[Guess]]) -> Iterator[Candidate]:
        """Yield single words for several, where nothing may have stood at any but the first.

        So the encoder learns phrases: the original is asked for at their first word, nothing at the others.
        """
        gone = 0.0
        for last in range(first + 1, min(first + _LONGEST_RUN, len(tokens))):
            chance = _nothing(guesses.get(last, ()))
            if tokens[last].sentence != tokens[first].sentence or chance < _NOTHING:
                return
            gone += math.log(chance)
            for guess in guesses[first][:_FEW]:
                if guess.words.isalpha():
                    words = self._cased(guess.words, tokens[first])
                    yield _candidate(tokens[first], tokens[last], words, guess.log_chance + gone)

    def _last_of_two(
        self, first: Token, second: Token, ours: Sequence[Guess], theirs: Sequence[Guess]
    ) -> Iterator[Candidate]:
        """Yield single words for two, where nothing may have stood at the first."""
        gone = _nothing(ours)
        for guess in theirs[:_FEW] if gone >= _NOTHING else ():
            if guess.words.isalpha():
                yield _candidate(first, second, self._cased(guess.words, first), guess.log_chance + math.log(gone))

    def _behind(self, token: Token, guesses: Sequence[Guess]) -> Iterator[Candidate]:
        for guess in guesses:
            if guess.words.replace(" ", "").isalpha():
                yield _candidate(token, token, f"{token.text} {guess.words}", guess.log_chance)

    def _casings(self, tokens: Sequence[Token]) -> Iterator[Candidate]:
        for token in tokens:
            row = self._reading.case[token.index]
            best = int(row[: UPPER + 1].argmax())
            own = case_class(token.text)
            if own == best or own not in {LOWER, CAPITAL} or row[best] < _RECASED or not _is_cased(token):
                continue
            if best == UPPER and not (own == LOWER and _INITIALS.fullmatch(token.text)):
                continue  # "un" may be anything, "u.n." hardly
            text = _CASINGS[best](token.text)
            if text != token.text:
                yield _candidate(token, token, text, math.log(float(row[best])))

    def _cased(self, words: str, token: Token) -> str:
        row = self._reading.case[token.index]
        best = int(row[: UPPER + 1].argmax())
        if best == UPPER and token.text.isupper():
            return words.upper()
        return capitalise(words) if best == CAPITAL else words


_CASINGS = {LOWER: str.lower, CAPITAL: capitalise, UPPER: str.upper}


def _is_cased(token: Token) -> bool:
    """Return whether a token is a word, or an abbreviation with its stops ("mr.", "u.s."), of letters alone."""
    return token.text.replace(".", "").isalpha()


def _is_plain(words: str, token: Token) -> bool:
    """Return whether a guess is of letters and hyphens, or a figure where the text has one (rules keep its value)."""
    return words.replace("-", "").replace(" ", "").isalpha() or (token.is_figure and words.isdigit())


def _nothing(guesses: Sequence[Guess]) -> float:
    """Return the chance that nothing stood there."""
    return max((math.exp(guess.log_chance) for guess in guesses if not guess.words), default=0.0)


def _candidate(first: Token, last: Token, words: str, log_chance: float) -> Candidate:
    chance = math.exp(min(0.0, log_chance))
    said = f"reading both sides, {words!r} stood here" if words else "reading both sides, nothing stood here"
    evidence = Evidence("encoder", "encoder", said, round(chance, 4))
    return Candidate(first.start, last.end, words, (evidence,), {"encoder.guess": max(-10.0, log_chance)})
