"""What describes a pair of lemmas to the lexical channel: the features that the lexical resources give."""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from restore.lexicon.frequencies import log_frequency
from restore.lexicon.moby import load_moby
from restore.lexicon.pivot import load_pivot
from restore.lexicon.vectors import load_vectors
from restore.lexicon.wordnet import Pos, Related, Relation, load_thesaurus

FEATURES = (
    "wordnet.synonym",
    "wordnet.similar",
    "wordnet.hypernym",
    "wordnet.hyponym",
    "wordnet.sister",
    "wordnet.derived",
    "wordnet.other_pos",
    "wordnet.sense_spun",
    "wordnet.sense_original",
    "wordnet.shared_senses",
    "moby.lists",
    "moby.listed",
    "moby.both",
    "moby.together",
    "vectors.cosine",
    "vectors.near",
    "vectors.rank",
    "vectors.unknown",
    "pivot.shared",
    "pivot.languages",
    "agree.wordnet_moby",
    "agree.wordnet_cosine",
    "agree.moby_cosine",
    "agree.pivot_cosine",
    "frequency.original",
    "frequency.squared",
    "frequency.gain",
    "frequency.loss",
    "fan.moby",
    "fan.senses",
    "form.pos_agrees",
    "form.pos_share",
    "form.same_stem",
    "form.phrase",
)
"""What describes a pair of lemmas; the weights in models/lexicon.json go by these names."""
UNSEEN = ("unseen", "unseen.no_senses", "unseen.not_in_moby", "unseen.no_vector", "unseen.crowd")
"""What describes "something else"."""
COLUMN = {name: at for at, name in enumerate(FEATURES)}
_NEIGHBOURS = 60
"""Words nearest by their vectors that are candidates. Chosen by hand: with more, rarer originals are found and every
look-up takes longer. The weights of models/lexicon.json are fitted with the numbers here
(training/lexicon/originals.py): others need another fit."""
_WORDNET = 10  # the first names of FEATURES, which WordNet gives
_COMMON = 20_000
"""Lemmas, most frequent first, among which the nearest are looked for. Chosen by hand, for speed: with more, rarer
originals are found and every look-up takes longer."""
_LEAST_COSINE = 0.25
"""The cosine of a neighbour at least. Chosen by hand: with less, words that merely go together become candidates."""
_STEM = 4  # letters that words of one stem share; by hand: with three, "camp" and "camel" would
_SENSES_CAP = 10  # ranks of senses above it count as it; by hand: so rare senses say no more
_FAR: frozenset[Relation] = frozenset({"hyponym", "sister"})


class Described(NamedTuple):
    """The candidates of a spun lemma, a row of `FEATURES` for each, a row of `UNSEEN`, and WordNet's relations."""

    lemmas: tuple[str, ...]
    features: NDArray[np.float32]
    unseen: NDArray[np.float32]
    related: dict[str, Related]


class _Vocabulary(NamedTuple):
    """What is known of the vocabulary's lemmas, a row each: the first rows of the vectors."""

    frequency: NDArray[np.float32]
    fan_moby: NDArray[np.float32]
    fan_senses: NDArray[np.float32]
    pos_shares: NDArray[np.float32]
    beginnings: NDArray[np.int64]
    row_of_moby: NDArray[np.int32]
    moby_of_row: NDArray[np.int64]
    row_of_pivot: NDArray[np.int32]


_POS_COLUMN: dict[str, int] = {"n": 0, "v": 1, "a": 2, "r": 3}  # columns of the parts of speech; any order


@cache
def _load_words() -> _Vocabulary:
    vectors, thesaurus, moby = load_vectors(), load_thesaurus(), load_moby()
    lemmas = vectors.words[: vectors.lemmas]
    rows, pivot_rows = (
        np.array([vectors.rows.get(word, -1) for word in words], dtype=np.int32)
        for words in (moby.words, load_pivot().words)
    )
    rows[rows >= vectors.lemmas] = -1
    inside = np.flatnonzero(rows >= 0)
    back = np.full(len(lemmas), -1, dtype=np.int64)
    back[rows[inside]] = inside
    fan = np.zeros(len(lemmas), dtype=np.float32)
    fan[rows[rows >= 0]] = np.log1p(moby.lists.lengths()[rows >= 0])
    senses = np.zeros(len(lemmas), dtype=np.float32)
    shares = np.zeros((len(lemmas), len(_POS_COLUMN)), dtype=np.float32)
    for row, lemma in enumerate(lemmas):
        counts = thesaurus.sense_counts(lemma)
        senses[row] = sum(counts.values())
        for pos, count in counts.items():
            shares[row, _POS_COLUMN[pos]] = count
    frequency = np.array([log_frequency(lemma) for lemma in lemmas], dtype=np.float32)
    beginnings = np.array([_beginning(lemma) for lemma in lemmas], dtype=np.int64)
    return _Vocabulary(frequency, fan, np.log1p(senses), shares / senses[:, None], beginnings, rows, back, pivot_rows)


def _beginning(word: str) -> int:
    """Return a number for the first four letters."""
    return int.from_bytes(word[:_STEM].encode()[:8])


