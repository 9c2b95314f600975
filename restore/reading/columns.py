"""Parquet: tables of rows, row groups that are broken told one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from restore.reading.delimited import distinct
from restore.reading.encodings import decode_anyhow
from restore.reading.extras import needs
from restore.reading.opening import is_url, open_binary
from restore.reading.records import Unread

if TYPE_CHECKING:
    import pyarrow


def read_tables(path: str, columns: Sequence[str] | None, rows: int) -> Iterator[pyarrow.Table | Unread]:
    """Read a Parquet file as tables of at most so many rows, and an `Unread` for each row group that is broken.

    Only `columns` are read, if they are given; the second of the same name gets another (`distinct`). The cuts depend
    on the file alone.
    """
    errors = _errors(path)
    try:
        with _opened(path) as file:
            names = file.schema_arrow.names
            wanted = [n for n in names if n in set(columns)] if columns is not None else names
            for found in _batches(file, path, wanted, rows):
                yield found if isinstance(found, Unread) else _table(found)
    except errors as error:
        yield Unread(
            path,
            f"{path} cannot be read: {getattr(error, 'strerror', None) or error or type(error).__name__}",
            rest=True,
        )


def _errors(path: str) -> tuple[type[Exception], ...]:
    """Return what reading a file may raise; every file system behind a URL has errors of its own."""
    arrow = needs("pyarrow", "Parquet files")
    return (Exception,) if is_url(path) else (arrow.ArrowException, ValueError, OSError)


@contextmanager
def _opened(path: str) -> Iterator[Any]:
    parquet = needs("pyarrow.parquet", "Parquet files")
    with ExitStack() as stack:
        source = open_binary(path, stack) if is_url(path) else path
        yield stack.enter_context(parquet.ParquetFile(source))


def _table(batch: pyarrow.RecordBatch) -> pyarrow.Table:
    arrow = needs("pyarrow", "Parquet files")
    table = arrow.Table.from_batches([batch])
    names = distinct(table.schema.names)
    return table if names == table.schema.names else table.rename_columns(names)


def _batches(file: Any, path: str, columns: list[str], rows: int) -> Iterator[pyarrow.RecordBatch | Unread]:
    """Read all row groups in one go; where that breaks, the group to blame alone, and then those behind it."""
    errors = _errors(path)
    sizes = [file.metadata.row_group(n).num_rows for n in range(file.metadata.num_row_groups)]
    group = given = 0
    while group < len(sizes):
        try:
            for batch in file.iter_batches(rows, row_groups=list(range(group, len(sizes))), columns=columns):
                yield batch
                given += batch.num_rows
            group = len(sizes)
        except errors:
            while group < len(sizes) - 1 and given >= sizes[group]:
                given -= sizes[group]
                group += 1
            yield from _broken_group(file, path, columns, rows, sizes, group, given)
            group, given = group + 1, 0


def _broken_group(
    file: Any, path: str, columns: list[str], rows: int, sizes: list[int], group: int, given: int
) -> Iterator[pyarrow.RecordBatch | Unread]:
    """Read what is left of a row group of which so many rows are given already."""
    before = given
    try:
        for batch in file.iter_batches(rows, row_groups=[group], columns=columns):
            known = min(before, batch.num_rows)
            before -= known
            if known < batch.num_rows:
                yield batch.slice(known)
                given += batch.num_rows - known
    except _errors(path) as error:
        lost = sizes[group] - given
        where = f"{path}, row {sum(sizes[:group]) + given + 1}"
        why = f"row group {group + 1} of {len(sizes)} is broken, {lost:,} of its rows are lost from here on"
        yield Unread(where, f"{where}: {why}: {error or type(error).__name__}", lost=lost, rest=True)


def parquet_shape(path: str) -> tuple[int, pyarrow.Schema] | None:
    """Return the number of rows of a Parquet file and its columns; None if it cannot be read."""
    try:
        with _opened(path) as file:
            return int(file.metadata.num_rows), file.schema_arrow
    except Exception:  # reading it will tell why
        return None


def table_rows(table: pyarrow.Table | pyarrow.RecordBatch) -> list[dict[str, Any]]:
    """Return the rows of a table as Python values; one that Python cannot hold is given as a string."""
    try:
        return list(table.to_pylist())
    except Exception:  # dates beyond all calendars, texts that are none, and what other types there are
        columns = [[_value(cell) for cell in column] for column in table.columns]
        return [dict(zip(table.schema.names, values, strict=True)) for values in zip(*columns, strict=True)]


def _value(cell: Any) -> Any:
    """Return the value of an Arrow scalar, of nested ones as much as there is."""
    arrow = needs("pyarrow", "Parquet files")
    try:
        return cell.as_py()
    except Exception:
        if isinstance(cell, arrow.StructScalar):
            names = distinct([field.name for field in cell.type])
            return {name: _value(cell[n]) for n, name in enumerate(names)}
        if hasattr(cell, "values"):  # a list
            return [_value(inner) for inner in cell.values]
        if hasattr(cell, "as_buffer"):
            return decode_anyhow(cell.as_buffer().to_pybytes())
        return _moment(cell)


def _moment(cell: Any) -> str:
    """Write a time that Python's calendar does not reach."""
    import numpy as np

    try:
        return str(np.datetime64(cell.value, cell.type.unit))
    except Exception:
        return str(getattr(cell, "value", cell.type))
