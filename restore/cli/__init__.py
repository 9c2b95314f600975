"""The command line: one module per command; `main` is the console entry."""

from __future__ import annotations

import sys


def main() -> None:
    """Run `restore` with the arguments of the process and end with its exit code."""
    try:
        from restore.cli.app import app

        app(prog_name="restore")
    except KeyboardInterrupt:  # while the command line itself was loading
        sys.exit(130)
