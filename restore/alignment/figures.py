"""What the figures of a text say: numbers, years, months, weekdays, days and times as values that can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from restore.text.parsing import FIGURE_ENTITIES, ParsedText, Sentence, Token
from restore.text.word_lists import MONTHS, ORDINALS, TENS, UNITS, WEEKDAYS

FigureKind = Literal["number", "year", "month", "weekday", "day", "time"]
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12.0}
"""What the words mean; as in "two hundred"."""
_SHORT_SCALES = {"m": 1e6, "bn": 1e9, "k": 1e3}
"""What the letters mean behind a figure in news text."""
_CURRENCIES = frozenset({"$", "£", "€", "¥", "US$"})
_WORDS = {
    **{word: float(n) for n, word in enumerate(UNITS)},
    **{word: 20.0 + 10 * n for n, word in enumerate(TENS)},
    **{word: float(n) for n, word in enumerate(ORDINALS, start=1)},
}
_PARTS = {"half": 2.0, "halves": 2.0, "quarter": 4.0, "quarters": 4.0} | {
    form: float(n) for n, word in enumerate(ORDINALS[2:], start=3) for form in (word, word + "s")
}
_VERBS_TOO = frozenset({"may", "march"})
_TIME = re.compile(r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?")
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
SHARES = frozenset({"percent", "%", "cent", "be", "have"})
"""Lemmas that say nothing of what a share is of."""
_YEARS = range(1000, 2200)
"""Four digits that are read as a year. Chosen by hand: what news text tells of; a plain number of that size is taken
for a year only where spaCy sees a date or nothing."""
_DAYS = range(1, 32)
"""The days of a month."""
_ROUNDING = 0.02
"""A number and what it was rounded to differ by less than this share of the greater one. By hand."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A value in a text: tokens `[first, last)`, what it is, and its value (months and weekdays counted from 1)."""

    first: int
    last: int
    kind: FigureKind
    value: float
    text: str

    def agrees(self, other: Figure) -> bool:
        """Return whether two figures of the same kind say the same; one may be rounded, as its zeros then show."""
        if self.kind != "number" or self.value == other.value:
            return self.value == other.value
        apart = abs(self.value - other.value)
        units = sorted(map(_last_place, (self.value, other.value)))
        if min(self.value, other.value) < 100:  # 61.6 is 62, but 39 is not 40
            return units[0] < 1 and units[0] < units[1] and apart <= 0.5 * min(1.0, units[1]) + 1e-9
        return apart <= _ROUNDING * max(self.value, other.value) and apart < units[1]


def _last_place(value: float) -> float:
    """Return the place of the last digit that is no zero: 100 for 17,400."""
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return 10.0**exponent if isinstance(exponent, int) else 0.0


@dataclass(frozen=True, slots=True)
class FigureGroup:
    """The figures of one date or amount, and the lemmas of what it counts or is said of."""

    figures: tuple[Figure, ...]
    about: frozenset[str]


def figure_groups(parsed: ParsedText, sentence: Sentence) -> Iterator[FigureGroup]:
    """Yield the dates and amounts of a sentence in order; a bare "100m", metres or millions, is left out."""
    group: list[Token] = []
    for token in (*parsed.sentence_tokens(sentence), None):
        if group and token is not None and token.start == group[-1].end and _short_scale(token.lower):
            first = group[0].index
            if group[0].text in _CURRENCIES or (first and parsed.tokens[first - 1].text in _CURRENCIES):
                group.append(token)
            else:
                group = []
            continue
        if group and (token is None or token.entity != group[0].entity or token.index != group[-1].index + 1):
            yield from _group(parsed, group)
            group = []
        if token is not None and (token.entity in FIGURE_ENTITIES or token.is_figure):
            group.append(token)


def figure_values(words: Sequence[str]) -> frozenset[tuple[FigureKind, float]]:
    """Return the values that lower-cased words say, whatever their place: numbers, months and weekdays."""
    found: set[tuple[FigureKind, float]] = set()
    at = 0
    while at < len(words):
        word = words[at]
        if word in MONTHS and word not in _VERBS_TOO:
            found.add(("month", float(MONTHS.index(word) + 1)))
        elif word in WEEKDAYS:
            found.add(("weekday", float(WEEKDAYS.index(word) + 1)))
        elif _TIME.fullmatch(word):
            found.add(("time", _seconds(word)))
        value, size = _number(words[at:])
        if size:
            found.add(("number", value))
        at += max(1, size)
    return frozenset(found)


