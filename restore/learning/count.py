"""The counts of a learning run, kept on disk: they may be many, and an interrupted run goes on from them.

Every batch of pairs is one transaction: what it counted and how far it read are written together or not at all.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import msgspec

from restore.channel.tables import ChannelRow, kept_line, row_line, seen_line, tokens_line
from restore.errors import InputError, OutputError
from restore.gold.parallel import LONGEST_PHRASE, Aligned, is_word, phrase

_FORMAT = 1
"""Of the file of counts; another one is refused."""
_WATCHED = 50_000
"""Spun phrases of which it is counted how often they stand for themselves, the most frequent. Chosen by hand, for
memory and time: rarer ones have too few counts to matter."""
_WATCHED_FROM = 2
"""Times that a phrase must have been spun to be watched, the first batch aside. Chosen by hand: one that came once
would have hardly a count."""
_TABLES = """
CREATE TABLE rows (spun TEXT, original TEXT, family TEXT, count INTEGER, documents INTEGER,
                   PRIMARY KEY (spun, original, family)) WITHOUT ROWID;
CREATE TABLE words (side INTEGER, word TEXT, family TEXT, times INTEGER, same INTEGER,
                    PRIMARY KEY (side, word, family)) WITHOUT ROWID;
CREATE TABLE watched (phrase TEXT PRIMARY KEY, since INTEGER, same INTEGER) WITHOUT ROWID;
CREATE TABLE state (data BLOB);
"""


class CountState(msgspec.Struct):
    """How far a run has come: items and the SHA-256 of their bytes; pairs by what became of them; sums of tokens.

    `decisions` counts what people decided in reviewed plans.
    """

    settings: dict[str, str]
    items: int = 0
    sha256: str = ""
    pairs: int = 0
    unchanged: int = 0
    skipped: dict[str, int] = {}
    tokens: int = 0
    kept: int = 0
    rewritten: int = 0
    substitutions: int = 0
    watched_at: int = 0
    decisions: dict[str, int] = {}


class Batch:
    """Counts of some pairs, in memory."""

    def __init__(self) -> None:
        self.rows: Counter[tuple[str, str, str]] = Counter()
        self.documents: Counter[tuple[str, str, str]] = Counter()
        self.times: Counter[tuple[int, str, str]] = Counter()
        self.same: Counter[tuple[int, str, str]] = Counter()
        self.runs: list[tuple[str, ...]] = []
        self.pairs = 0

    def add(self, aligned: Aligned, family: str) -> None:
        """Count one pair: its substitutions, and each word that was left alone on both sides (0 spun, 1 original)."""
        rows = Counter((spun, original, family) for spun, original in aligned.pairs)
        self.rows.update(rows)
        self.documents.update(rows.keys())
        for (spun, original, _), count in rows.items():
            for side, text in enumerate((spun, original)):
                if text:
                    self.times[side, text, family] += count
        for word, count in Counter(aligned.kept).items():
            for side in (0, 1):
                self.times[side, word, family] += count
                self.same[side, word, family] += count
        self.runs += aligned.runs
        self.pairs += 1


class PairCounts:
    """The counts on disk beside the table to be written; closes with `close`, goes away with `remove`."""

    def __init__(self, path: Path, settings: dict[str, str]) -> None:
        """Open the counts of an interrupted run with the same settings, or begin.

        Raises `InputError` if they are of other settings, `OutputError` if the file cannot be written or is in use.
        """
        self.path = path
        try:
            self._base = sqlite3.connect(path, timeout=1.0, isolation_level=None)
            self._base.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._base.execute("BEGIN EXCLUSIVE")
            if self._base.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
                for statement in _TABLES.split(";"):
                    self._base.execute(statement)
                self._base.execute(f"PRAGMA user_version = {_FORMAT}")
                self._base.execute("INSERT INTO state VALUES (?)", [msgspec.json.encode(CountState(settings))])
            self._base.execute("COMMIT")
            self.state = self._load_state()
        except sqlite3.OperationalError as error:
            remedy = "another run is at work on it" if "locked" in str(error) else "check the folder and its space"
            raise OutputError(f"cannot write {path}: {error}; {remedy}") from error
        except (sqlite3.DatabaseError, msgspec.MsgspecError) as error:
            raise InputError(f"{path} is no checkpoint of `restore learn`: {error}; run with --restart") from error
        if self.state.settings != settings:
            self._base.close()
            raise InputError(
                f"{path} was begun with other settings ({_differences(self.state.settings, settings)}): use those"
                " again, or run with --restart to begin anew"
            )

    def _load_state(self) -> CountState:
        version = self._base.execute("PRAGMA user_version").fetchone()[0]
        if version != _FORMAT:
            raise sqlite3.DatabaseError(f"it has version {version}, not {_FORMAT}")
        return msgspec.json.decode(self._base.execute("SELECT data FROM state").fetchone()[0], type=CountState)

    def commit(self, batch: Batch) -> None:
        """Write the counts of a batch and the state, both or neither. Raises `OutputError`."""
        base = self._base
        try:
            base.execute("BEGIN")
            base.executemany(
                "INSERT INTO rows VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                " count = count + excluded.count, documents = documents + excluded.documents",
                ((*key, count, batch.documents[key]) for key, count in sorted(batch.rows.items())),
            )
            base.executemany(
                "INSERT INTO words VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                " times = times + excluded.times, same = same + excluded.same",
                ((*key, count, batch.same[key]) for key, count in sorted(batch.times.items())),
            )
            self._watch(batch)
            base.execute("UPDATE state SET data = ?", [msgspec.json.encode(self.state)])
            base.execute("COMMIT")
        except sqlite3.Error as error:
            raise OutputError(f"cannot write {self.path}: {error}; check the folder and its space") from error

    def _watch(self, batch: Batch) -> None:
        """Count how often the phrases that spinners were seen to write stand for themselves.

        To count all phrases would take too much room, so the frequent spun phrases are chosen each time the number of
        pairs has doubled, and their counts are scaled up in the end to all pairs.
        """
        if self.state.pairs >= 2 * self.state.watched_at:
            since, self.state.watched_at = self.state.pairs - batch.pairs, max(1, self.state.pairs)
            self._base.execute(
                "INSERT OR IGNORE INTO watched SELECT spun, ?, 0 FROM rows WHERE instr(spun, ' ') > 0"
                " GROUP BY spun HAVING sum(count) >= ? ORDER BY sum(count) DESC, spun LIMIT ?",
                [since, _WATCHED_FROM if since else 1, _WATCHED],
            )
        known = {text for (text,) in self._base.execute("SELECT phrase FROM watched")}
        if not known:
            return
        found: Counter[str] = Counter()
        for run in batch.runs:
            for start in range(len(run) - 1):
                for end in range(start + 2, min(start + LONGEST_PHRASE, len(run)) + 1):
                    if not is_word(run[end - 1]):
                        break
                    text = phrase(run[start:end])
                    if text in known:
                        found[text] += 1
        self._base.executemany(
            "UPDATE watched SET same = same + ? WHERE phrase = ?", ((n, text) for text, n in sorted(found.items()))
        )

    def distinct_rows(self) -> int:
        """Count the different substitutions."""
        query = "SELECT count(*) FROM (SELECT 1 FROM rows GROUP BY spun, original)"
        return int(self._base.execute(query).fetchone()[0])

    def most_frequent(self, number: int) -> list[tuple[str, str, int]]:
        """Return the most frequent substitutions: spun, original, count."""
        query = "SELECT spun, original, sum(count) FROM rows GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT ?"
        return list(self._base.execute(query, [number]))

    def families(self) -> dict[str, int]:
        """Return the substitutions by family, largest first."""
        return dict(self._base.execute("SELECT family, sum(count) FROM rows GROUP BY family ORDER BY 2 DESC, 1"))

    def lines(self, least: int) -> Iterator[tuple[object, ...]]:
        """Yield the lines of the table: what was seen at least that often."""
        query = "SELECT spun, original, family, count, documents FROM rows ORDER BY spun, original, family"
        for (spun, original), group in groupby(self._base.execute(query), key=itemgetter(0, 1)):
            counts = list(group)
            total = sum(count for *_, count, _ in counts)
            if total >= least:
                families = tuple(sorted(((f, n) for _, _, f, n, _ in counts), key=lambda item: (-item[1], item[0])))
                documents = sum(number for *_, number in counts)
                yield row_line(ChannelRow(spun, original, total, documents, families, True))
        yield from self._word_lines(least)
        yield tokens_line(self.state.tokens - self.state.rewritten)

    def _word_lines(self, least: int) -> Iterator[tuple[object, ...]]:
        alone = {
            text: round(same * self.state.pairs / max(1, self.state.pairs - since))
            for text, since, same in self._base.execute("SELECT phrase, since, same FROM watched WHERE same > 0")
        }
        query = "SELECT side, word, family, times, same FROM words ORDER BY side, word, family"
        for (side, word), group in groupby(self._base.execute(query), key=itemgetter(0, 1)):
            counts = list(group)
            extra = alone.get(word, 0) if side == 0 else 0
            times, same = (sum(row[n] for row in counts) + extra for n in (3, 4))
            families = [(row[2], row[3]) for row in counts]
            if extra:  # which family a phrase that stood for itself came from is not counted: the largest has it
                name, most = max(families, key=itemgetter(1))
                families = [(f, n + extra if f == name and n == most else n) for f, n in families]
            if times >= least:
                yield (kept_line if side else seen_line)(word, times, same, families)

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()

    def remove(self) -> None:
        """Delete the counts: the table is written."""
        self.close()
        discard(self.path)


def discard(path: Path) -> None:
    """Delete a checkpoint, if there is one. Raises `OutputError`."""
    try:
        for each in (path, path.with_name(path.name + "-journal")):
            each.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"cannot delete {path}: {error.strerror or error}") from error


def _differences(before: dict[str, str], now: dict[str, str]) -> str:
    return ", ".join(f"{key}: {before.get(key)!r}, now {now.get(key)!r}" for key in now if before.get(key) != now[key])
