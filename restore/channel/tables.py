"""Channel tables: what turned into what, and how often words were left alone, in one tab-separated file.

The shipped table and those of `restore learn` have the same form: a header and four kinds of lines. `row`: spun,
original, count, documents, families, retrieved. `seen`: a spun word or phrase, how often it was seen in spun texts
(count) and how often it stood for itself there (same). `kept`: an original, how often it was seen and how often it was
left alone. `tokens`: how many tokens the spun texts have. Lines about the same thing add up, in one table and across
tables.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from restore.errors import ModelDamagedError, ModelNotFoundError
from restore.runtime.atomic import writing

TORTURED = "TP"
"""Family name of rows that come from tortured phrases (counts of distinct phrases, not of occurrences)."""
COLUMNS = ("kind", "spun", "original", "count", "same", "documents", "families", "retrieved")
_INFERRED_WEIGHT = 0.5
"""Weight of a count whose original text was not found: what stood there was inferred, partly from the same sense that
the models have of it. Chosen by hand: with more, guesses count as observations."""
_TORTURED_SHARE = 0.25
"""Weight of tortured phrases in the counts by family: each is damage, and they come from papers, not from pages. Chosen
by hand: with more, the usual mix leans to their family."""
_NAME_SIGNS = str.maketrans(dict.fromkeys("/:\t\r\n", "-"))


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """`original` became `spun`: lower-cased words joined by one space, "" for nothing.

    `families` holds (family of spinner, count); `retrieved` says whether the original text itself was found.
    """

    spun: str
    original: str
    count: int
    documents: int
    families: tuple[tuple[str, int], ...]
    retrieved: bool

    @property
    def page_count(self) -> int:
        """The count without the tortured phrases."""
        return self.count - self.tortured_count

    @property
    def tortured_count(self) -> int:
        """The number of distinct tortured phrases that hold the pair."""
        return sum(n for name, n in self.families if name == TORTURED)

    @property
    def family_weights(self) -> dict[str, float]:
        """The counts by family; tortured phrases, of which every one is damage, weigh a quarter."""
        return {name: count * (_TORTURED_SHARE if name == TORTURED else 1.0) for name, count in self.families}

    @property
    def weight(self) -> float:
        """The count, with half the weight for whatever was inferred without the original at hand."""
        pages = self.page_count * (1.0 if self.retrieved else _INFERRED_WEIGHT)
        return pages + self.tortured_count * _INFERRED_WEIGHT

    def weight_in(self, families: Mapping[str, float], otherwise: float = 0.0) -> float:
        """Return the weight with the counts of each family weighed, by `otherwise` where it is not named."""
        pages = 1.0 if self.retrieved else _INFERRED_WEIGHT
        total = 0.0
        for name, count in self.families:
            total += count * families.get(name, otherwise) * (_INFERRED_WEIGHT if name == TORTURED else pages)
        return total


@dataclass(slots=True)
class WordCounts:
    """How often a word was met, and how often unchanged; by family of spinner where that is known.

    Tortured phrases are counted apart, because every one of those holds damage.
    """

    times: int = 0
    same: int = 0
    tortured_times: int = 0
    tortured_same: int = 0
    families: Counter[str] = field(default_factory=Counter)

    def add(self, times: int, same: int, families: Iterable[tuple[str, int]] = ()) -> None:
        """Add counts; those of the family of tortured phrases alone go to the tortured ones."""
        given = dict(families)
        if set(given) == {TORTURED}:
            self.tortured_times += times
            self.tortured_same += same
            return
        self.times += times
        self.same += same
        self.families.update(given)

    def merge(self, other: WordCounts) -> None:
        """Add the counts of another table."""
        self.times += other.times
        self.same += other.same
        self.tortured_times += other.tortured_times
        self.tortured_same += other.tortured_same
        self.families.update(other.families)


@dataclass
class ChannelTable:
    """The content of a table: rows by (spun, original), counts by word, tokens of the spun texts."""

    rows: dict[tuple[str, str], ChannelRow] = field(default_factory=dict)
    seen: dict[str, WordCounts] = field(default_factory=lambda: defaultdict(WordCounts))
    kept: dict[str, WordCounts] = field(default_factory=lambda: defaultdict(WordCounts))
    tokens: int = 0

    def add_row(self, row: ChannelRow) -> None:
        """Add a row; its counts add up with those of an equal one."""
        known = self.rows.get((row.spun, row.original))
        if known is not None:
            families = Counter(dict(known.families))
            families.update(dict(row.families))
            ordered = tuple(sorted(families.items(), key=lambda item: (-item[1], item[0])))
            retrieved = known.retrieved or row.retrieved
            count, documents = known.count + row.count, known.documents + row.documents
            row = ChannelRow(row.spun, row.original, count, documents, ordered, retrieved)
        self.rows[row.spun, row.original] = row

    def merge(self, other: ChannelTable) -> None:
        """Add all counts of another table."""
        for row in other.rows.values():
            self.add_row(row)
        for mine, theirs in ((self.seen, other.seen), (self.kept, other.kept)):
            for word, counts in theirs.items():
                mine[word].merge(counts)
        self.tokens += other.tokens


def complete(table: ChannelTable) -> None:
    """Assume counts, as the estimates do, for words that have rows but were never counted.

    Else a few counts of another table would speak for all occurrences. Originals are assumed to be kept three times of
    four.
    """
    spun: dict[str, list[ChannelRow]] = defaultdict(list)
    originals: dict[str, float] = defaultdict(float)
    for row in table.rows.values():
        if row.spun not in table.seen:
            spun[row.spun].append(row)
        if row.original not in table.kept:
            originals[row.original] += row.weight
    for word, rows in spun.items():
        families: Counter[str] = Counter()
        for row in rows:
            families.update({name: count for name, count in row.families if name != TORTURED})
        table.seen[word].add(math.ceil(sum(row.weight for row in rows)), 0, families.items())
    for word, weight in originals.items():
        table.kept[word].add(4 * math.ceil(weight), 3 * math.ceil(weight))


def family_name(name: str) -> str:
    """Return a name as a table can hold it: the signs that separate families become hyphens."""
    return name.translate(_NAME_SIGNS).strip() or "own"


def read_table(path: Path) -> ChannelTable:
    """Read a table.

    Raises `ModelNotFoundError` if it is missing or unreadable, `ModelDamagedError`, with the line, if it is broken.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return _read(file, path)
    except OSError as error:
        raise ModelNotFoundError(
            f"cannot read the channel table {path}: {error.strerror}; make one with `restore learn PAIRS -o {path}`"
        ) from error
    except UnicodeDecodeError as error:
        raise _damaged(path, "it is not UTF-8") from error


