"""The plans that a batch left in its folder, shard by shard; what is missing or does not belong together is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec

from restore.batch.folder import Folder
from restore.batch.run_state import read_made
from restore.batch.shard_records import ShardRecord
from restore.batch.shards import Shard
from restore.errors import InputError, PlanMismatchError
from restore.reading.records import Row, Unread
from restore.reading.rows import kind_of, read_file
from restore.records import Correction, Verdict
from restore.runtime.decoding import from_json

_NUMBERS = re.compile(r"part-(\d+)-(\d+)")
_REMEDY = "give the same input, or finish the batch: the same command with --resume"


class Plan(msgspec.Struct, frozen=True):
    """A row of a sidecar, or of the full output, as far as it matters; `row` is all of it."""

    row: Row
    corrections: tuple[Correction, ...] = ()
    verdict: Verdict | None = None
    error: str = ""


class _Cells(msgspec.Struct):
    corrections: tuple[Correction, ...] = ()
    verdict: Verdict | None = None
    error: str | None = None


@dataclass(frozen=True)
class PlanShard:
    """The plans of one shard: the `path` of their file, the SHA-256 of what it holds now, and its record."""

    path: str
    sha256: str
    record: ShardRecord

    def fits(self, shard: Shard) -> bool:
        """Return whether these are, untouched, the plans of these very rows, whatever became of their columns."""
        return self.record.input == shard.fingerprint and self.record.sha256 == self.sha256

    def read(self) -> Iterator[Plan]:
        """Yield the plans row by row; raises `PlanMismatchError` for what is none."""
        cells_are_json = kind_of(self.path) == "csv"
        for row in read_file(self.path):
            if isinstance(row, Unread):
                raise PlanMismatchError(f"a plan cannot be read: {row.error}")
            yield _plan(row, cells_are_json)


class Plans:
    """The folder of a batch: its settings, and the plans of each shard."""

    def __init__(self, folder: Folder) -> None:
        """Look at a folder; raises `InputError` if no batch has written it, `ConfigError` for strange settings."""
        self.name = folder.name
        self._folder = folder
        found = read_made(folder)
        if found is None:
            raise InputError(f"{self.name} holds no plans: make them with `restore batch ... -o {self.name} --sidecar`")
        self.settings, self._made = found
        # By numbers, for names that are longer than others do not sort as strings.
        self._left = {numbers(name): name for name in folder.names("_done") if _NUMBERS.match(name)}

    def of(self, shard: Shard) -> PlanShard:
        """Return the plans of a shard of the input; raises `PlanMismatchError` if the batch has not finished it."""
        rows = f"the {len(shard):,} rows of {shard.source} from row {shard.start + 1:,} on"
        name = self._left.pop(numbers(shard.name), None)
        if name is None:
            raise PlanMismatchError(f"{self.name} holds no finished plans ({shard.name}) for {rows}: {_REMEDY}")
        return self._shard(name)

    def every(self) -> Iterator[PlanShard]:
        """Yield the plans of all finished shards, in the order of the input."""
        for key in sorted(self._left):
            yield self._shard(self._left[key])

    def _shard(self, name: str) -> PlanShard:
        try:
            record = from_json(self._folder.read(f"_done/{name}") or b"", ShardRecord)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise PlanMismatchError(f"the mark {self.name}/_done/{name} is broken: {_REMEDY}") from error
        self._made = self._made or (record.config, record.version)
        if (record.config, record.version) != self._made:
            raise PlanMismatchError(
                f"{self.name}/{record.file} was made with other settings, or by another version, than the batch was"
                " last begun with: finish the batch: the same command with --resume"
            )
        data = self._folder.read(record.file)
        if data is None:
            raise PlanMismatchError(f"{self.name}/{record.file} is missing: {_REMEDY}")
        return PlanShard(f"{self.name.rstrip('/')}/{record.file}", sha256(data).hexdigest(), record)

    def end(self, rows: int) -> None:
        """Raise `PlanMismatchError` if there are plans for more than these rows; a limit may leave older ones."""
        if self._left and not 0 < self.settings.limit <= rows:
            raise PlanMismatchError(f"{self.name} holds plans for more rows than the input has: {_REMEDY}")


def numbers(name: str) -> tuple[int, int]:
    """Return the source and the shard that a name stands for, with however many digits."""
    found = _NUMBERS.match(name)
    if found is None:
        raise PlanMismatchError(f"{name} is no name of a shard")
    return int(found[1]), int(found[2])


def _plan(row: Row, cells_are_json: bool) -> Plan:
    try:
        given = {name: row.values[name] for name in _Cells.__struct_fields__}
        if cells_are_json:
            for name in ("corrections", "verdict"):
                given[name] = from_json(given[name], Any) if given[name] else None
        cells = msgspec.convert({n: _bare(v) for n, v in given.items() if v is not None}, type=_Cells)
    except KeyError as error:
        raise PlanMismatchError(f"{row.where} is no plan: it has no column {error}") from error
    except (msgspec.MsgspecError, ValueError) as error:
        raise PlanMismatchError(f"{row.where} is no plan: {error}") from error
    return Plan(row, cells.corrections, cells.verdict, cells.error or "")


def _bare(value: Any) -> Any:
    """Take out what Arrow writes for fields that are not set."""
    if isinstance(value, dict):
        return {k: _bare(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [_bare(v) for v in value]
    return value
