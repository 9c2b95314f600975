"""What the engine of the index raises, panics of Rust too, as errors that say what to do."""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from restore.errors import InputError, OutputError

_PANIC = re.compile(rb"\n?thread '[^\n]* panicked at .*?(?:\nnote: [^\n]*\n|\Z)", re.DOTALL)
_UNWRITABLE = re.compile(
    r"No space left|Read-only file system|Permission denied|quota exceeded|(?:os error|code:) (?:13|28|30|122)\b",
    re.IGNORECASE,
)
_STDERR = 2
"""The number that POSIX gives the stream of errors: Rust writes there, past Python."""
_QUIET = threading.Lock()


def damaged(folder: Path, error: BaseException | str) -> InputError:
    """Make the error that a damaged index gives."""
    said = " ".join(str(error).split())[:300]
    return InputError(f"the index {folder} is damaged ({said}): build it anew in an empty folder")


def is_panic(error: BaseException) -> bool:
    """Whether an exception is a panic of Rust; those are no `Exception`."""
    return type(error).__name__ == "PanicException"


@contextmanager
def read_errors(folder: Path, quiet: bool = True) -> Iterator[None]:
    """Turn what the engine raises on damaged files, panics too, into an `InputError`; `quiet` hides Rust's own words.

    A disk that takes no more, where something is written, gives an `OutputError`.
    """
    try:
        if quiet:
            with _without_panics():
                yield
        else:
            yield
    except BaseException as error:
        if not isinstance(error, (ValueError, OSError)) and not is_panic(error):
            raise
        if _UNWRITABLE.search(str(error)):
            raise _unwritable(folder, error) from error
        raise damaged(folder, error) from error


@contextmanager
def write_errors(folder: Path) -> Iterator[None]:
    """Turn what the engine raises on a full or broken disk into an `OutputError`, a panic into an `InputError`."""
    try:
        yield
    except BaseException as error:
        if is_panic(error):
            raise damaged(folder, error) from error
        if not isinstance(error, (ValueError, OSError)):
            raise
        raise _unwritable(folder, error) from error


def _unwritable(folder: Path, error: BaseException) -> OutputError:
    return OutputError(
        f"the index {folder} cannot be written ({error}); what was committed before is safe: make room and run the same"
        " command again"
    )


@contextmanager
def _without_panics() -> Iterator[None]:
    """Hold back what is written on file 2 while the block runs, and give it out afterwards without Rust's panics.

    Nothing else that threads write meanwhile is lost. Where another thread is in here already, or the system has no
    files in memory, nothing is held back.
    """
    if sys.platform != "linux" or not _QUIET.acquire(blocking=False):
        yield
        return
    try:
        saved = held = -1
        with suppress(OSError):  # file 2 is closed, or there are no more files to be had
            saved = os.dup(_STDERR)
            held = os.memfd_create("stderr")
        if held < 0:
            try:
                yield
            finally:
                _close(saved)
            return
        try:
            os.dup2(held, _STDERR)
            yield
        finally:
            os.dup2(saved, _STDERR)
            _give_out(held)
            _close(saved, held)
    finally:
        _QUIET.release()


def _give_out(held: int) -> None:
    with suppress(OSError):
        size = os.fstat(held).st_size
        if size:
            os.write(_STDERR, _PANIC.sub(b"", os.pread(held, size, 0)))


def _close(*files: int) -> None:
    for file in files:
        if file >= 0:
            os.close(file)
