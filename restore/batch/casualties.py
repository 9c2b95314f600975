"""Which documents were at work when a run was killed: one that kills each run is set aside, and no other is blamed.

`_working` has a line of fixed size for each worker process, written over when it gets a document and when that is done.
An orderly end takes the file away: where it is left, the run before was killed, or the machine went down. What it says
is counted in `_casualties.json`:

- A document that was at work beside others is a suspect. Suspects are put off until nothing else is left to do, and
  then tried one at a time with nothing else at work. Any that gets done is none any more.
- Only a death while a suspect was at work alone counts against it, and before each such attempt the run has lived for
  `CONTROL` times as long as the document ever was at work when a run died. Whoever kills runs at random moments falls
  into that time far more often than into the attempt: a death with no suspect at work takes back what was counted
  against all, one with nothing at work all suspicion.
- At `--attempts` such deaths (two at least) in a row the document is set aside.

If a run is killed after an exponential time of mean T and a document takes t, one attempt ends in a death that counts
with the chance exp(-q / T) (1 - exp(-t / T)), q being the time before it. Ten times a time at work that is uniform on
(0, t) gives it a mean of 5 t or more: at most 0.07 at the worst T (five to six times t), so that three in a row are
one in 3,000 there, and about (t / T) to the third power where runs are killed less often.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Callable, Iterator
from secrets import token_hex
from typing import Any, NamedTuple

import msgspec

from restore.batch.folder import Folder, LocalFolder, not_written
from restore.runtime.decoding import from_json

WORKING, CASUALTIES = "_working", "_casualties.json"
LEAST_DEATHS = 2
"""Deaths alone before a document is set aside, whatever `--attempts` says: one may always be an accident. By hand."""
CONTROL = 10.0
"""How many times as long as a suspect was at work a run lives before it is tried again. By hand."""
_LONGEST = 300.0
"""Bound of that time (seconds): nobody wants to wait for ever. By hand."""
_BEAT = 0.5
"""Seconds between two notes that the run lives: so much longer a document may have been at work than they say. By
hand."""
_HEAD = re.compile(rb"([0-9a-f]{16}) +([0-9.]+) *\n")
_LINE = re.compile(rb"([0-9a-f]{32}) +([0-9.]+) ([01])\n")
_WIDTH = 32 + 1 + 17 + 1 + 1 + 1
"""Of a line in bytes, as `_LINE` reads it: key, blank, time, blank, whether alone, line end."""


class Case(msgspec.Struct):
    """What is known of a suspect: in how many deaths it was alone, and how long it was at work at most (seconds)."""

    alone: int = 0
    longest: float = 0.0


class _Book(msgspec.Struct):
    """All suspects under these settings and this version, and the last killed run that was counted."""

    config: str
    version: str
    run: str = ""
    cases: dict[str, Case] = {}


class _AtWork(NamedTuple):
    key: str
    seconds: float
    alone: bool


class Casualties:
    """The documents that were at work when earlier runs in a folder died, and those at work now."""

    def __init__(
        self, folder: Folder | None, made: tuple[str, str], attempts: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Watch a run into a folder of this machine; elsewhere, or without one, nothing is noted.

        `made` names settings and version: with others a document may do better.
        """
        self._folder = folder if isinstance(folder, LocalFolder) else None
        self._book = _Book(*made)
        self._most = max(LEAST_DEATHS, attempts)
        self._clock = clock
        self._file: Any = None
        self._run = token_hex(8)
        self._after_death = False
        self._began = self._beaten = 0.0
        self.alone = False
        """Whether what begins now is the only document at work."""

    @contextlib.contextmanager
    def watching(self, workers: int) -> Iterator[None]:
        """Count the run that died here last, if one did, and watch this one until it ends; raises `OutputError`."""
        self._began = self._clock()
        if self._folder is None:
            yield
            return
        self._load()
        left = self._folder.read(WORKING)
        if left is not None:
            self._after_death = True
            self._count(left)
        self._folder.write(WORKING, self._head() + (b" " * (_WIDTH - 1) + b"\n") * workers)
        self._file = self._folder.place(WORKING).open("r+b", buffering=0)
        try:
            yield
        finally:  # in order, whatever it was that ended it
            self._file.close()
            self._file = None
            self._folder.delete(WORKING)

    def begun(self, place: int, key: str) -> None:
        """Note that a worker process gets a document; a run after a death waits until the disk has it."""
        if self._file is not None:
            line = f"{key} {self._clock():17.3f} {self.alone:d}\n"
            self._put(_WIDTH * (place + 1), line.encode(), lasting=self._after_death)

    def ended(self, place: int) -> None:
        """Note that a worker process has none any more."""
        if self._file is not None:
            self._put(_WIDTH * (place + 1), b" " * (_WIDTH - 1) + b"\n")

    def beat(self) -> None:
        """Note that the run lives, twice a second, and let the disk have what was noted."""
        if self._file is not None and self._clock() >= self._beaten + _BEAT:
            self._put(0, self._head(), lasting=True)

    def done(self, key: str) -> None:
        """Hear that a document is done, whatever became of it: then it brings nothing down."""
        if self._book.cases and self._book.cases.pop(key, None) is not None:
            self._save()

    def forget(self) -> None:
        """Hear that every row is done."""
        self._book.cases.clear()
        self._save()

    def case(self, key: str) -> Case | None:
        """Return what is known of a document; None if it was never at work when a run died."""
        return self._book.cases.get(key)

    @property
    def has_suspects(self) -> bool:
        """Whether any document was at work when a run died, and is not done since."""
        return bool(self._book.cases)

    def is_guilty(self, key: str) -> bool:
        """Return whether a document has brought down so many runs that it is not to be tried again."""
        found = self.case(key)
        return found is not None and found.alone >= self._most

    def wait(self, key: str) -> float:
        """Return how many seconds this run is to live on before a suspect is tried."""
        found = self.case(key) or Case()
        return max(0.0, self._began + min(_LONGEST, CONTROL * found.longest) - self._clock())

    def _load(self) -> None:
        assert self._folder is not None
        try:
            found = from_json(self._folder.read(CASUALTIES) or b"", _Book)
        except (msgspec.MsgspecError, UnicodeDecodeError):  # not written by us: then nobody is suspected
            return
        if (found.config, found.version) == (self._book.config, self._book.version):
            self._book = found

    def _save(self) -> None:
        if self._folder is not None:
            if self._book.cases:
                self._folder.write(CASUALTIES, msgspec.json.encode(self._book))
            else:
                self._folder.delete(CASUALTIES)

    def _count(self, left: bytes) -> None:
        """Take over what a run that was killed has left."""
        head = _HEAD.match(left)
        if head is None or head[1].decode() == self._book.run:  # half a file, or counted already
            return
        cases, at_work = self._book.cases, list(_at_work(left, float(head[2])))
        if not at_work:
            cases.clear()
        if not any(one.alone for one in at_work):
            for case in cases.values():
                case.alone = 0
        for one in at_work:
            case = cases.setdefault(one.key, Case())
            case.alone += one.alone
            case.longest = max(case.longest, one.seconds)
        self._book.run = head[1].decode()
        self._save()

    def _head(self) -> bytes:
        self._beaten = self._clock()
        return f"{self._run} {self._beaten:17.3f}".encode().ljust(_WIDTH - 1) + b"\n"

    def _put(self, offset: int, data: bytes, lasting: bool = False) -> None:
        try:
            self._file.seek(offset)
            self._file.write(data)
            if lasting:
                os.fsync(self._file.fileno())
        except OSError as error:
            raise not_written(str(self._file.name), error) from error


def _at_work(left: bytes, alive: float) -> list[_AtWork]:
    """Read the documents that were at work when a run gave its last sign of life, each once."""
    found = (_LINE.match(left, start) for start in range(_WIDTH, len(left), _WIDTH))
    lines = (_AtWork(one[1].decode(), max(0.0, alive - float(one[2])) + _BEAT, one[3] == b"1") for one in found if one)
    return list({one.key: one for one in lines}.values())
