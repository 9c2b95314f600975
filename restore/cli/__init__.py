"""The command line: one module per command; `main` is the console entry."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run `restore` with the arguments of the process and end with its exit code."""
    try:
        _open_closed()
        from restore.cli.app import app

        app(prog_name="restore")
    except KeyboardInterrupt:  # while the command line itself was loading
        sys.exit(130)
    except OSError as error:  # what no command did: --install-completion writes into the home folder
        from restore.cli.messages import say
        from restore.errors import OutputError

        say(f"error: cannot write {error.filename}: {error.strerror or error}")
        sys.exit(OutputError.exit_code)


def _open_closed() -> None:
    """Put the null device where a standard stream is closed: the next file opened would take its place, and its output.

    A closed stdin or stdout stays None to Python, so that commands can say so.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # the lowest number that is free
    if sys.stderr is None:
        sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115 - open to the end
