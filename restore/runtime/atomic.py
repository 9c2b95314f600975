"""Writing a file so that a reader, or a crash, sees the old content or the new, never a half."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


def flush_to_disk(path: Path) -> None:
    """Make the operating system put what it holds of a file on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def make_folder(path: Path) -> None:
    """Make a folder and those above it that are missing, durable; raises `OSError`."""
    missing = [folder for folder in (path, *path.parents) if not folder.is_dir()]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
        _flush_folder(folder.parent)


def can_write(folder: Path) -> bool:
    """Return whether files can be put into a folder, or it could be made; nothing is written."""
    try:
        there = next(place for place in (folder, *folder.parents) if place.exists())
        return there.is_dir() and os.access(there, os.W_OK | os.X_OK)
    except (OSError, StopIteration):  # a folder above it that may not be looked into
        return False


def replace_file(source: Path, target: Path) -> None:
    """Move a finished file over `target` (same file system), durable on both sides of a crash; raises `OSError`."""
    flush_to_disk(source)
    source.replace(target)
    _flush_folder(target.parent)


def _flush_folder(path: Path) -> None:
    """Put the names in a folder on the disk; not every system lets a folder be opened."""
    with contextlib.suppress(OSError):
        folder = os.open(path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; an existing file keeps its permissions, a link its target.

    Devices and pipes are written to directly. Raises `OSError`.
    """
    with writing(path) as file:
        file.write(data)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """Yield a file to write to, in the manner of `write_bytes`: it takes its place when the block ends well."""
    path = path.resolve()
    if path.exists() and not path.is_file():
        with path.open("wb") as device:
            yield device
        return
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        if path.exists():
            shutil.copymode(path, temporary)
        else:
            umask = os.umask(0)
            os.umask(umask)
            temporary.chmod(0o666 & ~umask)
        replace_file(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
