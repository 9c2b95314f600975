"""What the words of the references say of a candidate, wherever they stand there: no alignment is asked.

Alignment judges whole sentences and links of words, and misses what a heavily changed sentence still shows: that the
word which is proposed stands in the reference among the same words as here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import pairwise

from restore.candidates.base import Context
from restore.references.rarity import rarity
from restore.text.parsing import Token

_AROUND = 6
"""Words on either side that count as around a place; chosen by hand."""
_TELLING = 0.2
"""Rarer words say what a place is about (restore/references/rarity.py: "the" is 0); chosen by hand."""
_BESIDE = 8
"""Words on either side of which it is looked whether they stand in the references in the same order; chosen by hand."""
_MOST_PLACES = 40
"""Places of a word in the references that are looked at; chosen by hand, for speed."""


class ReferenceFeatures:
    """Describes candidates of one text by the words of its references; nothing where there are none."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._around_places: dict[tuple[int, int], dict[str, float]] = {}

    def describe(
        self, tokens: Sequence[Token], old: Sequence[str], new: Sequence[str], content: bool
    ) -> dict[str, float]:
        """Return the features of a change from the words `old`, which are `tokens`, to `new`.

        `content` says whether a word that tells something is among the old ones.
        """
        references = self._context.references
        if not references:
            return {}
        known, pairs = self._words
        content = content and old != new
        linked = any(
            link.relation == "exact" for r in references for t in tokens for link in r.links_of.get(t.index, ())
        )
        left, right = self._context.parsed.beside(tokens)
        before, after = left.lower if left else "", right.lower if right else ""
        found = {
            "context.reference": 1.0,
            "context.reference_spun": float(content and all(w in known for w in old)),
            "context.reference_word": float(content and bool(new) and all(w in known for w in new)),
            "context.reference_pair": pair_share(pairs, before, new, after),
            "context.reference_spun_pair": pair_share(pairs, before, old, after),
            "context.linked": float(linked and old != new),
            "context.reference_copied": self._copied_share(0, len(self._context.parsed.tokens)),
            "context.reference_copied_here": self._copied_beside(tokens),
        }
        if old != new:
            around = self._around(tokens)
            there, here = self._shared(new, around), self._shared(old, around)
            found |= {"context.reference_around": there, "context.reference_around_gain": there - here}
            if content and new:
                found["context.reference_voices"] = float(
                    sum(all(w in side for w in new) for side in self._vocabularies)
                )
        return found

    @cached_property
    def _vocabularies(self) -> list[frozenset[str]]:
        """The words of each reference, in small letters, and their lemmas."""
        return [frozenset((*lower, *lemmas)) for lower, lemmas in self._sides]

    @cached_property
    def _copied(self) -> tuple[list[int], list[int]]:
        """Before each token of the text: how many pairs of words there are so far, and how many a reference has too."""
        _, known = self._words
        pairs, copied = [0], [0]
        for first, second in pairwise(self._context.parsed.tokens):
            counts = first.is_word and second.is_word and first.sentence == second.sentence
            pairs.append(pairs[-1] + counts)
            copied.append(copied[-1] + (counts and (first.lower, second.lower) in known))
        return pairs, copied

    def _copied_share(self, first: int, last: int) -> float:
        """Return the share of the pairs among tokens `[first, last)` that stand in a reference as well."""
        pairs, copied = self._copied
        between = pairs[last - 1] - pairs[first] if last > first else 0
        return (copied[last - 1] - copied[first]) / between if between else 0.0

    def _copied_beside(self, tokens: Sequence[Token]) -> float:
        """Return the share of the pairs of words on both sides of a place that stand in a reference as well."""
        pairs, copied = self._copied
        first, last, end = tokens[0].index, tokens[-1].index + 1, len(self._context.parsed.tokens)
        all_pairs = known = 0
        for a, b in ((max(0, first - _BESIDE), first), (last, min(end, last + _BESIDE))):
            if b - a > 1:
                all_pairs += pairs[b - 1] - pairs[a]
                known += copied[b - 1] - copied[a]
        return known / all_pairs if all_pairs else 0.0

    @cached_property
    def _words(self) -> tuple[Counter[str], Counter[tuple[str, str]]]:
        words: Counter[str] = Counter()
        pairs: Counter[tuple[str, str]] = Counter()
        for lower, lemmas in self._sides:
            words.update(lower)
            words.update(lemma for lemma, word in zip(lemmas, lower, strict=True) if lemma != word)
            pairs.update(pairwise(lower))
        return words, pairs

    @cached_property
    def _sides(self) -> list[tuple[list[str], list[str]]]:
        """The words of each reference, in small letters, and their lemmas."""
        sides = [reference.parsed.tokens for reference in self._context.references]
        return [([t.lower for t in tokens], [t.lemma for t in tokens]) for tokens in sides]

    @cached_property
    def _places(self) -> dict[str, list[tuple[int, int]]]:
        """The places of every word: which reference, which token."""
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for side, (lower, _) in enumerate(self._sides):
            for number, word in enumerate(lower):
                if len(found[word]) < _MOST_PLACES:
                    found[word].append((side, number))
        return found

    def _around(self, tokens: Sequence[Token]) -> dict[str, float]:
        """Return the informative words around a place, as lemmas, with their weights (0 to 1)."""
        key = tokens[0].index, tokens[-1].index
        found = self._around_places.get(key)
        if found is None:
            every = self._context.parsed.tokens
            near = (*every[max(0, key[0] - _AROUND) : key[0]], *every[key[1] + 1 : key[1] + 1 + _AROUND])
            weights = {t.lemma: rarity(t.lower) for t in near}
            found = {lemma: weight for lemma, weight in weights.items() if weight > _TELLING}
            self._around_places[key] = found
        return found

    def _shared(self, words: Sequence[str], around: dict[str, float]) -> float:
        """Return the weight of the words around a place that also stand around other words in a reference, at most."""
        if not words or not around:
            return 0.0
        best = 0.0
        for side, at in self._places.get(words[0], ()):
            lower, lemmas = self._sides[side]
            end = at + len(words)
            if len(words) > 1 and lower[at:end] != list(words):
                continue
            near = {*lemmas[max(0, at - _AROUND) : at], *lemmas[end : end + _AROUND]}
            best = max(best, sum(weight for lemma, weight in around.items() if lemma in near))
        return best


def pair_share(pairs: Counter[tuple[str, str]], before: str, middle: Iterable[str], after: str) -> float:
    """Return the share of the word pairs, from the left neighbour to the right one, that are among `pairs`."""
    words = [w for w in (before, *middle, after) if w]
    steps = len(words) - 1
    return sum(step in pairs for step in pairwise(words)) / steps if steps > 0 else 0.0
