"""What `restore index build` shows while it runs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from restore.cli.messages import console, on_terminal, say
from restore.cli.reading import STDIN
from restore.references.index.listener import BuildListener

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from restore.cli.stopping import Stop
    from restore.reading.rows import Unread

_MOST_WARNINGS = 20
"""Lines that a person still reads. By hand."""
_SECONDS_BETWEEN_LINES = 10.0
"""Of progress in a log. By hand."""


class BuildReporter(BuildListener):
    """Says what happens on stderr: warnings, and progress as a bar or as lines now and then."""

    def __init__(self, quiet: bool, bars: Progress | None, stop: Stop) -> None:
        self._quiet = quiet
        self._stop = stop
        self._bars = bars
        self._task: TaskID | None = bars.task_ids[0] if bars is not None else None
        self._warnings = 0
        self._articles = 0
        self._began = self._reported = time.monotonic()
        self.safe = 0

    def advance(self, articles: int, size: int) -> None:
        """Move the bar on, or say now and then how far it is; raises what shall end the build."""
        self._stop.check()
        self._articles += articles
        if self._bars is not None and self._task is not None:
            self._bars.advance(self._task, size)
            self._bars.update(self._task, articles=f"{self._articles:,} articles")
        elif not self._quiet and time.monotonic() - self._reported >= _SECONDS_BETWEEN_LINES:
            self._reported = time.monotonic()
            say(f"{self._articles:,} articles read, {self._articles / (self._reported - self._began):,.0f}/s")

    def unread(self, row: Unread) -> None:
        """Say the first that could not be read."""
        self._warnings += 1
        if self._warnings <= _MOST_WARNINGS:
            say(f"warning: {row.error}")
        elif self._warnings == _MOST_WARNINGS + 1:
            say("warning: more could not be read; the report counts them")

    def committed(self, articles: int) -> None:
        """Keep how many articles are safe."""
        self.safe = articles


@contextmanager
def progress(paths: list[str]) -> Iterator[Progress | None]:
    """Yield a bar on a terminal, nothing elsewhere."""
    if not on_terminal():
        yield None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    from restore.reading.compressed import SUFFIXES
    from restore.reading.opening import size_of
    from restore.reading.rows import find_files

    total: int | None = 0
    for path in find_files(paths):
        unknown = path == STDIN or path.endswith((*SUFFIXES, ".parquet"))
        size = None if unknown else size_of(path)
        total = None if size is None or total is None else total + size
    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[articles]}"), TimeElapsedColumn(),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console(), transient=True) as bars:
        bars.add_task("indexing", total=total, articles="")
        yield bars
