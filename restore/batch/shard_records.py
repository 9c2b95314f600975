"""What a run writes down of a finished shard: what it was made of, the file that holds it, what its rows came to."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Annotated

import msgspec

from restore.batch.folder import Folder
from restore.batch.shards import Shard

_SHARD = re.compile(r"\Apart-\d{5,}-\d{5,}\.[a-z.]+\Z")


class RowCounts(msgspec.Struct):
    """What became of rows: all of them, the damaged, those with an applied correction, and the errors.

    `referenced` counts those that hold references themselves, `words` the words of the texts (between white space), and
    `sources` the applied corrections by `Correction.source`. Marks of older versions lack the last two.
    """

    rows: int = 0
    damaged: int = 0
    restored: int = 0
    corrections: int = 0
    applied: int = 0
    errors: int = 0
    quarantined: int = 0
    characters: int = 0
    referenced: int = 0
    words: int = 0
    sources: dict[str, int] = {}

    def add(self, other: RowCounts) -> None:
        """Add the counts of other rows."""
        for name in self.__struct_fields__:
            if name != "sources":
                setattr(self, name, getattr(self, name) + getattr(other, name))
        for source in sorted({*self.sources, *other.sources}):
            self.sources[source] = self.sources.get(source, 0) + other.sources.get(source, 0)


class ShardRecord(msgspec.Struct, frozen=True):
    """That a shard is done: what it was made of, by what, and the file that holds it.

    `unread` counts the files, or rests of files, among its rows that could not be read. Files are named by `file` and
    `input`, so a record that somebody else wrote must not lead out of the folder with them.
    """

    file: Annotated[str, msgspec.Meta(pattern=_SHARD.pattern)]
    source: str
    start: int
    input: Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]+\Z")]
    config: str
    version: str
    bytes: int
    sha256: str
    counts: RowCounts
    unread: int = 0


def is_whole(folder: Folder, record: ShardRecord, file: str = "") -> bool:
    """Return whether a shard, or the `file` it is in now, holds what was written: by its size, then by its SHA-256.

    All of it is read, which is little beside reading and comparing the input: disks flip bits, and people edit files.
    """
    name = file or record.file
    if folder.size(name) != record.bytes:
        return False
    data = folder.read(name)
    return data is not None and sha256(data).hexdigest() == record.sha256


def is_shard(name: str) -> bool:
    """Return whether a file is a shard by its name."""
    return bool(_SHARD.match(name))


def file_name(shard: Shard) -> str:
    """Return the name of a shard's file."""
    return f"{shard.name}.{shard.format}"
