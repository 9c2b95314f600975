"""Writing results: to a file whole or not at all, or to stdout byte for byte."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from restore.errors import OutputError
from restore.rendering.text import tame
from restore.runtime.atomic import write_bytes, writing


def write_result(data: bytes, output: str | None, encoding: str = "utf-8") -> None:
    """Write bytes to the file `output`, or to stdout; `encoding` is theirs, for showing them on a terminal.

    Raises `OutputError` if the file cannot be written.
    """
    if output is not None and output != "-":
        _write_file(data, output)
        return
    if sys.stdout is None:
        raise OutputError("standard output is closed: name a file with -o")
    try:
        if sys.stdout.isatty():
            _show(data.decode(encoding, "replace"))
        else:
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        discard_stdout()
        raise OutputError(f"cannot write to standard output: {error.strerror or error}") from error


def write_pieces(pieces: Iterable[bytes], output: str | None) -> None:
    """Write UTF-8 piece by piece, so that they need not fit in memory: to the file `output`, or to stdout.

    The file is written whole or not at all. Raises `OutputError` if it cannot be written.
    """
    if output is None or output == "-":
        for piece in pieces:
            write_result(piece, None)
        return
    path = _target(output)
    try:
        with writing(path) as file:
            for piece in pieces:
                file.write(piece)
    except OSError as error:
        raise _not_written(output, error) from error


def check_target(output: str | None) -> None:
    """Raise `OutputError` before long work for a file that could not be written after it: no folder, or itself one."""
    if output is not None and output != "-" and not _target(output).parent.is_dir():
        raise OutputError(f"cannot write {output}: there is no folder {Path(output).parent}; make it, or name another")


def discard_stdout() -> None:
    """Send what is still buffered nowhere, or the interpreter complains about it at its end."""
    with contextlib.suppress(OSError, ValueError):  # in tests stdout is no real file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _target(output: str) -> Path:
    path = Path(output)
    try:
        is_folder = path.is_dir()
    except OSError as error:  # a name that is too long, a folder that may not be looked into
        raise _not_written(output, error) from error
    if is_folder:
        raise OutputError(f"cannot write {output}: it is a folder; name a file in it")
    return path


def _write_file(data: bytes, output: str) -> None:
    path = _target(output)
    try:
        write_bytes(path, data)
    except (OSError, ValueError) as error:
        raise _not_written(output, error) from error


def _not_written(output: str, error: Exception) -> OutputError:
    reason = getattr(error, "strerror", None) or error
    return OutputError(f"cannot write {output}: {reason}; check the folder, its permissions and its space")


def _show(text: str) -> None:
    """Print for people: in the terminal's encoding, with a line end, without the byte order mark and control codes."""
    text = tame(text.removeprefix("\ufeff"))
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
    if not text.endswith("\n"):
        sys.stdout.write("\n")
    sys.stdout.flush()
