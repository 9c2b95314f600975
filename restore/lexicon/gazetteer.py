"""What is known of names without any reference: listed names of several words, nations, offices and who holds them.

The tables names.tsv.gz and offices.tsv are built by training/lexicon/names.py.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from operator import itemgetter

from restore.runtime.tables import table_path

LISTED_NAMES = "listed names"
"""The source of evidence for listed names."""
STRONG_NAME = 0.85
"""The score from which such evidence may change a word that looks like a part of a name."""
INITIAL = re.compile(r"[^\W\d_]\.?")
_SINGLE = frozenset({"nation", "capital"})
_TRUSTED = frozenset("cwfl")


@dataclass(frozen=True, slots=True)
class ListedName:
    """A name as it is written; `kind` is person, place, organisation, nation, capital or other.

    `sources` has a letter for each list: c the counts of clean corpora, f factbook, l lists of organisations and
    places, t titles of encyclopaedia articles, w WordNet.
    """

    form: str
    kind: str
    sources: str

    @property
    def trust(self) -> float:
        """How sure the form is: 1 for persons and lists that keep capitals, 0.5 for titles, whose were guessed."""
        return 1.0 if self.kind == "person" or _TRUSTED & set(self.sources) else 0.5

    @property
    def words(self) -> tuple[str, ...]:
        """The words without initials, in lower case."""
        return without_initials(self.form.lower().split())


class NameTable:
    """The listed names by their words."""

    def __init__(self, names: Iterable[ListedName]) -> None:
        """`names` have one word (nations and capitals) or more."""
        self._names: dict[tuple[str, ...], ListedName] = {}
        for name in names:
            words = name.words
            known = self._names.get(words)
            if words and (known is None or len(name.sources) > len(known.sources)):
                self._names[words] = name

    def __contains__(self, words: object) -> bool:
        """Return whether lower-cased words, initials left out, are a listed name."""
        return words in self._names

    def kind(self, words: Sequence[str]) -> str:
        """Return the kind of the listed name of these lower-cased words; "" if there is none."""
        found = self._names.get(tuple(words))
        return found.kind if found is not None else ""

    def nation(self, word: str) -> ListedName | None:
        """Return the nation, people or capital of one lower-cased word."""
        found = self._names.get((word,))
        return found if found is not None and found.kind in _SINGLE else None

    def near_matches(self, words: Sequence[str], place: int) -> Mapping[str, ListedName]:
        """Return the names of as many words that differ at `place` alone, by the lower-cased word they have there."""
        return self._masked.get((place, *words[:place], *words[place + 1 :]), {})

    @cached_property
    def parts(self) -> frozenset[str]:
        """The lower-cased words of the names of several words."""
        return frozenset(word for words in self._names if len(words) > 1 for word in words)

    @cached_property
    def _masked(self) -> dict[tuple[int | str, ...], dict[str, ListedName]]:
        found: dict[tuple[int | str, ...], dict[str, ListedName]] = defaultdict(dict)
        for words, name in self._names.items():
            if len(words) > 1:
                for place, word in enumerate(words):
                    found[place, *words[:place], *words[place + 1 :]][word] = name
        return dict(found)


@dataclass(frozen=True)
class Offices:
    """Office words, and how often the sources give a person (by lower-cased surname) each of them."""

    words: frozenset[str]
    held: Mapping[str, Mapping[str, int]]

    @property
    def longest(self) -> int:
        """The number of words of the longest office."""
        return max((office.count(" ") + 1 for office in self.words), default=1)


def without_initials(words: Sequence[str]) -> tuple[str, ...]:
    """Leave out initials that stand between other words ("george w. bush")."""
    last = len(words) - 1
    if last < 2:
        return tuple(words)
    return tuple(w for n, w in enumerate(words) if not (0 < n < last and INITIAL.fullmatch(w)))


@cache
def load_names() -> NameTable:
    """Load the listed names once; raises `ModelNotFoundError` if the table is missing."""
    with gzip.open(table_path("names.tsv.gz"), "rt", encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        fields = itemgetter(*map(next(rows).index, ("name", "kind", "sources")))
        return NameTable(ListedName(*fields(row)) for row in rows)


@cache
def load_offices() -> Offices:
    """Load the offices once; raises `ModelNotFoundError` if the table is missing."""
    words: set[str] = set()
    held: dict[str, dict[str, int]] = defaultdict(dict)
    with table_path("offices.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["surname"]:
                held[row["surname"]][row["office"]] = int(row["times"])
            else:
                words.add(row["office"])
    return Offices(frozenset(words), dict(held))
