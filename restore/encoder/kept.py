"""What the encoder said of the windows that it read last: the passes over a text leave many of them as they were."""

from __future__ import annotations

from restore.encoder.model import Encoder, Floats, States
from restore.encoder.windows import Window
from restore.runtime.recent import Recent

_WINDOWS = 12
"""Windows whose states are kept, some 6 MB: an article has four, and four more with its references. By hand."""
_ROWS = 200
"""Words and gaps whose first pieces are kept, 120 kB each: of an article a pass asks for 90 to 170. By hand."""

_Pieces = tuple[tuple[int, ...], tuple[int, ...], int, tuple[int, ...]]


class KeptWindows:
    """Answers by what a window holds, not by where it stands; those that were not used for longest go first.

    A window is a call of its own, and a word's row in a call does not depend on the others, bit for bit: so it makes no
    difference in which pass something was asked first.
    """

    def __init__(self) -> None:
        self._states = Recent[_Pieces, States](_WINDOWS)
        self._begun = Recent[tuple[_Pieces, bool], dict[int, Floats]](_ROWS, _rows)

    def read(self, window: Window, encoder: Encoder) -> States:
        """Return the states of a window."""
        pieces = _pieces(window)
        states = self._states.get(pieces)
        if states is None:
            states = encoder.read(window)
            self._states.put(pieces, states)
        return states

    def begun(self, window: Window, behind: bool) -> dict[int, Floats]:
        """Return what is known of first pieces at words of a window, or `behind` them (see `keep_begun`)."""
        return self._begun.get((_pieces(window), behind)) or {}

    def keep_begun(self, window: Window, behind: bool, known: dict[int, Floats]) -> None:
        """Keep ln of the chance of every first piece, by the words of a window."""
        self._begun.put((_pieces(window), behind), known)


def _pieces(window: Window) -> _Pieces:
    return window.ids, window.cases, window.text, window.starts


def _rows(_: object, known: dict[int, Floats]) -> int:
    return len(known)
