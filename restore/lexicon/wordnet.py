"""WordNet's lemmas, senses and relations, from the shipped table."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal, NamedTuple, get_args

from restore.runtime.tables import table_path

Pos = Literal["n", "v", "a", "r"]
Relation = Literal["synonym", "similar", "hypernym", "hyponym", "sister", "derived"]
RELATIONS: tuple[Relation, ...] = get_args(Relation)
"""The relations, nearest first."""
SPACY_POS: dict[str, Pos] = {"NOUN": "n", "PROPN": "n", "VERB": "v", "AUX": "v", "ADJ": "a", "ADV": "r"}
"""The part of speech of WordNet for that of spaCy."""
_PLACES = {relation: place for place, relation in enumerate(RELATIONS)}
_CROWD = 40
"""Synsets below one (or beside an adjective's) above which its sisters are left out: so many share too little to stand
for one another. Chosen by hand; 113 of 96,316 synsets have more below them (counted)."""
_NEAR = 100
"""Lemmas whose neighbourhoods are kept, 30 kB each at most: each is asked about with many others in a row. By hand."""
_EXPANDED = 600  # the lemmas of a few articles: alignment, references and the lexicon ask one after the other


class Related(NamedTuple):
    """A lemma related to another: how, its part of speech, and the sense ranks (0 is the most frequent) of both."""

    lemma: str
    pos: Pos
    relation: Relation
    sense: int
    other_sense: int


@dataclass(frozen=True, slots=True)
class Synset:
    """Lemmas of one meaning and the numbers of the synsets above, below and beside it."""

    lemmas: tuple[str, ...]
    above: tuple[int, ...]
    below: tuple[int, ...]
    similar: tuple[int, ...]


class Thesaurus:
    """The table in memory; lines are decoded when they are asked for."""

    def __init__(self, table: str) -> None:
        """`table` is the text that training/lexicon/thesaurus.py writes."""
        synsets, lemmas, derived = table.split("\n\n")
        self._synsets = synsets.split("\n")
        self._senses = dict(line.split("\t", 1) for line in lemmas.split("\n"))
        self._derived = dict(line.split("\t", 1) for line in derived.rstrip("\n").split("\n"))
        self.synset = lru_cache(maxsize=20_000)(self._synset)
        self.senses = lru_cache(maxsize=30_000)(self._find_senses)
        self.expand = lru_cache(maxsize=_EXPANDED)(self._expand)
        self.near = lru_cache(maxsize=_NEAR)(self._find_near)

    def __contains__(self, lemma: object) -> bool:
        """Return whether a lower-cased lemma (words joined by one space) is listed."""
        return lemma in self._senses

    def lemmas(self) -> Iterator[str]:
        """Return all lemmas and phrases, in the order of the table."""
        return iter(self._senses)

    def _find_senses(self, lemma: str, pos: Pos) -> tuple[int, ...]:
        """Return the synsets of a lemma, most frequent sense first."""
        for part in self._senses.get(lemma, "").split("\t"):
            if part.startswith(f"{pos}:"):
                return tuple(map(int, part[2:].split()))
        return ()

    def parts_of_speech(self, lemma: str) -> tuple[Pos, ...]:
        """Return the parts of speech a lemma is listed with."""
        return tuple(part[0] for part in self._senses.get(lemma, "").split("\t") if part)  # type: ignore[misc]

    def sense_counts(self, lemma: str) -> dict[Pos, int]:
        """Return the number of senses a lemma has as each part of speech."""
        parts = (part for part in self._senses.get(lemma, "").split("\t") if part)
        return {part[0]: part.count(" ") + 1 for part in parts}  # type: ignore[misc]

    def derived(self, lemma: str) -> tuple[tuple[str, Pos], ...]:
        """Return the derivationally related lemmas with their part of speech."""
        forms = self._derived.get(lemma, "")
        return tuple((f[:-2], f[-1]) for f in forms.split("|") if f)  # type: ignore[misc]

    def _expand(self, lemma: str, pos: Pos) -> tuple[Related, ...]:
        """Return every lemma related by meaning, nearest relation first; a lemma comes once per relation it has."""
        reached: dict[Relation, dict[str, Related]] = {relation: {} for relation in RELATIONS}
        for rank, number in enumerate(self.senses(lemma, pos)):
            for relation, other in self._around(number):
                known = reached[relation]
                for word in self.synset(other).lemmas:
                    if word != lemma and word not in known:
                        known[word] = Related(word, pos, relation, rank, self._rank(word, pos, other))
        return tuple(found for known in reached.values() for found in known.values())

    def relation(self, first: str, second: str, pos: Pos | None = None) -> Relation | None:
        """Return what the second lemma is to the first, by the nearest relation of any sense; None if nothing."""
        nearest = len(RELATIONS)
        for p in (pos,) if pos else self.parts_of_speech(first):
            targets = self.senses(second, p)
            if targets:
                near = self.near(first, p)
                nearest = min(nearest, *(near.get(target, nearest) for target in targets))
        if nearest < len(RELATIONS):
            return RELATIONS[nearest]
        return "derived" if any(form == second for form, _ in self.derived(first)) else None

    def _find_near(self, lemma: str, pos: Pos) -> dict[int, int]:
        """Return the synsets around all senses of a lemma, each with the place of its nearest relation."""
        found: dict[int, int] = {}
        for number in self.senses(lemma, pos):
            for relation, other in self._around(number):
                place = _PLACES[relation]
                if place < found.get(other, len(RELATIONS)):
                    found[other] = place
        return found

    def _around(self, number: int) -> Iterator[tuple[Relation, int]]:
        """Yield the synsets around one, itself included; crowded families (hundreds of sisters) are left out."""
        synset = self.synset(number)
        yield "synonym", number
        for other in synset.similar:
            yield "similar", other
        for other in synset.above:
            yield "hypernym", other
        for other in synset.below:
            yield "hyponym", other
        for parent in synset.above:
            brood = self.synset(parent).below
            if len(brood) <= _CROWD:
                yield from (("sister", other) for other in brood if other != number)
        if not synset.above:
            for head in synset.similar:
                beside = self.synset(head).similar
                if len(beside) <= _CROWD:
                    yield from (("sister", other) for other in beside if other != number)

    def _rank(self, lemma: str, pos: Pos, number: int) -> int:
        senses = self.senses(lemma, pos)
        return senses.index(number) if number in senses else len(senses)

    def _synset(self, number: int) -> Synset:
        lemmas, above, below, similar = self._synsets[number].split("\t")
        lists = (tuple(map(int, part.split())) for part in (above, below, similar))
        return Synset(tuple(lemmas.split("|")), *lists)


@cache
def load_thesaurus() -> Thesaurus:
    """Load the shipped table once (about a fifth of a second); raises `ModelNotFoundError` if it is missing."""
    return Thesaurus(gzip.decompress(table_path("thesaurus.tsv.gz").read_bytes()).decode())


@lru_cache(maxsize=100_000)
def related(word_a_lemma: str, word_b_lemma: str, pos: Pos | None = None) -> Relation | None:
    """Return what the second lemma is to the first ("synonym", "hypernym", ..., "derived"); None if nothing."""
    return load_thesaurus().relation(word_a_lemma, word_b_lemma, pos)


@cache
def _antonyms() -> frozenset[tuple[str, ...]]:
    """Load the shipped pairs once, each in order; raises `ModelNotFoundError` if the table is missing."""
    return frozenset(tuple(line.split("\t")) for line in table_path("antonyms.tsv").read_text("utf-8").splitlines())


def opposite(one: str, other: str) -> bool:
    """Return whether two lower-cased lemmas, verbs or adjectives, say the opposite ("rise", "fall")."""
    return tuple(sorted((one, other))) in _antonyms()
