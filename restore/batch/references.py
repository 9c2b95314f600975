"""References out of a folder: those of the document ID are ID.txt (.md, .html), ID.*.txt, and the files in ID/."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from restore.errors import InputError
from restore.reading.articles import Article, read_articles
from restore.reading.compressed import without_suffix
from restore.reading.rows import find_files, kind_of
from restore.records import Reference

_DOCUMENTS = ("text", "markdown", "html")


@cache
def _by_name(folder: str) -> dict[str, tuple[str, ...]]:
    """Return the files of each name: of its folder in `folder`, or what stands before the first dots of its own."""
    named: dict[str, list[str]] = {}
    for path in find_files([folder]):
        inside = Path(path).relative_to(folder)
        if kind_of(path) not in _DOCUMENTS:
            continue
        if len(inside.parts) > 1:
            named.setdefault(inside.parts[0], []).append(path)
            continue
        parts = inside.name.split(".")
        for end in range(1, len(parts)):  # an id may hold dots itself
            named.setdefault(".".join(parts[:end]), []).append(path)
    return {name: tuple(paths) for name, paths in named.items()}


def folder_references(folder: str, id: str, limit: int) -> tuple[Reference, ...]:
    """Return the references of a document; of one known by the path of its file, those under its name without suffix.

    What cannot be read or is longer than `limit` characters is left out. Raises `InputError` for a missing folder.
    """
    files = _by_name(folder)
    name = Path(id).name
    stem = Path(without_suffix(name)).stem if kind_of(name) else name
    found = files.get(id) or files.get(name) or files.get(stem) or ()
    articles = [a for a in read_articles(found) if isinstance(a, Article) and len(a.text) <= limit]
    return tuple(Reference(Path(a.where).name, a.text, a.url, a.title, a.date) for a in articles)


def folder_fingerprint(folder: str) -> str:
    """Name the content of a folder of references by paths, sizes and times; raises `InputError` if it is missing."""
    if not Path(folder).is_dir():
        raise InputError(f"{folder} is no folder of references: give a folder, or the name of a column")
    made = sha256()
    for path in find_files([folder]):
        try:
            state = Path(path).stat()
        except OSError:  # it is left out, as above
            continue
        made.update(
            f"{Path(path).relative_to(folder)}\0{state.st_size}\0{state.st_mtime_ns}\n".encode(
                "utf-8", "surrogateescape"
            )
        )
    return made.hexdigest()[:16]
