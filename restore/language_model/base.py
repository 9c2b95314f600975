"""What the decoder asks of a judge of fluency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol


class JudgeFullError(Exception):
    """The judge has no room for more states; give up some, or ask for less at a time."""


class Judge(Protocol):
    """Scores text from left to right. A state stands for all the text read so far and is never changed."""

    name: str

    def begin(self, contexts: Sequence[str]) -> list[Any]:
        """Read one context per sentence, side by side, and give their states."""
        ...

    def peek(self, state: Any, texts: Sequence[str]) -> list[tuple[float, bool]]:
        """Give an upper bound on log P(text | state), natural logarithm, of each text; no evaluation is run.

        The second value says whether the bound is exact.
        """
        ...

    def extend(self, steps: Sequence[tuple[Any, str]]) -> list[tuple[Any, float]]:
        """Read each text after its state, all in one batch; give the new states and the exact log P(text | state)."""
        ...

    def walk(self, state: Any, texts: Sequence[str]) -> list[Any]:
        """Read texts one after the other, all in one evaluation, and give the state after each."""
        ...

    def reset(self) -> None:
        """Forget every state."""
        ...

    def release(self, states: Sequence[Any]) -> None:
        """Say that these states are no longer needed."""
        ...
