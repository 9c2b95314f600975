"""What is said to people: always on stderr, so that stdout holds the result alone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from restore.rendering.text import tame

if TYPE_CHECKING:
    from rich.console import Console

_FILE_WIDTH = 140
"""Columns where no terminal says how many it has. By hand."""
_NAME_WIDTH = 40
"""Characters of a name beside a bar. By hand."""


def say(message: str) -> None:
    """Print a line on stderr; a closed stderr is no reason to fail."""
    # What a terminal cannot encode (lone surrogates in a file name) is shown escaped.
    # So are control characters: names, ids and notes come out of files that anybody may have made.
    message = tame(message).replace("\r", "\\r")
    safe = message.encode("utf-8", "backslashreplace").decode()
    try:
        typer.echo(f"restore: {safe}", err=True)
    except UnicodeEncodeError:
        typer.echo(f"restore: {message.encode('ascii', 'backslashreplace').decode()}", err=True)
    except OSError:
        pass


def console() -> Console:
    """Return Rich's console on stderr, as wide as the terminal, or wide enough for tables in a file."""
    from rich.console import Console

    return Console(stderr=True, width=None if on_terminal() else _FILE_WIDTH)


def on_terminal() -> bool:
    """Return whether somebody sees what stands on stderr; it may be closed."""
    return sys.stderr is not None and sys.stderr.isatty()


@contextmanager
def busy(what: str) -> Iterator[None]:
    """Show a spinner while something takes long; nothing if stderr is no terminal."""
    if not on_terminal():
        yield
        return
    with console().status(what):
        yield


@contextmanager
def counting(what: str, total: int) -> Iterator[Callable[[str], None]]:
    """Show a bar on a terminal while `total` things are done; give what to call, with its name, after each."""
    if not on_terminal():
        yield lambda _: None
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    )  # fmt: skip
    with Progress(*columns, console=console(), transient=True) as bars:
        task = bars.add_task(what, total=total)
        yield lambda name: bars.update(task, advance=1, description=f"{what}: {name[:_NAME_WIDTH]} done")
