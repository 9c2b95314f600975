"""What a caller hears of a run of learning, and what that leaves; imports nothing heavy."""

from __future__ import annotations

CHECKPOINT = ".partial"
"""What the name of the checkpoint adds to that of the table."""


class LearnListener:
    """What a caller hears of a run; a subclass says it to people."""

    def begin(self, resumed: int, size: int | None) -> None:
        """Hear that the run begins with `resumed` items already counted; `size` is the number of bytes in all."""

    def warn(self, message: str) -> None:
        """Hear that an item was skipped."""

    def advance(self, size: int) -> None:
        """Hear that so many more bytes were read."""