def _group(parsed: ParsedText, tokens: Sequence[Token]) -> Iterator[FigureGroup]:
    figures = tuple(_figures(tokens))
    if not figures:
        return
    inside = {n for figure in figures for n in range(figure.first, figure.last)}
    heads = [_head(parsed, t) for t in tokens if t.index in inside]
    shares = [t for t in tokens if t.lemma.lower() in SHARES]
    about = [*tokens, *heads, *(found for share in shares for found in _shared(parsed, share))]
    about = [t for t in about if t.index not in inside and t.pos in {"NOUN", "PROPN", "VERB", "SYM"}]
    yield FigureGroup(figures, frozenset(t.lemma.lower() for t in about))


def _shared(parsed: ParsedText, share: Token) -> Iterator[Token]:
    """Yield what a share is of, what it hangs on, and the subject of that ("the rate rose to 5 percent of output")."""
    head = _head(parsed, share)
    yield head
    for token in parsed.sentence_tokens(parsed.sentences[share.sentence]):
        above = parsed.tokens[token.head]
        subject = token.dep in {"nsubj", "nsubjpass"} and token.head == head.index
        whole = token.dep == "pobj" and above.lower == "of" and above.head == share.index
        if subject or whole:
            yield token


def _head(parsed: ParsedText, token: Token) -> Token:
    """Return what a word hangs on, a preposition being passed over ("approved on Tuesday")."""
    head = parsed.tokens[token.head]
    return parsed.tokens[head.head] if head.pos in {"ADP", "SCONJ"} else head


def _figures(tokens: Sequence[Token]) -> Iterator[Figure]:
    """Read the values of a group; "250 million" and "twenty two" are one number each."""
    dated = any(t.entity == "DATE" for t in tokens)
    at = 0
    while at < len(tokens):
        token = tokens[at]
        named = _named(token, dated)
        if named is not None:
            yield named
            at += 1
            continue
        value, size = _number([t.lower for t in tokens[at:]])
        if size:
            last = tokens[at + size - 1]
            text = " ".join(t.text for t in tokens[at : at + size])
            plain = size == 1 and token.text.isdigit()
            kind: FigureKind = "number"
            if plain and len(token.text) == 4 and int(value) in _YEARS and token.entity in {"DATE", ""}:
                kind = "year"
            elif dated and int(value) in _DAYS and any(t.lower in MONTHS for t in tokens):
                kind = "day"
            yield Figure(token.index, last.index + 1, kind, value, text)
        at += max(1, size)


def _named(token: Token, dated: bool) -> Figure | None:
    word = token.lower
    if word in MONTHS and (dated or (token.text[:1].isupper() and word not in _VERBS_TOO)):
        return Figure(token.index, token.index + 1, "month", float(MONTHS.index(word) + 1), token.text)
    if word in WEEKDAYS:
        return Figure(token.index, token.index + 1, "weekday", float(WEEKDAYS.index(word) + 1), token.text)
    if _TIME.fullmatch(word) and (":" in word or token.entity == "TIME"):
        return Figure(token.index, token.index + 1, "time", _seconds(word), token.text)
    return None


def _seconds(time: str) -> float:
    hours, minutes, *seconds = (int(n) for n in re.split("[:.]", time))
    return hours * 3600.0 + minutes * 60 + sum(seconds)


def _number(words: Sequence[str]) -> tuple[float, int]:
    """Return the number at the beginning of some words, and how many of them it takes; none if there is none."""
    total, size = 0.0, 0
    for given in words:
        word = given.rstrip("s") if given.rstrip("s") in _SCALES else given
        if size and (short := _short_scale(word)):
            total *= short
        elif word in _SCALES:
            total = (total if size else 1.0) * _SCALES[word]
        elif size == 0:
            value = _simple(word)
            if value is None:
                return 0.0, 0
            total = value
        elif size == 1 and _is_part(total, word):
            return total / _PARTS[word], 2
        elif word in _WORDS and total % 10 == 0 and 20 <= total < 100 and _WORDS[word] < 10:
            total += _WORDS[word]
        else:
            break
        size += 1
    return total, size


def _is_part(count: float, word: str) -> bool:
    """Return whether a number and a word are a fraction: "one fifth", "two thirds"; "twenty fifth" is none."""
    return word in _PARTS and (count == 1 or (count < 20 and word.endswith("s")))


def _short_scale(word: str) -> float:
    """Return what "m" or "bn" stands for, the stop of the sentence aside; 0 if a word is none."""
    return _SHORT_SCALES.get(word.rstrip("."), 0.0)


def _simple(word: str) -> float | None:
    """Read one token: digits, a number word, "twenty-two", "21st"."""
    digits = re.sub(r"(?<=\d)(?:st|nd|rd|th)$", "", word)
    if _NUMBER.fullmatch(digits):
        return float(digits.replace(",", ""))
    parts = word.split("-")
    count = _WORDS.get(parts[0])
    if len(parts) == 2 and count is not None and _is_part(count, parts[1]):
        return count / _PARTS[parts[1]]
    if all(part in _WORDS for part in parts):
        return sum(_WORDS[part] for part in parts)
    return None
