"""What a folder holds, links to other folders followed, and what in it cannot be looked into."""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path


def folder_files(folder: str, wanted: Callable[[str], object]) -> Iterator[str]:
    """Yield the files with a wanted name below a folder, by name; hidden ones and those in hidden folders are left out.

    Every folder is looked into once, under its own name rather than a link's, so that links in circles end. Folders
    that cannot be looked into and files that cannot be asked are given too: who opens them learns why.
    """
    found: list[Path] = []
    closed: list[OSError] = []
    seen: set[tuple[int, int]] = set()
    waiting = deque([folder])
    while waiting:
        for inside, folders, names in os.walk(waiting.popleft(), onerror=closed.append):
            try:
                state = Path(inside).stat()
            except OSError:  # gone meanwhile
                continue
            if (state.st_dev, state.st_ino) in seen:
                folders.clear()
                continue
            seen.add((state.st_dev, state.st_ino))
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            waiting += [path for name in folders if os.path.islink(path := os.path.join(inside, name))]  # noqa: PTH114, PTH118
            found += [Path(inside, name) for name in names if not name.startswith(".") and wanted(name)]
    found += [Path(error.filename) for error in closed]
    yield from (str(path) for path in sorted(found) if not _is_other(path))


def _is_other(path: Path) -> bool:
    """Return whether this is no file but a pipe or the like."""
    try:
        kind = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(kind) or stat.S_ISDIR(kind))
