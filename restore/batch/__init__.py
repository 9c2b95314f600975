"""Many documents: rows in, the same rows with their restoration out; nothing is lost, nothing stops the rest."""

from restore.batch.outcomes import Job, Outcome
from restore.batch.settings import BatchSettings
from restore.batch.worker import Worker

__all__ = ["BatchSettings", "Job", "Outcome", "Worker"]
