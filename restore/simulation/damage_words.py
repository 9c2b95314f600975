"""Words put for words: by the rows of the family, by sources that no row knows, by a pivot language; and names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from restore.lexicon.wordnet import SPACY_POS, load_thesaurus
from restore.simulation.damage_sources import (
    NONE,
    Drawn,
    blind_relatives,
    class_mates,
    damaged_phrases,
    filler_draw,
    homographs,
    inflect,
    known_spins,
    own_count,
    phrase_openings,
    relatives,
    row_draw,
    stranger,
    wordnet_relatives,
)
from restore.simulation.damage_text import FUNCTION, Site, TextView
from restore.simulation.kinds import is_function
from restore.text.casing import capitalise
from restore.text.parsing import Token
from restore.text.word_lists import OPEN_CLASS

_NOT_OWN = 0.15  # chosen by hand: places that only other families' rows know are hit, but rarely
_WRONG_FORM = 0.3  # chosen by hand: synonyms out of form stand in base form, less often in another one
_TRIES = 3  # draws of a word that no row knows, before the place is left alone
_CAPITAL = 0.5  # chosen by hand: of replaced names half keep their capital
_VERB_TAGS = ("VB", "VBD", "VBG", "VBN", "VBZ")
_NOUN_TAGS = ("NN", "NNS")


def row_sites(view: TextView, function: bool) -> Iterator[Site]:
    """Yield the words and phrases that the rows know: those made of function words alone, or the others."""
    kind, tokens = FUNCTION if function else OPEN_CLASS, view.tokens
    known, openings = damaged_phrases(view.channel), phrase_openings(view.channel)
    for token in tokens:
        at = token.index
        if token.pos in kind and token.lower in known and view.free(token) and view.touchable(at, at + 1):
            yield from _known(view, at, at + 1, token.lower)
    for first, last in view.runs:
        if tokens[first].lower not in openings or (phrase := view.said(first, last)) not in known:
            continue
        if all(tokens[at].pos in FUNCTION for at in range(first, last)) == function:
            yield from _known(view, first, last, phrase)


def _known(view: TextView, first: int, last: int, phrase: str) -> Iterator[Site]:
    if row_draw(view.channel, view.family, phrase).words:
        own = own_count(view.channel, view.family, phrase)
        yield Site(first, last, (1.0 - view.channel.survival(phrase)) * (_NOT_OWN + own / (own + 1.0)))


def by_rows(view: TextView, tokens: Sequence[Token], rng: Random) -> str | None:
    """Write what the rows of the family say."""
    phrase = view.said(tokens[0].index, tokens[-1].index + 1)
    word = row_draw(view.channel, view.family, phrase).draw(rng)
    return view.cased(word, tokens[0]) if word else None


def new_sites(view: TextView, function: bool) -> Iterator[Site]:
    """Yield the single words for which something can be written that no row knows."""
    kind = FUNCTION if function else OPEN_CLASS
    for token in view.tokens:
        if token.pos in kind and view.free(token) and view.touchable(token.index, token.index + 1):
            yield Site(token.index, token.index + 1, 1.0 - view.channel.survival(token.lower))


def new_synonym(view: TextView, tokens: Sequence[Token], rng: Random) -> str | None:
    """Write a synonym that no row knows, mostly in the form that the place asks for."""
    token = tokens[0]
    known = known_spins(view.channel, token.lower)
    for _ in range(_TRIES):
        lemma = _unseen(view, token, rng)
        if lemma is None:
            continue
        word = _formed(lemma, token, view.style.inflected, rng)
        if word not in known and word != token.lower:
            return view.cased(word, token)
    return None


def _unseen(view: TextView, token: Token, rng: Random) -> str | None:
    """Draw a lemma that some resource relates to the word, or now and then one that none does."""
    pos = SPACY_POS.get(token.pos)
    if pos is not None and rng.random() < view.style.strange:
        return stranger(token.lemma, pos, rng)
    return _source(view, token, rng).draw(rng)


def _source(view: TextView, token: Token, rng: Random) -> Drawn:
    """Draw where a synonym comes from; the pivot's word is put for the lemma, like any other's."""
    style, pos = view.style, SPACY_POS.get(token.pos)
    if pos is None:
        return NONE
    place = rng.random() * (style.lexicon + style.blind + style.pivot)
    if place < style.blind:
        return blind_relatives(token.lemma)
    if place < style.blind + style.pivot:
        return homographs(token.lemma)
    return relatives(token.lemma, pos)


def _formed(lemma: str, token: Token, inflected: float, rng: Random) -> str:
    """Put a synonym into the form of its place, or leave it in base form, or put it into a wrong one."""
    if rng.random() < inflected:
        return inflect(lemma, token.tag)
    if token.pos in {"VERB", "NOUN"} and rng.random() < _WRONG_FORM:
        return inflect(lemma, rng.choice(_VERB_TAGS if token.pos == "VERB" else _NOUN_TAGS))
    return lemma


def new_function(view: TextView, tokens: Sequence[Token], rng: Random) -> str | None:
    """Write another function word that no row knows here: one of its class."""
    token = tokens[0]
    word = class_mates(token.lower).draw(rng)
    return view.cased(word, token) if word and word not in known_spins(view.channel, token.lower) else None


def homograph_sites(view: TextView) -> Iterator[Site]:
    """Yield the words, function words too, that share a translation with others."""
    for token in view.tokens:
        if view.free(token) and view.touchable(token.index, token.index + 1) and _partners(token).words:
            yield Site(token.index, token.index + 1, 1.0 - view.channel.survival(token.lower))


def homograph(view: TextView, tokens: Sequence[Token], rng: Random) -> str | None:
    """Write another translation of the same foreign word as it stands in the dictionary, whatever fits here."""
    word = _partners(tokens[0]).draw(rng)
    return view.cased(word, tokens[0]) if word else None


def _partners(token: Token) -> Drawn:
    found = homographs(token.lower)
    return found if found.words else homographs(token.lemma)


def name_sites(view: TextView) -> Iterator[Site]:
    """Yield the names beside other names, and surnames of persons, that are also words; rows make them readier."""
    for token in view.tokens:
        if (
            not token.is_name
            or token.text.isupper()
            or is_function(token.lower)
            or not view.touchable(token.index, token.index + 1)
        ):
            continue
        beside = [t for t in (view.previous(token), view.next(token)) if t is not None and t.is_name]
        rows = row_draw(view.channel, view.family, token.lower)
        known = rows.words or (token.pos == "PROPN" and token.lower in load_thesaurus())
        if known and (beside or token.lower in view.surnames):
            yield Site(token.index, token.index + 1, 0.1 + (rows.sums[-1] if rows.sums else 0.0))


def other_name(view: TextView, tokens: Sequence[Token], rng: Random) -> str | None:
    """Write a synonym for a name, as if it were a common noun."""
    token = tokens[0]
    rows = row_draw(view.channel, view.family, token.lower)
    if rows.words:
        return rows.draw(rng)
    word = (relatives if rng.random() < view.style.lexicon else wordnet_relatives)(token.lower, "n").draw(rng)
    if word is None:
        return None
    return capitalise(word) if rng.random() < _CAPITAL else word


def filler_word(view: TextView, rng: Random) -> str | None:
    """Return a word that the rows put in where nothing stood."""
    return filler_draw(view.channel, view.family).draw(rng)
