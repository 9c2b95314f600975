"""The kinds of damage the simulator can do, each as a list of places and a way to damage one of them.

Which words are hit and what they turn into comes from the spinner channel, per family of spinners; for words and
partners that the channel has not seen, from the thesaurus.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from random import Random

from restore.channel import TORTURED, ChannelRow, SpinnerChannel
from restore.evaluation.kinds import NUMBERS
from restore.frequencies import log_frequency
from restore.lexicon import lexical_originals
from restore.parsing import ParsedText, Token
from restore.thesaurus import SPACY_POS, Pos, load_thesaurus

KINDS = (
    "synonym",
    "function",
    "filler",
    "casing",
    "morphology",
    "deletion",
    "name",
    "number",
    "double",
    "stray",
    "abbreviation",
)
_FUNCTION = frozenset({"ADP", "AUX", "CCONJ", "DET", "PART", "PRON", "SCONJ"})
_CONTENT = frozenset({"NOUN", "VERB", "ADJ", "ADV"})
_GLUE = frozenset("-–'’_/@#&.")
_UNUSABLE = re.compile(r"[{}|\"“”‘«»\d]|=>")
_OTHER_FAMILIES = 0.05
_TORTURED_FAMILIES = frozenset({TORTURED, "S", "T"})
_RELATION_SHARE = {"synonym": 0.6, "similar": 0.15, "hypernym": 0.08, "hyponym": 0.08, "sister": 0.05, "derived": 0.04}
_INFLECTED = 0.8
_WORDNET = 0.1
_RARER = 0.37
"""Gives originals e to the 0.48 as frequent as what is written for them, the mean of the channel's content words."""
_PHRASES = 0.13
"""How often a phrase is written for a single content word: 312 of 2,476 counts of the channel's rows."""
_VERB_TAGS = ("VB", "VBD", "VBG", "VBN", "VBZ")


@dataclass(frozen=True, slots=True)
class Site:
    """Tokens `[first, last)` that one kind of damage can hit (empty for an insertion before `first`)."""

    first: int
    last: int
    weight: float


@dataclass(frozen=True, slots=True)
class Damage:
    """Characters `[start, end)` of the original and what the spinner writes there."""

    start: int
    end: int
    spun: str
    kind: str


