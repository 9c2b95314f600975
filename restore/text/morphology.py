"""lemminflect's dictionary, each word looked up once: it copies its entries deeply at every call."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

_WORDS = 50_000  # of the 200,000 that the dictionary has: what a few thousand articles use


@lru_cache(maxsize=_WORDS)
def lemmas_by_pos(word: str) -> Mapping[str, tuple[str, ...]]:
    """Return the lemmas of a word form by its open-class part of speech (spaCy's names); empty if it is unknown."""
    from lemminflect import getAllLemmas

    found: dict[str, tuple[str, ...]] = getAllLemmas(word)
    return found


@lru_cache(maxsize=_WORDS)
def forms_by_tag(lemma: str, pos: str | None = None) -> Mapping[str, tuple[str, ...]]:
    """Return the forms of a lemma by Penn tag, of one part of speech (spaCy's name) if given; empty without any."""
    from lemminflect import getAllInflections

    found: dict[str, tuple[str, ...]] = getAllInflections(lemma, pos)
    return found


@lru_cache(maxsize=_WORDS)
def inflected(lemma: str, tag: str, by_rule: bool = True) -> tuple[str, ...]:
    """Return the forms of a lemma that carry a Penn tag, of one that is unknown those `by_rule`; empty without any."""
    from lemminflect import getInflection

    found: tuple[str, ...] = getInflection(lemma, tag, inflect_oov=by_rule)
    return found


@lru_cache(maxsize=_WORDS)
def lemmas(word: str) -> tuple[str, ...]:
    """Return the lemmas a lower-cased word can have, verb first, then noun, adjective, adverb; itself if unknown."""
    found = lemmas_by_pos(word)
    ordered = [lemma for pos in ("VERB", "NOUN", "ADJ", "ADV", "AUX") for lemma in found.get(pos, ())]
    return tuple(dict.fromkeys(ordered)) or (word,)
