"""Build the tables of the spinner channel: what turned into what, and how often words were left alone.

Reads the counts measured on spun pages (`substitutions.tsv`, the later `substitutions_2.tsv`, `channel_inverse.tsv`,
`channel_forward.tsv`; their example column is never read) and, if given, the tortured phrases of the Problematic Paper
Screener. Writes `spinner_channel.tsv` in the form that restore/channel/tables.py describes.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from restore.channel.tables import (
    TORTURED,
    ChannelRow,
    WordCounts,
    kept_line,
    row_line,
    seen_line,
    split_families,
    tokens_line,
    write_table,
)
from training.paths import MODELS

NOTHING = "∅"
SUBSTITUTIONS = "substitutions.tsv", "substitutions_2.tsv"
PAGE_TOKENS = 17_000  # of the spun pages on which whole texts were aligned
_ODD = re.compile(r"[^\w\s'’.,~/-]")
_LETTER = re.compile(r"[^\W\d_]")
_PLAIN_WORD = re.compile(r"[a-z][a-z'’.-]*")


@dataclass
class Row:
    """What is known of one pair."""

    documents: int = 0
    retrieved: bool = False
    families: Counter[str] = field(default_factory=Counter)


def normalise(phrase: str) -> str:
    """Lower case, single spaces, straight apostrophes, nothing for the empty-set sign."""
    if phrase.strip() == NOTHING:
        return ""
    return " ".join(phrase.lower().replace("’", "'").split())


def usable(spun: str, original: str) -> bool:
    """Leave out rows about mark-up, quotation marks and case alone (casing is another source's work)."""
    if spun == original or _ODD.search(spun + original):
        return False
    return bool(_LETTER.search(spun + original)) or (spun == "~" and not original)


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    """Read a table with a header."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def page_rows(paths: Iterable[Path]) -> dict[tuple[str, str], Row]:
    """Read the pairs measured on pages; the tables are of different pages, so counts and documents add up."""
    rows: dict[tuple[str, str], Row] = defaultdict(Row)
    for path in paths:
        add_page_rows(rows, path)
    return rows


def add_page_rows(rows: dict[tuple[str, str], Row], path: Path) -> None:
    """Add the pairs of one table; a pair that several of its lines tell was found on at least the most documents."""
    documents: dict[tuple[str, str], int] = defaultdict(int)
    for fields in read_rows(path):
        pair = normalise(fields["spun_phrase"]), normalise(fields["original_phrase"])
        if not usable(*pair):
            continue
        row = rows[pair]
        documents[pair] = max(documents[pair], int(fields["docs"]))
        row.retrieved = row.retrieved or "original" in fields["relation"].split("/")
        for part in fields["families"].split("/"):
            name, _, count = part.rpartition(":")
            row.families[name] += int(count)
    for pair, number in documents.items():
        rows[pair].documents += number


def tortured_rows(path: Path) -> tuple[Counter[tuple[str, str]], Counter[str]]:
    """Count word pairs over distinct phrases of equal length, and whole phrases of unequal length.

    Returns the counts of the pairs that differ and those of the words left alone.
    """
    pairs: Counter[tuple[str, str]] = Counter()
    alone: Counter[str] = Counter()
    seen: set[tuple[str, str]] = set()
    for fields in read_rows(path):
        tortured, expected = normalise(fields["tortured"]), normalise(fields["expected"])
        if (tortured, expected) in seen or not tortured or not expected:
            continue
        seen.add((tortured, expected))
        left, right = tortured.split(), expected.split()
        if not all(_PLAIN_WORD.fullmatch(word) for word in left + right):
            continue
        if len(left) != len(right):
            pairs[tortured, expected] += 1
            continue
        for spun, original in zip(left, right, strict=True):
            if spun == original:
                alone[spun] += 1
            else:
                pairs[spun, original] += 1
    return pairs, alone


def merge(rows: dict[tuple[str, str], Row], pairs: Counter[tuple[str, str]]) -> list[ChannelRow]:
    """Put both sources together, most frequent pair first."""
    for pair, count in pairs.items():
        if usable(*pair):
            rows[pair].families[TORTURED] += count
            rows[pair].documents += count
    table = []
    for (spun, original), row in rows.items():
        families = tuple(sorted(row.families.items(), key=lambda f: (-f[1], f[0])))
        table.append(ChannelRow(spun, original, row.families.total(), row.documents, families, row.retrieved))
    return sorted(table, key=lambda r: (-r.count, r.spun, r.original))


def counted(path: Path, word: str, times: str, kept: str, share: bool) -> dict[str, WordCounts]:
    """Read how often each word was seen and left alone; `share` says whether the table holds a share of the times."""
    counts: dict[str, WordCounts] = defaultdict(WordCounts)
    for fields in read_rows(path):
        seen = int(fields[times])
        same = round(float(fields[kept]) * seen) if share else int(fields[kept])
        key = normalise(fields[word])
        if key:
            counts[key].add(seen, same, split_families(fields.get("families") or ""))
    return counts


def totals(pairs: Counter[tuple[str, str]], alone: Counter[str], side: int) -> Counter[str]:
    """Count how often each word stands on one side of the tortured phrases."""
    counts = Counter(alone)
    for pair, count in pairs.items():
        counts[pair[side]] += count
    return counts


def main() -> None:
    """Build the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("channel", type=Path, help="folder with the two substitutions*.tsv and the two channel_*.tsv")
    parser.add_argument("--tortured", type=Path, help="pairs.tsv of the tortured phrases")
    parser.add_argument("--out", type=Path, default=MODELS, help="where the tables go")
    args = parser.parse_args()

    pairs, alone = tortured_rows(args.tortured) if args.tortured else (Counter(), Counter())
    rows = merge(page_rows(args.channel / name for name in SUBSTITUTIONS), pairs)
    seen = counted(args.channel / "channel_inverse.tsv", "spun", "n", "self_count", share=False)
    kept = counted(args.channel / "channel_forward.tsv", "original", "n", "kept", share=True)
    lines = [row_line(row) for row in rows]
    for line, counts, side in ((seen_line, seen, 0), (kept_line, kept, 1)):
        tortured = totals(pairs, alone, side)
        for word in sorted(filter(None, counts.keys() | tortured.keys())):
            if word in counts:
                lines.append(line(word, counts[word].times, counts[word].same, counts[word].families.items()))
            if tortured[word]:
                lines.append(line(word, tortured[word], alone[word], [(TORTURED, tortured[word])]))
    path = args.out / "spinner_channel.tsv"
    print(f"{path}: {write_table(path, [*lines, tokens_line(PAGE_TOKENS)])} lines, {len(rows)} of them rows")


if __name__ == "__main__":
    main()
