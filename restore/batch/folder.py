"""The folder of the output: local, where files are written whole, synced and renamed, or behind an fsspec URL."""

# ruff: noqa: D102 - the protocol says what the methods do
from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol, cast

from filelock import FileLock, Timeout

from restore.atomic import write_bytes
from restore.errors import OutputError
from restore.reading.opening import file_system, is_url

LOCK = "_lock"


class Folder(Protocol):
    """Where shards, their marks and the reports lie; names may begin with the name of one folder in it."""

    @property
    def name(self) -> str:
        """The folder as the user named it."""

    def lock(self) -> contextlib.AbstractContextManager[None]:
        """Make the folder if it is missing, and keep other runs out; raises `OutputError` if one is in it."""

    def write(self, name: str, data: bytes) -> None:
        """Write a file whole or not at all, safe on the disk; raises `OutputError`."""

    def append(self, name: str, data: bytes) -> None:
        """Add to a file; raises `OutputError`."""

    def read(self, name: str) -> bytes | None:
        """Read a file; None if there is none."""

    def size(self, name: str) -> int | None:
        """Give the bytes of a file; None if there is none."""

    def names(self, below: str = "") -> list[str]:
        """Give the names of the files in the folder, or in one below it, sorted."""

    def delete(self, name: str) -> None:
        """Take a file away if it is there."""


def open_folder(path: str) -> Folder:
    """Give the folder at a path or URL; raises `OutputError` if it cannot be one."""
    return RemoteFolder(path) if is_url(path) else LocalFolder(path)


class LocalFolder:
    """A folder on this machine."""

    def __init__(self, path: str) -> None:
        self.name = path
        self._path = Path(path)
        if self._path.exists() and not self._path.is_dir():
            raise OutputError(f"cannot write to {path}: it is a file; -o names a folder")

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            held = FileLock(str(self._path / LOCK), timeout=0)
            held.acquire()
        except Timeout:
            raise OutputError(f"another run is working on {self.name}: wait for it, or name another folder") from None
        except OSError as error:
            raise not_written(self.name, error) from error
        try:
            for left in (*self._path.glob(".*.tmp"), *self._path.glob("_done/.*.tmp")):  # of a run that was killed
                left.unlink(missing_ok=True)
            yield
        finally:
            held.release()

    def write(self, name: str, data: bytes) -> None:
        target = self._path / name
        try:
            target.parent.mkdir(exist_ok=True)
            write_bytes(target, data)
        except OSError as error:
            raise not_written(str(target), error) from error

    def append(self, name: str, data: bytes) -> None:
        target = self._path / name
        try:
            target.parent.mkdir(exist_ok=True)
            handle = os.open(target, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
            try:
                if os.write(handle, data) < len(data):
                    raise OSError(28, "No space left on device")  # the rest would be refused
            finally:
                os.close(handle)
        except OSError as error:
            raise not_written(str(target), error) from error

    def read(self, name: str) -> bytes | None:
        try:
            return (self._path / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise OutputError(f"cannot read {self._path / name}: {error.strerror or error}") from error

    def size(self, name: str) -> int | None:
        try:
            return (self._path / name).stat().st_size
        except OSError:
            return None

    def names(self, below: str = "") -> list[str]:
        place = self._path / below
        return sorted(p.name for p in place.iterdir() if p.is_file()) if place.is_dir() else []

    def delete(self, name: str) -> None:
        try:
            (self._path / name).unlink(missing_ok=True)
        except OSError as error:
            raise not_written(str(self._path / name), error) from error


class RemoteFolder:
    """A folder behind a URL. Object stores put a file whole or not at all; there is no lock, and no journal."""

    def __init__(self, url: str) -> None:
        self.name = url
        self._files, self._path = file_system(url.rstrip("/"))

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        with self._told("written to"):
            self._files.makedirs(self._path, exist_ok=True)
        yield

    def write(self, name: str, data: bytes) -> None:
        with self._told("written to"):
            place = f"{self._path}/{name}"
            self._files.makedirs(place.rpartition("/")[0], exist_ok=True)
            self._files.pipe_file(place, data)

    def append(self, name: str, data: bytes) -> None:
        self.write(name, (self.read(name) or b"") + data)

    def read(self, name: str) -> bytes | None:
        try:
            return cast(bytes, self._files.cat_file(f"{self._path}/{name}"))
        except FileNotFoundError:
            return None

    def size(self, name: str) -> int | None:
        try:
            return cast("int | None", self._files.size(f"{self._path}/{name}"))
        except FileNotFoundError:
            return None

    def names(self, below: str = "") -> list[str]:
        place = f"{self._path}/{below}".rstrip("/")
        self._files.invalidate_cache()
        try:
            found: list[dict[str, Any]] = self._files.ls(place, detail=True)
        except FileNotFoundError:
            return []
        return sorted(f["name"].rpartition("/")[2] for f in found if f["type"] == "file")

    def delete(self, name: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            self._files.rm_file(f"{self._path}/{name}")

    @contextlib.contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # every file system has errors of its own
            raise OutputError(f"{self.name} cannot be {what}: {error}") from error


def not_written(name: str, error: OSError) -> OutputError:
    """Say that something could not be written, and what helps."""
    return OutputError(
        f"cannot write {name}: {error.strerror or error}; make room or check the permissions, then run the same command"
        " with --resume: what is done is safe"
    )