@dataclass(frozen=True)
class Damager:
    """Finds and damages places of one text in the manner of one family of spinners."""

    parsed: ParsedText
    channel: SpinnerChannel
    family: str

    def sites(self, kind: str) -> Iterator[Site]:
        """Give the places a kind of damage can hit, with how readily spinners hit them."""
        if kind in {"filler", "stray"}:
            yield from self._gaps(kind)
        elif kind in {"synonym", "function"}:
            yield from self._phrases(kind)
        else:
            yield from self._words(kind)

    def damage(self, kind: str, site: Site, rng: Random) -> Damage | None:
        """Damage one place; None if nothing different comes to mind."""
        tokens = self.parsed.tokens[site.first : site.last]
        if not tokens:
            word = self._filler(rng) if kind == "filler" else "~"
            start = self.parsed.tokens[site.first].start
            return Damage(start, start, f"{word} ", kind) if word else None
        start, end = tokens[0].start, tokens[-1].end
        original = self.parsed.text[start:end]
        if kind == "deletion":
            return Damage(start, self.parsed.tokens[site.last].start, "", kind)
        spun = _WAYS[kind](self, tokens, rng)
        if not spun or spun == original or (kind not in _CASE_KINDS and spun.lower() == original.lower()):
            return None
        return Damage(start, end, spun, kind)

    # Places

    def _gaps(self, kind: str) -> Iterator[Site]:
        for before, token in zip(self.parsed.tokens, self.parsed.tokens[1:], strict=False):
            if before.sentence == token.sentence and self._spaced(before, token) and before.is_word and token.is_word:
                inside_name = before.is_name and token.is_name
                if not inside_name and not before.is_figure and not self._in_link(token):
                    ready = before.pos in {"AUX", "CCONJ", "PART"} or token.pos in {"VERB", "ADJ", "ADV"}
                    yield Site(token.index, token.index, 3.0 if ready and kind == "filler" else 1.0)

    def _phrases(self, kind: str) -> Iterator[Site]:
        tokens = self.parsed.tokens
        for first, token in enumerate(tokens):
            if not self._free(token) or not self._touchable(first, first + 1):
                continue
            if kind == "synonym" and token.pos in _CONTENT:
                yield Site(first, first + 1, 1.0 - self.channel.survival(token.lower))
            for last in range(first + 1, min(first + self._longest, len(tokens)) + 1):
                if not self._free(tokens[last - 1]) or tokens[last - 1].sentence != token.sentence:
                    break
                is_function = all(t.pos in _FUNCTION for t in tokens[first:last])
                if is_function != (kind == "function") or (kind == "synonym" and last == first + 1):
                    continue
                phrase = self._said(first, last)
                if self._touchable(first, last) and self._rows(phrase):
                    yield Site(first, last, 1.0 - self.channel.survival(phrase))

    def _words(self, kind: str) -> Iterator[Site]:
        can_hit = _CAN_HIT[kind]
        for token in self.parsed.tokens:
            if can_hit(self, token) and self._touchable(token.index, token.index + 1):
                weight = 1.0
                if kind in {"deletion", "name"}:
                    weight = 0.1 + sum(_weight(row, self.family) for row in self._drops_or_rows(kind, token))
                yield Site(token.index, token.index + 1, weight)

    def _drops_or_rows(self, kind: str, token: Token) -> Sequence[ChannelRow]:
        if kind == "name":
            return self._rows(token.lower)
        return [row for row in self.channel.damages(token.lower) if not row.spun]

    def _can_drop(self, token: Token) -> bool:
        after = self._next(token)
        return token.pos in _FUNCTION and not self._opens(token) and after is not None and self._spaced(token, after)

    def _can_replace_name(self, token: Token) -> bool:
        if not token.is_name or token.text.isupper():
            return False
        beside = [t for t in (self._previous(token), self._next(token)) if t is not None and t.is_name]
        known = self._rows(token.lower) or (token.lower in load_thesaurus() and token.pos == "PROPN")
        return bool((beside or token.lower in self._surnames) and known)

    def _can_capitalise(self, token: Token) -> bool:
        before = self._previous(token)
        return before is not None and before.text.endswith(".") and len(before.text) > 1 and token.text[:1].islower()

    def _can_double(self, token: Token) -> bool:
        return token.pos in {"DET", "ADP"} and token.text.isalpha() and not self._opens(token)

    def _can_lower(self, token: Token) -> bool:
        return token.is_name and not self._opens(token) and token.text[1:].islower()

    def _can_inflect(self, token: Token) -> bool:
        return token.pos in {"VERB", "NOUN"} and self._free(token)

    def _can_count(self, token: Token) -> bool:
        return token.lower in NUMBERS

    # Damage

    def _replace(self, tokens: Sequence[Token], rng: Random) -> str | None:
        """Draw from the family's rows, backing off to all families' and to the thesaurus with the Witten-Bell mass."""
        rows = self._rows(self._said(tokens[0].index, tokens[-1].index + 1))
        for weigh in (_own_count, _any_count):
            weights = [weigh(row, self.family) for row in rows]
            if rng.random() * (sum(weights) + sum(w > 0 for w in weights)) < sum(weights):
                return _cased(rng.choices(rows, weights)[0].spun, tokens[0], self._opens(tokens[0]))
        return self._synonym(tokens[0], rng) if len(tokens) == 1 else None

    def _synonym(self, token: Token, rng: Random) -> str | None:
        pos = SPACY_POS.get(token.pos)
        found = _relatives(token.lemma, pos) if pos else ()
        if not found:
            return None
        lemma = rng.choices([word for word, _ in found], [weight for _, weight in found])[0]
        word = _inflect(lemma, token.tag) if rng.random() < _INFLECTED else lemma
        return _cased(word, token, self._opens(token))

    def _replace_name(self, tokens: Sequence[Token], rng: Random) -> str | None:
        token = tokens[0]
        rows = self._rows(token.lower)
        if rows:
            return rng.choices(rows, [_weight(row, self.family) for row in rows])[0].spun
        found = _relatives(token.lower, "n")
        if not found:
            return None
        word = rng.choices([word for word, _ in found], [weight for _, weight in found])[0]
        return word if rng.random() < 0.5 else word[:1].upper() + word[1:]

    def _other_form(self, tokens: Sequence[Token], rng: Random) -> str | None:
        token = tokens[0]
        tags = [tag for tag in (_VERB_TAGS if token.pos == "VERB" else ("NN", "NNS")) if tag != token.tag]
        forms = sorted({_inflect(token.lemma, tag) for tag in tags} - {token.lower})
        return _cased(rng.choice(forms), token, self._opens(token)) if forms else None

    def _lower(self, tokens: Sequence[Token], _rng: Random) -> str:
        return tokens[0].text[:1].lower() + tokens[0].text[1:]

    def _capitalise(self, tokens: Sequence[Token], _rng: Random) -> str:
        return tokens[0].text[:1].upper() + tokens[0].text[1:]

    def _double(self, tokens: Sequence[Token], _rng: Random) -> str:
        word = tokens[0].text
        other = {"a": "an", "an": "a"}.get(word, word)
        return f"{word} {other}"

    def _count(self, tokens: Sequence[Token], _rng: Random) -> str:
        return str(NUMBERS.index(tokens[0].lower))

    def _filler(self, rng: Random) -> str | None:
        rows = self._rows("")
        weights = [_weight(row, self.family) * (row.documents - 0.8) for row in rows]  # one page's filler is its own
        return rng.choices(rows, weights)[0].spun if rows else None

    # What stands where

    @cached_property
    def _surnames(self) -> frozenset[str]:
        """The last words of persons that are named with first name and surname somewhere in the text."""
        pairs = zip(self.parsed.tokens, self.parsed.tokens[1:], strict=False)
        return frozenset(
            last.lower
            for first, last in pairs
            if first.entity == last.entity == "PERSON" and first.is_name and last.is_name
        )

    @cached_property
    def _longest(self) -> int:
        return min(4, max((row.original.count(" ") + 1 for row in self.channel.rows), default=1))

    def _rows(self, phrase: str) -> tuple[ChannelRow, ...]:
        return tuple(
            row
            for row in self.channel.damages(phrase)
            if row.spun and not _UNUSABLE.search(row.spun) and _weight(row, self.family) > 0
        )

    def _said(self, first: int, last: int) -> str:
        return self.parsed.text[self.parsed.tokens[first].start : self.parsed.tokens[last - 1].end].lower()

    def _touchable(self, first: int, last: int) -> bool:
        """Say whether the tokens stand free of hyphens, apostrophes and the like, and can be written in markup."""
        start, end = self.parsed.tokens[first].start, self.parsed.tokens[last - 1].end
        text = self.parsed.text
        before, after = text[start - 1 : start], text[end : end + 1]
        if before.isalnum() or before in _GLUE or after.isalnum() or (after in _GLUE and after != "."):
            return False
        return not _UNUSABLE.search(text[start:end]) and not self._in_link(self.parsed.tokens[first])

    def _free(self, token: Token) -> bool:
        shouted = len(token.text) > 1 and token.text.isupper()
        return token.is_word and not token.is_name and not token.is_figure and not shouted

    def _opens(self, token: Token) -> bool:
        """Say whether the token is the first word of its sentence."""
        inside = self.parsed.sentence_tokens(self.parsed.sentences[token.sentence])
        return next((t.index for t in inside if t.is_word), -1) == token.index

    def _spaced(self, before: Token, after: Token) -> bool:
        return self.parsed.text[before.end : after.start] == " "

    def _previous(self, token: Token) -> Token | None:
        before = self.parsed.tokens[token.index - 1] if token.index else None
        return before if before and before.sentence == token.sentence else None

    def _next(self, token: Token) -> Token | None:
        after = self.parsed.tokens[token.index + 1] if token.index + 1 < len(self.parsed.tokens) else None
        return after if after and after.sentence == token.sentence else None

    def _in_link(self, token: Token) -> bool:
        return any(link.start <= token.start < link.end for link in self.parsed.links)


