"""The places of a text: candidates that begin at the same character compete with each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol


class Starting(Protocol):
    """Something that begins at a character of the text."""

    @property
    def start(self) -> int:
        """The character."""
        ...


def by_place(candidates: Iterable[Starting]) -> list[list[int]]:
    """Return the numbers of the candidates that begin at the same character, place by place."""
    places: dict[int, list[int]] = defaultdict(list)
    for number, candidate in enumerate(candidates):
        places[candidate.start].append(number)
    return list(places.values())
