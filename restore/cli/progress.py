"""The progress of a download: a bar on a terminal, a line for each step elsewhere, on stderr."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from restore.cli.messages import console, on_terminal, say

if TYPE_CHECKING:
    from restore.runtime.progress import Progress


@contextmanager
def progress() -> Iterator[Progress]:
    """Show each step: as a bar on a terminal, else as one line on stderr."""
    if not on_terminal():
        said: set[str] = set()

        def say_once(step: str, done: int, total: int) -> None:  # noqa: ARG001
            if step not in said:
                said.add(step)
                say(step)

        yield say_once
        return
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Bars(*columns, console=console(), transient=True) as bars:
        task = bars.add_task("starting", total=None)

        def show(step: str, done: int, total: int) -> None:
            bars.update(task, description=step, completed=done, total=total or None)

        yield show
