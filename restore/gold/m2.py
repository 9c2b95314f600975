"""M2 files, the exchange format of grammatical error correction: tokenised sentences and the edits of annotators.

A block is a line `S words of the sentence` and lines `A start end|||type|||correction|||REQUIRED|||-NONE-|||annotator`;
blocks are separated by empty lines. Start and end count tokens from 0. The type `noop` says that an annotator found
nothing wrong, UNK that a span is wrong and nobody knows what is right; `||` separates alternative corrections.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from restore.errors import GoldError
from restore.gold.documents import ErrorRow, GoldDocument, text_hash
from restore.gold.markup import GoldEdit, MarkedText

_NOOP, _UNKNOWN, _NONE = "noop", "UNK", "-NONE-"
_FIELDS = 6
"""Of the format: the span, the type, the correction, two that are not used, the annotator."""
_FORM = "write edits as `A start end|||type|||correction|||REQUIRED|||-NONE-|||annotator`"
_WORD = re.compile(r"\S+")
_Block = tuple[int, str, list[tuple[int, str]]]


class _Annotation:
    """The edits of one annotator of one sentence, and the spans nobody can correct."""

    def __init__(self) -> None:
        self.edits: list[GoldEdit] = []
        self.unknown: list[tuple[int, int]] = []


def read_m2(data: bytes, path: Path, limit: int | None = None) -> tuple[tuple[GoldDocument, ...], tuple[ErrorRow, ...]]:
    """Read an M2 file: each sentence is a document, named by its number; an empty one gives an error row.

    The sentence is what stands after "S ", with its spaces between all tokens; restorers get it like that. Raises
    `GoldError`, with the line, for what is no M2.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise GoldError(f"{path}, line {line}: this is not UTF-8; convert the file") from error
    documents: list[GoldDocument] = []
    errors: list[ErrorRow] = []
    for number, block in enumerate(_blocks(text, path), start=1):
        if limit is not None and len(documents) >= limit:
            break
        name = f"sentence {number}"
        if block[1].strip():
            documents.append(_read(block, path, name))
        else:
            errors.append(ErrorRow(name, f"{path}, line {block[0]}: the sentence is empty; take the block out"))
    if not documents:
        raise GoldError(f"{path} holds no sentence: M2 has lines that begin with S and A")
    return tuple(documents), tuple(errors)


def _blocks(text: str, path: Path) -> Iterator[_Block]:
    """Yield line number, sentence and numbered edit lines of each block."""
    block: _Block | None = None
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.rstrip("\r")
        if line == "S" or line.startswith("S "):
            if block is not None:
                yield block
            block = (number, line[2:], [])
        elif line.startswith("A "):
            if block is None:
                raise GoldError(f"{path}, line {number}: an edit stands before the first sentence; begin with a line S")
            block[2].append((number, line[2:]))
        elif line.strip():
            raise GoldError(f"{path}, line {number}: {line[:40]!r} begins with neither S nor A; {_FORM}")
    if block is not None:
        yield block


def _read(block: _Block, path: Path, name: str) -> GoldDocument:
    _, sentence, lines = block
    words = [match.span() for match in _WORD.finditer(sentence)]
    found: dict[str, _Annotation] = {}
    for number, line in lines:
        _read_edit(line, f"{path}, line {number}", sentence, words, found)
    annotations = [found[key] for key in sorted(found, key=lambda key: (len(key), key))] or [_Annotation()]
    marked = tuple(MarkedText(sentence, _in_order(each.edits, f"{path}, line {block[0]}")) for each in annotations)
    return GoldDocument(
        name,
        marked,
        text_hash(sentence, *(line for _, line in lines)),
        tokenised=True,
        unknown=tuple(tuple(each.unknown) for each in annotations),
    )


def _read_edit(
    line: str, place: str, sentence: str, words: list[tuple[int, int]], found: dict[str, _Annotation]
) -> None:
    fields = line.split("|||")
    span = fields[0].split()
    if len(fields) != _FIELDS or len(span) != 2 or not all(re.fullmatch(r"-?\d+", each) for each in span):
        raise GoldError(f"{place}: this is no edit; {_FORM}")
    annotation = found.setdefault(fields[-1].strip(), _Annotation())
    start, end, kind = int(span[0]), int(span[1]), fields[1]
    if kind == _NOOP:
        return
    if not 0 <= start <= end <= len(words):
        raise GoldError(
            f"{place}: the edit is about tokens {start} to {end}, and the sentence has {len(words)}; count from 0, the"
            " end is not part of it"
        )
    if kind == _UNKNOWN:
        annotation.unknown.append((start, end))
        return
    gold = tuple("" if each == _NONE else each for each in fields[2].split("||"))
    annotation.edits.append(_edit(sentence, words, start, end, gold, kind))


def _edit(
    sentence: str, words: list[tuple[int, int]], start: int, end: int, gold: tuple[str, ...], kind: str
) -> GoldEdit:
    if start < end:
        first, last = words[start][0], words[end - 1][1]
        return GoldEdit(first, last, sentence[first:last], gold, kind)
    if start < len(words):
        place = words[start][0]
        return GoldEdit(place, place, "", tuple(f"{each} " if each else "" for each in gold), kind)
    place = words[-1][1]
    return GoldEdit(place, place, "", tuple(f" {each}" if each else "" for each in gold), kind)


def _in_order(edits: list[GoldEdit], place: str) -> tuple[GoldEdit, ...]:
    found = sorted(edits, key=lambda edit: (edit.start, edit.end))
    for one, other in pairwise(found):
        if other.start < one.end:
            raise GoldError(f"{place}: two edits of one annotator overlap ({one.spun!r}, {other.spun!r}); keep one")
    return tuple(found)
