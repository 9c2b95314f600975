"""Finished shards under other names: the input has gained or lost files, and what stands behind them is the same."""

from __future__ import annotations

from collections.abc import Container, Iterator

import msgspec

from restore.batch.folder import Folder
from restore.batch.ledger import Mark, file_name
from restore.batch.shards import Shard

_ASIDE = "_aside/"


class Moves:
    """Gives finished shards the names they have now; what is about to be written over is put aside until the end.

    A file loses its mark before it moves and gets one after: a run that is killed in between makes that shard again.
    """

    def __init__(self, folder: Folder, config: str, version: str) -> None:
        self._folder = folder
        self._made = config, version
        self._places: dict[str, list[tuple[str, Mark]]] | None = None
        self._changed = 0

    def find(self, shard: Shard, used: Container[str]) -> Mark | None:
        """Find a finished shard of this content under a name not `used` yet, and give it the name of this one.

        Raises `OutputError`.
        """
        if self._places is None:
            self._places = {}
            for place, mark in self._marks():
                self._places.setdefault(mark.input, []).append((place, mark))
        places = self._places.get(shard.fingerprint, [])
        for place, mark in places:
            suits = mark.file.partition(".")[2] == shard.format and mark.counts.rows == len(shard)
            if suits and (place or mark.file not in used) and self._folder.size(place + mark.file) == mark.bytes:
                places.remove((place, mark))
                return self._move(place, mark, shard)
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
        self._folder.rename(f"_done/{name}.json", f"{_ASIDE}{name}.json")
        self._folder.rename(mark.file, f"{_ASIDE}{mark.file}")
        if self._places is not None:
            places = self._places.setdefault(mark.input, [])
            if ("", mark) in places:
                places.remove(("", mark))
            places.append((_ASIDE, mark))

    def end(self) -> int:
        """Take away what has no place any more; give the number of such shards, without those that were made again."""
        names = self._folder.names(_ASIDE)
        for name in names:
            self._folder.delete(_ASIDE + name)
        return max(0, sum(not name.endswith(".json") for name in names) - self._changed)

    def _move(self, place: str, mark: Mark, shard: Shard) -> Mark:
        self.make_room(shard)
        self._folder.delete(_mark_name(place, mark))
        self._folder.rename(place + mark.file, file_name(shard))
        moved = msgspec.structs.replace(mark, file=file_name(shard), source=shard.written_source, start=shard.start)
        self._folder.write(f"_done/{shard.name}.json", msgspec.json.encode(moved))
        return moved

    def _marks(self) -> Iterator[tuple[str, Mark]]:
        for place, below in (("", "_done/"), (_ASIDE, _ASIDE)):
            for name in self._folder.names(below):
                mark = self._read(below + name) if name.endswith(".json") else None
                if mark is not None:
                    yield place, mark

    def _read(self, name: str) -> Mark | None:
        try:
            mark = msgspec.json.decode(self._folder.read(name) or b"", type=Mark)
        except msgspec.MsgspecError:
            return None
        return mark if (mark.config, mark.version) == self._made else None


def _mark_name(place: str, mark: Mark) -> str:
    return f"{place or '_done/'}{mark.file.partition('.')[0]}.json"
