"""Fitting words of another place into this one: casing, spacing, inflection, and what is only a variant spelling."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from restore.alignment.relations import alike, figure
from restore.text.casing import capitalise
from restore.text.morphology import inflected
from restore.text.parsing import ParsedText, Token

_VARIANTS = (
    (re.compile(r"[.'’-]"), ""),
    (re.compile(r"our(?=$|s$|ed$|ing$|able$|ful$|less$|ite|hood)"), "or"),
    (re.compile(r"is(?=e$|ed$|es$|er|ing$|ation)"), "iz"),
    (re.compile(r"ys(?=e$|ed$|es$|er|ing$)"), "yz"),
    (re.compile(r"([ei]n?)c(?=e$|es$|ed$|eless$)"), r"\1s"),
    (re.compile(r"ogue(?=$|s$)"), "og"),
    (re.compile(r"amme(?=$|s$)"), "am"),
    (re.compile(r"([tbk])re(?=$|s$)"), r"\1er"),
    (re.compile(r"ll"), "l"),
    (re.compile(r"[ao]e"), "e"),
    (re.compile(r"grey"), "gray"),
)
_INFLECTED = {"NOUN": ("NN", "NNS"), "VERB": ("VB", "VBD", "VBG", "VBN", "VBP", "VBZ"), "ADJ": ("JJ", "JJR", "JJS")}
_AMOUNTS = frozenset({"DATE", "TIME", "MONEY", "PERCENT", "QUANTITY"})
_HEADLINE_SHARE = 0.6
"""The share of capitalised words (of more than three letters) above which a sentence without a stop is a headline.
Chosen by hand: with less, sentences full of names count; with more, headlines in which some words are small do not."""
_HEADLINE_WORDS = 4
"""Such words from which on that share says something. Chosen by hand: with two, "Bank of America" would be one."""
_LONGEST_HEADLINE = 40  # tokens that are looked at, to bound the time; by hand: a headline is shorter
_STOPS = frozenset(".!?")


def is_variant(one: str, other: str) -> bool:
    """Return whether two words differ only in British or American spelling, in points, hyphens or apostrophes."""
    a, b = one.lower(), other.lower()
    if a == b:
        return False
    bare = re.compile(r"[.'’-]")
    if bare.sub("", a) == bare.sub("", b):
        return True
    return min(len(a), len(b)) >= 4 and canonical(a) == canonical(b)


@lru_cache(maxsize=20_000)
def canonical(word: str) -> str:
    """Return one key for the British and American spellings of a lower-cased word; it is no word itself."""
    for pattern, standard in _VARIANTS:
        word = pattern.sub(standard, word)
    return word


def only_spelled_differently(ours: Sequence[Token], theirs: Sequence[Token]) -> bool:
    """Return whether two runs of words are the same in another spelling: variants, or transcriptions of a name."""
    if len(ours) != len(theirs):
        return "".join(t.lower for t in ours) == "".join(t.lower for t in theirs)
    differing = [(a, b) for a, b in zip(ours, theirs, strict=True) if a.lower != b.lower]
    return bool(differing) and all(
        is_variant(a.text, b.text) or (a.is_name and b.is_name and alike(a.lower, b.lower)) for a, b in differing
    )


def holds_figure(tokens: Sequence[Token]) -> bool:
    """Return whether a number, or a word of a date, stands among the tokens."""
    return any(figure(t) for t in tokens)


def holds_amount(tokens: Sequence[Token]) -> bool:
    """Return whether a figure or the unit of an amount or a time ("hours") stands among the tokens."""
    return any(figure(t) or (t.entity in _AMOUNTS and t.pos == "NOUN") for t in tokens)


def slice_of(parsed: ParsedText, tokens: Sequence[Token]) -> str:
    """Return the tokens with the spacing they have in their text; line ends become spaces."""
    return re.sub(r"\s+", " ", parsed.text[tokens[0].start : tokens[-1].end]) if tokens else ""


def starts_sentence(parsed: ParsedText, token: Token) -> bool:
    """Return whether a capital is due to the place: first word of a sentence, or of a quotation."""
    first = parsed.sentences[token.sentence].first
    before = parsed.tokens[first : token.index]
    if not any(t.is_word or t.is_figure for t in before):
        return True
    return parsed.tokens[token.index - 1].text in {'"', "“", "«", ":", "‘", "''", "``", "…"}


def is_headline(parsed: ParsedText, sentence: int) -> bool:
    """Return whether a sentence is written in title case, without a full stop, so that its capitals say nothing."""
    tokens = parsed.sentence_tokens(parsed.sentences[sentence])[:_LONGEST_HEADLINE]
    if any(t.text in _STOPS for t in tokens[-2:]):
        return False
    words = [t for t in tokens if t.is_word and len(t.text) > 3]
    capitals = sum(t.text[0].isupper() for t in words)
    return len(words) >= _HEADLINE_WORDS and capitals / len(words) > _HEADLINE_SHARE


def fit_case(parsed: ParsedText, place: Token, source: ParsedText, words: Sequence[Token], text: str) -> str:
    """Return `text`, which stands for `words` of the source, the casing that `place` asks for."""
    head = words[0]
    if starts_sentence(parsed, place):
        return capitalise(text) if place.text[:1].isupper() else text
    borrowed = starts_sentence(source, head) or is_headline(source, head.sentence)
    if borrowed and head.text != "I" and not head.is_name and not head.text[1:].isupper():
        return text[:1].lower() + text[1:]
    if is_headline(source, head.sentence) and place.text[:1].islower():
        return text[:1].lower() + text[1:]
    return text


def inflect(lemma: str, pos: str, tag: str) -> str | None:
    """Return the form of a lemma that a Penn tag asks for; None if the part of speech has no such form."""
    if tag not in _INFLECTED.get(pos, ()):
        return None
    if tag in {"NN", "VB", "VBP", "JJ"}:
        return lemma
    forms = inflected(lemma, tag)
    return forms[0] if forms else None
