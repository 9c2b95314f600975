"""How two words are related: exact, case, lemma, synonym or spelling; and what counts as a figure that must agree."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from rapidfuzz import fuzz

from restore.lexicon.wordnet import SPACY_POS, load_thesaurus
from restore.text.parsing import Token, has_digit
from restore.text.word_lists import CONTENT_POS, UNITS

EXACT, CASE, LEMMA, SYNONYM, SPELLING = "exact", "case", "lemma", "synonym", "spelling"
_SCORES = {EXACT: 1.0, CASE: 0.95, LEMMA: 0.85, SYNONYM: 0.7, SPELLING: 0.6}
"""How near (0 to 1) two words are by what relates them. Chosen by hand, and only the order is meant. The ranker is
fitted to them (feature `reference.aligned`), so others need new weights."""
_KINSHIP = {"synonym": 1.0, "derived": 0.9, "similar": 0.8, "hypernym": 0.6, "hyponym": 0.6, "sister": 0.4}
"""How near (0 to 1) two words are by their relation in WordNet. Chosen by hand, as above."""
_SPELLING_RATIO = 83.0
"""The least likeness (rapidfuzz's ratio, 0 to 100) of two spellings of one word. Chosen by hand: lower, and words that
only look alike are taken for one; higher, and transliterations are lost."""
_SPELLING_LENGTH = 4
"""Letters of a word that can be a spelling of another. Chosen by hand: one letter makes another word of a shorter
one."""
_CONTENT = CONTENT_POS | {"NUM"}
_NUMBERS = {word: str(n) for n, word in enumerate(UNITS[:13])}


def is_content(token: Token) -> bool:
    """Return whether a token carries meaning of its own (auxiliaries, determiners and marks do not)."""
    return (token.pos in _CONTENT and token.is_word) or has_digit(token.text)


def figure(token: Token) -> str:
    """Return what must agree between text and reference: digits, number word, month, weekday; "" for other words."""
    if has_digit(token.text):
        return "".join(c for c in token.lower if c.isalnum())
    if token.is_figure:
        return _NUMBERS.get(token.lower, token.lower)
    return ""


def relate(spun: Token, reference: Token) -> tuple[str, float] | None:
    """Return by form and sense how two tokens are related, with a score 0 to 1; None if they are not."""
    if spun.text == reference.text:
        return EXACT, _SCORES[EXACT]
    if spun.lower == reference.lower:
        return CASE, _SCORES[CASE]
    ours, theirs = figure(spun), figure(reference)
    if ours or theirs:
        return (LEMMA, _SCORES[LEMMA]) if ours == theirs else None
    if not (spun.is_word and reference.is_word):
        return None
    if spun.lemma == reference.lemma:
        return LEMMA, _SCORES[LEMMA]
    if not (is_content(spun) and is_content(reference)):
        return None
    if not (spun.is_name and reference.is_name):
        strength = kin(spun.lemma).get(reference.lemma, 0.0)
        if strength:
            return SYNONYM, _SCORES[SYNONYM] * (0.5 + 0.5 * strength)
    if alike(spun.lower, reference.lower):
        return SPELLING, _SCORES[SPELLING]
    return None


@lru_cache(maxsize=20_000)
def kin(lemma: str, spacy_pos: str = "") -> Mapping[str, float]:
    """Return the lemmas that the thesaurus relates to one, in any sense: 1 for synonyms down to 0.4 for sisters.

    `spacy_pos` (NOUN, VERB, ...) keeps to the senses of one part of speech; derived forms come in any case.
    """
    thesaurus = load_thesaurus()
    found: dict[str, float] = {}
    for pos in (SPACY_POS[spacy_pos],) if spacy_pos in SPACY_POS else thesaurus.parts_of_speech(lemma):
        for other in thesaurus.expand(lemma, pos):
            found[other.lemma] = max(found.get(other.lemma, 0.0), _KINSHIP[other.relation])
    for other_lemma, _ in thesaurus.derived(lemma):
        found[other_lemma] = max(found.get(other_lemma, 0.0), _KINSHIP["derived"])
    return found


def alike(one: str, other: str) -> bool:
    """Return whether two words may be spellings of one (Dmitri, Dmitry): same first letter, at most a fifth differs."""
    if min(len(one), len(other)) < _SPELLING_LENGTH or one[0] != other[0]:
        return False
    return fuzz.ratio(one, other, score_cutoff=_SPELLING_RATIO) > 0
