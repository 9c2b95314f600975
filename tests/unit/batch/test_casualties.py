"""What is noted of documents at work, and who is blamed when runs die: killers always, others practically never."""

from __future__ import annotations

import heapq
import itertools
import os
import random
from collections.abc import Collection
from pathlib import Path

import pytest

pytest.importorskip("pebble", reason="batches need the extra batch")

from restore.batch.casualties import CASUALTIES, WORKING, Casualties
from restore.batch.folder import LocalFolder, RemoteFolder

MADE = ("config", "version")
START = 1.0
"""Seconds until the first document of a simulated run begins."""


class KilledError(Exception):
    """The run was killed."""


class Simulated:
    """Runs over documents of known length (seconds) on two workers, in a time of its own; real notes in a folder."""

    def __init__(self, folder: Path, lengths: dict[str, float], killers: Collection[str] = ()) -> None:
        self.folder = folder
        self.lengths = dict(lengths)
        self.killers = killers
        self.now = 0.0
        self.blamed: set[str] = set()

    def run(self, killed_after: float = float("inf")) -> bool:
        """Run until all is done (then True) or the run dies."""
        self.death = self.now + killed_after
        notes = Casualties(LocalFolder(str(self.folder)), MADE, 3, lambda: self.now)
        try:
            with notes.watching(2):
                try:
                    self._work(notes)
                except KilledError:
                    left = (self.folder / WORKING).read_bytes()
                    raise
            notes.forget()
        except KilledError:
            (self.folder / WORKING).write_bytes(left)
            return False
        return True

    def _pass(self, notes: Casualties, until: float) -> None:
        while self.now < min(until, self.death):
            self.now = min(until, self.death, self.now + 0.5)
            notes.beat()
        if self.now >= self.death:
            raise KilledError

    def _end(self, notes: Casualties, at_work: list[tuple[float, int, str]]) -> int:
        when, place, key = heapq.heappop(at_work)
        self._pass(notes, when)
        if key in self.killers:
            raise KilledError
        notes.ended(place)
        notes.done(key)
        del self.lengths[key]
        return place

    def _work(self, notes: Casualties) -> None:
        for key in [key for key in self.lengths if notes.is_guilty(key)]:
            self.blamed.add(key)
            notes.done(key)
            del self.lengths[key]
        self._pass(notes, self.now + START)
        free, at_work = [0, 1], list[tuple[float, int, str]]()
        for key in [key for key in self.lengths if notes.case(key) is None]:
            place = free.pop() if free else self._end(notes, at_work)
            notes.begun(place, key)
            heapq.heappush(at_work, (self.now + self.lengths[key], place, key))
        while at_work:
            self._end(notes, at_work)
        notes.alone = True
        for key in sorted(self.lengths, key=lambda k: ((c := notes.case(k)) and (c.alone, c.longest)) or (0, 0.0)):
            self._pass(notes, self.now + notes.wait(key))
            notes.begun(0, key)
            self._end(notes, [(self.now + self.lengths[key], 0, key)])


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)


def names(lengths: list[float]) -> dict[str, float]:
    return {f"{number:032x}": length for number, length in enumerate(lengths)}


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("killers", [[3], [0, 1], [2, 3, 9], [0, 4, 5, 6, 7, 9]])
def test_each_killer_is_found_and_nobody_else(tmp_path: Path, killers: list[int]) -> None:
    documents = names([2.0] * 10)
    keys = {list(documents)[n] for n in killers}
    simulated = Simulated(tmp_path, documents, keys)
    deaths = next(n for n in itertools.count() if simulated.run())
    assert simulated.blamed == keys
    assert 3 * len(keys) < deaths <= 4 * len(keys)
    assert not (tmp_path / WORKING).exists() and not (tmp_path / CASUALTIES).exists()


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("pace", [0.3, 1.0, 3.0, 6.0])
def test_random_kills_practically_never_blame(tmp_path: Path, pace: float) -> None:
    """`pace`: after how many lengths of a document a run is killed, on average."""
    chance, kills, blamed = random.Random(19), 0, 0
    for episode in itertools.count():
        if kills >= 150:
            break
        length = chance.choice([0.3, 3.0, 20.0])
        folder = tmp_path / str(episode)
        folder.mkdir()
        simulated = Simulated(folder, names([length] * chance.randint(1, 6)))
        for _ in range(40):
            if simulated.run(chance.expovariate(1 / (START + pace * length))):
                break
            kills += 1
        blamed += len(simulated.blamed)
    assert blamed == 0


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("moment", [0.5, 1.2, 2.9, 3.1, 5.0, 9.0])
def test_runs_killed_always_at_the_same_moment_blame_nobody_and_come_to_an_end(tmp_path: Path, moment: float) -> None:
    simulated = Simulated(tmp_path, names([1.5] * 4))
    for _ in range(50):
        if simulated.run(moment):
            break
    assert not simulated.blamed
    assert moment < START + 1.5 or not simulated.lengths


def test_a_death_is_counted_once_and_half_a_note_blames_nobody(tmp_path: Path) -> None:
    key = "a" * 32
    for _ in range(2):
        notes = Casualties(LocalFolder(str(tmp_path)), MADE, 3)
        with notes.watching(1):
            notes.alone = True
            notes.begun(0, key)
            left = (tmp_path / WORKING).read_bytes()
    for _ in range(3):  # killed between counting and its own first note
        (tmp_path / WORKING).write_bytes(left)
        notes = Casualties(LocalFolder(str(tmp_path)), MADE, 3)
        with notes.watching(1):
            assert (case := notes.case(key)) is not None and case.alone == 1
    for broken in (b"", left[:20], left[:70], b"\0" * len(left), b"\xff" * 9, left.replace(b"a", b"\0")):
        (tmp_path / WORKING).write_bytes(broken)
        with Casualties(LocalFolder(str(tmp_path)), MADE, 3).watching(1):
            pass
        for book in (b"", b"{", b"[]", b"\xff"):
            (tmp_path / CASUALTIES).write_bytes(book)
            notes = Casualties(LocalFolder(str(tmp_path)), MADE, 3)
            with notes.watching(1):
                assert not notes.has_suspects
    notes = Casualties(LocalFolder(str(tmp_path)), ("other", "version"), 3)
    with notes.watching(1):
        assert not notes.has_suspects


def test_behind_a_url_nothing_is_noted() -> None:
    folder = RemoteFolder("memory://casualties")
    notes = Casualties(folder, MADE, 3)
    with notes.watching(1):
        notes.begun(0, "a" * 32)
        notes.beat()
        notes.ended(0)
    assert folder.names() == []
