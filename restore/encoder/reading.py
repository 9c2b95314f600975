"""What the encoder says of a whole text: which words may be damaged, what may have stood there, how it was cased."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import expm1, log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from restore.alignment.records import AlignedReference
from restore.alignment.reference_passages import reference_sentences
from restore.encoder.kept import KeptWindows
from restore.encoder.model import Encoder, Floats, States, load_encoder
from restore.encoder.pieces import MASK, NOTHING
from restore.encoder.windows import Window, cut, make_window
from restore.runtime.odds import logistic_of
from restore.text.parsing import ParsedText, Token

_EVEN = log(0.5)
"""ln of an even chance: the string rather ends here than goes on."""
_WORTH = log(0.03)
"""First pieces less likely than this are not spelt on; chosen by hand, for speed."""
SPELT_ON = 3
"""Guesses of several pieces are spelt out if their first piece is among the best three; chosen by hand, for speed."""
_HIDDEN = 6
"""Words on either side that are hidden in turn to see which of them speak for a guess; chosen by hand."""
_SPEAKS = log(2.0)
"""Log-odds by which a guess must fall when a word is hidden: its odds halve. Chosen by hand; lower, and words are shown
to a person that hardly matter."""
MOST_PIECES = 6
"""Word pieces of a spelt guess; the longest target of the training (training/encoder/windows.py)."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What may have stood at a word ("" for nothing), in small letters, and ln of the chance that it did."""

    words: str
    log_chance: float


class _OpenSpelling(NamedTuple):
    """A string that is not spelt to its end yet."""

    word: int
    pieces: tuple[int, ...]
    log_chance: float


class Asked(NamedTuple):
    """A question: whether these words ("" for nothing) stood at a token or, `behind` it, are missing."""

    token: int
    words: str
    behind: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    """A window and what the encoder said of it."""

    window: Window
    states: States


