"""The windows in which the encoder reads a text: whole sentences, and behind them what a reference says of the same.

Where a text is cut depends on the text alone, so that a result never depends on what else is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from restore.encoder.pieces import CLS, SEP, WordPieces, case_class

TEXT_PIECES = 160
"""See `REFERENCE_PIECES`."""
REFERENCE_PIECES = 160
"""Word pieces of the text, and of references, in a window: several sentences each; the sizes it is trained with."""


@dataclass(frozen=True, slots=True)
class Window:
    """Tokens `[first, last)` of a text as the encoder reads them, T pieces in all.

    `ids` and `cases` hold T pieces: [CLS] text [SEP], then reference [SEP] where there is one; the first `text` of them
    are the text's. `starts` says at which of them each token begins.
    """

    first: int
    last: int
    ids: tuple[int, ...]
    cases: tuple[int, ...]
    text: int
    starts: tuple[int, ...]


class HasText(Protocol):
    """A token, of which only the text counts here."""

    @property
    def text(self) -> str:
        """How it is written."""
        ...


def cut(
    sizes: Sequence[int], sentences: Iterable[tuple[int, int]], most: int = TEXT_PIECES
) -> Iterator[tuple[int, int]]:
    """Yield token ranges `[first, last)` of at most `most` pieces: as many whole sentences as fit.

    `sizes` are pieces per token, `sentences` token ranges in order. A longer sentence is cut where it no longer fits.
    """
    first = last = room = 0
    for start, end in sentences:
        size = sum(sizes[start:end])
        if last > first and size > room:
            yield first, last
            first = last = start
        if last == first:
            first, room = start, most
        if size <= room:
            last, room = end, room - size
            continue
        for n in range(start, end):
            if sizes[n] > room and n > first:
                yield first, n
                first, room = n, most
            room -= sizes[n]
        last = end
    if last > first:
        yield first, last


def make_window(
    pieces: WordPieces, tokens: Sequence[HasText], first: int, references: Sequence[Sequence[HasText]]
) -> Window:
    """Return the window of some tokens, the first of which is token `first` of its text.

    Of the reference's sentences, best first, those are taken that fit whole, and written in the order given.
    """
    ids, cases, starts = [CLS], [0], []
    for token in tokens:
        starts.append(len(ids))
        _append(pieces, token.text, ids, cases)
    ids.append(SEP)
    cases.append(0)
    text, room = len(ids), REFERENCE_PIECES
    for sentence in references:
        behind: list[int] = []
        cased: list[int] = []
        for token in sentence:
            _append(pieces, token.text, behind, cased)
        if len(behind) <= room:
            ids += behind
            cases += cased
            room -= len(behind)
    if len(ids) > text:
        ids.append(SEP)
        cases.append(0)
    return Window(first, first + len(tokens), tuple(ids), tuple(cases), text, tuple(starts))


def _append(pieces: WordPieces, word: str, ids: list[int], cases: list[int]) -> None:
    found = pieces.of(word)
    ids += found
    cases += [case_class(word)] * len(found)
