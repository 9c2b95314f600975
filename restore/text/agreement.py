"""Does a word form fit its place: what auxiliaries, determiners and subjects ask for, read from the parse."""

from __future__ import annotations

from functools import lru_cache

from restore.text.morphology import forms_by_tag, lemmas_by_pos
from restore.text.parsing import ParsedText, Token

_SINGULAR = frozenset({"a", "an", "each", "every", "this", "another", "one"})
_PLURAL = frozenset({"these", "those", "many", "several", "few", "both", "various", "two", "three", "four", "five"})
_THIRD = frozenset({"he", "she", "it", "this", "that"})
_NOT_THIRD = frozenset({"i", "you", "we", "they", "these", "those"})
_VERBS = frozenset({"VB", "VBD", "VBG", "VBN", "VBP", "VBZ"})
_NOUNS = frozenset({"NN", "NNS"})


def agreement(parsed: ParsedText, token: Token, word: str) -> float:
    """Return whether `word` fits the place of `token` better than the token does: 1, or worse: -1; else 0."""
    wanted = wanted_tags(parsed, token)
    return fit(word, wanted) - fit(token.lower, wanted) if wanted else 0.0


def misfits(parsed: ParsedText, token: Token) -> bool:
    """Return whether the form of a verb or noun cannot stand here, as far as its neighbours and its subject tell."""
    wanted = wanted_tags(parsed, token)
    return bool(wanted) and fit(token.lower, wanted) == 0.0


def fit(word: str, wanted: frozenset[str]) -> float:
    """Return how well a lower-cased form fits the tags that are wanted at its place.

    Give 1 if the form can carry a wanted tag, 0 if it only has others of that class, else a half.
    """
    tags = penn_tags(word)
    if tags & wanted:
        return 1.0
    family = _VERBS if wanted <= _VERBS else _NOUNS
    return 0.0 if tags & family else 0.5


def wanted_tags(parsed: ParsedText, token: Token) -> frozenset[str]:
    """Return the Penn tags that the neighbours and the subject of a token ask for; none if they ask for nothing."""
    sentence = parsed.sentences[token.sentence]
    left = [t for t in parsed.tokens[max(sentence.first, token.index - 2) : token.index] if t.pos != "ADV"]
    before = left[-1] if left else None
    if before is not None:
        if before.tag in {"MD", "TO"} and token.pos in {"VERB", "AUX", "NOUN", "ADJ"} and before.pos != "ADP":
            return frozenset({"VB"})
        if before.pos == "AUX" and before.lemma == "have":
            return frozenset({"VBN"})
        if before.pos == "AUX" and before.lemma == "be" and token.pos == "VERB":
            return frozenset({"VBG", "VBN"})
        if token.pos == "NOUN" and before.lower in _SINGULAR:
            return frozenset({"NN"})
        if token.pos == "NOUN" and before.lower in _PLURAL:
            return frozenset({"NNS"})
    return _by_subject(parsed, token) if token.pos in {"VERB", "AUX"} else frozenset()


def _by_subject(parsed: ParsedText, token: Token) -> frozenset[str]:
    """Return the finite forms that the subject asks for, if the verb stands right after it and has no auxiliary."""
    sentence = parsed.sentence_tokens(parsed.sentences[token.sentence])
    own = [t for t in sentence if t.head == token.index and t.index != token.index]
    subjects = [t for t in own if t.dep == "nsubj" and t.index < token.index]
    if len(subjects) != 1 or any(t.dep in {"aux", "auxpass"} for t in own):
        return frozenset()
    subject = subjects[0]
    if subject.lower in _NOT_THIRD or subject.tag in {"NNS", "NNPS"}:
        return frozenset({"VBP", "VBD"})
    if subject.lower in _THIRD or subject.tag in {"NN", "NNP"}:
        return frozenset({"VBZ", "VBD"})
    return frozenset()


@lru_cache(maxsize=50_000)
def penn_tags(word: str) -> frozenset[str]:
    """Return the Penn tags that a lower-cased form can carry as a verb or a noun; empty if unknown."""
    found = set()
    for pos, lemmas in lemmas_by_pos(word).items():
        if pos in {"VERB", "NOUN", "AUX"}:
            for lemma in lemmas:
                found |= {tag for tag, forms in forms_by_tag(lemma).items() if word in forms}
    return frozenset(found & (_VERBS | _NOUNS))
