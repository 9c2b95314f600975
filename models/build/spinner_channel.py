"""Build the tables of the spinner channel: what turned into what, and how often words were left alone.

Reads the counts measured on spun pages (`substitutions.tsv`, `channel_inverse.tsv`, `channel_forward.tsv`; their
example column is never read) and, if given, the tortured phrases of the Problematic Paper Screener. Writes
`spinner_channel.tsv`, `spinner_seen.tsv` and `spinner_kept.tsv`.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

NOTHING = "∅"
TORTURED = "TP"
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


def page_rows(path: Path) -> dict[tuple[str, str], Row]:
    """Read the pairs measured on pages."""
    rows: dict[tuple[str, str], Row] = defaultdict(Row)
    for fields in read_rows(path):
        pair = normalise(fields["spun_phrase"]), normalise(fields["original_phrase"])
        if not usable(*pair):
            continue
        row = rows[pair]
        row.documents = max(row.documents, int(fields["docs"]))
        row.retrieved = row.retrieved or "original" in fields["relation"].split("/")
        for part in fields["families"].split("/"):
            name, _, count = part.rpartition(":")
            row.families[name] += int(count)
    return rows


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


def write(path: Path, header: list[str], rows: list[list[object]]) -> None:
    """Write a table with a header."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None)
        writer.writerow(header)
        writer.writerows(rows)
    print(f"{path}: {len(rows)} rows")


def merge(rows: dict[tuple[str, str], Row], pairs: Counter[tuple[str, str]]) -> list[list[object]]:
    """Put both sources together, most frequent pair first."""
    for pair, count in pairs.items():
        if usable(*pair):
            rows[pair].families[TORTURED] += count
            rows[pair].documents += count
    table: list[list[object]] = []
    for (spun, original), row in rows.items():
        families = "/".join(f"{name}:{n}" for name, n in sorted(row.families.items(), key=lambda f: (-f[1], f[0])))
        table.append([spun, original, row.families.total(), row.documents, families, int(row.retrieved)])
    return sorted(table, key=lambda r: (-int(str(r[2])), str(r[0]), str(r[1])))


def counted(path: Path, word: str, times: str, kept: str, share: bool) -> dict[str, tuple[int, int]]:
    """Read (times seen, times unchanged) of each word; `share` says whether the table holds a share of the times."""
    counts: dict[str, tuple[int, int]] = {}
    for fields in read_rows(path):
        seen = int(fields[times])
        same = round(float(fields[kept]) * seen) if share else int(fields[kept])
        key = normalise(fields[word])
        if key:
            before = counts.get(key, (0, 0))
            counts[key] = (before[0] + seen, before[1] + same)
    return counts


def totals(pairs: Counter[tuple[str, str]], alone: Counter[str], side: int) -> Counter[str]:
    """Count how often each word stands on one side of the tortured phrases."""
    counts = Counter(alone)
    for pair, count in pairs.items():
        counts[pair[side]] += count
    return counts


def main() -> None:
    """Build the three tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("channel", type=Path, help="folder with substitutions.tsv and the two channel_*.tsv")
    parser.add_argument("--tortured", type=Path, help="pairs.tsv of the tortured phrases")
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1], help="where the tables go")
    args = parser.parse_args()

    pairs, alone = tortured_rows(args.tortured) if args.tortured else (Counter(), Counter())
    rows = merge(page_rows(args.channel / "substitutions.tsv"), pairs)
    header = ["spun", "original", "count", "documents", "families", "retrieved"]
    write(args.out / "spinner_channel.tsv", header, rows)

    seen = counted(args.channel / "channel_inverse.tsv", "spun", "n", "self_count", share=False)
    kept = counted(args.channel / "channel_forward.tsv", "original", "n", "kept", share=True)
    for name, word, last, counts, side in (
        ("spinner_seen.tsv", "spun", "itself", seen, 0),
        ("spinner_kept.tsv", "original", "kept", kept, 1),
    ):
        tortured = totals(pairs, alone, side)
        table: list[list[object]] = [
            [w, *counts.get(w, (0, 0)), tortured[w], alone[w]] for w in sorted(counts.keys() | tortured.keys()) if w
        ]
        if name == "spinner_kept.tsv":
            table = [[w, n, f"{k / n:.3f}" if n else "1", t, a] for w, n, k, t, a in table]  # type: ignore[operator]
        write(args.out / name, [word, "times", last, "tortured_times", "tortured_same"], table)


if __name__ == "__main__":
    main()
