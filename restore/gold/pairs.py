"""Pairs of a spun text and its original, one JSON object a line, as gold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from restore.errors import GoldError
from restore.gold.documents import ErrorRow, GoldDocument, text_hash
from restore.gold.markup import GoldEdit, MarkedText
from restore.gold.tokens import STRAIGHT, token_spans, tokenise
from restore.records import Reference
from restore.runtime.decoding import from_json

_REMEDY = "write one JSON object a line, with the texts `spun` and `original`"
_LONGEST_EDIT = 400
"""Words on end without a common one, from which on two texts are no pair: it is longer than any paragraph that a
spinner rewrites. Chosen by hand."""
_LONGEST_TEXT = 8_000  # tokens; the tables of distances grow with the square: half a gigabyte here


class _PairRow(msgspec.Struct):
    spun: str
    original: str
    reference: str | None = None
    references: tuple[str, ...] | None = None
    id: str | int | None = None


def read_pairs(
    data: bytes, path: Path, limit: int | None = None
) -> tuple[tuple[GoldDocument, ...], tuple[ErrorRow, ...]]:
    """Read the pairs of a JSONL file; what is wrong with a record becomes an error row, and the others go on.

    Keys: `spun`, `original`, and, if there are any, `reference` (a text) or `references` (several), and `id`.
    Raises `GoldError` if no record can be used.
    """
    documents: list[GoldDocument] = []
    errors: list[ErrorRow] = []
    for number, line in json_lines(data):
        if limit is not None and len(documents) >= limit:
            break
        try:
            documents.append(_read(line, f"{path}, line {number}", f"line {number}"))
        except GoldError as error:
            errors.append(ErrorRow(f"line {number}", str(error)))
    if not documents:
        first = errors[0].message if errors else f"{path} is empty"
        raise GoldError(f"no record of {path} can be used; the first: {first}")
    return tuple(documents), tuple(errors)


def json_lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not empty, with their numbers from 1."""
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.strip():
            yield number, line


def _read(line: bytes, place: str, name: str) -> GoldDocument:
    try:
        pair = from_json(line, _PairRow)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        hint = "; if these texts are right and have no original, add --clean" if b'"text"' in line else ""
        raise GoldError(f"{place}: {error}; {_REMEDY}{hint}") from error
    for key, text in (("spun", pair.spun), ("original", pair.original)):
        if not text.strip():
            raise GoldError(f"{place}: `{key}` is empty; give both texts, or take the record out")
        if len(token_spans(text)) > _LONGEST_TEXT:
            raise GoldError(
                f"{place}: `{key}` has more than {_LONGEST_TEXT:,} words and marks; cut the pair into articles"
            )
    marked = mark_pair(pair.spun, pair.original)
    if any(len(token_spans(side)) > _LONGEST_EDIT for edit in marked.edits for side in (edit.spun, edit.gold[0])):
        raise GoldError(
            f"{place}: `spun` and `original` have {_LONGEST_EDIT} words on end without a common one; check that they"
            " are a pair"
        )
    given = tuple(text for text in (pair.reference or "", *(pair.references or ())) if text.strip())
    label = name if pair.id is None else str(pair.id)
    references = tuple(Reference(f"{label}, reference {n}", text) for n, text in enumerate(given, start=1))
    return GoldDocument(label, (marked,), text_hash(pair.spun, pair.original, *given), references)


def mark_pair(spun: str, original: str) -> MarkedText:
    """Mark where a spun text differs from its original: gold edits at token borders, split as finely as they can be.

    The alignment is that of `restore learn` (`gold.parallel.cells`); a change of case alone is an edit too. Spaces are
    put around the gold words only where tokens would run together without them.
    """
    marked = MarkedText(spun, tuple(_edits(spun, original)))
    if tokenise(marked.original) == tokenise(original):
        return marked
    apart = (GoldEdit(e.start, e.end, e.spun, (f" {e.gold[0]} ",)) for e in marked.edits)
    return MarkedText(spun, tuple(apart))


def _edits(spun: str, original: str) -> Iterator[GoldEdit]:
    from restore.gold.parallel import cells

    ours, theirs = token_spans(spun), token_spans(original)
    for start, end, first, last in cells(_lower(spun, ours), _lower(original, theirs)):
        if end - start == last - first and _lower(spun, ours[start:end]) == _lower(original, theirs[first:last]):
            yield from _case_edits(spun, original, ours[start:end], theirs[first:last])
            continue
        place = _range(ours, start, end)
        words = original[slice(*_range(theirs, first, last))]
        if start == end:
            words = f" {words}" if start else f"{words} "
        yield GoldEdit(*place, spun[slice(*place)], (words,))


def _lower(text: str, spans: list[tuple[int, int]]) -> list[str]:
    return [text[start:end].translate(STRAIGHT).lower() for start, end in spans]


def _range(spans: list[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """Return the characters of tokens; for no tokens, the end of the one before."""
    if start < end:
        return spans[start][0], spans[end - 1][1]
    place = spans[start - 1][1] if start else 0
    return place, place


def _case_edits(
    spun: str, original: str, ours: list[tuple[int, int]], theirs: list[tuple[int, int]]
) -> Iterator[GoldEdit]:
    for (start, end), (first, last) in zip(ours, theirs, strict=True):
        said, meant = spun[start:end], original[first:last]
        if said.translate(STRAIGHT) != meant.translate(STRAIGHT):
            yield GoldEdit(start, end, said, (meant,))