class Reading:
    """A text as the encoder read it; N tokens.

    `damaged` and `missing` are the chances that each token is damaged, and that words are missing behind it (N,);
    `case` holds those of each class of casing (N, 4; restore/encoder/pieces.py). All lie between 0 and 1.
    """

    def __init__(self, encoder: Encoder, tokens: Sequence[Token], parts: Sequence[_Part], kept: KeptWindows) -> None:
        self._encoder, self._tokens, self._parts, self._kept = encoder, tokens, parts, kept
        self._firsts = np.asarray([part.window.first for part in parts], dtype=np.int64)
        empty = np.zeros(0, dtype=np.float32)
        self.damaged = logistic_of(np.concatenate([empty, *(part.states.damaged for part in parts)])).astype(np.float32)
        self.missing = logistic_of(np.concatenate([empty, *(part.states.gap for part in parts)])).astype(np.float32)
        self.case: Floats = np.exp(np.concatenate([np.zeros((0, 4), np.float32), *(p.states.case for p in parts)]))

    def suspects(self, least: float) -> frozenset[int]:
        """Return the tokens that are damaged, or miss words behind them, with a chance of at least `least`."""
        return frozenset(np.flatnonzero(np.maximum(self.damaged, self.missing) >= least).tolist())

    def guesses(self, indices: Iterable[int], most: int = 10, behind: bool = False) -> dict[int, list[Guess]]:
        """Return what most likely stood at each of these tokens, or is missing `behind` it, the likeliest first.

        At most `most` words each; the best few of those that one piece does not end are spelt on, greedily.
        """
        found: dict[int, list[Guess]] = {}
        for number, words in self._by_window(indices):
            part = self._parts[number]
            begun = self._begin(number, words.tolist(), behind)
            chances = np.stack([begun[word] for word in words.tolist()])
            best = np.argpartition(chances, -most, axis=1)[:, -most:]
            at = np.repeat(words, most)
            stops = self._encoder.stops(part.states, at, best.reshape(-1), 1, behind).reshape(best.shape)
            open_strings: list[_OpenSpelling] = []
            for row, word in enumerate(words.tolist()):
                guesses = found[part.window.first + word] = []
                for place, n in enumerate(np.argsort(-chances[row, best[row]], kind="stable").tolist()):
                    piece, stop = int(best[row, n]), float(stops[row, n])
                    chance = float(chances[row, piece])
                    if piece == NOTHING:
                        guesses.append(Guess("", chance))
                    elif self._encoder.pieces.begins_word(piece) and stop >= _EVEN:
                        guesses.append(Guess(self._encoder.pieces.text((piece,)), chance + stop))
                    elif self._encoder.pieces.begins_word(piece) and place < SPELT_ON and chance >= _WORTH:
                        open_strings.append(_OpenSpelling(word, (piece,), chance))
            self._finish(part, open_strings, behind, found)
            for word in words.tolist():
                found[part.window.first + word].sort(key=lambda guess: -guess.log_chance)
        return found

    def _finish(self, part: _Part, strings: list[_OpenSpelling], behind: bool, found: dict[int, list[Guess]]) -> None:
        """Spell strings on, all at once, a piece a step, until stopping is likelier than going on."""
        for step in range(1, MOST_PIECES + 1):
            if not strings:
                return
            words = np.asarray([s.word for s in strings], dtype=np.int64)
            last = np.asarray([s.pieces[-1] for s in strings], dtype=np.int64)
            stops, go_on, chances = self._encoder.spell(part.states, words, last, step, behind)
            going = []
            for row, string in enumerate(strings):
                if stops[row] >= _EVEN or step == MOST_PIECES:
                    guess = Guess(self._encoder.pieces.text(string.pieces), string.log_chance + float(stops[row]))
                    found[part.window.first + string.word].append(guess)
                    continue
                piece = int(chances[row].argmax())
                chance = string.log_chance + float(go_on[row]) + float(chances[row, piece])
                going.append(_OpenSpelling(string.word, (*string.pieces, piece), chance))
            strings = going

    def log_chances(self, asked: Sequence[Asked]) -> Floats:
        """Return ln of the chance of each string, (len(asked),); each is spelt to its end, at most six pieces."""
        found = np.zeros(len(asked), dtype=np.float32)
        for number, behind, rows, begun in self._by_window_and_side(asked):
            self._spell_out(self._parts[number], behind, [asked[n] for n in rows], rows, found, begun)
        return found

    def first_chances(self, asked: Sequence[Asked]) -> Floats:
        """Return ln of the chance of the first piece of each string, (len(asked),): no string is likelier than that.

        Far cheaper than `log_chances`, where many strings are asked about at a few words.
        """
        found = np.zeros(len(asked), dtype=np.float32)
        for number, _, rows, begun in self._by_window_and_side(asked):
            first = int(self._firsts[number])
            for n in rows:
                pieces = self._encoder.pieces.of_phrase(asked[n].words)
                found[n] = begun[asked[n].token - first][pieces[0] if pieces else NOTHING]
        return found

    def _by_window_and_side(
        self, asked: Sequence[Asked]
    ) -> Iterator[tuple[int, bool, list[int], Mapping[int, Floats]]]:
        """Yield window by window, words and gaps apart, which of the questions lie there, and the first pieces."""
        numbers = np.searchsorted(self._firsts, [a.token for a in asked], side="right") - 1
        groups: dict[tuple[int, bool], list[int]] = defaultdict(list)
        for n, (number, question) in enumerate(zip(numbers.tolist(), asked, strict=True)):
            groups[number, question.behind].append(n)
        for (number, behind), rows in groups.items():
            first = int(self._firsts[number])
            yield number, behind, rows, self._begin(number, [asked[n].token - first for n in rows], behind)

    def _begin(self, number: int, words: Sequence[int], behind: bool) -> dict[int, Floats]:
        """Return ln of the chance of every first piece, by the words of a window that are asked for."""
        part = self._parts[number]
        known = self._kept.begun(part.window, behind)
        new = [word for word in dict.fromkeys(words) if word not in known]
        if new:
            at = np.asarray(new, dtype=np.int64)
            _, _, chances = self._encoder.spell(part.states, at, np.zeros_like(at), 0, behind)
            known = {**known, **dict(zip(new, chances, strict=True))}
        self._kept.keep_begun(part.window, behind, known)
        return known

    def speakers(self, asked: Asked, most: int = 2) -> list[int]:
        """Return the tokens near a place that speak most for a string, the strongest first: at most `most`.

        The window is read again with each of them hidden in turn (occlusion, Zeiler and Fergus 2014); a word speaks for
        the string if that halves its odds. A dozen readings: for a few places only.
        """
        number = int(np.searchsorted(self._firsts, asked.token, side="right")) - 1
        window = self._parts[number].window
        base = _log_odds(self.log_chances([asked]))
        falls = []
        near = range(max(window.first, asked.token - _HIDDEN), min(window.last, asked.token + _HIDDEN + 1))
        for index in near:
            if index == asked.token or not self._tokens[index].is_word:
                continue
            start = window.starts[index - window.first]
            end = start + len(self._encoder.pieces.of(self._tokens[index].text))
            ids = (*window.ids[:start], *[MASK] * (end - start), *window.ids[end:])
            hidden = replace(window, ids=ids)
            chance = np.zeros(1, dtype=np.float32)
            part = _Part(hidden, self._encoder.read(hidden))
            self._spell_out(part, asked.behind, [asked], [0], chance, {})
            falls.append((base - _log_odds(chance), index))
        return [index for fall, index in sorted(falls, reverse=True)[:most] if fall >= _SPEAKS]

    def _spell_out(
        self,
        part: _Part,
        behind: bool,
        asked: Sequence[Asked],
        rows: Sequence[int],
        found: Floats,
        begun: Mapping[int, Floats],
    ) -> None:
        """Add up the steps of strings in one window; each (word, piece before) is asked once a step.

        `begun` has the chances of the first pieces, if they are known.
        """
        pieces = self._encoder.pieces
        words = [a.token - part.window.first for a in asked]
        strings = [pieces.of_phrase(a.words)[:MOST_PIECES] or (NOTHING,) for a in asked]
        for step in range(MOST_PIECES):
            going = [n for n, string in enumerate(strings) if len(string) > step]
            if not going:
                break
            if not step and begun:
                found[list(rows)] = [begun[words[n]][strings[n][0]] for n in going]
                continue
            keys = [(words[n], strings[n][step - 1] if step else 0) for n in going]
            unique = {key: row for row, key in enumerate(dict.fromkeys(keys))}
            where = np.asarray(list(unique), dtype=np.int64)
            _, go_on, chances = self._encoder.spell(part.states, where[:, 0], where[:, 1], step, behind)
            for n, key in zip(going, keys, strict=True):
                row = unique[key]
                found[rows[n]] += chances[row, strings[n][step]] + (go_on[row] if step else 0.0)
        for length in sorted({len(string) for string in strings}):
            ending = [n for n, string in enumerate(strings) if len(string) == length and string != (NOTHING,)]
            if ending:
                at = np.asarray([words[n] for n in ending], dtype=np.int64)
                last = np.asarray([strings[n][-1] for n in ending], dtype=np.int64)
                found[[rows[n] for n in ending]] += self._encoder.stops(part.states, at, last, length, behind)

    def _by_window(self, indices: Iterable[int]) -> Iterable[tuple[int, NDArray[np.int64]]]:
        """Yield the number of each window with those of the tokens that lie in it, counted from its first."""
        wanted = np.asarray(sorted(set(indices)), dtype=np.int64)
        numbers = np.searchsorted(self._firsts, wanted, side="right") - 1
        for number in np.unique(numbers):
            yield int(number), wanted[numbers == number] - self._firsts[number]


def read(
    parsed: ParsedText,
    references: Sequence[AlignedReference] = (),
    encoder: Encoder | None = None,
    kept: KeptWindows | None = None,
) -> Reading:
    """Read a parsed text, window by window, each with what the references say of the same; `kept` are earlier answers.

    Raises `ModelNotFoundError` or `ModelDamagedError` for a missing or broken model.
    """
    encoder, kept = encoder or load_encoder(), kept or KeptWindows()
    sizes = [len(encoder.pieces.of(token.text)) for token in parsed.tokens]
    parts = []
    for first, last in cut(sizes, ((s.first, s.last) for s in parsed.sentences)):
        behind = [p.sentence_tokens(s) for p, s in reference_sentences(parsed, first, last, references)]
        window = make_window(encoder.pieces, parsed.tokens[first:last], first, behind)
        parts.append(_Part(window, kept.read(window, encoder)))
    return Reading(encoder, parsed.tokens, parts, kept)


def _log_odds(log_chance: Floats) -> float:
    """Return the log-odds of the one chance that is given by its ln."""
    return float(log_chance[0]) - log(max(-expm1(min(float(log_chance[0]), -1e-6)), 1e-6))
