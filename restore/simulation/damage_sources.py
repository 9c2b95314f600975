"""What a spinner can write for a word: the rows of its family, and what no row knows.

The latter is drawn from the lexicon (WordNet, Moby, shared translations and word vectors with learned probabilities),
from WordNet blind to senses, from the words that share a translation in a pivot language whatever their part of
speech, from all words of the part of speech, and for function words from their own class.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import accumulate
from random import Random
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from restore.channel.model import TORTURED, ChannelRow, SpinnerChannel
from restore.lexicon.frequencies import log_frequency
from restore.lexicon.originals import lexical_originals
from restore.lexicon.pivot import load_pivot
from restore.lexicon.vectors import load_vectors
from restore.lexicon.wordnet import Pos, load_thesaurus
from restore.simulation.damage_styles import is_of
from restore.simulation.damage_text import UNUSABLE
from restore.text.morphology import inflected

_OTHER_FAMILIES = 0.05  # chosen by hand: most rows of one family are not another's
_ONE_PAGE = 0.8  # chosen by hand: fillers of one page weigh a sixth of those of two
_TORTURED_FAMILIES = frozenset({TORTURED, "S", "T"})
_RELATION_SHARE = {"synonym": 0.6, "similar": 0.15, "hypernym": 0.08, "hyponym": 0.08, "sister": 0.05, "derived": 0.04}
"""How much each relation of WordNet is drawn. Chosen by hand: spinners replace by synonyms, and their dictionaries hold
near words as well."""
_WORDNET = 0.1
"""The share of WordNet where the lexicon has something, too. Chosen by hand: it brings senses and phrases that the
lexicon does not have; more makes damage less like that of real spinners, from which the lexicon's probabilities were
learned."""
_RARER = 0.37
"""Gives originals e to the 0.48 as frequent as what is written for them, the mean of the channel's content words."""
_PHRASES = 0.13
"""How often a phrase is written for a single content word: 312 of 2,476 counts of the channel's rows."""
_COMMONER = 0.25
"""Chosen by hand: a word is taken twice as readily as one a sixteenth as common, because dictionaries list common
translations first."""
_PARTNERS = 40  # chosen by hand: the tail of a long list of partners holds words that nobody writes
_NEARER, _MORE_FREQUENT = 6.0, 0.4
"""Exponents by which strangers are drawn, fitted by benchmarks/unrelated.py."""
_CLASSES: tuple[frozenset[str], ...] = tuple(
    frozenset(words.split())
    for words in (
        "about above across after against along among around at before behind below beside between beyond by despite"
        " down during for from in inside into near of off on onto out outside over past per since through throughout"
        " till to toward towards under until up upon via with within without",
        "a an the this that these those some any each every",
        "my your his her its our their",
        "me him her us them it",
        "can could may might must shall should will would",
        "and or but nor yet so",
        "although as because if since though unless whereas whether while when where until",
        "who whom which that what whose",
        "not never no",
    )
)
"""Words that grammars put in one class; spinners swap within it where a foreign word means several of them."""


class Drawn(NamedTuple):
    """Words to draw from and their running sums of weights."""

    words: tuple[str, ...]
    sums: tuple[float, ...]

    def draw(self, rng: Random) -> str | None:
        """Draw a word; None from an empty list."""
        return rng.choices(self.words, cum_weights=self.sums)[0] if self.words else None


NONE = Drawn((), ())
"""Nothing to draw from."""


def drawn(weighed: Iterable[tuple[str, float]]) -> Drawn:
    """Return words with weights in the form to draw from; those without weight are left out."""
    kept = [(word, weight) for word, weight in weighed if weight > 0]
    return Drawn(tuple(word for word, _ in kept), tuple(accumulate(weight for _, weight in kept)))


@lru_cache(maxsize=8)
def damaged_phrases(channel: SpinnerChannel) -> frozenset[str]:
    """Return what the rows of a channel damage."""
    return frozenset(row.original for row in channel.rows)


@lru_cache(maxsize=8)
def phrase_openings(channel: SpinnerChannel) -> frozenset[str]:
    """Return the first words of the phrases that the rows of a channel damage."""
    return frozenset(phrase.split(" ")[0] for phrase in damaged_phrases(channel) if " " in phrase)


