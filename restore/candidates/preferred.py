"""Candidates for misspelled forms of the words that the user prefers, which no shipped dictionary may know."""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz.distance import OSA

from restore.candidates.base import Candidate, Context
from restore.lexicon.frequencies import word_counts
from restore.lexicon.wordnet import load_thesaurus
from restore.records import Evidence
from restore.text.morphology import lemmas_by_pos
from restore.text.parsing import Token
from restore.user_dictionary.dictionary import SOURCE

_SHORTEST = 4  # letters of a preferred and of an unknown word; by hand, as SHORTEST of restore/lexicon/spelling.py
_LONG = 6  # letters from which on two edits are allowed; by hand, as in spelling.py
_MAX_DISTANCE = 2  # edits; by hand, as MAX_DISTANCE of restore/lexicon/spelling.py


class PreferredSource:
    """Proposes preferred words of the user for unknown lower-case words one or two edits away (optimal alignment)."""

    name = "preferred"

    def propose(self, context: Context) -> Iterator[Candidate]:
        """Yield candidates for words that the text has once and neither a dictionary nor a reference knows."""
        words = sorted(w for w in context.dictionary.words if w.isalpha() and w.islower() and len(w) >= _SHORTEST)
        if not words:
            return
        for token in context.parsed.tokens:
            if _is_unknown(token) and not _is_witnessed(token.text, context):
                yield from _near(token, words)


def _near(token: Token, words: list[str]) -> Iterator[Candidate]:
    limit = 1 if len(token.text) < _LONG else _MAX_DISTANCE
    for word in words:
        if word[0] != token.text[0] or abs(len(word) - len(token.text)) > limit:
            continue
        distance = OSA.distance(token.text, word, score_cutoff=limit)
        if 0 < distance <= limit:
            quote = f"{token.text} is in no list; {word}, a preferred word, is {distance} edits away"
            evidence = Evidence("spelling", SOURCE, quote, round(0.9 / distance, 3))
            yield Candidate(token.start, token.end, word, (evidence,), {"spelling.distance": float(distance)})


def _is_unknown(token: Token) -> bool:
    word = token.text
    if len(word) < _SHORTEST or not (word.isalpha() and word.islower()) or token.entity:
        return False
    if word in word_counts() or word in load_thesaurus():
        return False
    return not lemmas_by_pos(word)


def _is_witnessed(word: str, context: Context) -> bool:
    others = (reference.parsed.vocabulary for reference in context.references)
    return context.parsed.vocabulary.get(word, 0) > 1 or any(word in vocabulary for vocabulary in others)
