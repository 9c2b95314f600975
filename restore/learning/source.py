"""Reading pairs of spun and original texts, one at a time: lines of JSON, gold markup, or plans that were reviewed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

import msgspec

from restore.errors import GoldError, InputError, PlanMismatchError
from restore.gold.markup import parse_markup
from restore.gold.parallel import Aligned, align, from_markup
from restore.learning.reviews import from_review
from restore.reading.compressed import READ_ERRORS, SUFFIXES, plain_stream
from restore.reading.lines import LONGEST_ITEM, Item, read_lines
from restore.reading.opening import open_binary
from restore.records import Restoration
from restore.runtime.decoding import from_json

STDIN = "-"
_MARKUP, _PLAN = ".markup", ".json"
_BOM = b"\xef\xbb\xbf"


class Skipped(Exception):
    """An item that cannot be learned from: `reason` to count it by, and a message with a remedy."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class PairSource(Protocol):
    """Something that items can be read from, always in the same order."""

    name: str
    size: int | None
    """Bytes in all, if that is known."""

    def items(self) -> Iterator[Item]:
        """Read the items; raises `InputError` if that fails."""

    def aligned(self, item: Item) -> tuple[Aligned, str]:
        """Align the pair of an item, and give its family, "" if it names none; raises `Skipped`."""


class _LearnRow(msgspec.Struct):
    spun: str
    original: str
    family: str | None = None


class _Line(msgspec.Struct):
    spun: Any = None
    corrections: Any = None


class JsonLines:
    """A file, or standard input, with a JSON object a line: a pair, or a reviewed plan.

    A pair has `spun`, `original` and, if known, `family`.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self.name = "standard input" if path == STDIN else path
        self.size: int | None = None if path == STDIN else Path(path).stat().st_size
        if path.lower().endswith(SUFFIXES):  # nobody knows how much that is unpacked
            self.size = None

    def items(self) -> Iterator[Item]:
        """Read line by line; empty lines are items too, and nothing is learned from them."""
        try:
            with ExitStack() as stack:
                yield from read_lines(plain_stream(open_binary(self._path, stack), stack), self.name)
        except READ_ERRORS as error:
            raise InputError(f"{self.name} cannot be read: {getattr(error, 'strerror', None) or error}") from error

    def aligned(self, item: Item) -> tuple[Aligned, str]:
        """Decode and align a line."""
        data = item.data.removeprefix(_BOM)
        try:
            line = from_json(data, _Line)
            if line.spun is None and line.corrections is not None:
                return _reviewed(item), ""
            pair = from_json(data, _LearnRow)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise Skipped(
                "broken",
                f"{item.name}: {error}; write one JSON object a line, with the texts `spun` and `original`",
            ) from error
        if not pair.spun.strip() or not pair.original.strip():
            raise Skipped("empty", f"{item.name}: `spun` or `original` is empty; give both texts")
        found = align(pair.spun, pair.original)
        if found is None:
            raise Skipped(
                "unlike",
                f"{item.name}: the texts have less than 30 % of their words in common; check that they are a pair"
                " (texts rewritten whole teach no substitutions)",
            )
        return found, pair.family or ""


def _reviewed(item: Item) -> Aligned:
    """Read a reviewed plan; raises `Skipped`."""
    try:
        found = from_review(Restoration.from_json(item.data.removeprefix(_BOM)))
    except PlanMismatchError as error:
        raise Skipped("broken", f"{item.name}: {error}") from error
    if found is None:
        raise Skipped("unreviewed", f"{item.name}: nobody has decided anything in this plan; review it first")
    return found


class Files:
    """Files that hold one text each: gold markup, or a plan that was reviewed (.json)."""

    def __init__(self, name: str, files: Sequence[Path]) -> None:
        self.name = name
        self._files = files
        self.size: int | None = sum(file.stat().st_size for file in self._files)

    def items(self) -> Iterator[Item]:
        """Read file by file."""
        for path in self._files:
            try:
                with path.open("rb") as file:
                    data = file.read(LONGEST_ITEM + 1)
            except OSError as error:
                raise InputError(f"{path} cannot be read: {error.strerror or error}") from error
            yield Item(str(path), data, len(data) > LONGEST_ITEM)

    def aligned(self, item: Item) -> tuple[Aligned, str]:
        """Take the alignment that the markup or the review is."""
        if item.name.lower().endswith(_PLAN):
            return _reviewed(item), ""
        try:
            return from_markup(parse_markup(item.data.removeprefix(_BOM).decode("utf-8"), item.name)), ""
        except UnicodeDecodeError as error:
            raise Skipped("broken", f"{item.name} is not UTF-8: convert it") from error
        except GoldError as error:
            raise Skipped("broken", str(error)) from error


def _folder(path: str) -> Files:
    found = sorted(p for p in Path(path).rglob("*") if p.suffix.lower() in (_MARKUP, _PLAN) and p.is_file())
    if not found:
        raise InputError(
            f"{path} holds neither gold markup (*{_MARKUP}) nor plans (*{_PLAN}): put some in it, or give a JSONL file"
        )
    return Files(path, found)


def _is_plan(path: str) -> bool:
    """Return whether a file is a plan over many lines, as `restore fix --format json` and the review page write it."""
    with Path(path).open("rb") as file:
        data = file.read(LONGEST_ITEM + 1)
    try:
        return from_json(data.removeprefix(_BOM), _Line).corrections is not None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False


def open_source(path: str) -> PairSource:
    """Return the source that a path names; raises `InputError` if there is none."""
    if path != STDIN and Path(path).is_dir():
        return _folder(path)
    try:
        if path.lower().endswith(_PLAN) and _is_plan(path):
            return Files(path, [Path(path)])
        return JsonLines(path)
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror or error}; give a JSONL file of pairs, a reviewed plan, a folder"
            " of plans or of gold markup, or - for standard input"
        ) from error