_CASE_KINDS = frozenset({"casing", "abbreviation"})
_CAN_HIT: Mapping[str, Callable[[Damager, Token], bool]] = {
    "casing": Damager._can_lower,
    "morphology": Damager._can_inflect,
    "deletion": Damager._can_drop,
    "name": Damager._can_replace_name,
    "number": Damager._can_count,
    "double": Damager._can_double,
    "abbreviation": Damager._can_capitalise,
}

_WAYS: Mapping[str, Callable[[Damager, Sequence[Token], Random], str | None]] = {
    "synonym": Damager._replace,
    "function": Damager._replace,
    "name": Damager._replace_name,
    "casing": Damager._lower,
    "morphology": Damager._other_form,
    "double": Damager._double,
    "number": Damager._count,
    "abbreviation": Damager._capitalise,
}


def _own_count(row: ChannelRow, family: str) -> float:
    """Give the count of a row in a family; tortured phrases are the work of the families of encyclopaedic text."""
    names = _TORTURED_FAMILIES if family in _TORTURED_FAMILIES else {family}
    return sum(count for name, count in row.families if name in names)


def _any_count(row: ChannelRow, family: str) -> float:
    """Give the count of a row in all families; tortured phrases count only for those they come from."""
    return row.count if family in _TORTURED_FAMILIES else row.page_count


