"""Every word of a text as a row of numbers: what speaks for damage at that place, without a language model."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from restore.channel.model import SpinnerChannel
from restore.detection import boilerplate, casing, channel, doubled
from restore.detection.lexical import PossibleOriginal, word_facts
from restore.lexicon.frequencies import pair_counts, total_count, word_counts
from restore.lexicon.function_words import BORDER, load_function_words
from restore.lexicon.vectors import load_vectors
from restore.records import Finding, in_text_order
from restore.text.agreement import misfits
from restore.text.characters import straight
from restore.text.morphology import inflected
from restore.text.parsing import ParsedText, Token
from restore.text.word_lists import OPEN_CLASS

FEATURES = (
    "pos",
    "name",
    "figure",
    "opens",
    "log_count",
    "suspicion",
    "phrase_words",
    "phrase_pages",
    "excess",
    "pages",
    "families",
    "itself",
    "odds",
    "share",
    "times",
    "pair_before",
    "pair_after",
    "pair_gain",
    "near",
    "near_gain",
    "topic",
    "topic_gain",
    "witness",
    "slot",
    "slot_gain",
    "misfit",
    "article",
    "casing",
    "doubled",
    "boilerplate",
)
"""Names of the columns, in order."""
# Any numbers that differ; the trees of models/verdict.json are fitted with these.
_POS = {"NOUN": 1, "VERB": 2, "ADJ": 3, "ADV": 4, "ADP": 5, "DET": 6, "PRON": 7, "AUX": 8, "PART": 9, "CCONJ": 10}
"""Numbers of the parts of speech in a feature of the trees, as they were written down; 0 is any other."""
_POS |= {"SCONJ": 11, "PROPN": 12, "NUM": 13, "INTJ": 14}
OPEN_CLASS_CODES = tuple(_POS[pos] for pos in ("NOUN", "VERB", "ADJ", "ADV"))
"""Content words in the column `pos`."""
_WINDOW = 6
"""Words on either side, in the sentence, whose vectors say what a word should be near to. Chosen by hand. Other values
of this and the next need the trees of the verdict fitted anew (training/detection/verdict.py)."""
_UNLISTED = 400.0
"""The count that is added to every pair of words, seen or expected. Pairs below 100,000 are not listed, so those that
are not listed count as this. Chosen by hand: with less, pairs of rare words look more unusual than can be known."""
_LEAST_SHARE = 0.01
"""Added to the share of an original before its logarithm is taken; the table has whole per cent (LEAST of
training/detection/words.py), and this is the smallest. It moves only which original an explanation names."""
_VIEWS = ("tags", "before", "after")
_FORMS = {"casing": "casing", "doubled": "doubled", "stray": "doubled", "boilerplate": "boilerplate"}
_VOWELS = "aeio"
_CONSONANTS = "bcdfgjklmnpqrstvwyz"


@dataclass(frozen=True)
class WordFeatures:
    """The words of a text, a row each: their tokens, columns as in `FEATURES`, the likeliest originals, findings."""

    tokens: tuple[Token, ...]
    matrix: NDArray[np.float32]
    originals: tuple[str, ...]
    findings: tuple[Finding, ...]


def describe(parsed: ParsedText, table: SpinnerChannel) -> WordFeatures:
    """Describe every word of a text; raises `ModelNotFoundError` if a table is missing."""
    return _Describer(parsed, table).features()


def all_findings(parsed: ParsedText, table: SpinnerChannel | None = None) -> tuple[Finding, ...]:
    """Return the findings of every kind of damage in the order of the text; `table` replaces the shipped channel."""
    found = [
        *channel.find(parsed, table),
        *casing.find(parsed),
        *doubled.find(parsed),
        *boilerplate.find(parsed),
    ]
    return in_text_order(found)


class _Describer:
    """The columns of one text, filled kind by kind."""

    def __init__(self, parsed: ParsedText, table: SpinnerChannel) -> None:
        self.parsed, self.table = parsed, table
        self.words = tuple(t for t in parsed.tokens if t.is_word)
        self.row_of = {token.index: row for row, token in enumerate(self.words)}
        self.facts = [word_facts(table, straight(t.lower), t.lemma, t.pos) for t in self.words]
        self.columns = {name: np.zeros(len(self.words), dtype=np.float32) for name in FEATURES}
        self.best = [facts.alternatives[0].word if facts.alternatives else "" for facts in self.facts]

    def features(self) -> WordFeatures:
        findings = all_findings(self.parsed, self.table)
        if self.words:
            self._singly()
            self._forms(findings)
            self._pairs()
            self._meanings()
            self._grammar()
        matrix = np.column_stack([self.columns[name] for name in FEATURES])
        return WordFeatures(self.words, matrix, tuple(self.best), findings)

    def _singly(self) -> None:
        """Fill in what each word says by itself, and how often the text has it."""
        column, counts = self.columns, Counter(token.lemma for token in self.words)
        for row, (token, facts) in enumerate(zip(self.words, self.facts, strict=True)):
            column["pos"][row] = _POS.get(token.pos, 0)
            column["name"][row] = token.is_name
            column["figure"][row] = token.is_figure
            column["opens"][row] = token.index == self.parsed.sentences[token.sentence].first
            column["log_count"][row] = facts.log_count
            column["suspicion"][row] = facts.suspicion
            column["phrase_words"][row] = 1
            column["excess"][row] = facts.excess
            column["pages"][row] = min(20, facts.pages)
            column["families"][row] = min(6, facts.families)
            column["itself"][row] = facts.itself
            column["odds"][row] = facts.odds
            column["share"][row] = max((a.share for a in facts.alternatives), default=0.0)
            column["times"][row] = min(3, counts[token.lemma])

    def _forms(self, findings: tuple[Finding, ...]) -> None:
        """Fill in the findings: phrases that spinners write, and what breaks form (a mark counts at the next word)."""
        for finding in findings:
            tokens = self.parsed.tokens_between(finding.start, finding.end)
            rows = [self.row_of[t.index] for t in tokens if t.index in self.row_of]
            if not rows and tokens:
                rows = [row for row in [self.row_of.get(tokens[-1].index + 1)] if row is not None]
            if finding.kind in _FORMS:
                self.columns[_FORMS[finding.kind]][rows] = finding.score
            elif len(rows) > 1:
                pages = sum(row.documents for row in self.table.originals(straight(finding.text.lower())))
                self.columns["suspicion"][rows] = finding.score
                self.columns["phrase_words"][rows] = len(rows)
                self.columns["phrase_pages"][rows] = min(20, pages)

    def _pairs(self) -> None:
        """Fill in how usual the pairs with the words beside it are, and how much more so for a likely original."""
        for row, token in enumerate(self.words):
            if token.is_name or token.is_figure:
                continue
            before, after = self._beside(row)
            word = straight(token.lower)
            left, right = _bond(before, word), _bond(word, after)
            self.columns["pair_before"][row], self.columns["pair_after"][row] = left, right
            gains = [
                (self._gain(original, token, before, after, left + right), original) for original in self._other(row)
            ]
            if gains:
                self.columns["pair_gain"][row] = max(gain for gain, _ in gains)
                _, likely = max(gains, key=lambda pair: pair[0] + math.log(pair[1].share + _LEAST_SHARE))
                self.best[row] = likely.word

    @staticmethod
    def _gain(original: PossibleOriginal, token: Token, before: str, after: str, own: float) -> float:
        other = inflect(original.word, token.tag) if original.is_lemma else original.word
        return _bond(before, other) + _bond(other, after) - own

    def _meanings(self) -> None:
        """Fill in how near the word is to its neighbours and to the whole text, and how much nearer an original is."""
        vectors = load_vectors()
        rows = np.array([vectors.rows.get(t.lower, vectors.rows.get(t.lemma, -1)) for t in self.words])
        own = np.where(rows[:, None] >= 0, vectors.matrix[rows], 0.0)
        content = np.array([t.pos in OPEN_CLASS or t.pos == "PROPN" for t in self.words])
        weighted = own * content[:, None]
        sums = np.vstack([np.zeros(weighted.shape[1], dtype=np.float32), np.cumsum(weighted, axis=0)])
        first, last = self._borders
        near = _unit(sums[last] - sums[first] - weighted)
        topic = _unit(sums[-1] - weighted)
        known = rows >= 0
        places = [(row, other.word) for row in range(len(self.words)) for other in self._other(row)]
        pairs = [(row, vectors.rows[word]) for row, word in places if word in vectors.rows and known[row]]
        for name, around in (("near", near), ("topic", topic)):
            fit = np.einsum("ij,ij->i", own, around)
            self.columns[name][:] = np.where(known, fit, 0.0)
            if pairs:
                at, alternative = np.array(pairs).T
                gains = np.einsum("ij,ij->i", vectors.matrix[alternative], around[at]) - fit[at]
                best = np.full(len(self.words), -1.0, dtype=np.float32)
                np.maximum.at(best, at, gains.astype(np.float32))
                self.columns[f"{name}_gain"][:] = best
        here = Counter([*(t.lower for t in self.words), *(t.lemma for t in self.words)])
        for row, token in enumerate(self.words):
            if token.pos in OPEN_CLASS:
                shares = [a.share for a in self._other(row) if here[a.word] and a.word != token.lemma]
                self.columns["witness"][row] = max(shares, default=0.0)

    def _grammar(self) -> None:
        """Fill in whether function words fit their contexts, forms their subjects, and articles the next sound."""
        function_words = load_function_words()
        for row, token in enumerate(self.words):
            word = straight(token.lower)
            before, after = self.parsed.beside((token,))
            if word in function_words:
                contexts = _contexts(before, after)
                self.columns["slot"][row] = sum(
                    max(-3.0, function_words.fit(view, context, word))
                    for view, context in zip(_VIEWS, contexts, strict=True)
                )
                gains = [
                    sum(
                        function_words.gain(view, context, word, a.word)
                        for view, context in zip(_VIEWS, contexts, strict=True)
                    )
                    for a in self.facts[row].alternatives
                    if a.word in function_words
                ]
                self.columns["slot_gain"][row] = max(gains, default=0.0)
            if token.pos in {"VERB", "AUX", "NOUN"}:
                self.columns["misfit"][row] = misfits(self.parsed, token)
            if after is not None and after.is_word:
                self.columns["article"][row] = _wrong_article(word, after.text)

    def _other(self, row: int) -> tuple[PossibleOriginal, ...]:
        token, facts = self.words[row], self.facts[row]
        return () if token.is_name or token.is_figure else facts.alternatives

    def _beside(self, row: int) -> tuple[str, str]:
        before, after = self.parsed.beside((self.words[row],))
        return (
            straight(before.lower) if before is not None and before.is_word else "",
            straight(after.lower) if after is not None and after.is_word else "",
        )

    @cached_property
    def _borders(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the first and the last row (exclusive) of the window around each word, inside its sentence."""
        number = np.array([t.sentence for t in self.words])
        starts, ends = np.searchsorted(number, number, "left"), np.searchsorted(number, number, "right")
        rows = np.arange(len(number))
        return np.maximum(starts, rows - _WINDOW), np.minimum(ends, rows + _WINDOW + 1)


