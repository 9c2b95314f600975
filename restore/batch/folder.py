"""The folder of the output: local, where files are written whole, synced and renamed, or behind an fsspec URL."""

# ruff: noqa: D102 - the protocol says what the methods do
from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath, PurePosixPath
from typing import Any, Protocol, cast
from urllib.parse import urlsplit
from urllib.request import url2pathname

from filelock import FileLock, Timeout

from restore.errors import InputError, OutputError
from restore.reading.opening import STDIN, file_system, is_url
from restore.runtime.atomic import make_folder, replace_file, write_bytes

LOCK = "_lock"
_LEFT = (".part-*.tmp", "._*.tmp", "_done/.part-*.tmp")


class Folder(Protocol):
    """Where shards, their records and the reports lie; names may begin with the name of one folder in it."""

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
        """Return the bytes of a file; None if there is none."""

    def names(self, below: str = "") -> list[str]:
        """Return the names of the files in the folder, or in one below it, sorted."""

    def rename(self, name: str, new: str) -> None:
        """Rename a file, over what has the name; raises `OutputError`."""

    def delete(self, name: str) -> None:
        """Take a file away if it is there."""


def open_folder(path: str) -> Folder:
    """Return the folder at a path or URL; raises `OutputError` if it cannot be one."""
    if not path.strip() or "\0" in path:
        raise OutputError("the output has no name: -o names a folder")
    if path.startswith("file://"):
        return LocalFolder(url2pathname(urlsplit(path).path))
    return RemoteFolder(path) if is_url(path) else LocalFolder(path)


def check_apart(inputs: Iterable[str], output: str) -> None:
    """Raise `OutputError` if the output lies in a folder of the input, or the input in the output.

    A run would read what it has written itself, or write over what it reads.
    """
    out = _place(output)
    for path in inputs:
        given = _place(path)
        if path != STDIN and (given == out or given in out.parents or out in given.parents):
            inside = f"{path} lies in {output}" if out in given.parents else f"{output} lies in {path}"
            raise OutputError(f"{inside}: a run would read what it writes; name another folder")


def is_same(path: str, other: str) -> bool:
    """Return whether two paths or URLs name the same place."""
    return _place(path) == _place(other)


def _place(path: str) -> PurePath:
    if is_url(path) and not path.startswith("file://"):
        return PurePosixPath(path.rstrip("/"))
    return Path(url2pathname(urlsplit(path).path) if is_url(path) else path).resolve()


class LocalFolder:
    """A folder on this machine."""

    def __init__(self, path: str) -> None:
        self.name = path
        self._path = Path(path)
        try:
            is_file = self._path.exists() and not self._path.is_dir()
        except (OSError, ValueError) as error:  # a name that is too long, a folder closed to us
            raise OutputError(f"cannot write to {path}: {getattr(error, 'strerror', '') or error}") from error
        if is_file:
            raise OutputError(f"cannot write to {path}: it is a file; -o names a folder")

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        try:
            make_folder(self._path)
            held = FileLock(str(self._path / LOCK), timeout=0)
            held.acquire()
        except Timeout:
            raise OutputError(f"another run is working on {self.name}: wait for it, or name another folder") from None
        except OSError as error:
            raise not_written(self.name, error) from error
        try:
            for left in _LEFT:  # by a run that was killed
                for path in self._path.glob(left):
                    path.unlink(missing_ok=True)
            yield
        finally:
            held.release()

    def place(self, name: str) -> Path:
        """Return the path of a file."""
        return self._path / name

    def _target(self, name: str) -> Path:
        """Return the path to write to, its folder made; raises `OutputError` if links led out of this folder."""
        target = self._path / name
        if target.parent != self._path and target.parent.is_symlink():
            raise OutputError(f"{target.parent} is a link, which no run makes: name another folder")
        make_folder(target.parent)
        return target

    def write(self, name: str, data: bytes) -> None:
        try:
            target = self._target(name)
            if target.is_symlink():  # no run makes one: what it leads to is not ours to write over
                target.unlink()
            write_bytes(target, data)
        except OSError as error:
            raise not_written(str(self._path / name), error) from error

    def append(self, name: str, data: bytes) -> None:
        try:
            target = self._target(name)
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
            handle = os.open(target, flags, 0o666)
            try:
                if os.write(handle, data) < len(data):
                    raise OSError(28, "No space left on device")  # the rest would be refused
            finally:
                os.close(handle)
        except OSError as error:
            raise not_written(str(self._path / name), error) from error

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

    def rename(self, name: str, new: str) -> None:
        try:
            replace_file(self._path / name, self._target(new))
        except OSError as error:
            raise not_written(str(self._path / new), error) from error

    def delete(self, name: str) -> None:
        try:
            (self._path / name).unlink(missing_ok=True)
        except OSError as error:
            raise not_written(str(self._path / name), error) from error


class RemoteFolder:
    """A folder behind a URL. Object stores put a file whole or not at all; there is no lock, and no journal."""

    def __init__(self, url: str) -> None:
        self.name = url
        if url.startswith(("http://", "https://")):
            raise OutputError(f"{url} cannot be written to: web pages are read only; name a folder or a store")
        try:
            self._files, self._path = file_system(url.rstrip("/"))
        except InputError as error:
            raise OutputError(str(error)) from error

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        with self._named_errors("written to"):
            self._files.makedirs(self._path, exist_ok=True)
        yield

    def write(self, name: str, data: bytes) -> None:
        with self._named_errors("written to"):
            place = f"{self._path}/{name}"
            self._files.makedirs(place.rpartition("/")[0], exist_ok=True)
            self._files.pipe_file(place, data)

    def append(self, name: str, data: bytes) -> None:
        self.write(name, (self.read(name) or b"") + data)

    def read(self, name: str) -> bytes | None:
        with self._named_errors("read"), contextlib.suppress(FileNotFoundError):
            return cast(bytes, self._files.cat_file(f"{self._path}/{name}"))
        return None

    def size(self, name: str) -> int | None:
        with self._named_errors("read"), contextlib.suppress(FileNotFoundError):
            return cast("int | None", self._files.size(f"{self._path}/{name}"))
        return None

    def names(self, below: str = "") -> list[str]:
        place = f"{self._path}/{below}".rstrip("/")
        found: list[dict[str, Any]] = []
        with self._named_errors("listed"), contextlib.suppress(FileNotFoundError):
            self._files.invalidate_cache()
            found = self._files.ls(place, detail=True)
        return sorted(f["name"].rpartition("/")[2] for f in found if f["type"] == "file")

    def rename(self, name: str, new: str) -> None:
        with self._named_errors("written to"):
            place = f"{self._path}/{new}"
            self._files.makedirs(place.rpartition("/")[0], exist_ok=True)
            self._files.mv(f"{self._path}/{name}", place)

    def delete(self, name: str) -> None:
        with self._named_errors("written to"), contextlib.suppress(FileNotFoundError):
            self._files.rm_file(f"{self._path}/{name}")

    @contextlib.contextmanager
    def _named_errors(self, what: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # every file system has errors of its own
            raise OutputError(f"{self.name} cannot be {what}: {error}") from error


def not_written(name: str, error: OSError) -> OutputError:
    """Return that something could not be written, and what helps."""
    return OutputError(
        f"cannot write {name}: {error.strerror or error}; make room or check the permissions, then run the same command"
        " with --resume: what is done is safe"
    )
