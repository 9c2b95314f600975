"""Tables: Parquet row group by row group, CSV row by row."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, BinaryIO

from restore.reading.extras import needs
from restore.reading.lines import LONGEST_ITEM, read_lines
from restore.reading.opening import is_url, open_binary
from restore.reading.records import Row, Unread

if TYPE_CHECKING:
    import pyarrow

_BOM = b"\xef\xbb\xbf"


def read_tables(path: str, columns: Sequence[str] | None, rows: int) -> Iterator[pyarrow.Table | Unread]:
    """Read a Parquet file as tables of at most so many rows, and an `Unread` where it is broken.

    Only `columns` are read, if they are given. The cuts depend on the file alone. Raises `OSError`.
    """
    parquet = needs("pyarrow.parquet", "Parquet files")
    arrow = needs("pyarrow", "Parquet files")
    number = 0
    try:
        with ExitStack() as stack:
            source = open_binary(path, stack) if is_url(path) else path
            file = stack.enter_context(parquet.ParquetFile(source))
            names = file.schema_arrow.names
            wanted = [n for n in names if n in set(columns)] if columns is not None else names
            for batch in file.iter_batches(batch_size=rows, columns=wanted):
                yield arrow.Table.from_batches([batch])
                number += batch.num_rows
    except (arrow.ArrowException, ValueError) as error:
        yield Unread(path, f"{path} cannot be read after row {number}: {error}")


def parquet_rows(path: str) -> int | None:
    """Give the number of rows of a Parquet file; None if it cannot be read."""
    parquet = needs("pyarrow.parquet", "Parquet files")
    try:
        with ExitStack() as stack:
            source = open_binary(path, stack) if is_url(path) else path
            return int(stack.enter_context(parquet.ParquetFile(source)).metadata.num_rows)
    except Exception:  # reading it will tell why
        return None


def read_csv(stream: BinaryIO, name: str, delimiter: str) -> Iterator[Row | Unread]:
    """Read the rows of CSV whose first row names the columns; a bad row gives an `Unread`, and the rest goes on."""
    csv.field_size_limit(LONGEST_ITEM)
    sizes = [0]

    def lines() -> Iterator[str]:
        for item in read_lines(stream, name):
            sizes[0] += len(item.data)
            data = item.data.removeprefix(_BOM)
            yield data.decode("utf-8", "surrogateescape")

    reader = csv.reader(lines(), delimiter=delimiter)
    header: list[str] | None = None
    number = 0
    while True:
        sizes[0] = 0
        where = f"{name}, row {number + 1}"
        try:
            values = next(reader, None)
        except csv.Error as error:
            number += 1
            yield Unread(where, f"{where}: {error}", sizes[0])
            continue
        if values is None:
            return
        if not values:
            continue
        if header is None:
            header = [_decoded(value) for value in values]
            continue
        number += 1
        if len(values) > len(header):
            yield Unread(where, f"{where} has {len(values)} fields, the first row names {len(header)}", sizes[0])
        else:
            yield Row(where, dict(zip(header, map(_decoded, values), strict=False)), sizes[0])


def _decoded(value: str) -> str:
    """Read what is not UTF-8 as windows-1252, field by field."""
    if value.isascii():
        return value
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogateescape").decode("windows-1252", "replace")
    return value