def describe(lemma: str, pos: Pos) -> Described:
    """Collect the candidates of a spun lemma and describe them; no weights are used."""
    vectors, words = load_vectors(), _load_words()
    related, flags = _wordnet(lemma, pos)
    itself = vectors.rows.get(lemma, -1)
    vector = vectors.matrix[itself] if itself >= 0 else np.zeros(vectors.matrix.shape[1], dtype=np.float32)
    near = _nearest(vectors.matrix[:_COMMON] @ vector, itself)
    lists, listed = _moby(lemma, words)
    numbers, languages = load_pivot().partners(lemma)
    translated = words.row_of_pivot[numbers].astype(np.int64)
    places_of = {word: row for word in related if (row := vectors.rows.get(word, vectors.lemmas)) < vectors.lemmas}
    extras = [word for word, found in related.items() if found.relation not in _FAR and word not in places_of]
    related_rows = np.array(list(places_of.values()), dtype=np.int64)
    rows = np.unique(np.concatenate([near, lists, listed, translated, related_rows]))
    rows = rows[rows != itself]
    names = (*(vectors.words[row] for row in rows), *extras)
    table = np.zeros((len(names), len(FEATURES)), dtype=np.float32)
    _fill_vocabulary(table[: len(rows)], rows, lemma, pos)
    _fill_nearness(table[: len(rows)], rows, near, vectors.matrix[rows] @ vector, itself < 0)
    _fill_moby(table[: len(rows)], rows, lists[lists != itself], listed[listed != itself])
    _fill_together(table[: len(rows)], rows, lemma, words)
    at_partners = np.searchsorted(rows, translated)
    table[at_partners, COLUMN["pivot.shared"]] = 1.0
    table[at_partners, COLUMN["pivot.languages"]] = (languages - 1.0) / 2.0
    for at, name in enumerate(extras, start=len(rows)):
        _fill_extra(table[at], name, pos)
    places = np.concatenate([np.searchsorted(rows, related_rows), np.arange(len(rows), len(names))])
    table[places, :_WORDNET] = np.array([flags[word] for word in (*places_of, *extras)]).reshape(-1, _WORDNET)
    _fill_combined(table, log_frequency(lemma))
    senses = load_thesaurus().senses(lemma, pos)
    known = (not senses, lemma not in load_moby().numbers, itself < 0)
    unseen = np.array([1.0, *known, math.log1p(len(names)) / 10.0], dtype=np.float32)
    return Described(names, table, unseen, related)


def _nearest(common: NDArray[np.float32], itself: int) -> NDArray[np.int64]:
    """Return the rows of the nearest words, nearest first, from the cosines of the common ones; none if unknown."""
    if itself < 0:
        return np.zeros(0, dtype=np.int64)
    found = np.flatnonzero(common >= _LEAST_COSINE)
    if len(found) > _NEIGHBOURS + 1:
        found = found[np.argpartition(-common[found], _NEIGHBOURS)[: _NEIGHBOURS + 1]]
    found = found[found != itself]
    return np.asarray(found[np.argsort(-common[found], kind="stable")], dtype=np.int64)


def _fill_vocabulary(table: NDArray[np.float32], rows: NDArray[np.int64], lemma: str, pos: Pos) -> None:
    words, spelling = _load_words(), load_vectors().words
    table[:, COLUMN["frequency.original"]] = words.frequency[rows]
    table[:, COLUMN["fan.moby"]] = words.fan_moby[rows]
    table[:, COLUMN["fan.senses"]] = words.fan_senses[rows]
    shares = words.pos_shares[rows, _POS_COLUMN[pos]]
    table[:, COLUMN["form.pos_agrees"]] = shares > 0
    table[:, COLUMN["form.pos_share"]] = shares
    for at in np.flatnonzero(words.beginnings[rows] == _beginning(lemma)):
        table[at, COLUMN["form.same_stem"]] = _same_stem(lemma, spelling[rows[at]])


def _fill_nearness(
    table: NDArray[np.float32],
    rows: NDArray[np.int64],
    near: NDArray[np.int64],
    cosines: NDArray[np.float32],
    unknown: bool,
) -> None:
    table[:, COLUMN["vectors.cosine"]] = cosines
    table[:, COLUMN["vectors.unknown"]] = unknown
    places = np.searchsorted(rows, near)
    table[places, COLUMN["vectors.near"]] = 1.0
    table[places, COLUMN["vectors.rank"]] = 1.0 - np.log1p(np.arange(len(near))) / math.log1p(_NEIGHBOURS)


def _fill_moby(
    table: NDArray[np.float32],
    rows: NDArray[np.int64],
    lists: NDArray[np.int64],
    listed: NDArray[np.int64],
) -> None:
    """Mark the words that are listed by the spun lemma and that list it; all of them are among `rows`."""
    table[np.searchsorted(rows, lists), COLUMN["moby.lists"]] = 1.0
    table[np.searchsorted(rows, listed), COLUMN["moby.listed"]] = 1.0
    table[:, COLUMN["moby.both"]] = table[:, COLUMN["moby.lists"]] * table[:, COLUMN["moby.listed"]]


