"""Which sentences of a reference tell the same as which sentences of the text: many to many, in any order.

Sentences are compared by the words they share, weighted by rarity; spelling variants of names count as the same name.
Only sentences that share a telling word are compared (inverted index), so long texts stay cheap.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise

from rapidfuzz import fuzz, process

from restore.alignment.records import SentencePair
from restore.parsing import ParsedText, Sentence, Token
from restore.references.rarity import rarity

_FUZZY_NAME = 80.0
_MIN_TELLING = 0.25
_MIN_SCORE = 0.3
_MIN_SHARED = 0.8
_MIN_TOLD = 0.35
_MOST_PAIRS = 4
_BIGRAM = 0.5
_LONGEST_POSTING = 60


def align_sentences(spun: ParsedText, reference: ParsedText) -> tuple[SentencePair, ...]:
    """Pair the sentences of a text with those of a reference; sorted by text order, then best first.

    A sentence may have several partners (at most four) or none.
    """
    same_name = _name_variants(spun, reference)
    ours = [_features(spun, s, same_name) for s in spun.sentences]
    theirs = [_features(reference, s, {}) for s in reference.sentences]
    index: dict[str, list[int]] = defaultdict(list)
    for n, features in enumerate(theirs):
        for feature, weight in features.items():
            if weight >= _MIN_TELLING:
                index[feature].append(n)
    rare = _document_rarity(theirs)
    verbatim = _verbatim(reference)
    pairs: list[SentencePair] = []
    for n, features in enumerate(ours):
        copies = verbatim.get(_words(spun, n), ())
        if copies:  # what both say in the same words needs no other partner
            pairs += [SentencePair(n, m, 1.0) for m in copies[:_MOST_PAIRS]]
            continue
        lists = (index.get(f, ()) for f, weight in features.items() if weight >= _MIN_TELLING)
        near = {m for found in lists if len(found) <= _LONGEST_POSTING for m in found}
        scored = (SentencePair(n, m, _likeness(features, theirs[m], rare)) for m in near)
        good = sorted((p for p in scored if p.score >= _MIN_SCORE), key=lambda p: (-p.score, p.reference))
        pairs += good[:_MOST_PAIRS]
    return tuple(pairs)


def _words(parsed: ParsedText, sentence: int) -> tuple[str, ...]:
    return tuple(t.text for t in parsed.sentence_tokens(parsed.sentences[sentence]))


def _verbatim(reference: ParsedText) -> dict[tuple[str, ...], list[int]]:
    found: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for sentence in reference.sentences:
        found[_words(reference, sentence.index)].append(sentence.index)
    return found


def _features(parsed: ParsedText, sentence: Sentence, same_name: Mapping[str, str]) -> dict[str, float]:
    """Give the lemmas, figures and names of a sentence, and its neighbouring pairs of words, with their weights."""
    words = [(same_name.get(t.lower, _key(t)), _weight(t)) for t in parsed.sentence_tokens(sentence) if _weight(t) > 0]
    features = dict(words)
    for (left, x), (right, y) in pairwise(words):
        if x + y >= _MIN_TELLING:
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


def _likeness(ours: Mapping[str, float], theirs: Mapping[str, float], rare: Mapping[str, float]) -> float:
    """Weigh the shared features against the shorter sentence (a sentence may tell a part of another) and the longer."""
    shared = math.fsum(weight * rare.get(f, 1.0) for f, weight in ours.items() if f in theirs)
    telling = math.fsum(w for f, w in ours.items() if w >= _MIN_TELLING and " " not in f and f in theirs)
    if shared < _MIN_SHARED or telling < _MIN_TOLD:
        return 0.0
    a = math.fsum(weight * rare.get(f, 1.0) for f, weight in ours.items() if " " not in f)
    b = math.fsum(weight * rare.get(f, 1.0) for f, weight in theirs.items() if " " not in f)
    return min(1.0, 0.5 * shared / min(a, b) + 0.5 * shared / max(a, b))


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