def _weight(row: ChannelRow, family: str) -> float:
    """Give the count of a row in a family, plus a little of the others'."""
    own = _own_count(row, family)
    return own + _OTHER_FAMILIES * (_any_count(row, family) - own)


def _cased(word: str, like: Token, opens: bool) -> str:
    capital = like.text[:1].isupper() and (like.text.lower() != "i" or opens)
    return word[:1].upper() + word[1:] if capital else word


@lru_cache(maxsize=20_000)
def _relatives(lemma: str, pos: Pos) -> tuple[tuple[str, float], ...]:
    """Give lemmas a spinner could write, with weights that add up to about 1.

    Mostly those that the lexicon relates, by its probabilities (which were learned on real pages), drawn towards rare
    words as far as real spinners are; else WordNet's, with their phrases.
    """
    wordnet = _wordnet_relatives(lemma, pos)
    found = lexical_originals(lemma, pos)
    weights = [math.exp(c.log_probability - _RARER * log_frequency(c.lemma)) for c in found]
    total = sum(weights)
    if not total:
        return _with_phrases(wordnet)
    share = 1.0 - _WORDNET if wordnet else 1.0
    lexical = [(c.lemma, share * weight / total) for c, weight in zip(found, weights, strict=True)]
    return _with_phrases((*lexical, *((word, _WORDNET * weight) for word, weight in wordnet)))


def _with_phrases(weighed: Sequence[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    """Let phrases have the share that they have on real pages, where there are phrases and single words."""
    phrases = sum(weight for word, weight in weighed if " " in word)
    words = sum(weight for word, weight in weighed if " " not in word)
    if not phrases or not words:
        return tuple(weighed)
    factors = (1.0 - _PHRASES) / words, _PHRASES / phrases
    return tuple((word, weight * factors[" " in word]) for word, weight in weighed)


@lru_cache(maxsize=20_000)
def _wordnet_relatives(lemma: str, pos: Pos) -> tuple[tuple[str, float], ...]:
    """Give related lemmas with weights: each relation has a share; frequent senses weigh more, phrases less."""
    groups: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for other in load_thesaurus().expand(lemma, pos):
        if other.lemma.replace(" ", "").isalpha() and other.lemma.islower():
            weight = 1.0 / (1 + other.sense) / (1 + 2 * other.lemma.count(" "))
            groups[other.relation].append((other.lemma, weight))
    return tuple(
        (word, _RELATION_SHARE[relation] * weight / sum(w for _, w in found))
        for relation, found in groups.items()
        for word, weight in found
    )


@lru_cache(maxsize=50_000)
def _inflect(lemma: str, tag: str) -> str:
    """Inflect a lemma for a Penn tag: a phrase at its verb or at its last noun before "of"."""
    from lemminflect import getInflection

    words = lemma.split(" ")
    place = 0 if tag.startswith("V") else (words.index("of") - 1 if "of" in words[1:] else len(words) - 1)
    forms = getInflection(words[place], tag, inflect_oov=tag[0] in "VN")
    if forms:
        words[place] = forms[0]
    return " ".join(words)
