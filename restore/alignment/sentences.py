"""Which sentences of a reference tell the same as which sentences of the text: many to many, in any order.

Sentences are compared by the words they share, weighted by rarity, and by their meaning (sentence_pairs.py); spelling
variants of names count as the same name. Only sentences that share an informative word are compared (inverted index),
so long texts stay cheap.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise

from rapidfuzz import fuzz, process

from restore.alignment.records import SentencePair
from restore.alignment.sentence_pairs import (
    MIN_INFORMATIVE,
    Floats,
    SentenceContent,
    describe,
    load_pair_model,
    meaning,
)
from restore.references.rarity import rarity
from restore.text.parsing import ParsedText, Sentence, Token

_FUZZY_NAME = 80.0
"""The least likeness (rapidfuzz's ratio, 0 to 100) of two spellings of one name (Dmitri, Dmitry). Chosen by hand:
lower, and other people are taken for one."""
_MIN_TOLD = 0.35
"""The weight of informative words that two sentences must share to be compared: a common noun is too little. By
hand."""
_MOST_PAIRS = 4
"""Partners of a sentence. Chosen by hand, for speed: the words of each pair are aligned."""
_BIGRAM = 0.5
"""What a pair of neighbouring words weighs, by the mean of both. Chosen by hand; the model of sentence pairs
(training/alignment/sentence_pairs.py) is fitted to it."""
_LONGEST_POSTING = 60
"""Sentences of a reference that have a word, from which on the word does not bring sentences together. Chosen by hand:
it keeps long texts cheap, and what stands in so many tells none from another."""


def align_sentences(spun: ParsedText, reference: ParsedText) -> tuple[SentencePair, ...]:
    """Pair the sentences of a text with those of a reference; sorted by text order, then best first.

    A sentence may have several partners (at most four) or none.
    """
    model = load_pair_model()
    given, matrix = compared(spun, reference)
    chances = model.chances(matrix).tolist()
    verbatim = _verbatim(reference)
    copied = {n: verbatim.get(_words(spun, n), ()) for n in range(len(spun.sentences))}
    found: dict[int, list[SentencePair]] = defaultdict(list)
    for (n, m), chance in zip(given, chances, strict=True):
        if chance >= model.least and not copied[n]:
            found[n].append(SentencePair(n, m, round(chance, 4)))
    pairs: list[SentencePair] = []
    for n, copies in copied.items():  # what both say in the same words needs no other partner
        pairs += [SentencePair(n, m, 1.0) for m in copies[:_MOST_PAIRS]]
        pairs += sorted(found[n], key=lambda p: (-p.score, p.reference))[:_MOST_PAIRS]
    return tuple(pairs)


def compared(spun: ParsedText, reference: ParsedText) -> tuple[list[tuple[int, int]], Floats]:
    """Return the pairs of sentences that share an informative word, and their features (pairs, features)."""
    same_name = _name_variants(spun, reference)
    ours = [_content_of(spun, s, same_name) for s in spun.sentences]
    theirs = [_content_of(reference, s, {}) for s in reference.sentences]
    index: dict[str, list[int]] = defaultdict(list)
    for n, content in enumerate(theirs):
        for feature, weight in content.weights.items():
            if weight >= MIN_INFORMATIVE:
                index[feature].append(n)
    pairs = []
    for n, content in enumerate(ours):
        shared: dict[int, float] = defaultdict(float)
        for feature, weight in content.weights.items():
            found = index.get(feature, ()) if weight >= MIN_INFORMATIVE else ()
            for m in found if len(found) <= _LONGEST_POSTING else ():
                shared[m] += weight
        pairs += [(n, m) for m, weight in sorted(shared.items()) if weight >= _MIN_TOLD]
    return pairs, describe(pairs, ours, theirs, _document_rarity(content.weights for content in theirs))


def _content_of(parsed: ParsedText, sentence: Sentence, same_name: Mapping[str, str]) -> SentenceContent:
    tokens = parsed.sentence_tokens(sentence)
    weights = _features(parsed, sentence, same_name)
    names = frozenset(same_name.get(t.lower, t.lower) for t in tokens if t.is_name)
    figures = frozenset(_key(t) for t in tokens if any(c.isdigit() for c in t.text))
    words = {t.lower: _weight(t) for t in tokens if t.is_word}
    return SentenceContent(weights, names, figures, meaning(words), sum(t.is_word for t in tokens))


def _words(parsed: ParsedText, sentence: int) -> tuple[str, ...]:
    return tuple(t.text for t in parsed.sentence_tokens(parsed.sentences[sentence]))


def _verbatim(reference: ParsedText) -> dict[tuple[str, ...], list[int]]:
    found: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for sentence in reference.sentences:
        found[_words(reference, sentence.index)].append(sentence.index)
    return found


def _features(parsed: ParsedText, sentence: Sentence, same_name: Mapping[str, str]) -> dict[str, float]:
    """Return the lemmas, figures and names of a sentence, and its neighbouring pairs of words, with their weights."""
    words = [(same_name.get(t.lower, _key(t)), _weight(t)) for t in parsed.sentence_tokens(sentence) if _weight(t) > 0]
    features = dict(words)
    for (left, x), (right, y) in pairwise(words):
        if x + y >= MIN_INFORMATIVE:
            features[f"{left} {right}"] = _BIGRAM * (x + y) / 2
    return features


def _key(token: Token) -> str:
    if any(c.isdigit() for c in token.text):
        return "".join(c for c in token.text if c.isdigit())
    return token.lower if token.is_name else token.lemma


def _weight(token: Token) -> float:
    if any(c.isdigit() for c in token.text):
        return 0.6
    weight = rarity(token.lower if token.is_name else token.lemma)
    return weight if weight > 0.02 else 0.0


def _document_rarity(sentences: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Discount what stands in many sentences of the reference: it cannot tell one from another."""
    counts: dict[str, int] = defaultdict(int)
    for features in sentences:
        for feature in features:
            counts[feature] += 1
    return {feature: 1 / (1 + 0.35 * math.log(count)) for feature, count in counts.items()}


def _name_variants(spun: ParsedText, reference: ParsedText) -> dict[str, str]:
    """Map names of the text that the reference lacks to its variant spelling (Dmitri, Dmitry)."""
    names = {t.lower for t in reference.tokens if t.is_name and len(t.text) > 3}
    known = reference.vocabulary
    unknown = {t.lower for t in spun.tokens if t.is_name and len(t.text) > 3 and t.lower not in known}
    variants: dict[str, str] = {}
    choices = sorted(names)
    for name in sorted(unknown):
        best = process.extractOne(name, choices, scorer=fuzz.ratio, score_cutoff=_FUZZY_NAME)
        if best is not None and best[0][0] == name[0]:
            variants[name] = best[0]
    return variants
