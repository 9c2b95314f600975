"""Files by path or URL: what stands in a folder, how big it is, and its bytes. URLs go through fsspec."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO, cast

from restore.errors import InputError
from restore.reading.extras import needs

STDIN = "-"
_WILD = frozenset("*?[")


def is_url(path: str) -> bool:
    """Return whether a path is a URL (`s3://...`, `memory://...`) instead of a local name."""
    return "://" in path


def place_in(url: str) -> str:
    """Return the link of a chained URL that names files: `zip://*.csv` of `zip://*.csv::s3://bucket/news.zip`."""
    links = url.split("::")
    return next((link for link in links if is_url(link)), links[-1])


def _named(url: str, files: Any, path: str) -> str:
    """Return the URL of a file that was found through another URL."""
    place = place_in(url)
    scheme, _, rest = place.partition("://")
    if place != url:
        return url.replace(place, path if is_url(path) else f"{scheme}://{path}", 1)
    plain = str(files.unstrip_protocol(path))
    options = files._get_kwargs_from_urls  # what a URL says besides the path: the host above all
    if options(plain) == options(url):
        return plain
    return f"{scheme}://{rest.partition('/')[0]}/{path.lstrip('/')}"


def file_system(url: str) -> tuple[Any, str]:
    """Return the fsspec file system of a URL and the path in it; raises `InputError` if that kind is not installed."""
    fsspec = needs("fsspec", "URLs")
    try:
        found: tuple[Any, str] = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise InputError(f"{url} cannot be opened: {error}") from error
    return found


def exists(path: str) -> bool:
    """Return whether something stands at a path or URL; raises `InputError` for a URL that cannot be asked."""
    if not is_url(path):
        return os.path.exists(path)  # noqa: PTH110 - Path.exists raises for a name too long or a folder closed to us
    files, inside = file_system(path)
    try:
        return bool(files.glob(inside) if _WILD & set(inside) and not path.startswith("http") else files.exists(inside))
    except Exception as error:  # every file system has errors of its own
        raise InputError(f"{path} cannot be reached: {error}") from error


def url_files(url: str, wanted: Callable[[str], object]) -> Iterator[str]:
    """Yield the files that a URL names, by name: itself, what its wild cards match, what is `wanted` in a folder."""
    files, inside = file_system(url)
    try:
        if url.startswith("http"):  # a page has no folder that could be told from a file
            yield url
        elif _WILD & set(inside):
            yield from (_named(url, files, path) for path in sorted(files.glob(inside)))
        elif files.isdir(inside):
            for path in sorted(files.find(inside)):
                below = path[len(inside) :].split("/")
                if wanted(path) and not any(part.startswith(".") for part in below):
                    yield _named(url, files, path)
        else:
            yield url
    except InputError:
        raise
    except Exception as error:
        raise InputError(f"{url} cannot be listed: {error}") from error


def size_of(path: str) -> int | None:
    """Return the bytes of a file; None if nobody knows."""
    if path == STDIN:
        return None
    try:
        if not is_url(path):
            return Path(path).stat().st_size
        files, inside = file_system(path)
        return cast("int | None", files.size(inside))
    except Exception:  # progress needs it, nothing else does
        return None


def stdin_is_ready() -> bool:
    """Return whether standard input has something to read, or has ended; yes where nobody can tell.

    What Python has read of it already and not given out does not count.
    """
    try:
        return bool(select.select([sys.stdin], [], [], 0)[0])
    except (OSError, ValueError, TypeError, AttributeError):  # Windows asks sockets only; tests have no real file
        return True


def open_binary(path: str, stack: ExitStack) -> BinaryIO:
    """Open a file, a URL or standard input for reading; `stack` closes it.

    Raises `OSError` as `open` does, whatever the file system of a URL raises.
    """
    if path == STDIN:
        if sys.stdin is None:
            raise InputError("standard input is closed: name a file, or pipe a text in")
        return sys.stdin.buffer
    if not is_url(path):
        return stack.enter_context(Path(path).open("rb"))
    files, inside = file_system(path)
    stack.callback(id, files)  # zip files are closed as soon as nobody holds their file system
    try:
        return cast(BinaryIO, stack.enter_context(files.open(inside, "rb")))
    except OSError:
        raise
    except Exception as error:
        raise OSError(str(error) or type(error).__name__) from error
