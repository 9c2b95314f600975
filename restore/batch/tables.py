"""The one function on Arrow tables that the local runner, Ray and Spark call."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from restore.batch.jobs import restore_job
from restore.batch.outcomes import COLUMNS, Job, Outcome, basis, columns_of, job_of
from restore.batch.settings import BatchSettings
from restore.reading.columns import table_rows
from restore.reading.extras import needs
from restore.records import text_sha256

if TYPE_CHECKING:
    import pyarrow

    from restore.restorer import Restorer


def restore_table(
    table: pyarrow.Table | pyarrow.RecordBatch, restorer: Restorer, settings: BatchSettings
) -> pyarrow.Table:
    """Return the same rows in the same order with the columns of `added_schema`; see `restore_job` for errors."""
    jobs = table_jobs(table, settings)
    return finished_table(table, jobs, [restore_job(job, restorer, settings) for job in jobs], settings)


def table_jobs(table: pyarrow.Table | pyarrow.RecordBatch, settings: BatchSettings) -> list[Job]:
    """Return the document of each row; only the columns that matter are looked at."""
    fields = settings.fields
    wanted = {*fields.text, *fields.html, *fields.id, *fields.url, *fields.date, *fields.references}
    names = [name for name in dict.fromkeys(table.schema.names) if name in wanted]
    if not names:
        return [job_of({}, fields, columns=table.schema.names) for _ in range(table.num_rows)]
    first = [table.schema.names.index(name) for name in names]  # of two columns of the same name
    return [job_of(values, fields, columns=table.schema.names) for values in table_rows(table.select(first))]


def finished_table(
    table: pyarrow.Table | pyarrow.RecordBatch,
    jobs: Sequence[Job],
    outcomes: Sequence[Outcome],
    settings: BatchSettings,
) -> pyarrow.Table:
    """Put outcomes beside the rows they belong to, or give their sidecar alone."""
    arrow = needs("pyarrow", "tables")
    added = added_schema(table.schema, settings)
    columns: dict[str, list[Any]] = columns_of(jobs, outcomes)
    if "extracted" in added.names:
        columns["extracted"] = [o.extracted for o in outcomes]
    if settings.output == "sidecar":
        texts = [basis(job, outcome) for job, outcome in zip(jobs, outcomes, strict=True)]
        columns["id"] = [job.id or None for job in jobs]
        columns["text_sha256"] = [text_sha256(t) if t else None for t in texts]
        columns["threshold"] = [settings.config.threshold] * len(jobs)
    new = {field.name: arrow.array(columns[field.name], field.type) for field in added}
    if settings.output == "sidecar":
        return arrow.table(new, schema=added)
    whole = table if isinstance(table, arrow.Table) else arrow.Table.from_batches([table])
    if any(name in new for name in whole.schema.names):
        whole = whole.select([n for n, name in enumerate(whole.schema.names) if name not in new])
    for field in added:
        whole = whole.append_column(field, new[field.name])
    return whole


def added_schema(schema: pyarrow.Schema, settings: BatchSettings) -> pyarrow.Schema:
    """Return the new columns for a table: `extracted` (only beside a column of HTML) and `COLUMNS`.

    Of a sidecar these are all columns there are: `id`, `text_sha256`, `threshold`, `corrections`, `verdict`, `error`.
    """
    arrow = needs("pyarrow", "tables")
    types = column_types()
    if settings.output == "sidecar":
        names: tuple[str, ...] = ("id", "text_sha256", "threshold", *COLUMNS[1:])
    else:
        names = (*["extracted"] * any(n in schema.names for n in settings.fields.html), *COLUMNS)
    return arrow.schema([arrow.field(name, types[name]) for name in names])


def output_schema(schema: pyarrow.Schema, settings: BatchSettings) -> pyarrow.Schema:
    """Return the schema of what `restore_table` makes of a table of this schema, as Spark wants it beforehand."""
    arrow = needs("pyarrow", "tables")
    added = added_schema(schema, settings)
    kept = [] if settings.output == "sidecar" else [f for f in schema if f.name not in added.names]
    return arrow.schema([*kept, *added], metadata=None if settings.output == "sidecar" else schema.metadata)


@cache
def column_types() -> dict[str, Any]:
    """Return the Arrow type of each new column: those of a plan as the records have them, field by field."""
    own = {"id": str, "text_sha256": str, "threshold": float, "extracted": str}
    outcome = {field.name: field.type for field in msgspec.structs.fields(Outcome)}
    kinds = {**own, **{name: outcome[name] for name in COLUMNS}}
    return {name: _arrow_type(msgspec.inspect.type_info(kind)) for name, kind in kinds.items()}


def _arrow_type(kind: msgspec.inspect.Type) -> Any:
    """Return the Arrow type of what a record may hold; raises `TypeError` for what has none."""
    arrow, of = needs("pyarrow", "tables"), msgspec.inspect
    if isinstance(kind, of.UnionType):  # every column may be empty
        (kind,) = (each for each in kind.types if not isinstance(each, of.NoneType))
    if isinstance(kind, of.StructType):
        return arrow.struct([(field.encode_name, _arrow_type(field.type)) for field in kind.fields])
    if isinstance(kind, of.VarTupleType):
        return arrow.list_(_arrow_type(kind.item_type))
    if isinstance(kind, of.LiteralType):
        return arrow.string()
    plain = {of.StrType: arrow.string, of.FloatType: arrow.float64, of.IntType: arrow.int64, of.BoolType: arrow.bool_}
    if type(kind) not in plain:
        raise TypeError(f"a column cannot hold {kind}")
    return plain[type(kind)]()
