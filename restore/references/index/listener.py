"""What a caller hears of the building of an index; imports nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from restore.reading.rows import Unread


class BuildListener:
    """Is told what a build does, and does nothing of it; a subclass says it to people."""

    def advance(self, articles: int, size: int) -> None:
        """So many articles were read, from so many bytes."""

    def unread(self, row: Unread) -> None:
        """Something could not be read; the build goes on."""

    def committed(self, articles: int) -> None:
        """So many articles are safe in the index."""
