"""What a long fetch tells its caller, and the caller who is told nothing."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told what is going on: the step in words, and how many of how many bytes are done."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show it."""


def silent(step: str, done: int, total: int) -> None:
    """Show nothing of a `Progress`."""
