"""No traceback ever reaches a user: every error becomes one clear message and an exit code."""

from __future__ import annotations

import functools
import os
import sys
import traceback
from collections.abc import Callable
from typing import ParamSpec

import typer

from restore.cli.messages import say
from restore.cli.writing import discard_stdout
from restore.errors import RestoreError

INTERNAL_ERROR = 70
"""EX_SOFTWARE of sysexits.h."""
INTERRUPTED = 130
"""128 and the number of SIGINT, as shells say it."""
PIPE_CLOSED = 141
"""128 and the number of SIGPIPE."""

P = ParamSpec("P")


def reports_errors(command: Callable[P, None]) -> Callable[P, None]:
    """Wrap a command, so that it ends with `typer.Exit` and a message on stderr whatever happens in it.

    With RESTORE_DEBUG=1 in the environment the traceback is printed too.
    """

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
            if sys.stdout is not None:
                sys.stdout.flush()
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except RestoreError as error:
            _debug()
            say(f"error: {error}")
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            say("interrupted")
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            discard_stdout()
            raise typer.Exit(PIPE_CLOSED) from None
        except MemoryError:
            say("error: not enough memory: give a shorter text")
            raise typer.Exit(INTERNAL_ERROR) from None
        except Exception as error:
            _debug()
            say(f"internal error: {type(error).__name__}: {error}")
            say("this is a defect of restore: please report it with the output of the same command and RESTORE_DEBUG=1")
            raise typer.Exit(INTERNAL_ERROR) from None

    return run


def _debug() -> None:
    if os.environ.get("RESTORE_DEBUG") == "1":
        traceback.print_exc()
