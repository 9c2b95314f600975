"""Add to offices.tsv who holds which office in the news: the other sources of the table end about 2015.

    python -m training.lexicon.offices ../shared/data/news

Counted are articles in which an office with a capital stands right before a name ("Prime Minister Boris Johnson"); a
pair counts from `LEAST` articles on. Run on the table that names.py wrote, whose offices are looked for.
"""

from __future__ import annotations

import argparse
import calendar
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from restore.lexicon.gazetteer import load_offices
from restore.text.casing import load_case_table
from training.encoder.corpus import rows
from training.paths import MODELS

LEAST, MOST = 8, 50
"""Articles from which on a pair counts, and what is noted at most: more says nothing more. Chosen by hand."""
SHARE = 0.02
"""Of the articles in which a person has any office, those that give this one, at least: slips of the pen are rarer."""
AMBIGUOUS = frozenset({"general"})
"""Before a name it may be an attorney's, or a company begins with it."""
FILES = ("clean_open", "clean_other", "events_open", "events_other")
SOURCE = "n"
_NAME = r"(?:[A-Z][\w'’-]*[a-z]|[A-Z]\.)"
_DATES = frozenset((*calendar.day_name, *calendar.month_name))


def pairs(text: str, pattern: re.Pattern[str], given: Counter[str]) -> set[tuple[str, str]]:
    """Return the (surname, office) pairs of an article, lower-cased; count in `given` what stands before surnames."""
    found = set()
    for match in pattern.finditer(text):
        names = [name for name in match["name"].split() if name not in _DATES]
        surname = re.sub(r"['’]s$", "", names[-1]).lower() if names else ""
        if surname and not surname.endswith(".") and is_surname(surname, alone=len(names) == 1):
            found.add((surname, match["office"].lower()))
            given.update(name.lower() for name in names[:-1])
    return found


def is_surname(word: str, alone: bool) -> bool:
    """Return whether a name behind an office may be a person's last: no common word, and no first name `alone`."""
    case = load_case_table()
    if alone and word in case.first_names:
        return False
    return word in case.surnames or not case.is_lower(word)


def pattern_of(offices: frozenset[str]) -> re.Pattern[str]:
    """Return what finds an office with capitals before a name of one to three words."""
    case = load_case_table()
    words = sorted((office.title() for office in offices - case.first_names - AMBIGUOUS), key=len, reverse=True)
    no_part = r"(?<![\w-])(?<!Vice )(?<!vice )(?<!Attorney )"
    return re.compile(rf"{no_part}(?P<office>{'|'.join(words)})\s+(?P<name>{_NAME}(?:\s+{_NAME}){{0,2}})")


def counted(folder: Path, pattern: re.Pattern[str]) -> Iterator[tuple[str, str, int]]:
    """Yield (surname, office, articles) of the pairs that count."""
    seen: set[str] = set()
    counts: Counter[tuple[str, str]] = Counter()
    given: Counter[str] = Counter()
    for name in FILES:
        for row in rows(folder / f"{name}.jsonl.zst"):
            if row["id"] not in seen:
                seen.add(row["id"])
                counts.update(pairs(row["text"], pattern, given))
    persons: Counter[str] = Counter()
    for (surname, _), number in counts.items():
        persons[surname] += number
    for (surname, office), number in sorted(counts.items()):
        if number >= LEAST and number >= SHARE * persons[surname] and given[surname] < persons[surname]:
            yield surname, office, min(number, MOST)


def main() -> None:
    """Merge the counts into the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("news", type=Path)
    given = options.parse_args()
    path = MODELS / "offices.tsv"
    head, *lines = path.read_text("utf-8").splitlines()
    table = {(row[0], row[1]): (int(row[2]), row[3]) for row in (line.split("\t") for line in lines)}
    if any(SOURCE in sources for _, sources in table.values()):
        options.error("the table has counts of news already: run names.py first")
    known = dict(table)
    for surname, office, number in counted(given.news, pattern_of(load_offices().words)):
        times, sources = known.get((surname, office), (0, ""))
        known[surname, office] = max(times, number), "".join(sorted({*sources, SOURCE}))
    written = [f"{a}\t{b}\t{times}\t{sources}" for (a, b), (times, sources) in sorted(known.items())]
    path.write_text("\n".join([head, *written]) + "\n", "utf-8")
    print(f"{len(known)} rows, {sum(SOURCE in found[1] for found in known.values())} with news")


if __name__ == "__main__":
    main()
