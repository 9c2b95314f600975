"""Ctrl-C, SIGTERM and SIGHUP for long runs: they end it in order, once, and with the exit code of their kind."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

import typer

from restore.cli.errors import INTERRUPTED
from restore.cli.messages import say

_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Stopped(KeyboardInterrupt):
    """The run was asked to end; `exit_code` says by which signal."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.exit_code = 128 + number


class Stop:
    """Remembers that a signal came, so that one that is raised where nobody hears it is not lost."""

    def __init__(self) -> None:
        self.number = 0

    def check(self) -> None:
        """Raise `Stopped` if a signal came."""
        if self.number:
            raise Stopped(self.number)

    def _handle(self, number: int, _: FrameType | None) -> None:
        if not self.number:  # a second one changes nothing: the run is ending
            self.number = number
            raise Stopped(number)


@contextlib.contextmanager
def stopping() -> Iterator[Stop]:
    """Turn the signals into `Stopped` while the block runs; one that is ignored (nohup, a job behind `&`) stays so."""
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    heard = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, stop._handle) for number in heard}
    try:
        yield stop
    finally:
        for number, handler in before.items():  # once stopped, nothing may disturb the end of the process
            signal.signal(number, signal.SIG_IGN if stop.number else handler)


@contextlib.contextmanager
def ending() -> Iterator[None]:
    """Let SIGTERM and SIGHUP have their own exit codes, wherever they come; `reports_errors` sees to Ctrl-C."""
    try:
        yield
    except Stopped as error:
        if error.exit_code == INTERRUPTED:
            raise
        say("terminated")
        raise typer.Exit(error.exit_code) from None
