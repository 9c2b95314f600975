"""Reading pairs of spun and original texts, one at a time: lines of JSON, or the gold markup in a folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import msgspec

from restore.errors import GoldError, InputError
from restore.evaluation.markup import parse_markup
from restore.learning.align import Aligned, align, from_markup
from restore.reading.lines import LONGEST_ITEM, Item, read_lines

STDIN = "-"
_MARKUP = "*.markup"
_BOM = b"\xef\xbb\xbf"


class Skipped(Exception):
    """An item that cannot be learned from: `reason` to count it by, and a message with a remedy."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Source(Protocol):
    """Something that items can be read from, always in the same order."""

    name: str
    size: int | None
    """Bytes in all, if that is known."""

    def items(self) -> Iterator[Item]:
        """Read the items; raises `InputError` if that fails."""

    def aligned(self, item: Item) -> tuple[Aligned, str]:
        """Align the pair of an item, and give its family, "" if it names none; raises `Skipped`."""


class _Pair(msgspec.Struct):
    spun: str
    original: str
    family: str | None = None


class JsonLines:
    """A file, or standard input, with a JSON object a line: `spun`, `original` and, if known, `family`."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.name = "standard input" if path == STDIN else path
        self.size: int | None = None if path == STDIN else Path(path).stat().st_size

    def items(self) -> Iterator[Item]:
        """Read line by line; empty lines are items too, and nothing is learned from them."""
        try:
            if self._path == STDIN:
                yield from read_lines(sys.stdin.buffer, self.name)
            else:
                with Path(self._path).open("rb") as file:
                    yield from read_lines(file, self.name)
        except OSError as error:
            raise InputError(f"{self.name} cannot be read: {error.strerror or error}") from error

    def aligned(self, item: Item) -> tuple[Aligned, str]:
        """Decode and align a line."""
        try:
            pair = msgspec.json.decode(item.data.removeprefix(_BOM), type=_Pair)
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


class MarkupFolder:
    """All gold markup in a folder and the folders in it."""

    def __init__(self, path: str) -> None:
        self._folder = Path(path)
        self.name = path
        self._files = sorted(p for p in self._folder.rglob(_MARKUP) if p.is_file())
        if not self._files:
            raise InputError(f"{path} holds no gold markup: put files named {_MARKUP} in it, or give a JSONL file")
        self.size: int | None = sum(file.stat().st_size for file in self._files)

    def items(self) -> Iterator[Item]:
        """Read file by file, by name."""
        for path in self._files:
            try:
                with path.open("rb") as file:
                    data = file.read(LONGEST_ITEM + 1)
            except OSError as error:
                raise InputError(f"{path} cannot be read: {error.strerror or error}") from error
            yield Item(str(path), data, len(data) > LONGEST_ITEM)

    def aligned(self, item: Item) -> tuple[Aligned, str]:
        """Take the alignment that the markup is."""
        try:
            return from_markup(parse_markup(item.data.removeprefix(_BOM).decode("utf-8"), item.name)), ""
        except UnicodeDecodeError as error:
            raise Skipped("broken", f"{item.name} is not UTF-8: convert it") from error
        except GoldError as error:
            raise Skipped("broken", str(error)) from error


def open_source(path: str) -> Source:
    """Give the source that a path names; raises `InputError` if there is none."""
    if path != STDIN and Path(path).is_dir():
        return MarkupFolder(path)
    try:
        return JsonLines(path)
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror or error}; give a JSONL file of pairs, a folder of gold markup,"
            " or - for standard input"
        ) from error
