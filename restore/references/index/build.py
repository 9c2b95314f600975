"""Building an index: articles in, a report out; safe to stop at any moment and to run again."""

from __future__ import annotations

import time
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from restore.reading.articles import Article, read_articles
from restore.reading.rows import Fields, Unread, check_paths
from restore.references.index.listener import BuildListener
from restore.references.index.store import ArticleReader, ArticleWriter, Outcome, writing_index

_COMMIT_ARTICLES = 50_000
"""Articles between two commits. This and the two below are chosen by hand: a killed build repeats so much at most; more
commits would leave more small parts to be merged."""
_COMMIT_BYTES = 256_000_000
"""Characters of articles between two commits."""
_COMMIT_SECONDS = 60.0
"""Seconds between two commits: how late a reader sees what a slow source brings."""


class BuildReport(msgspec.Struct, frozen=True):
    """What a build did: articles by outcome, what could not be read, and how many articles the index holds now."""

    index: str
    articles: int
    added: int
    updated: int
    unchanged: int
    deleted: int
    absent: int
    unread: int
    seconds: float
    repeated: int = 0
    """Ids that came with different content within this build; the last one counts."""


@dataclass
class _Build:
    writer: ArticleWriter
    listener: BuildListener
    counts: dict[Outcome, int] = field(default_factory=dict)
    unread: int = 0
    seen: set[str] = field(default_factory=set)
    open_articles: int = 0
    open_bytes: int = 0
    last: float = field(default_factory=time.monotonic)
    ids: array[int] = field(default_factory=lambda: array("q"))
    contents: array[int] = field(default_factory=lambda: array("q"))
    updated: set[int] = field(default_factory=set)

    def put(self, article: Article) -> None:
        outcome = self.writer.put(article)
        if not article.deleted:
            self._remember(article, outcome)
        self.counts[outcome] = self.counts.get(outcome, 0) + 1
        if outcome in ("added", "updated", "deleted"):
            self.open_articles += 1
            self.open_bytes += len(article.text)
        self.listener.advance(1, article.size)
        late = time.monotonic() - self.last >= _COMMIT_SECONDS and self.open_articles
        if self.open_articles >= _COMMIT_ARTICLES or self.open_bytes >= _COMMIT_BYTES or late:
            self.commit()

    def _remember(self, article: Article, outcome: Outcome) -> None:
        """Keep 16 bytes of each article, so that ids that came twice can be told at the end."""
        id = hash(article.id)
        self.ids.append(id)
        self.contents.append(hash((article.text, article.url, article.title, article.date)))
        if outcome == "updated":
            self.updated.add(id)

    def repeated(self) -> int:
        """Count the ids that came with different content."""
        found: dict[int, set[int]] = {}
        if self.updated:
            for id, content in zip(self.ids, self.contents, strict=True):
                if id in self.updated:
                    found.setdefault(id, set()).add(content)
        return sum(len(contents) > 1 for contents in found.values())

    def commit(self) -> None:
        self.writer.commit()
        self.open_articles = self.open_bytes = 0
        self.last = time.monotonic()
        self.listener.committed(len(self.writer))


def build_index(
    paths: Iterable[str],
    folder: str | Path,
    *,
    fields: Fields | None = None,
    prune: bool = False,
    threads: int = 1,
    listener: BuildListener | None = None,
) -> BuildReport:
    """Put all articles that paths name into the index in a folder, which is made if there is none.

    Articles are known by their id: a new one is added, one with other content updated, the same left alone. With
    `prune` articles that were not met are taken out, unless something could not be read or none was met at all. What
    cannot be read is told to the listener and the rest goes on. Raises `InputError` for a missing path (before anything
    is written), a folder with other files or an index that another process writes to, `OutputError` if the disk is
    full.
    """
    began = time.monotonic()
    paths = list(paths)
    check_paths(paths)
    with writing_index(folder, threads=threads) as writer:
        run = _Build(writer, listener or BuildListener())
        try:
            _take_in(run, read_articles(paths, fields), prune)
            if prune and run.seen and not run.unread:
                run.commit()
                _prune(run, folder)
        except KeyboardInterrupt:
            run.commit()
            raise
        run.commit()
        return _report(run, folder, time.monotonic() - began)


def _take_in(run: _Build, rows: Iterable[Article | Unread], prune: bool) -> None:
    for row in rows:
        if isinstance(row, Unread):
            run.unread += 1
            run.listener.unread(row)
            run.listener.advance(0, row.size)
            continue
        if prune and not row.deleted:
            run.seen.add(row.id)
        run.put(row)


def _prune(run: _Build, folder: str | Path) -> None:
    for id in [id for id in ArticleReader(folder).ids() if id not in run.seen]:
        run.put(Article(id, "", deleted=True))


def delete_articles(ids: Iterable[str], folder: str | Path) -> BuildReport:
    """Take articles out of an index by id; raises `InputError` if there is no such index."""
    began = time.monotonic()
    ArticleReader(folder)
    with writing_index(folder) as writer:
        run = _Build(writer, BuildListener())
        for id in ids:
            run.put(Article(id, "", deleted=True))
        run.commit()
        return _report(run, folder, time.monotonic() - began)


def _report(run: _Build, folder: str | Path, seconds: float) -> BuildReport:
    count = run.counts.get
    return BuildReport(
        index=str(folder),
        articles=len(run.writer),
        added=count("added", 0),
        updated=count("updated", 0),
        unchanged=count("unchanged", 0),
        deleted=count("deleted", 0),
        absent=count("absent", 0),
        unread=run.unread,
        seconds=round(seconds, 3),
        repeated=run.repeated(),
    )
