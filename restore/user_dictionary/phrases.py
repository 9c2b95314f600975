"""Words and phrases looked up in a text, as many as there may be, in time linear in the text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_PIECE = re.compile(r"\w(?:[\w\u0300-\u036f])*|[^\w\s]")
_APOSTROPHES = "'’"

Piece = tuple[bool, str]
"""Whether white space precedes it, and its letters."""


class PhraseMatch(NamedTuple):
    """An entry found at `[start, end)`: the text there, the entry, its value, and whether capitals had to agree."""

    start: int
    end: int
    text: str
    entry: str
    value: str
    exact: bool


class WordTable:
    """Entries and their values; an entry with a capital is found as it is written, the others in any case.

    Whole words only: hyphens divide words, the apostrophe of "don't" does not, that of a possessive does.
    """

    def __init__(self, entries: Iterable[tuple[str, str]]) -> None:
        self._tables: dict[bool, dict[tuple[Piece, ...], tuple[str, str]]] = {True: {}, False: {}}
        self._lengths: dict[str, list[int]] = {}
        for entry, value in entries:
            pieces, exact = tuple(_pieces(entry)), any(c.isupper() for c in entry)
            key = tuple(piece for _, _, piece in pieces) if exact else _folded(piece for _, _, piece in pieces)
            self._tables[exact].setdefault((_first(key[0]), *key[1:]), (entry, value))
            lengths = self._lengths.setdefault(key[0][1].casefold(), [])
            if len(key) not in lengths:
                lengths.append(len(key))
                lengths.sort(reverse=True)

    def find(self, text: str) -> Iterator[PhraseMatch]:
        """Yield the matches from left to right, none overlapping another, the longest at every place."""
        if not self._lengths:
            return
        pieces = list(_pieces(text))
        at = 0
        while at < len(pieces):
            match = self._match(text, pieces, at)
            yield from () if match is None else (match[0],)
            at = at + 1 if match is None else match[1]

    def _match(self, text: str, pieces: list[tuple[int, int, Piece]], at: int) -> tuple[PhraseMatch, int] | None:
        start = pieces[at][0]
        for length in self._lengths.get(pieces[at][2][1].casefold(), ()):
            if at + length > len(pieces):
                continue
            written = tuple(piece for _, _, piece in pieces[at : at + length])
            end = pieces[at + length - 1][1]
            for exact, key in ((True, written), (False, _folded(written))):
                found = self._tables[exact].get((_first(key[0]), *key[1:]))
                if found and not _cuts_word(text, start, end):
                    return PhraseMatch(start, end, text[start:end], *found, exact), at + length
        return None


def _pieces(text: str) -> Iterator[tuple[int, int, Piece]]:
    last = 0
    for match in _PIECE.finditer(text):
        start, end = match.span()
        letters = match[0] if match[0].isascii() else unicodedata.normalize("NFC", match[0])
        yield start, end, (start > last, "'" if letters == "’" else letters)
        last = end


def _folded(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    return tuple((space, letters.casefold()) for space, letters in pieces)


def _first(piece: Piece) -> Piece:
    return False, piece[1]


def _cuts_word(text: str, start: int, end: int) -> bool:
    """Return whether an apostrophe ties the match to more of its word ("can" in "can't", and "t"); not possessives."""
    if start > 1 and text[start - 1] in _APOSTROPHES and text[start - 2].isalnum() and text[start].isalnum():
        return True
    rest = text[end : end + 3]
    if not rest or rest[0] not in _APOSTROPHES or not rest[1:2].isalpha() or not text[end - 1].isalnum():
        return False
    return not (rest[1] in "sS" and not rest[2:3].isalnum())
