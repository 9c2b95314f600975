"""Finished shards under other names: the input has gained or lost files, and what stands behind them is the same."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator

import msgspec

from restore.batch.folder import Folder
from restore.batch.shard_records import ShardRecord, file_name, is_whole
from restore.batch.shards import Shard
from restore.runtime.decoding import from_json

_ASIDE = "_aside/"


class MovedShards:
    """Gives finished shards the names they have now; what is about to be written over is put aside until the end.

    A file loses its record before it moves and gets one after: a run that is killed in between makes that shard again.
    """

    def __init__(self, folder: Folder, config: str, version: str) -> None:
        self._folder = folder
        self._made = config, version
        self._places: dict[str, list[tuple[bool, ShardRecord]]] | None = None  # and whether it was put aside
        self._changed = 0

    def find(self, shard: Shard, used: Collection[str]) -> ShardRecord | None:
        """Find a finished shard of this content under a name not `used` yet, and give it the name of this one.

        Raises `OutputError`.
        """
        if self._places is None:
            self._places = {}
            for aside, record in self._records({name.partition(".")[0] for name in used}):
                self._places.setdefault(record.input, []).append((aside, record))
        places = self._places.get(shard.fingerprint, [])
        for aside, record in places:
            suits = record.file.partition(".")[2] == shard.format and record.counts.rows == len(shard)
            free = aside or record.file not in used
            if suits and free and is_whole(self._folder, record, _names(aside, record)[0]):
                places.remove((aside, record))
                return self._move(aside, record, shard)
        return None

    def make_room(self, shard: Shard) -> None:
        """Put aside what was done under the name of this shard and is not its own: it may stand elsewhere now."""
        record = self._read(f"_done/{shard.name}.json")
        if record is not None and record.input != shard.fingerprint:
            self.put_aside(shard.name)
            self._changed += record.source == shard.written_source

    def put_aside(self, name: str) -> None:
        """Put aside what was done under this name."""
        record = self._read(f"_done/{name}.json")
        if record is None or self._folder.size(record.file) != record.bytes:
            return
        file, record_file = _names(True, record)
        self._folder.rename(f"_done/{name}.json", record_file)
        self._folder.rename(record.file, file)
        if self._places is not None:
            places = self._places.setdefault(record.input, [])
            if (False, record) in places:
                places.remove((False, record))
            places.append((True, record))

    def end(self) -> int:
        """Take away what has no place any more; give the number of such shards, without those that were made again."""
        names = self._folder.names(_ASIDE)
        for name in names:
            self._folder.delete(_ASIDE + name)
        return max(0, sum(not name.endswith(".json") for name in names) - self._changed)

    def _move(self, aside: bool, record: ShardRecord, shard: Shard) -> ShardRecord:
        self.make_room(shard)
        file, record_file = _names(aside, record)
        self._folder.delete(record_file)
        self._folder.rename(file, file_name(shard))
        moved = msgspec.structs.replace(record, file=file_name(shard), source=shard.written_source, start=shard.start)
        self._folder.write(f"_done/{shard.name}.json", msgspec.json.encode(moved))
        return moved

    def _records(self, used: Container[str]) -> Iterator[tuple[bool, ShardRecord]]:
        """Yield the records under other names: mostly none, what a run that was cut short has done stands in place."""
        for aside, below in ((False, "_done/"), (True, _ASIDE)):
            for name in self._folder.names(below):
                wanted = name.endswith(".json") and (aside or name.partition(".")[0] not in used)
                record = self._read(below + name) if wanted else None
                if record is not None:
                    yield aside, record

    def _read(self, name: str) -> ShardRecord | None:
        try:
            record = from_json(self._folder.read(name) or b"", ShardRecord)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return None
        return record if (record.config, record.version) == self._made else None


def _names(aside: bool, record: ShardRecord) -> tuple[str, str]:
    """Return the names of a shard's file and of its record; aside they are named by their content."""
    name, _, form = record.file.partition(".")
    return (
        (f"{_ASIDE}{record.input}.{form}", f"{_ASIDE}{record.input}.json")
        if aside
        else (record.file, f"_done/{name}.json")
    )
