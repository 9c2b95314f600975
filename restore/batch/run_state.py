"""The state of a run: which shards are done, what of the open ones is, and which documents are quarantined.

In the folder of the output `_done/NAME.json` says that a shard is finished, `_open/NAME.jsonl` holds the outcomes of
one that is not finished yet, and `_quarantine.jsonl` names the documents that are not tried again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import msgspec

from restore.batch.casualties import Casualties
from restore.batch.folder import Folder, LocalFolder
from restore.batch.outcomes import Job, Outcome
from restore.batch.settings import BatchSettings
from restore.batch.shard_records import RowCounts, ShardRecord, file_name, is_shard, is_whole
from restore.batch.shards import Shard
from restore.errors import ConfigError, OutputError
from restore.runtime.decoding import from_json

if TYPE_CHECKING:
    from restore.batch.moved_shards import MovedShards

SETTINGS = "_settings.json"
_QUARANTINE = "_quarantine.jsonl"
ShardState = Literal["new", "done", "changed", "outdated", "damaged", "failed", "unread"]


class _Entry(msgspec.Struct, frozen=True):
    row: int
    key: str
    outcome: Outcome
    lasting: bool = False


class _Head(msgspec.Struct, frozen=True):
    input: str
    config: str
    version: str


class Quarantined(msgspec.Struct, frozen=True):
    """A document that killed its worker or ran out of time, and what its row says."""

    key: str
    id: str
    where: str
    error: str
    config: str
    version: str


class Made(NamedTuple):
    """What a folder was made with: the settings, their fingerprint and the version; the last two may be unknown."""

    settings: BatchSettings
    made: tuple[str, str] | None


class RunState:
    """Reads and writes the state of a run in its folder."""

    def __init__(self, folder: Folder, settings: BatchSettings, fingerprint: str = "") -> None:
        """Take `fingerprint` for that of the settings, if it is given."""
        self._folder = folder
        self._settings = settings
        self.config = fingerprint or settings.fingerprint
        self._version = settings.version
        self._journals = isinstance(folder, LocalFolder)
        self._quarantine: dict[str, Quarantined] = {}
        self.casualties = Casualties(folder, (self.config, self._version), settings.attempts)
        """What was at work when earlier runs died."""
        self.open: set[str] = set()
        self._before: Made | None = None
        self._unread: set[str] = set()
        self._lost = False
        self.kept: set[str] = set()
        """The files that belong to this run."""
        self.moved_shards: MovedShards | None = None
        """Finds what is done under another name; None where several processes have the folder in hand."""
        self.held = 0
        """How many shards are done and not written yet: none."""

    def begin(self, resume: bool, retry: bool) -> None:
        """Look at the folder: without `resume` it must be empty; with `retry` quarantined documents are tried again.

        Raises `OutputError`.
        """
        found = [name for name in self._folder.names() if name != "_lock"]
        if not resume and (found or self._folder.names("_done") or self._folder.names("_open")):
            raise OutputError(
                f"{self._folder.name} is not empty: add --resume to go on with the run it holds, or name another folder"
            )
        strange = [name for name in found if not name.startswith("_") and not is_shard(name)]
        if strange:
            raise OutputError(
                f"{self._folder.name} holds {strange[0]}, which is no shard of a run: name another folder"
            )
        self._check_cut()
        if retry:
            self._folder.delete(_QUARANTINE)
        self._load_quarantine()

    def _check_cut(self) -> None:
        """Refuse to go on with a run whose input was cut in another way: all that is done would be done again."""
        with contextlib.suppress(ConfigError):  # of another version: its shards are made again anyway
            self._before = read_made(self._folder)
        if self._before is None:
            return
        for name, option in (("sample", "--sample"), ("shard_rows", "--shard-rows")):
            if (was := getattr(self._before.settings, name)) != getattr(self._settings, name):
                raise OutputError(
                    f"{self._folder.name} holds a run with {option} {was:g}: give the same, or name another folder"
                )

    def start(self) -> None:
        """Write down the settings and what names them in records of shards: `restore apply` needs nothing else then."""
        limit = self._settings.limit
        if self._before is not None and self._before.made == (self.config, self._version):
            limit = limit and self._before.settings.limit and max(limit, self._before.settings.limit)
        fields = msgspec.to_builtins(self._settings.replace(limit=limit))
        fields |= {"fingerprint": self.config, "version": self._version}
        self._folder.write(SETTINGS, msgspec.json.format(msgspec.json.encode(fields), indent=2) + b"\n")

    def _load_quarantine(self) -> None:
        for line in (self._folder.read(_QUARANTINE) or b"").splitlines():
            try:
                entry = from_json(line, Quarantined)
            except (msgspec.MsgspecError, UnicodeDecodeError):  # half a line, of a run that was killed
                continue
            if (entry.config, entry.version) == (self.config, self._version):
                self._quarantine[entry.key] = entry

    def state(self, shard: Shard, retry: bool = False) -> tuple[ShardState, ShardRecord | None]:
        """Return whether a shard is done, and if not why; `retry` takes one with errors for not done.

        It is `unread` if it was done before and the file it was made of cannot be read now: better it stays.
        """
        state, record = self._state(shard, retry)
        self._lost |= bool(shard.lost) and state != "done"  # what never could be read keeps nothing
        if state in ("new", "changed") and self.moved_shards is not None:
            moved = self.moved_shards.find(shard, self.kept)
            if moved is not None:
                return ("failed" if retry and moved.counts.errors else "done"), moved
        return state, record

    def _state(self, shard: Shard, retry: bool) -> tuple[ShardState, ShardRecord | None]:
        data = self._folder.read(f"_done/{shard.name}.json")
        if data is None:
            return "new", None
        try:
            record = from_json(data, ShardRecord)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return "damaged", None
        if (record.config, record.version) != (self.config, self._version):
            return "outdated", None
        if not is_whole(self._folder, record):
            return "damaged", None
        if len(shard.lost) > record.unread and shard.written_source == record.source:
            self._unread.add(_source(shard.name))
            return "unread", record
        # A limit that takes fewer rows than are done is no change.
        if shard.whole is not None and record.input == shard.whole.fingerprint and record.file == file_name(shard):
            return "done", record
        if record.input != shard.fingerprint or record.file != file_name(shard):
            return "changed" if record.source == shard.written_source else "new", None
        if retry and record.counts.errors:
            return "failed", record
        return "done", record

    def finish(self, shard: Shard, data: bytes, counts: RowCounts) -> None:
        """Write a shard and its record; raises `OutputError`."""
        name = file_name(shard)
        record = ShardRecord(
            name,
            shard.written_source,
            shard.start,
            shard.fingerprint,
            self.config,
            self._version,
            len(data),
            sha256(data).hexdigest(),
            counts,
            len(shard.lost),
        )
        if self.moved_shards is not None:
            self.moved_shards.make_room(shard)
        self._folder.delete(f"_done/{shard.name}.json")
        self._folder.write(name, data)
        self._folder.write(f"_done/{shard.name}.json", msgspec.json.encode(record))
        self._folder.delete(f"_open/{shard.name}.jsonl")
        self.open.discard(shard.name)

    def path(self, record: ShardRecord) -> str:
        """Return the path or URL of a shard that is done."""
        return f"{self._folder.name.rstrip('/')}/{record.file}"

    def recall(self, shard: Shard, retry: bool = False) -> dict[int, tuple[Outcome, bool]]:
        """Return the outcomes that an earlier run has noted for a shard, by row, and whether they are lasting.

        `retry` leaves errors out.
        """
        name = f"_open/{shard.name}.jsonl"
        data = (self._folder.read(name) or b"") if self._journals else b""
        head, _, rest = data.partition(b"\n")
        try:
            fits = from_json(head, _Head) == self._head(shard)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            fits = False
        found: dict[int, tuple[Outcome, bool]] = {}
        if not fits:
            if data:
                self._folder.delete(name)
            return found
        keys = [job.key for job in shard.jobs]
        for line in rest.splitlines():
            try:
                entry = from_json(line, _Entry)
            except (msgspec.MsgspecError, UnicodeDecodeError):  # half a line
                continue
            fits = 0 <= entry.row < len(keys) and keys[entry.row] == entry.key
            if fits and not (retry and entry.outcome.error):
                found[entry.row] = entry.outcome, entry.lasting
        self._folder.append(name, b"\n")  # the last line may be half a one
        self.open.add(shard.name)
        return found

    def note(self, shard: Shard, row: int, outcome: Outcome, lasting: bool) -> None:
        """Note an outcome, so that no later run has to find it again; raises `OutputError`."""
        job = shard.jobs[row]
        if lasting:
            self._set_aside(job, outcome.error)
        self.casualties.done(job.key)
        if not self._journals:
            return
        data = msgspec.json.encode(_Entry(row, job.key, outcome, lasting)) + b"\n"
        if shard.name not in self.open:
            self.open.add(shard.name)
            data = msgspec.json.encode(self._head(shard)) + b"\n" + data
        self._folder.append(f"_open/{shard.name}.jsonl", data)

    def quarantined(self, job: Job) -> Outcome | None:
        """Return the outcome of a document that is not to be tried again."""
        if not self._quarantine and not self.casualties.has_suspects:
            return None
        key = job.key
        entry = self._quarantine.get(key)
        if entry is None and (case := self.casualties.case(key)) is not None and self.casualties.is_guilty(key):
            error = f"quarantined: {case.alone} runs died while nothing else was at work; --retry-errors tries it again"
            entry = self._set_aside(job, error)
        return Outcome(error=entry.error) if entry is not None else None

    def _set_aside(self, job: Job, error: str) -> Quarantined:
        """Write down a document that is not to be tried again, unless it is written down."""
        entry = Quarantined(job.key, job.id, job.where, error, self.config, self._version)
        known = self._quarantine.setdefault(entry.key, entry)
        if known is entry:
            self._folder.append(_QUARANTINE, b"\n" + msgspec.json.encode(entry) + b"\n")
        return known

    @property
    def quarantine(self) -> Sequence[Quarantined]:
        """The documents that are not tried again."""
        return list(self._quarantine.values())

    def records(self) -> list[ShardRecord]:
        """Return the records of all shards that are done."""
        found = []
        for name in self._folder.names("_done"):
            with contextlib.suppress(msgspec.MsgspecError, UnicodeDecodeError):
                found.append(from_json(self._folder.read(f"_done/{name}") or b"", ShardRecord))
        return found

    def keep_source(self, shard: str) -> None:
        """Let `clear` leave all shards of the source of this one: what it holds now could not be read to its end."""
        self._unread.add(_source(shard))
        self._lost = True

    def clear(self) -> int:
        """Take away what belongs to no shard of the finished run; give the number of such shards."""
        gone = 0
        files, shards = self.kept, {name.partition(".")[0] for name in self.kept}
        for name in self._folder.names():
            if is_shard(name) and name not in files and _source(name) not in self._unread:
                if self.moved_shards is None or not self._lost:
                    self._folder.delete(name)
                    gone += 1
                else:  # what a closed folder holds may be back tomorrow
                    self.moved_shards.put_aside(name.partition(".")[0])
        for below, wanted in (("_done", shards), ("_open", set())):
            for name in self._folder.names(below):
                if name.partition(".")[0] not in wanted and _source(name) not in self._unread:
                    self._folder.delete(f"{below}/{name}")
        if self.moved_shards is not None and not self._lost:
            gone += self.moved_shards.end()
        self.casualties.forget()
        return gone

    def _head(self, shard: Shard) -> _Head:
        return _Head(shard.fingerprint, self.config, self._version)


def read_made(folder: Folder) -> Made | None:
    """Read what a folder was made with, which needs no resources; None if no batch has written it.

    Raises `ConfigError` for settings of another version.
    """
    data = folder.read(SETTINGS)
    if data is None:
        return None
    try:
        fields = from_json(data, dict[str, Any])
    except (msgspec.MsgspecError, ValueError) as error:
        raise ConfigError(f"{folder.name}/{SETTINGS} holds no batch settings: {error}") from error
    made = fields.pop("fingerprint", None), fields.pop("version", None)
    settings = BatchSettings.from_json(msgspec.json.encode(fields))
    return Made(settings, (str(made[0]), str(made[1])) if all(made) else None)


def _source(shard: str) -> str:
    """Return the part of a shard's name that it shares with the others of its source."""
    return shard.rpartition("-")[0]
