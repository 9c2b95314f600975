"""Lines of bounded length, whatever a file holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

LONGEST_ITEM = 20_000_000
"""Bytes of the longest line or document that is read. By hand: what longer ones hold is no article."""


@dataclass(frozen=True, slots=True)
class Item:
    """A line or a file as read: its name for messages, its bytes; `too_long` if only their beginning was kept."""

    name: str
    data: bytes
    too_long: bool = False

    @property
    def place(self) -> str:
        """The name without that of the file."""
        return self.name.rpartition(", ")[2]


def read_lines(file: BinaryIO, name: str) -> Iterator[Item]:
    """Read line by line, line ends included; of a line that is too long only the beginning is kept."""
    number = 0
    while line := file.readline(LONGEST_ITEM):
        number += 1
        whole = line.endswith(b"\n") or len(line) < LONGEST_ITEM
        yield Item(f"{name}, line {number}", line, not whole)
        while not whole:
            rest = file.readline(LONGEST_ITEM)
            whole = rest.endswith(b"\n") or len(rest) < LONGEST_ITEM
