"""What `restore batch` shows while it runs, and what its --dry-run counts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from restore.batch.listener import BatchListener
from restore.cli.messages import console, on_terminal, say
from restore.cli.writing import write_result
from restore.rendering.text import one_line

if TYPE_CHECKING:
    from rich.progress import Progress

    from restore.batch.outcomes import Outcome
    from restore.batch.settings import BatchSettings
    from restore.batch.shard_records import ShardRecord
    from restore.batch.shards import Shard

_MOST_WARNINGS = 20
"""Lines that a person still reads; the report has all. By hand."""


class BatchReporter(BatchListener):
    """Shows progress on a terminal, and the first errors as lines."""

    def __init__(self, quiet: bool, bars: Progress | None) -> None:
        self._quiet = quiet
        self._bars = bars
        self._task = bars.task_ids[0] if bars is not None else None
        self._rows = self._damaged = self._errors = 0
        self._redone: set[str] = set()

    def row(self, outcome: Outcome, weight: float) -> None:
        """Move the bar on."""
        self._rows += 1
        self._errors += bool(outcome.error)
        self._damaged += outcome.verdict is not None and outcome.verdict.damaged
        if self._bars is not None and self._task is not None:
            task = next(t for t in self._bars.tasks if t.id == self._task)
            rate = self._rows / max(0.1, task.elapsed or 0.1)
            share = self._damaged / self._rows
            facts = f"{self._rows:,} rows, {rate:,.1f}/s, {share:.0%} damaged, {self._errors:,} errors"
            self._bars.update(self._task, advance=weight, facts=facts)

    def skipped(self, record: ShardRecord, weight: float) -> None:  # noqa: ARG002 - what all listeners are told
        """Take what is done out of what there is to do, so that the time left is right."""
        if self._bars is not None and self._task is not None:
            task = next(t for t in self._bars.tasks if t.id == self._task)
            if task.total is not None:
                self._bars.update(self._task, total=max(task.completed, task.total - weight))

    def redo(self, shard: Shard, why: str) -> None:
        """Say once why shards are made again."""
        reasons = {
            "changed": "its input has changed",
            "outdated": "it was made with other settings or another version",
            "damaged": "its file is not as it was written",
            "failed": "it has rows with an error",
        }
        if why not in self._redone and not self._quiet:
            self._redone.add(why)
            self._say(f"{shard.name} is made again, because {reasons[why]}; others for this reason are not named")

    def error(self, where: str, outcome: Outcome) -> None:
        """Say the first errors."""
        from restore.batch.report import with_place

        if self._errors <= _MOST_WARNINGS:
            self._say(f"warning: {with_place(one_line(where), one_line(outcome.error))}")
        elif self._errors == _MOST_WARNINGS + 1:
            self._say("warning: more rows have an error; their column `error` and the report say which")

    def alone(self, where: str, seconds: float) -> None:
        """Say why a run waits, or has one document at work only."""
        if not self._quiet:
            when = f", in {seconds:.0f} s" if seconds >= 1 else ""
            self._say(f"{one_line(where)} was at work when a run was killed: it is tried with nothing beside it{when}")

    def _say(self, message: str) -> None:
        if self._bars is None:
            say(message)
        else:  # above the bar
            self._bars.console.print(f"restore: {message}", markup=False, highlight=False)

    def close(self) -> None:
        """Take the bar away."""
        if self._bars is not None:
            self._bars.stop()


@contextmanager
def reporting(inputs: list[str], quiet: bool) -> Iterator[BatchReporter]:
    """Yield what is told to people: with a bar on a terminal, without elsewhere."""
    if quiet or not on_terminal():
        yield BatchReporter(quiet, None)
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    from restore.batch.shards import input_size

    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[facts]}"), TimeElapsedColumn(),
        TimeRemainingColumn(),
    )  # fmt: skip
    total = None if "-" in inputs else input_size(inputs)
    with Progress(*columns, console=console(), transient=True) as bars:
        bars.add_task("restoring", total=total, facts="")
        yield BatchReporter(quiet, bars)


def dry(inputs: list[str], output: str, settings: BatchSettings, resume: bool, retry: bool) -> None:
    """Count what there is to do, and print it as JSON; nothing is written, no model is loaded."""
    from restore.batch.folder import open_folder
    from restore.batch.run_state import RunState
    from restore.batch.shards import cut_shards

    counts: dict[str, Any] = dict.fromkeys(
        ("rows", "unreadable", "without_text", "with_references", "characters", "shards", "shards_done", "rows_left"), 0
    )
    run_state = None
    if output != "-":
        run_state = RunState(open_folder(output), settings)
        run_state.begin(resume, False)
    for shard in cut_shards(inputs, settings):
        done = run_state is not None and run_state.state(shard, retry)[0] == "done"
        counts["shards"] += 1
        counts["shards_done"] += done
        counts["rows_left"] += 0 if done else len(shard)
        for job in shard.jobs:
            counts["rows"] += 1
            counts["unreadable"] += bool(job.error)
            counts["without_text"] += not (job.error or job.text.strip() or job.html)
            counts["with_references"] += bool(job.references)
            counts["characters"] += len(job.text)
    write_result(msgspec.json.format(msgspec.json.encode(counts), indent=2) + b"\n", None)
