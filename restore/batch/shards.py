"""The input cut into shards: by file and by ranges of rows, so that the same input always gives the same shards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec

from restore.batch.outcomes import Job, clean, job_of
from restore.batch.settings import BatchSettings, Format
from restore.batch.tables import table_jobs
from restore.reading.columns import parquet_shape, read_tables
from restore.reading.compressed import SUFFIXES
from restore.reading.delimited import distinct
from restore.reading.extras import needs
from restore.reading.opening import place_in, size_of
from restore.reading.records import Row, Unread
from restore.reading.rows import Meter, find_files, kind_of, read_file

if TYPE_CHECKING:
    import pyarrow

_SHARD_BYTES = 64_000_000
"""Of text, at which a shard ends however few rows it has. By hand, for memory."""
_TABLE_ROWS = 512
"""Rows of a table that are held at once. By hand, for memory."""
_DOCUMENTS = ("", "text", "markdown", "html")


@dataclass
class Shard:
    """Some rows of the input: `rows`, or a `table` of Parquet. `start` is the place of the first in its source.

    `weight` is how many bytes of the input they take up, for progress; `whole` is the shard of which a limit has taken
    the first rows. `lost` says why files, or rests of files, that belong to it could not be read.
    """

    name: str
    source: str
    start: int
    format: Format
    rows: list[Row | Unread] = field(default_factory=list)
    table: pyarrow.Table | None = None
    jobs: list[Job] = field(default_factory=list)
    weight: float = 0.0
    whole: Shard | None = None
    lost: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.jobs)

    @property
    def written_source(self) -> str:
        """The source as it can be written: a name may be no text."""
        return self.source.encode("utf-8", "backslashreplace").decode()

    @cached_property
    def fingerprint(self) -> str:
        """Thirty-two hexadecimal digits that name the content of the rows."""
        made = sha256()
        if self.table is not None:
            arrow = needs("pyarrow", "Parquet files")
            sink = arrow.BufferOutputStream()
            whole = self.table.combine_chunks()
            with arrow.ipc.new_stream(sink, whole.schema) as writer:
                writer.write_table(whole)
            made.update(sink.getvalue())
            for job in self.jobs:
                made.update(job.error.encode())
        for row, job in zip(self.rows, self.jobs, strict=False):
            made.update(getattr(row, "raw", b"") or msgspec.json.encode((job, _plain(row))))
            made.update(b"\n")
        return made.hexdigest()[:32]


def _plain(row: Row | Unread) -> str:
    if isinstance(row, Row):
        return repr(sorted(row.values.items()))
    return f"{row.error}\n{row.line!r}" if row.line else row.error


def input_size(paths: Iterable[str]) -> int | None:
    """Return the bytes of all input files; None if that of one is unknown."""
    total = 0
    for path in find_files(paths):
        size = size_of(path)
        if size is None:
            return None
        total += size
    return total


def cut_shards(paths: Iterable[str], settings: BatchSettings) -> Iterator[Shard]:
    """Read the input and cut it into shards, lazily.

    Files of many rows are sources of their own; text files and pages that follow each other make one source together.
    Raises `InputError` for a path that does not exist; what cannot be read is a row with an error.
    """
    left = settings.limit or None
    for number, files in find_sources(paths):
        for shard in cut_source(number, files, settings):
            if left is not None:
                shard = _first(shard, left)
                left -= len(shard)
            yield shard
            if left == 0:
                return


def find_sources(paths: Iterable[str]) -> Iterator[tuple[int, Iterator[str]]]:
    """Yield the number and the files of each source; use one up before you take the next."""
    sources = groupby(enumerate(find_files(paths)), key=lambda file: -1 if _is_document(file[1]) else file[0])
    for number, (_, files) in enumerate(sources):
        yield number, (path for _, path in files)


def _is_document(path: str) -> bool:
    return path != "-" and kind_of(path) in _DOCUMENTS


def cut_source(number: int, files: Iterator[str], settings: BatchSettings) -> Iterator[Shard]:
    """Cut the source of this number into its shards, in the manner of `cut_shards`."""
    path = next(files)
    if path != "-" and kind_of(path) == "parquet":
        shards = _cut_tables(path, settings)
    else:
        shards = _cut_rows(path, files, settings)
    for count, shard in enumerate(shards):
        shard.name = f"part-{number:08}-{count:08}"
        yield shard


def _cut_rows(path: str, more: Iterator[str], settings: BatchSettings) -> Iterator[Shard]:
    meter = Meter()
    shard = Shard("", path, 0, _format(path, settings))
    size = before = 0
    number = 0

    def cut(path: str) -> Iterator[Shard]:
        nonlocal shard, size, before
        position = meter.position
        shard.weight, before = position - before, position
        if shard.rows:
            yield shard
        shard, size = Shard("", path, number, _format(path, settings)), 0

    while path:
        for row in read_file(path, meter=meter):
            job = job_of_row(row, settings)
            number += 1
            if not _sampled(job, settings):
                continue
            shard.rows.append(row)
            shard.jobs.append(job)
            shard.lost += _lost(row)
            size += row.size
            if len(shard.rows) >= settings.shard_rows or size >= _SHARD_BYTES:
                yield from cut(path)
        path = next(more, "")
    yield from cut(path)


def _cut_tables(path: str, settings: BatchSettings) -> Iterator[Shard]:
    """Cut Parquet: whole shards whatever its row groups are, and a row with an error where it is broken."""
    arrow = needs("pyarrow", "Parquet files")
    total, schema = parquet_shape(path) or (0, None)
    rate = (size_of(path) or 0) / max(1, total)
    held: list[pyarrow.Table] = []
    size = start = number = 0
    room = settings.shard_rows
    for found in read_tables(path, None, min(_TABLE_ROWS, settings.shard_rows)):
        if isinstance(found, Unread):
            if held:
                yield _table_shard(path, start, arrow.concat_tables(held), settings, rate)
            yield _broken_shard(path, number, found, schema, settings)
            number += found.lost
            held, size, start, room = [], 0, number, settings.shard_rows
            continue
        while found.num_rows:
            part, found = found.slice(0, room), found.slice(room)
            room = room - part.num_rows or settings.shard_rows
            held.append(part)
            size, number = size + part.nbytes, number + part.num_rows
            if number - start >= settings.shard_rows or size >= _SHARD_BYTES:
                yield _table_shard(path, start, arrow.concat_tables(held), settings, rate)
                held, size, start = [], 0, number
    if held:
        yield _table_shard(path, start, arrow.concat_tables(held), settings, rate)


def _broken_shard(
    path: str, start: int, found: Unread, schema: pyarrow.Schema | None, settings: BatchSettings
) -> Shard:
    """Return a row with an error, with the columns of the file if they are known."""
    job = Job(where=clean(found.where), error=clean(found.error))
    if schema is None or not schema.names:
        return Shard("", path, start, _format(path, settings), [found], None, [job], lost=_lost(found))
    arrow = needs("pyarrow", "Parquet files")
    columns = [arrow.nulls(1, field.type) for field in schema]
    table = arrow.table(columns, names=distinct(schema.names))
    return Shard("", path, start, _format(path, settings), [], table, [job], lost=_lost(found))


def _table_shard(path: str, start: int, table: pyarrow.Table, settings: BatchSettings, rate: float) -> Shard:
    jobs = [
        msgspec.structs.replace(job, where=clean(f"{path}, row {start + n + 1}"))
        for n, job in enumerate(table_jobs(table, settings))
    ]
    weight = rate * len(jobs)
    if settings.sample < 1:
        kept = [_sampled(job, settings) for job in jobs]
        table, jobs = table.filter(kept), [job for job, keep in zip(jobs, kept, strict=True) if keep]
    return Shard("", path, start, _format(path, settings), [], table, jobs, weight)


def _lost(row: Row | Unread) -> list[str]:
    return [clean(row.error)] if isinstance(row, Unread) and row.rest else []


def job_of_row(row: Row | Unread, settings: BatchSettings) -> Job:
    """Return the document of a row; one that could not be read has its error."""
    if isinstance(row, Unread):
        return Job(where=clean(row.where), error=clean(row.error))
    return job_of(row.values, settings.fields, row.where, row.columns)


def _sampled(job: Job, settings: BatchSettings) -> bool:
    return settings.sample >= 1 or int(job.key[:12], 16) / 16**12 < settings.sample


def _first(shard: Shard, rows: int) -> Shard:
    """Cut a shard short."""
    if len(shard) <= rows:
        return shard
    table = None if shard.table is None else shard.table.slice(0, rows)
    return Shard(
        shard.name, shard.source, shard.start, shard.format, shard.rows[:rows], table, shard.jobs[:rows], shard.weight,
        shard, shard.lost,
    )  # fmt: skip


def _format(path: str, settings: BatchSettings) -> Format:
    """Choose how the shards of a file are written."""
    if settings.format != "auto":
        return settings.format
    if path != "-" and kind_of(path) == "parquet":
        return "parquet"
    if path == "-" or kind_of(path) != "jsonl":
        return "jsonl"
    lower = place_in(path).lower()
    if lower.endswith((".zst", ".zstd")):
        return "jsonl.zst"
    return "jsonl.gz" if lower.endswith(SUFFIXES) else "jsonl"
