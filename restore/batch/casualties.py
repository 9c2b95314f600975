"""Which documents were at work when a run died without a word, so that none brings every run down for ever.

`_working` has a place of fixed size for each worker process, written over when it gets a document: one small write, and
no wait for the disk. Only a run that follows a death waits for it, because the document may bring down the machine.
"""

from __future__ import annotations

import os
from collections import Counter

import msgspec

from restore.batch.folder import Folder

WORKING, CASUALTIES = "_working", "_casualties.json"
ALONE = 2
"""Deaths at least before a document is set aside: at the first one others were at work beside it."""
_PLACE = 33
"""Bytes of a place: the key of a document and a line end."""


class Casualties:
    """The documents that were at work when earlier runs in a folder died, and those at work now."""

    def __init__(self, folder: Folder, made: tuple[str, str]) -> None:
        """`made` names settings and version: with others a document may do better."""
        self._folder = folder
        self._made = made
        self._deaths: Counter[str] = Counter()
        self._file: int | None = None

    def begin(self, *, forget: bool) -> None:
        """Count the run that died here last, if one did, and watch this one; `forget` leaves out what was before."""
        data = self._folder.read(CASUALTIES)
        if data is not None and not forget:
            try:
                made, deaths = msgspec.json.decode(data, type=tuple[tuple[str, str], dict[str, int]])
                self._deaths = Counter(deaths if made == self._made else {})
            except (msgspec.MsgspecError, UnicodeDecodeError):  # no book of ours: then nobody is suspected
                pass
        left = self._folder.read(WORKING) or b""
        if not forget:
            places = {left[n : n + _PLACE].strip().decode("ascii", "replace") for n in range(0, len(left), _PLACE)}
            self._deaths.update(key for key in places if key.isalnum() and len(key) == _PLACE - 1)
        if self._deaths:
            self._folder.write(CASUALTIES, msgspec.json.encode((self._made, dict(self._deaths))))
        else:
            self._folder.delete(CASUALTIES)
        self._folder.write(WORKING, b"")
        self._file = os.open(os.path.join(self._folder.name, WORKING), os.O_WRONLY)  # noqa: PTH118

    def deaths(self, key: str) -> int:
        """Return with how many runs a document was at work when they died."""
        return self._deaths[key] if self._deaths else 0

    def working(self, place: int, key: str) -> None:
        """Note that a worker process gets a document."""
        if self._file is not None and hasattr(os, "pwrite"):
            os.pwrite(self._file, key.encode().ljust(_PLACE - 1) + b"\n", place * _PLACE)
            if self._deaths:
                os.fsync(self._file)

    def forget(self) -> None:
        """Hear that every row is done."""
        self._folder.delete(CASUALTIES)

    def end(self) -> None:
        """Hear that the run ends in order, whatever ended it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
            self._folder.delete(WORKING)
