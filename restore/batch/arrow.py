"""Arrow tables in, Arrow tables out, in whatever process: what Ray actors and Spark executors run.

Only the settings travel, as JSON; each process loads its models once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from restore.batch.pool import IsolatedWorker
from restore.batch.settings import BatchSettings
from restore.batch.tables import output_schema

if TYPE_CHECKING:
    import pyarrow


class ArrowMapper:
    """A function from record batches to record batches, for `DataFrame.mapInArrow` of Spark and its like.

    It is pickled as the JSON of its settings. Rows stay in order; a document that fails, hangs or kills its process
    gives a row with an `error`.
    """

    def __init__(self, settings: BatchSettings | bytes | str) -> None:
        """Take the settings, or their JSON; raises `ConfigError` if that is none."""
        given = settings if isinstance(settings, BatchSettings) else BatchSettings.from_json(settings)
        self._json = given.to_json().decode()

    def __reduce__(self) -> tuple[type[ArrowMapper], tuple[str]]:
        return ArrowMapper, (self._json,)

    def __call__(self, batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        """Restore the rows of each batch; raises a `RestoreError` only for what no document is to blame for."""
        worker = process_worker(self._json)
        for batch in batches:
            if batch.num_rows:
                yield from worker.restore_table(batch).combine_chunks().to_batches()

    def schema(self, schema: pyarrow.Schema) -> pyarrow.Schema:
        """Return the schema of what comes out for rows of this schema."""
        return output_schema(schema, BatchSettings.from_json(self._json))


_worker: IsolatedWorker | None = None


def process_worker(settings: str) -> IsolatedWorker:
    """Return the worker of this process for settings as JSON, made at the first call; it replaces one with others."""
    global _worker
    wanted = BatchSettings.from_json(settings)
    if _worker is None or _worker.settings != wanted:
        close_process_worker()
        _worker = IsolatedWorker(wanted)
    return _worker


def close_process_worker() -> None:
    """End the worker of this process, if there is one."""
    global _worker
    if _worker is not None:
        _worker.close()
        _worker = None