@lru_cache(maxsize=100_000)
def usable_rows(channel: SpinnerChannel, family: str, phrase: str) -> tuple[ChannelRow, ...]:
    """Return the rows that say what a family writes for a phrase, those that drop it left out."""
    return tuple(
        row
        for row in channel.damages(phrase)
        if row.spun and not UNUSABLE.search(row.spun) and row_weight(row, family) > 0
    )


@lru_cache(maxsize=100_000)
def row_draw(channel: SpinnerChannel, family: str, phrase: str) -> Drawn:
    """Return what the rows of a family write for a phrase, by their counts."""
    return drawn((row.spun, row_weight(row, family)) for row in usable_rows(channel, family, phrase))


@lru_cache(maxsize=100)
def filler_draw(channel: SpinnerChannel, family: str) -> Drawn:
    """Return what a family puts in where nothing stood; what a single page has is that page's own subject."""
    rows = usable_rows(channel, family, "")
    return drawn((row.spun, row_weight(row, family) * (row.documents - _ONE_PAGE)) for row in rows)


@lru_cache(maxsize=100_000)
def own_count(channel: SpinnerChannel, family: str, phrase: str) -> float:
    """Return how often the family itself was seen to damage a phrase."""
    return sum(_own_count(row, family) for row in usable_rows(channel, family, phrase))


@lru_cache(maxsize=100_000)
def known_spins(channel: SpinnerChannel, phrase: str) -> frozenset[str]:
    """Return what any family was seen to write for a phrase."""
    return frozenset(row.spun for row in channel.damages(phrase))


def row_weight(row: ChannelRow, family: str) -> float:
    """Return the count of a row in a family, plus a little of the others'."""
    own = _own_count(row, family)
    every = row.count if family in _TORTURED_FAMILIES else row.page_count
    return own + _OTHER_FAMILIES * (every - own)


def _own_count(row: ChannelRow, family: str) -> float:
    """Return the count of a row in a family; tortured phrases are the work of the families of encyclopaedic text."""
    if family in _TORTURED_FAMILIES:
        return sum(count for name, count in row.families if name in _TORTURED_FAMILIES)
    return sum(count for name, count in row.families if is_of(name, family))


@lru_cache(maxsize=60_000)
def relatives(lemma: str, pos: Pos) -> Drawn:
    """Return lemmas a spinner could write, most by the lexicon's probabilities, drawn towards rare words.

    The probabilities were learned on real pages, and real spinners are drawn as far. WordNet adds its phrases.
    """
    wordnet = _wordnet_relatives(lemma, pos)
    found = lexical_originals(lemma, pos)
    weights = [math.exp(c.log_probability - _RARER * log_frequency(c.lemma)) for c in found]
    total = sum(weights)
    if not total:
        return drawn(_with_phrases(wordnet))
    share = 1.0 - _WORDNET if wordnet else 1.0
    lexical = [(c.lemma, share * weight / total) for c, weight in zip(found, weights, strict=True)]
    return drawn(_with_phrases((*lexical, *((word, _WORDNET * weight) for word, weight in wordnet))))


@lru_cache(maxsize=60_000)
def blind_relatives(lemma: str) -> Drawn:
    """Return what WordNet has for a word in any sense of any part of speech, all senses alike."""
    thesaurus = load_thesaurus()
    words = {
        other: 1.0
        for pos in thesaurus.parts_of_speech(lemma)
        for number in thesaurus.senses(lemma, pos)
        for other in thesaurus.synset(number).lemmas
        if other != lemma and other.islower() and other.replace(" ", "").isalpha()
    }
    return drawn(words.items())


@lru_cache(maxsize=60_000)
def homographs(word: str) -> Drawn:
    """Return the words that share a translation with a word, whatever their sense and part of speech.

    A word that shares it in several pivot languages counts as often, and common words more than rare ones.
    """
    pivot = load_pivot()
    numbers, languages = pivot.partners(word)
    found = [
        (pivot.words[number], float(count) * math.exp(_COMMONER * log_frequency(pivot.words[number])))
        for number, count in zip(numbers.tolist(), languages.tolist(), strict=True)
        if len(pivot.words[number]) > 1 and pivot.words[number] != word
    ]
    return drawn(sorted(found, key=lambda pair: (-pair[1], pair[0]))[:_PARTNERS])


