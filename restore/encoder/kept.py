"""What the encoder said of the windows that it read last: the passes over a text leave many of them as they were."""

from __future__ import annotations

from typing import TypeVar

from restore.encoder.model import Encoder, Floats, States
from restore.encoder.windows import Window

_WINDOWS = 12
"""Windows whose states are kept, some 6 MB: an article has four, and four more with its references. By hand."""
_ROWS = 200
"""Words and gaps whose first pieces are kept, 120 kB each: of an article a pass asks for 90 to 170. By hand."""

_Pieces = tuple[tuple[int, ...], tuple[int, ...], int, tuple[int, ...]]
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class KeptWindows:
    """Answers by what a window holds, not by where it stands; those that were not used for longest go first.

    A window is a call of its own, and a word's row in a call does not depend on the others, bit for bit: so it makes no
    difference in which pass something was asked first.
    """

    def __init__(self) -> None:
        self._states: dict[_Pieces, States] = {}
        self._begun: dict[tuple[_Pieces, bool], dict[int, Floats]] = {}
        self._rows = 0

    def read(self, window: Window, encoder: Encoder) -> States:
        """Return the states of a window."""
        pieces = _pieces(window)
        states = self._states.pop(pieces, None) or encoder.read(window)
        self._states[pieces] = states
        while len(self._states) > _WINDOWS:
            _drop_oldest(self._states)
        return states

    def begun(self, window: Window, behind: bool) -> dict[int, Floats]:
        """Return what is known of first pieces at words of a window, or `behind` them (see `keep_begun`)."""
        return self._begun.get((_pieces(window), behind), {})

    def keep_begun(self, window: Window, behind: bool, known: dict[int, Floats]) -> None:
        """Keep ln of the chance of every first piece, by the words of a window."""
        key = _pieces(window), behind
        self._rows += len(known) - len(self._begun.pop(key, {}))
        self._begun[key] = known
        while self._rows > _ROWS and len(self._begun) > 1:
            self._rows -= len(_drop_oldest(self._begun))


def _pieces(window: Window) -> _Pieces:
    return window.ids, window.cases, window.text, window.starts


def _drop_oldest(kept: dict[_Key, _Value]) -> _Value:
    return kept.pop(next(iter(kept)))
