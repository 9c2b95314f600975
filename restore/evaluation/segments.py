"""Documents cut into sentences, so that spans are compared sentence by sentence and chance can be measured.

The cut depends on the spun text and its gold alone, never on what a system did; so several systems have the same units.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from restore.gold.documents import GoldDocument
from restore.gold.markup import GoldEdit, MarkedText
from restore.gold.tokens import tokenise
from restore.records import Correction, splice

_WORD = re.compile(r"\S+")
_LONGEST = 200
"""Words of a segment: then it is cut. Chosen by hand, beyond any sentence; ERRANT's time grows with the square."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence: characters `[start, end)` of the spun text and its part of each annotation, with its own offsets."""

    start: int
    end: int
    annotations: tuple[MarkedText, ...]
    unknown: tuple[tuple[tuple[int, int], ...], ...] = ()

    @property
    def text(self) -> str:
        """The spun sentence."""
        return self.annotations[0].text


def segments(document: GoldDocument, borders: Callable[[str], Iterable[int]]) -> tuple[Segment, ...]:
    """Cut a document where `borders` says that sentences begin, but never inside a gold edit.

    A tokenised document is one sentence; what is longer than any sentence is cut between words.
    """
    text = document.text
    starts = () if document.tokenised else _no_longer(text, borders(text))
    places = {place for place in starts if 0 < place < len(text)}
    for marked in document.annotations:
        for edit in marked.edits:
            places -= {place for place in places if edit.start < place < edit.end}
    ends = [*sorted(places), len(text)]
    pieces = [_cut(marked, ends) for marked in document.annotations]
    found, start = [], 0
    for number, end in enumerate(ends):
        found.append(Segment(start, end, tuple(each[number] for each in pieces), document.unknown))
        start = end
    return tuple(found)


def _no_longer(text: str, starts: Iterable[int]) -> Iterator[int]:
    """Yield the starts, and more of them where words go on for too long: aligning takes time by the square."""
    starts = sorted({0, *starts})
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        yield start
        words = [match.start() for match in _WORD.finditer(text, start, end)]
        if len(words) > _LONGEST:
            yield from words[_LONGEST // 2 :: _LONGEST // 2]


def restored_pieces(text: str, ends: Sequence[int], corrections: Iterable[Correction]) -> list[str]:
    """Apply corrections to each segment (given by the ends of all of them).

    A correction belongs to the segment it begins in; what it takes from the next one is missing there.
    """
    pieces: list[list[str]] = [[] for _ in ends]

    def keep(start: int, end: int) -> None:
        number = min(bisect_right(ends, start), len(ends) - 1)
        while start < end:
            stop = min(end, ends[number])
            pieces[number].append(text[start:stop])
            start, number = stop, number + 1

    last = 0
    for correction in sorted(corrections, key=lambda c: (c.start, c.end)):
        keep(last, correction.start)
        pieces[min(bisect_right(ends, correction.start), len(ends) - 1)].append(correction.replacement)
        last = correction.end
    keep(last, len(text))
    return ["".join(each) for each in pieces]


def begun_in(ends: Sequence[int], corrections: Iterable[Correction]) -> list[int]:
    """Count the corrections that begin in each segment."""
    counts = [0] * len(ends)
    for correction in corrections:
        counts[min(bisect_right(ends, correction.start), len(ends) - 1)] += 1
    return counts


def nearest_reading(marked: MarkedText, restored: str) -> str:
    """Return the text that chooses, at every place, the gold alternative by which the restored text is least far off.

    Dynamic programming over pieces and tokens: distance (Levenshtein), and the choices that lead there. Of readings as
    near, the one that leaves most of the spun text alone is taken, then the one of the first alternatives.
    """
    if all(len(edit.gold) == 1 for edit in marked.edits):
        return marked.original
    tokens = tokenise(restored)
    row: _Row = [(place * _STEP, ()) for place in range(len(tokens) + 1)]
    last = 0
    for edit in marked.edits:
        row = _read(row, tokenise(marked.text[last : edit.start]), tokens)
        each = [
            [(cost + (gold != edit.spun), (*chosen, number)) for cost, chosen in _read(row, tokenise(gold), tokens)]
            for number, gold in enumerate(edit.gold)
        ]
        row = [min(column, key=lambda state: state[0]) for column in zip(*each, strict=True)]
        last = edit.end
    chosen = _read(row, tokenise(marked.text[last:]), tokens)[-1][1]
    edits = zip(marked.edits, chosen, strict=True)
    return splice(marked.text, ((edit.start, edit.end, edit.gold[number]) for edit, number in edits))


_Row = list[tuple[int, tuple[int, ...]]]
_STEP = 1 << 20
"""What a token edit costs, so that any number of ties costs less."""


def _read(row: _Row, reading: Sequence[str], tokens: Sequence[str]) -> _Row:
    """Read gold tokens: cheapest way to each beginning of the restored tokens, with the choices made on it."""
    for word in reading:
        new: _Row = [(row[0][0] + _STEP, row[0][1])]
        for place, token in enumerate(tokens):
            over, left, up = row[place], new[place], row[place + 1]
            best = (over[0] + _STEP * (word != token), over[1])
            if left[0] + _STEP < best[0]:
                best = (left[0] + _STEP, left[1])
            if up[0] + _STEP < best[0]:
                best = (up[0] + _STEP, up[1])
            new.append(best)
        row = new
    return row


def _cut(marked: MarkedText, ends: Sequence[int]) -> list[MarkedText]:
    edits: list[list[GoldEdit]] = [[] for _ in ends]
    for edit in marked.edits:
        number = min(bisect_right(ends, edit.start), len(ends) - 1)
        start = ends[number - 1] if number else 0
        edits[number].append(GoldEdit(edit.start - start, edit.end - start, edit.spun, edit.gold, edit.kind))
    found, start = [], 0
    for end, inside in zip(ends, edits, strict=True):
        found.append(MarkedText(marked.text[start:end], tuple(inside)))
        start = end
    return found