@cache
def _words_of(pos: Pos) -> tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.float32]]:
    """Return the lemmas of a part of speech that have a vector, their rows, and ln of their frequency."""
    vectors, thesaurus = load_vectors(), load_thesaurus()
    kept = [
        (row, word)
        for row, word in enumerate(vectors.words[: vectors.lemmas])
        if len(word) > 2 and word.isalpha() and pos in thesaurus.parts_of_speech(word)
    ]
    words = tuple(word for _, word in kept)
    return (
        words,
        np.array([row for row, _ in kept], np.int64),
        np.array([log_frequency(word) for word in words], np.float32),
    )


def strange_words(lemma: str, pos: Pos) -> tuple[tuple[str, ...], NDArray[np.float32], NDArray[np.float32]]:
    """Return all words of a part of speech, how near each is to a lemma (cosine), and ln of its frequency."""
    vectors = load_vectors()
    words, rows, frequency = _words_of(pos)
    row = vectors.rows.get(lemma)
    nearness = np.zeros(len(rows), np.float32) if row is None else vectors.matrix[rows] @ vectors.matrix[row]
    return words, nearness, frequency


def stranger(lemma: str, pos: Pos, rng: Random) -> str | None:
    """Draw a word that no resource relates to another, as private tables and chained translations bring them.

    A quarter of the single content words on real pages are such (benchmarks/unrelated.py): near words and common ones
    more readily than others, anything now and then.
    """
    words, nearness, frequency = strange_words(lemma, pos)
    scores = _NEARER * nearness + _MORE_FREQUENT * frequency
    sums = np.exp(scores - scores.max()).cumsum()
    word = words[min(int(np.searchsorted(sums, rng.random() * sums[-1])), len(words) - 1)]
    return None if word == lemma else word


@lru_cache(maxsize=2_000)
def class_mates(word: str) -> Drawn:
    """Return the function words of the same classes as one, common ones more readily."""
    mates = {mate for group in _CLASSES if word in group for mate in group if mate != word}
    return drawn((mate, math.exp(_COMMONER * log_frequency(mate))) for mate in sorted(mates))


@lru_cache(maxsize=60_000)
def phrases(lemma: str, pos: Pos) -> Drawn:
    """Return the phrases that WordNet relates to a word or a phrase."""
    return drawn((word, weight) for word, weight in _wordnet_relatives(lemma, pos) if " " in word)


@lru_cache(maxsize=60_000)
def wordnet_relatives(lemma: str, pos: Pos) -> Drawn:
    """Return the words and phrases that WordNet relates to a word or a phrase."""
    return drawn(_wordnet_relatives(lemma, pos))


def _with_phrases(weighed: Sequence[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    """Let phrases have the share that they have on real pages, where there are phrases and single words."""
    of_phrases = sum(weight for word, weight in weighed if " " in word)
    of_words = sum(weight for word, weight in weighed if " " not in word)
    if not of_phrases or not of_words:
        return tuple(weighed)
    factors = (1.0 - _PHRASES) / of_words, _PHRASES / of_phrases
    return tuple((word, weight * factors[" " in word]) for word, weight in weighed)


@lru_cache(maxsize=60_000)
def _wordnet_relatives(lemma: str, pos: Pos) -> tuple[tuple[str, float], ...]:
    """Return related lemmas with weights: each relation has a share; frequent senses weigh more, phrases less."""
    groups: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for other in load_thesaurus().expand(lemma, pos):
        if other.lemma.replace(" ", "").isalpha() and other.lemma.islower():
            weight = 1.0 / (1 + other.sense) / (1 + 2 * other.lemma.count(" "))
            groups[other.relation].append((other.lemma, weight))
    totals = {relation: sum(weight for _, weight in found) for relation, found in groups.items()}
    return tuple(
        (word, _RELATION_SHARE[relation] * weight / totals[relation])
        for relation, found in groups.items()
        for word, weight in found
    )


@lru_cache(maxsize=100_000)
def inflect(lemma: str, tag: str) -> str:
    """Return a lemma inflected for a Penn tag: a phrase at its verb or at its last noun before "of"."""
    words = lemma.split(" ")
    place = 0 if tag.startswith("V") else (words.index("of") - 1 if "of" in words[1:] else len(words) - 1)
    forms = inflected(words[place], tag, by_rule=tag[0] in "VN")
    if forms:
        words[place] = forms[0]
    return " ".join(words)