def _unit(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    unit: NDArray[np.float32] = matrix / np.maximum(norms, 1e-6)
    return unit


def _contexts(before: Token | None, after: Token | None) -> tuple[str, str, str]:
    tags = f"{before.tag if before else BORDER} {after.tag if after else BORDER}"
    return tags, before.lower if before else BORDER, after.lower if after else BORDER


@lru_cache(maxsize=200_000)
def _bond(first: str, second: str) -> float:
    """Return ln of how much more often two words stand side by side than by chance; 0 where that cannot be known."""
    counts = word_counts()
    if first not in counts or second not in counts:
        return 0.0
    expected = counts[first] * counts[second] / total_count()
    seen = pair_counts().get(f"{first} {second}", 0)
    return math.log((seen + _UNLISTED) / (expected + _UNLISTED))


@lru_cache(maxsize=50_000)
def inflect(lemma: str, tag: str) -> str:
    """Inflect a lemma for a Penn tag of spaCy; give it back where the tag asks for nothing."""
    forms = inflected(lemma, tag, by_rule=False) if tag[:2] in {"VB", "NN", "JJ", "RB"} else ()
    return forms[0] if forms else lemma


def _wrong_article(word: str, after: str) -> bool:
    start = after[:1].lower()
    if len(after) < 3 or after.isupper() or after[:3].lower() in {"one", "onc", "eur", "ewe", "euc", "eul"}:
        return False
    return (word == "a" and start in _VOWELS) or (word == "an" and start in _CONSONANTS)