def write_table(path: Path, lines: Iterable[tuple[object, ...]]) -> int:
    """Write lines as the functions below make them, whole or not at all; gives their number. Raises `OSError`."""
    number = 0
    with writing(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        writer = csv.writer(text, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None)
        writer.writerow(COLUMNS)
        for number, line in enumerate(lines, 1):  # noqa: B007
            writer.writerow(line)
        text.detach()  # flushes, and leaves the file open
    return number


def row_line(row: ChannelRow) -> tuple[object, ...]:
    """Return the line of a row."""
    families = join_families(row.families)
    return "row", row.spun, row.original, row.count, "", row.documents, families, int(row.retrieved)


def seen_line(word: str, times: int, same: int, families: Iterable[tuple[str, int]] = ()) -> tuple[object, ...]:
    """Return the line that tells how often a spun word was seen, and how often it stood for itself."""
    return "seen", word, "", times, same, "", join_families(families), ""


def kept_line(word: str, times: int, same: int, families: Iterable[tuple[str, int]] = ()) -> tuple[object, ...]:
    """Return the line that tells how often an original was seen, and how often it was left alone."""
    return "kept", "", word, times, same, "", join_families(families), ""


def tokens_line(tokens: int) -> tuple[object, ...]:
    """Return the line that tells how many tokens the spun texts have."""
    return "tokens", "", "", tokens, "", "", "", ""


def join_families(families: Iterable[tuple[str, int]]) -> str:
    """Write counts by family, largest first: `A:3/G:1`."""
    return "/".join(f"{name}:{count}" for name, count in sorted(families, key=lambda f: (-f[1], f[0])))


def split_families(text: str) -> tuple[tuple[str, int], ...]:
    """Read counts by family; raises `ValueError` for anything else."""
    found = []
    for part in text.split("/") if text else ():
        name, _, count = part.rpartition(":")
        found.append((name, int(count)))
    return tuple(found)


def table_sha256(path: str | Path) -> str:
    """Return the SHA-256 of a table's file; raises `ModelNotFoundError` if it cannot be read."""
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelNotFoundError(
            f"cannot read the channel table {path}: {error.strerror}; make one with `restore learn PAIRS -o {path}`"
        ) from error


def _read(file: Iterable[str], path: Path) -> ChannelTable:
    reader: Iterator[list[str]] = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
    if tuple(next(reader, ())) != COLUMNS:
        raise _damaged(path, "its first line is not the header of a channel table")
    table = ChannelTable()
    for number, fields in enumerate(reader, 2):
        try:
            _add_line(table, fields)
        except (ValueError, csv.Error) as error:
            raise _damaged(path, f"line {number}: {error}") from error
    return table


def _add_line(table: ChannelTable, fields: Sequence[str]) -> None:
    """Add one line to a table; raises `ValueError` if it is none."""
    kind, spun, original, count, same, documents, families, retrieved = fields
    if kind == "row":
        table.add_row(
            ChannelRow(spun, original, int(count), int(documents), split_families(families), retrieved == "1")
        )
    elif kind == "seen":
        table.seen[spun].add(int(count), int(same), split_families(families))
    elif kind == "kept":
        table.kept[original].add(int(count), int(same), split_families(families))
    elif kind == "tokens":
        table.tokens += int(count)
    else:
        raise ValueError(f"there is no kind {kind!r}")


def _damaged(path: Path, what: str) -> ModelDamagedError:
    return ModelDamagedError(
        f"{path} is no channel table ({what}): make it anew with `restore learn PAIRS -o {path}`, or take it out of"
        " `channels`"
    )
