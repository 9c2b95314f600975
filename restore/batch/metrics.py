"""The figures of a run in the text format of Prometheus, for the textfile collector of its node exporter."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from restore.batch.shard_records import RowCounts
from restore.reading.extras import needs

if TYPE_CHECKING:
    from restore.batch.report import Report

_COUNTS = {
    "rows": ("documents", "Documents of the run, also those that were done before."),
    "words": ("words", "Words of their texts."),
    "damaged": ("damaged_documents", "Documents whose verdict is damaged."),
    "restored": ("restored_documents", "Documents with an applied correction."),
    "corrections": ("proposed_corrections", "Corrections and proposals."),
    "errors": ("failed_documents", "Documents with an error."),
    "quarantined": ("quarantined_documents", "Documents that are not tried again."),
}


def metrics(report: Report) -> bytes:
    """Return the figures of a run as gauges `restore_batch_...`; raises `InputError` without the extra batch.

    Gauges, since each run has its own figures: a counter that begins anew with every run would tell nothing.
    """
    client = needs("prometheus_client", "metrics")
    registry = client.CollectorRegistry()

    def gauge(name: str, description: str, value: float) -> None:
        client.Gauge(f"restore_batch_{name}", description, registry=registry).set(value)

    counts = RowCounts()
    counts.add(report.before)
    counts.add(report.counts)
    for field, (name, description) in _COUNTS.items():
        gauge(name, description, getattr(counts, field))
    by_source = client.Gauge(
        "restore_batch_corrections", "Applied corrections by the kind of their best evidence.", ["source"],
        registry=registry,
    )  # fmt: skip
    for source, number in sorted(counts.sources.items()):
        by_source.labels(source).set(number)
    gauge("documents_done_before", "Documents that an earlier run had done.", report.before.rows)
    gauge("unread_shards", "Shards that are kept because their input cannot be read now.", report.unread)
    gauge("worker_deaths", "Worker processes that died.", report.deaths)
    gauge("seconds", "Length of the run.", report.seconds)
    gauge("memory_bytes", "The most that the run itself took.", report.memory_mb * 1_000_000)
    gauge("worker_memory_bytes", "The most that one worker took.", report.worker_memory_mb * 1_000_000)
    gauge("complete", "1 if the run came to its end.", float(report.state == "complete"))
    gauge("ended_timestamp_seconds", "When the run ended.", time.time())
    about = client.Gauge("restore_batch_info", "What made it.", ["config", "version"], registry=registry)
    about.labels(report.config, report.version).set(1)
    made: bytes = client.generate_latest(registry)
    return made
