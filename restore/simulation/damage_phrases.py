"""Phrases for words and words for phrases, particles, modifiers, word order, doubled and dropped words."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from random import Random

from restore.lexicon.frequencies import pair_counts
from restore.lexicon.wordnet import SPACY_POS, Pos, load_thesaurus
from restore.simulation.damage_sources import (
    Drawn,
    drawn,
    inflect,
    known_spins,
    phrases,
    relatives,
    row_weight,
    wordnet_relatives,
)
from restore.simulation.damage_text import FUNCTION, Site, TextView
from restore.text.parsing import Token

_PARTICLES = frozenset(
    [
        "up",
        "out",
        "off",
        "down",
        "on",
        "in",
        "away",
        "back",
        "over",
        "through",
        "about",
        "around",
        "along",
        "forward",
        "apart",
    ]
)
_FROM_PHRASE = 3.0  # chosen by hand: phrases are few beside words, and half of the edits should be of each
_MADE = 0.1  # chosen by hand: how readily a phrase made by rule is put for a word
_TEMPLATE = 0.35  # chosen by hand: share of phrases made by rule where both kinds are to be had
_LIGHT_VERBS = ("make", "carry out", "give", "take", "do")
_BEFORE = 0.75  # chosen by hand: "coronary heart" is commoner than "night time" (5 to 3 among the rows)
_NO_MODIFIERS = frozenset(
    [
        "more",
        "most",
        "other",
        "such",
        "same",
        "own",
        "much",
        "many",
        "few",
        "new",
        "last",
        "next",
        "first",
        "second",
        "good",
        "best",
    ]
)
_SHORTEST = 4  # chosen by hand: shorter words of the counted pairs are mostly abbreviations
_LONGEST = 3  # longer phrases of WordNet are hardly met
_ADVERB = 0.5  # chosen by hand
_LEAST_DROP = 0.1  # chosen by hand: function words that no row drops are dropped now and then
_ARTICLES = frozenset({"the", "a", "an"})


def phrase_sites(view: TextView) -> Iterator[Site]:
    """Yield the phrases that WordNet lists, and the words for which a phrase can be put."""
    for first, last in view.runs:
        if last <= first + _LONGEST and _listed(view, first, last) is not None:
            yield Site(first, last, _FROM_PHRASE)
    for token in view.tokens:
        pos = SPACY_POS.get(token.pos)
        if pos and token.pos != "AUX" and view.free(token) and view.touchable(token.index, token.index + 1):
            listed = phrases(token.lemma, pos).sums
            weight = (listed[-1] if listed else 0.0) + _MADE * bool(_templates(token.lemma, token.tag))
            yield Site(token.index, token.index + 1, weight)


def phrase(view: TextView, tokens: Sequence[Token], rng: Random) -> str | None:
    """Write a word (or another phrase) for a phrase, or a phrase for a word."""
    if len(tokens) > 1:
        listed = _listed(view, tokens[0].index, tokens[-1].index + 1)
        if listed is None:
            return None
        lemma, pos, tag = listed
        word = wordnet_relatives(lemma, pos).draw(rng)
        return view.cased(inflect(word, tag), tokens[0]) if word else None
    token = tokens[0]
    pos = SPACY_POS[token.pos]
    made = _templates(token.lemma, token.tag)
    found = phrases(token.lemma, pos)
    if made and (not found.words or rng.random() < _TEMPLATE):
        word = rng.choice(made)
    else:
        drawn_lemma = found.draw(rng)
        if drawn_lemma is None:
            return None
        word = inflect(drawn_lemma, token.tag)
    return view.cased(word, token) if word not in known_spins(view.channel, token.lower) else None


def _listed(view: TextView, first: int, last: int) -> tuple[str, Pos, str] | None:
    """Return the lemma, part of speech and tag of tokens that WordNet lists as one phrase; None if it does not."""
    head, tail = view.tokens[first], view.tokens[last - 1]
    rest = [view.tokens[at].lower for at in range(first, last)]
    pos: Pos
    if head.pos == "VERB":
        lemma, pos, tag = " ".join([head.lemma, *rest[1:]]), "v", head.tag
    elif tail.pos == "NOUN":
        lemma, pos, tag = " ".join([*rest[:-1], tail.lemma]), "n", tail.tag
    elif head.pos in {"ADP", "ADV"}:
        lemma, pos, tag = " ".join(rest), "r", "RB"
    else:
        return None
    return (lemma, pos, tag) if lemma in load_thesaurus() and wordnet_relatives(lemma, pos).words else None


@lru_cache(maxsize=60_000)
def _templates(lemma: str, tag: str) -> tuple[str, ...]:
    """Return paraphrases made by rule: of adverbs in -ly, comparatives, and verbs with a noun of theirs."""
    thesaurus = load_thesaurus()
    if tag == "RB" and lemma.endswith("ly"):
        stems = sorted({word for word, pos in thesaurus.derived(lemma) if pos == "a"}) or _stems(lemma)
        return tuple(f"in {_article(stem)} {stem} {noun}" for stem in stems for noun in ("way", "manner"))
    if tag in {"JJR", "JJS"}:
        return (f"{'more' if tag == 'JJR' else 'most'} {lemma}",)
    if tag.startswith("V"):
        nouns = [word for word, pos in thesaurus.derived(lemma) if pos == "n" and word.endswith(("ion", "ment", "al"))]
        return tuple(f"{inflect(verb, tag)} {_article(noun)} {noun}" for noun in nouns[:2] for verb in _LIGHT_VERBS)
    return ()


def _stems(adverb: str) -> list[str]:
    thesaurus = load_thesaurus()
    tries = (adverb[:-2], f"{adverb[:-3]}y" if adverb.endswith("ily") else "", f"{adverb[:-1]}e")
    return [word for word in tries if word and "a" in thesaurus.parts_of_speech(word)][:1]


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


def particle_sites(view: TextView) -> Iterator[Site]:
    """Yield the verbs with a particle behind them, and those that WordNet knows with one."""
    for token in view.tokens:
        if token.pos != "VERB" or not view.free(token):
            continue
        after = view.next(token)
        if after and after.dep == "prt" and view.spaced(token, after) and view.touchable(token.index, after.index + 1):
            yield Site(token.index, after.index + 1, _FROM_PHRASE)
        elif view.touchable(token.index, token.index + 1) and _with_particle().get(token.lemma):
            yield Site(token.index, token.index + 1, 1.0)


def particle(view: TextView, tokens: Sequence[Token], rng: Random) -> str | None:
    """Drop the particle of a verb, write one verb for both, or add a particle."""
    token = tokens[0]
    if len(tokens) == 2:
        if rng.random() < 0.5:  # chosen by hand
            return token.text
        word = relatives(f"{token.lemma} {tokens[1].lower}", "v").draw(rng)
        return view.cased(inflect(word, token.tag), token) if word else None
    found = _with_particle().get(token.lemma)
    return f"{token.text} {rng.choice(found)}" if found else None


@cache
def _with_particle() -> dict[str, tuple[str, ...]]:
    """Return the particles that WordNet knows verbs with."""
    thesaurus = load_thesaurus()
    found: dict[str, list[str]] = defaultdict(list)
    for lemma in thesaurus.lemmas():
        verb, _, word = lemma.partition(" ")
        if word in _PARTICLES and "v" in thesaurus.parts_of_speech(lemma):
            found[verb].append(word)
    return {verb: tuple(sorted(words)) for verb, words in found.items()}


def modifier_sites(view: TextView) -> Iterator[Site]:
    """Yield the nouns that are often met with a word before or behind them."""
    for token in view.tokens:
        if token.pos == "NOUN" and view.free(token) and view.touchable(token.index, token.index + 1):
            before, after = _neighbours(token.lower)
            if before.words or after.words:
                yield Site(token.index, token.index + 1, 1.0)


def modifier(view: TextView, tokens: Sequence[Token], rng: Random) -> str | None:
    """Write a noun with a usual modifier before it, or a usual noun behind it."""
    token = tokens[0]
    before, after = _neighbours(token.lower)
    if before.words and (not after.words or rng.random() < _BEFORE):
        word = before.draw(rng)
        return view.cased(f"{word} {token.lower}", token)
    return f"{token.text} {after.draw(rng)}"


@lru_cache(maxsize=30_000)
def _neighbours(noun: str) -> tuple[Drawn, Drawn]:
    """Return what can stand before and behind a noun, by the root of the counts of the pairs."""
    before, after = _pairs()
    return drawn(before.get(noun, ())), drawn(after.get(noun, ()))


@cache
def _pairs() -> tuple[dict[str, list[tuple[str, float]]], dict[str, list[tuple[str, float]]]]:
    """Return, for every word, the modifiers counted before it, and the nouns behind it that WordNet lists it with.

    The counts are of web pages: what is before must be an adjective, or WordNet must list the pair.
    """
    thesaurus = load_thesaurus()
    before: dict[str, list[tuple[str, float]]] = defaultdict(list)
    after: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for pair, count in sorted(pair_counts().items()):
        first, second = pair.split(" ", 1)
        if min(len(first), len(second)) < _SHORTEST or first in _NO_MODIFIERS:
            continue
        weight = math.sqrt(count)
        listed = "n" in thesaurus.parts_of_speech(pair)
        senses = thesaurus.sense_counts(first)
        adjective = senses.get("a", 0) > senses.get("n", 0) + senses.get("v", 0) + senses.get("r", 0)
        if listed or adjective:
            before[second].append((first, weight))
        if listed:
            after[first].append((second, weight))
    return before, after


def order_sites(view: TextView) -> Iterator[Site]:
    """Yield the places where order can turn: "A and B", "N's N", an adverb before its verb."""
    for token in view.tokens[:-2]:
        length = _turnable(view, token)
        if length:
            yield Site(token.index, token.index + length, 1.0 if length == 3 else _ADVERB)


def _turnable(view: TextView, token: Token) -> int:
    """Return the number of tokens from one on whose order can turn; 0 if it cannot."""
    at = token.index
    second, third = view.tokens[at + 1], view.tokens[at + 2]
    if token.pos == "ADV" and second.pos == "VERB" and view.touchable(at, at + 2):
        return 2 if view.free(token) and view.free(second) and view.spaced(token, second) else 0
    if third.sentence != token.sentence or not token.is_word or not view.free(third):
        return 0
    if second.tag == "POS" and third.pos == "NOUN" and view.spaced(second, third):
        return 3 if view.apart(at, at + 3) and not view.parsed.in_link(token.start, third.end) else 0
    halves = token.pos == third.pos and token.pos in SPACY_POS and view.free(token)
    return 3 if second.lower in {"and", "or"} and halves and view.touchable(at, at + 3) else 0


def other_order(view: TextView, tokens: Sequence[Token], _rng: Random) -> str | None:
    """Write the halves in the other order."""
    first, last = tokens[0], tokens[-1]
    opened = first.text if first.is_name else first.lower
    if len(tokens) == 2:
        return view.cased(f"{last.text} {opened}", first)
    if tokens[1].tag == "POS":
        before = view.previous(first)
        article = "" if before and before.lower in {*_ARTICLES, "his", "her", "its", "their"} else "the "
        owner = opened if first.is_name else f"the {opened}"
        return view.cased(f"{article}{last.text} of {owner}", first)
    return view.cased(f"{last.text} {tokens[1].text} {opened}", first)


def gap_sites(view: TextView, willing: bool) -> Iterator[Site]:
    """Yield the blanks between words; if `willing`, words are put in more readily before verbs, adjectives, adverbs."""
    for before, token in zip(view.tokens, view.tokens[1:], strict=False):
        if before.sentence != token.sentence or not (before.is_word and token.is_word):
            continue
        if before.is_figure or (before.is_name and token.is_name) or not view.spaced(before, token):
            continue
        if not view.parsed.in_link(token.start, token.end):
            ready = before.pos in {"AUX", "CCONJ", "PART"} or token.pos in {"VERB", "ADJ", "ADV"}
            yield Site(token.index, token.index, 3.0 if ready and willing else 1.0)


def dropped_sites(view: TextView) -> Iterator[Site]:
    """Yield the function words that can be dropped, by how often the family's rows drop them."""
    for token in view.tokens:
        after = view.next(token)
        if token.pos not in FUNCTION or view.opens(token) or after is None or not view.spaced(token, after):
            continue
        if view.touchable(token.index, token.index + 1):
            rows = (row for row in view.channel.damages(token.lower) if not row.spun)
            yield Site(token.index, token.index + 1, _LEAST_DROP + sum(row_weight(row, view.family) for row in rows))


def doubled_sites(view: TextView) -> Iterator[Site]:
    """Yield the determiners and prepositions inside of sentences."""
    for token in view.tokens:
        inside = token.pos in {"DET", "ADP"} and token.text.isalpha() and not view.opens(token)
        if inside and view.touchable(token.index, token.index + 1):
            yield Site(token.index, token.index + 1, 1.0)


def doubled(_view: TextView, tokens: Sequence[Token], _rng: Random) -> str:
    """Write a word twice, an article in both its forms."""
    word = tokens[0].text
    return f"{word} {({'a': 'an', 'an': 'a'}).get(word, word)}"