def _fill_together(table: NDArray[np.float32], rows: NDArray[np.int64], lemma: str, words: _Vocabulary) -> None:
    """Say how often the entries of Moby list each word beside the spun lemma."""
    moby = load_moby()
    number, others = moby.numbers.get(lemma), words.moby_of_row[rows]
    if number is not None:
        places = np.flatnonzero(others >= 0)
        table[places, COLUMN["moby.together"]] = moby.together(number, others[places])


def _fill_extra(row: NDArray[np.float32], lemma: str, pos: Pos) -> None:
    """Describe a lemma outside the vocabulary: a phrase, or a word without a vector."""
    counts = load_thesaurus().sense_counts(lemma)
    row[COLUMN["frequency.original"]] = log_frequency(lemma)
    row[COLUMN["fan.senses"]] = math.log1p(sum(counts.values()))
    row[COLUMN["form.pos_agrees"]] = pos in counts
    row[COLUMN["form.pos_share"]] = counts.get(pos, 0) / max(1, sum(counts.values()))
    row[COLUMN["form.phrase"]] = " " in lemma
    row[COLUMN["vectors.unknown"]] = 1.0


def _fill_combined(table: NDArray[np.float32], frequency: float) -> None:
    """Add what follows from the other columns; frequencies are in units of ten."""
    wordnet = table[:, : COLUMN["wordnet.sense_spun"]].any(axis=1)
    moby = (table[:, COLUMN["moby.lists"]] + table[:, COLUMN["moby.listed"]]) > 0
    cosine = table[:, COLUMN["vectors.cosine"]]
    gain = (table[:, COLUMN["frequency.original"]] - frequency) / 10.0
    table[:, COLUMN["agree.wordnet_moby"]] = wordnet & moby
    table[:, COLUMN["agree.wordnet_cosine"]] = wordnet * cosine
    table[:, COLUMN["agree.moby_cosine"]] = moby * cosine
    table[:, COLUMN["agree.pivot_cosine"]] = table[:, COLUMN["pivot.shared"]] * cosine
    table[:, COLUMN["frequency.gain"]] = np.maximum(gain, 0.0)
    table[:, COLUMN["frequency.loss"]] = np.maximum(-gain, 0.0)
    table[:, COLUMN["frequency.original"]] /= 10.0
    table[:, COLUMN["frequency.squared"]] = table[:, COLUMN["frequency.original"]] ** 2


def _moby(lemma: str, words: _Vocabulary) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows of the words that a lemma lists and is listed by."""
    moby, rows = load_moby(), words.row_of_moby
    number = moby.numbers.get(lemma)
    if number is None:
        none = np.zeros(0, dtype=np.int64)
        return none, none
    lists, listed = rows[moby.lists.of(number)], rows[moby.listed_by.of(number)]
    return lists[lists >= 0].astype(np.int64), listed[listed >= 0].astype(np.int64)


def _wordnet(lemma: str, pos: Pos) -> tuple[dict[str, Related], dict[str, list[float]]]:
    """Return the lemmas WordNet relates, each with its nearest relation, and their first ten features."""
    thesaurus = load_thesaurus()
    related: dict[str, Related] = {}
    flags: dict[str, list[float]] = {}
    places = {name.partition(".")[2]: at for at, name in enumerate(FEATURES[:_WORDNET])}
    for part in dict.fromkeys((pos, *thesaurus.parts_of_speech(lemma))):
        for found in thesaurus.expand(lemma, part):
            row = flags.setdefault(found.lemma, [0.0] * _WORDNET)
            if part == pos:
                row[places[found.relation]] = 1.0
            else:
                row[places["other_pos"]] = max(row[places["other_pos"]], _OTHER_POS[found.relation])
            if found.lemma not in related:
                related[found.lemma] = found
                row[places["sense_spun"]] = math.log1p(min(found.sense, _SENSES_CAP))
                row[places["sense_original"]] = math.log1p(min(found.other_sense, _SENSES_CAP))
    own = set(thesaurus.senses(lemma, pos))
    for word, row in flags.items():
        if row[0]:
            row[places["shared_senses"]] = math.log1p(len(own.intersection(thesaurus.senses(word, pos))))
    for word, part in thesaurus.derived(lemma):
        flags.setdefault(word, [0.0] * _WORDNET)[places["derived"]] = 1.0
        related.setdefault(word, Related(word, part, "derived", 0, 0))
    flags.pop(lemma, None)
    related.pop(lemma, None)
    return related, flags


_OTHER_POS = {"synonym": 1.0, "similar": 0.7, "hypernym": 0.5, "hyponym": 0.5, "sister": 0.3, "derived": 0.3}
"""How much a relation counts in another part of speech than the one asked for (0 to 1), nearest first. Chosen by hand;
the fitted weight of `wordnet.other_pos` scales them all."""


def _same_stem(one: str, other: str) -> bool:
    """Return whether two words share four first letters, and half of the longer one."""
    shared = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared += 1
    return shared >= _STEM and 2 * shared >= max(len(one), len(other))
