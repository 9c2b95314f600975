"""Finished shards under other names: the input has gained or lost files, and what stands behind them is the same."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator

import msgspec

from restore.batch.folder import Folder
from restore.batch.run_state import Mark, file_name, is_whole
from restore.batch.shards import Shard
from restore.runtime.decoding import from_json

_ASIDE = "_aside/"


class Moves:
    """Gives finished shards the names they have now; what is about to be written over is put aside until the end.

    A file loses its mark before it moves and gets one after: a run that is killed in between makes that shard again.
    """

    def __init__(self, folder: Folder, config: str, version: str) -> None:
        self._folder = folder
        self._made = config, version
        self._places: dict[str, list[tuple[bool, Mark]]] | None = None  # and whether it was put aside
        self._changed = 0

    def find(self, shard: Shard, used: Collection[str]) -> Mark | None:
        """Find a finished shard of this content under a name not `used` yet, and give it the name of this one.

        Raises `OutputError`.
        """
        if self._places is None:
            self._places = {}
            for aside, mark in self._marks({name.partition(".")[0] for name in used}):
                self._places.setdefault(mark.input, []).append((aside, mark))
        places = self._places.get(shard.fingerprint, [])
        for aside, mark in places:
            suits = mark.file.partition(".")[2] == shard.format and mark.counts.rows == len(shard)
            free = aside or mark.file not in used
            if suits and free and is_whole(self._folder, mark, _names(aside, mark)[0]):
                places.remove((aside, mark))
                return self._move(aside, mark, shard)
        return None

    def make_room(self, shard: Shard) -> None:
        """Put aside what was done under the name of this shard and is not its own: it may stand elsewhere now."""
        mark = self._read(f"_done/{shard.name}.json")
        if mark is not None and mark.input != shard.fingerprint:
            self.put_aside(shard.name)
            self._changed += mark.source == shard.written_source

    def put_aside(self, name: str) -> None:
        """Put aside what was done under this name."""
        mark = self._read(f"_done/{name}.json")
        if mark is None or self._folder.size(mark.file) != mark.bytes:
            return
        file, marked = _names(True, mark)
        self._folder.rename(f"_done/{name}.json", marked)
        self._folder.rename(mark.file, file)
        if self._places is not None:
            places = self._places.setdefault(mark.input, [])
            if (False, mark) in places:
                places.remove((False, mark))
            places.append((True, mark))

    def end(self) -> int:
        """Take away what has no place any more; give the number of such shards, without those that were made again."""
        names = self._folder.names(_ASIDE)
        for name in names:
            self._folder.delete(_ASIDE + name)
        return max(0, sum(not name.endswith(".json") for name in names) - self._changed)

    def _move(self, aside: bool, mark: Mark, shard: Shard) -> Mark:
        self.make_room(shard)
        file, marked = _names(aside, mark)
        self._folder.delete(marked)
        self._folder.rename(file, file_name(shard))
        moved = msgspec.structs.replace(mark, file=file_name(shard), source=shard.written_source, start=shard.start)
        self._folder.write(f"_done/{shard.name}.json", msgspec.json.encode(moved))
        return moved

    def _marks(self, used: Container[str]) -> Iterator[tuple[bool, Mark]]:
        """Give the marks under other names: mostly none, what a run that was cut short has done stands in place."""
        for aside, below in ((False, "_done/"), (True, _ASIDE)):
            for name in self._folder.names(below):
                wanted = name.endswith(".json") and (aside or name.partition(".")[0] not in used)
                mark = self._read(below + name) if wanted else None
                if mark is not None:
                    yield aside, mark

    def _read(self, name: str) -> Mark | None:
        try:
            mark = from_json(self._folder.read(name) or b"", Mark)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return None
        return mark if (mark.config, mark.version) == self._made else None


def _names(aside: bool, mark: Mark) -> tuple[str, str]:
    """Give the names of a shard's file and of its mark; aside they are named by their content."""
    name, _, form = mark.file.partition(".")
    return (
        (f"{_ASIDE}{mark.input}.{form}", f"{_ASIDE}{mark.input}.json") if aside else (mark.file, f"_done/{name}.json")
    )
