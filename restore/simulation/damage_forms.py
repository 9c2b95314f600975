"""The same word in another form: infinitives for finite verbs and back, contractions, pronouns, numbers, capitals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from random import Random

from restore.lexicon.wordnet import load_thesaurus
from restore.simulation.damage_sources import inflect, relatives
from restore.simulation.damage_text import Site, TextView
from restore.simulation.kinds import digits_of, number_word
from restore.text.casing import capitalise
from restore.text.characters import straight
from restore.text.parsing import Token

_FINITE = frozenset({"VBD", "VBZ", "VBP"})
_VERB_TAGS = ("VB", "VBD", "VBG", "VBN", "VBZ")
_NOUN_TAGS = ("NN", "NNS")
_AUXILIARIES: Mapping[str, tuple[str, ...]] = {
    "be": ("is", "are", "was", "were", "be", "been", "being"),
    "have": ("has", "have", "had", "having"),
    "do": ("does", "do", "did", "doing"),
}
_TO = 0.35  # chosen by hand: a bare base form is commoner than one with "to", but for "to be" and "to have"
_TO_AUXILIARY = 0.55  # chosen by hand
_NEW_VERB = 0.4  # chosen by hand: synonyms drawn in base form ("picked" -> "choose") are about as common as bare forms
_BACK = 0.5  # chosen by hand: "to help" -> "helped" is rarer than the other way round, of which there are more places
_OPENED: Mapping[str, str] = {
    "n't": "not",
    "'re": "are",
    "'ve": "have",
    "'ll": "will",
    "'m": "am",
    "'d": "would",
    "'s": "is",
}
_ODD_STEMS: Mapping[str, str] = {"ca": "can", "wo": "will", "sha": "shall"}
_CLOSED: Mapping[str, str] = {
    "are": "'re",
    "have": "'ve",
    "will": "'ll",
    "am": "'m",
    "would": "'d",
    "is": "'s",
    "has": "'s",
    "had": "'d",
}
_SUBJECTS = frozenset(["i", "you", "he", "she", "it", "we", "they", "who", "what", "that", "there"])
_TAKES_NOT = frozenset(
    [
        "is",
        "are",
        "was",
        "were",
        "do",
        "does",
        "did",
        "have",
        "has",
        "had",
        "would",
        "could",
        "should",
        "ca",
        "can",
        "will",
        "must",
    ]
)
_IRREGULAR_NOT: Mapping[str, str] = {"can": "can't", "will": "won't"}
_LOST_APOSTROPHE = 0.6  # chosen by hand, of family A alone: "i m sorry", "dont"
_GENDERS: Mapping[str, tuple[str, ...]] = {
    "he": ("she", "it"),
    "she": ("he", "it"),
    "his": ("her", "its"),
    "her": ("his", "him", "its"),
    "him": ("her",),
    "hers": ("his",),
    "himself": ("herself",),
    "herself": ("himself",),
    "it": ("he", "she", "this"),
    "its": ("his", "their"),
}
_BOTH: Mapping[str, str] = {"he": "he or she", "she": "he or she", "his": "his or her", "him": "him or her"}
_BOTH_SHARE = 0.7  # chosen by hand, of family B alone
_NEUTRAL = 0.15  # chosen by hand: "it" for a person and a person for "it" are rarer than he for she
_MONEY = re.compile(r"[$€£¥]")


def infinitive_sites(view: TextView) -> Iterator[Site]:
    """Yield the finite verbs, participles and infinitives with "to"."""
    for token in view.tokens:
        if token.pos not in {"VERB", "AUX"} or not view.free(token):
            continue
        before = view.previous(token)
        if token.tag == "VB" and before and before.lower == "to" and view.touchable(before.index, token.index + 1):
            yield Site(before.index, token.index + 1, _BACK)
        elif token.tag in {*_FINITE, "VBN", "VBG"} and view.touchable(token.index, token.index + 1):
            yield Site(token.index, token.index + 1, 1.0)


def infinitive(view: TextView, tokens: Sequence[Token], rng: Random) -> str | None:
    """Write an infinitive for a finite form, or the other way round; sometimes of a synonym."""
    token = tokens[-1]
    auxiliary = _AUXILIARIES.get(token.lemma, ())
    lemma = token.lemma
    if not auxiliary and lemma not in load_thesaurus():
        return None  # a lemma that the parser made up
    if not auxiliary and rng.random() < _NEW_VERB:
        lemma = relatives(lemma, "v").draw(rng) or lemma
    if len(tokens) == 2:
        tag = rng.choice(("VBD", "VBG", "VBZ"))
        return view.cased(rng.choice(auxiliary) if auxiliary else inflect(lemma, tag), tokens[0])
    if auxiliary:
        word = f"to {lemma}" if rng.random() < _TO_AUXILIARY else rng.choice(auxiliary)
    else:
        word = f"to {lemma}" if rng.random() < _TO or lemma == token.lower else lemma
    return view.cased(word, token)


def inflectable_sites(view: TextView) -> Iterator[Site]:
    """Yield the verbs and nouns."""
    for token in view.tokens:
        if token.pos in {"VERB", "NOUN"} and view.free(token) and view.touchable(token.index, token.index + 1):
            yield Site(token.index, token.index + 1, 1.0)


def other_form(view: TextView, tokens: Sequence[Token], rng: Random) -> str | None:
    """Write another form of the same verb or noun."""
    token = tokens[0]
    tags = [tag for tag in (_VERB_TAGS if token.pos == "VERB" else _NOUN_TAGS) if tag != token.tag]
    forms = sorted({inflect(token.lemma, tag) for tag in tags} - {token.lower})
    return view.cased(rng.choice(forms), token) if forms else None


def contraction_sites(view: TextView) -> Iterator[Site]:
    """Yield the contractions, and the pairs of words that could be contracted."""
    for token, after in zip(view.tokens, view.tokens[1:], strict=False):
        if token.sentence != after.sentence or not view.apart(token.index, after.index + 1):
            continue
        if view.parsed.in_link(token.start, after.end):
            continue
        if view.glued(token, after):
            if _straight(after) in _OPENED and (_straight(after) != "'s" or token.lower in _SUBJECTS):
                yield Site(token.index, after.index + 1, 1.0)
        elif view.spaced(token, after) and _contracted(token, after):
            yield Site(token.index, after.index + 1, 1.0)


def contraction(view: TextView, tokens: Sequence[Token], rng: Random) -> str | None:
    """Open a contraction, close a pair of words, or lose an apostrophe."""
    first, second = tokens
    if not view.glued(first, second):
        word = view.cased(_contracted(first, second), first)
        return word.replace("'", "’") if "’" in view.parsed.text else word
    if view.family == "A" and rng.random() < _LOST_APOSTROPHE:
        whole = view.parsed.text[first.start : second.end]
        return re.sub("['’]", rng.choice((" ", "")), whole.lower() if first.text == "I" else whole)
    ending = _straight(second)
    word = _OPENED[ending]
    if ending in {"'s", "'d"} and second.lemma in {"have", "be"}:
        word = {"have": {"'s": "has", "'d": "had"}, "be": {"'s": "is", "'d": "had"}}[second.lemma][ending]
    stem = _ODD_STEMS.get(first.lower)
    joint = "" if first.lower == "ca" else " "
    return f"{view.cased(stem, first) if stem else first.text}{joint}{word}"


def _straight(token: Token) -> str:
    return straight(token.lower)


def _contracted(first: Token, second: Token) -> str:
    """Return two words as one, in lower case but for "I"; "" if they do not contract."""
    stem = first.text if first.text == "I" else first.lower
    if second.lower == "not" and first.lower in _TAKES_NOT:
        return _IRREGULAR_NOT.get(first.lower, f"{stem}n't")
    if first.lower in _SUBJECTS and second.pos == "AUX" and second.lower in _CLOSED:
        return stem + _CLOSED[second.lower]
    return ""


def pronoun_sites(view: TextView) -> Iterator[Site]:
    """Yield the pronouns of the third person singular."""
    for token in view.tokens:
        if token.lower in _GENDERS and token.text != "IT" and view.touchable(token.index, token.index + 1):
            neutral = token.lower in {"it", "its"}
            yield Site(token.index, token.index + 1, _NEUTRAL if neutral else 1.0)


def other_gender(view: TextView, tokens: Sequence[Token], rng: Random) -> str | None:
    """Write the pronoun of another gender."""
    token = tokens[0]
    both = _BOTH.get(token.lower)
    if view.family == "B" and both and rng.random() < _BOTH_SHARE:
        return view.cased(both, token)
    if token.lower == "her":
        wanted = "its" if rng.random() < _NEUTRAL else ("his" if token.tag == "PRP$" else "him")
        return view.cased(wanted, token)
    words = _GENDERS[token.lower]
    return view.cased(words[0] if rng.random() >= _NEUTRAL else rng.choice(words), token)


def number_sites(view: TextView) -> Iterator[Site]:
    """Yield the number words, and the figures of one or two digits outside of dates, sums and percentages."""
    for token in view.tokens:
        if digits_of(token.lower) is not None and view.touchable(token.index, token.index + 1):
            yield Site(token.index, token.index + 1, 1.0)
        elif token.text.isdecimal() and token.text.isascii() and len(token.text) <= 2 and token.text[0] != "0":
            before, after = view.previous(token), view.next(token)
            unit = (before and _MONEY.match(before.text)) or (after and after.text[0] in "%°:,/")
            dated = token.entity in {"DATE", "TIME", "MONEY", "PERCENT"}
            if view.apart(token.index, token.index + 1) and not unit and not dated and before:
                yield Site(token.index, token.index + 1, 1.0)


def other_number(view: TextView, tokens: Sequence[Token], _rng: Random) -> str | None:
    """Write figures for a number word, or a number word for figures."""
    token = tokens[0]
    value = digits_of(token.lower)
    return str(value) if value is not None else view.cased(number_word(int(token.text)), token)


def capital_sites(view: TextView) -> Iterator[Site]:
    """Yield the words with capitals: names, acronyms, "I", and the first words of sentences."""
    for token in view.tokens:
        if not token.text[:1].isupper() or not view.touchable(token.index, token.index + 1):
            continue
        if view.opens(token):
            yield Site(token.index, token.index + 1, 0.3)  # chosen by hand: first words keep their capitals better
        elif token.text == "I" or token.is_name:
            yield Site(token.index, token.index + 1, 1.0)


def lowered(_view: TextView, tokens: Sequence[Token], rng: Random) -> str:
    """Write a word in lower case; an acronym sometimes as if it were a word."""
    word = tokens[0].text
    if word.isupper() and len(word) > 1 and rng.random() < 0.3:  # chosen by hand
        return word.capitalize()
    return word.lower() if word.isupper() else word[:1].lower() + word[1:]


def after_abbreviation_sites(view: TextView) -> Iterator[Site]:
    """Yield the words in lower case after an abbreviation's point."""
    for token in view.tokens:
        before = view.previous(token)
        abbreviated = before is not None and before.text.endswith(".") and len(before.text) > 1
        if abbreviated and token.text[:1].islower() and view.touchable(token.index, token.index + 1):
            yield Site(token.index, token.index + 1, 1.0)


def capitalised(_view: TextView, tokens: Sequence[Token], _rng: Random) -> str:
    """Write a word with a capital, as at the start of a sentence."""
    return capitalise(tokens[0].text)
