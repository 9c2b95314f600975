"""One worker: loads the models once and turns jobs, or whole tables, into outcomes. A failing document never raises."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from restore.batch.jobs import restore_job
from restore.batch.outcomes import Job, Outcome
from restore.batch.settings import BatchSettings

if TYPE_CHECKING:
    import pyarrow

    from restore.restorer import Restorer

_WARM = "The president spoke to the workers in the old town hall on Monday."


class Worker:
    """Restores jobs and tables in this process; models load at the first use, or at `warm`."""

    def __init__(self, settings: BatchSettings | bytes | str) -> None:
        """Take the settings, or their JSON."""
        self.settings = settings if isinstance(settings, BatchSettings) else BatchSettings.from_json(settings)

    @cached_property
    def restorer(self) -> Restorer:
        """The engine."""
        return self.settings.make_restorer()

    def warm(self) -> None:
        """Load what every document needs; raises `ModelNotFoundError` or `ConfigError`."""
        self.restorer.check(_WARM)

    def restore(self, job: Job) -> Outcome:
        """Restore one document; see `restore_job`."""
        return restore_job(job, self.restorer, self.settings)

    def restore_table(self, table: pyarrow.Table | pyarrow.RecordBatch) -> pyarrow.Table:
        """Restore the rows of a table; see `restore.batch.tables.restore_table`."""
        from restore.batch.tables import restore_table

        return restore_table(table, self.restorer, self.settings)
