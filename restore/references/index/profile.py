"""What an article is recognised by, read with plain patterns: an index of millions cannot wait for a full parse.

Names are capitalised words that the start of a sentence does not account for; headlines in title case count as starts.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from urllib.parse import unquote, urlsplit

from restore.lexicon.frequencies import word_counts
from restore.references.rarity import rarity
from restore.text.casing import load_case_table
from restore.text.characters import straight
from restore.text.word_lists import MONTHS, WEEKDAYS

LONGEST_TEXT = 20_000
"""Characters that are looked at; the event stands at the beginning of an article. By hand, for speed."""
_TOKEN = re.compile(r"\d+(?:[.,:/]\d+)*|[^\W\d_]+(?:[’'.&-][^\W\d_]+)*")
_START = re.compile(r"(?:[.!?:;…]['\"”’)\]]*\s+|[\r\n]\s*|^\s*)[\"“‘'(\[«–—-]*\s*")
_QUOTED = re.compile(r"“[^“”\r\n]{12,400}”|\"[^\"\r\n]{12,400}\"|«[^«»\r\n]{12,400}»|``[^`\r\n]{12,400}?''")
_POSSESSIVE = re.compile(r"['’]s?$")
_SLUG_WORD = re.compile(r"[^\W\d_]{2,}|\d{4,}")
_MONTHS = {
    name: number
    for number, month in enumerate(MONTHS, 1)
    for name in dict.fromkeys((month, month[:3], "sept" if month == "september" else month))
}
_NAMED_MONTH = "|".join(sorted((m.capitalize() for m in _MONTHS), key=len, reverse=True))
_ISO = re.compile(r"((?:1[5-9]|20)\d\d)-([01]\d)-([0-3]\d)")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)?(?!\w)")
_NEAR = 12
"""Characters before a day in which its month is looked for: "September. " and the word border before it."""
_MONTH_BEFORE = re.compile(rf"\b({_NAMED_MONTH})\.? ?\Z")
_MONTH_AFTER = re.compile(rf" (?:of )?({_NAMED_MONTH})\b\.?(?:,? ((?:1[5-9]|20)\d\d)\b)?")
_YEAR_BESIDE = re.compile(r"\s?,?\s?((?:1[5-9]|20)\d\d)\b")
_DAY_DIGITS, _MOST_MONTH, _MOST_DAY = 2, 12, 31
"""Of the calendar."""
_TIMES = {*WEEKDAYS, *_MONTHS}
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_CAPITAL = r"[A-ZÀ-ÖØ-Þ\u0100-\u017f][^\W\d_]*(?:[’'.&-][^\W\d_]+)*"
_RUN = re.compile(rf"(?<!\w){_CAPITAL}(?: {_CAPITAL})+")
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_TITLE_CASE = 0.7
"""The share of capitals from which a line is a headline in title case, where a capital says nothing. Chosen by hand:
articles and prepositions stay small there; a sentence full of names reaches it hardly ever."""
_SHORT_LINE = 25
"""Words of a headline, at most. Chosen by hand: sentences that begin a report are mostly longer."""
_NAME_SHARE = 0.6
"""The share of capitals of a word in ordinary text (restore/text/casing.py) from which it is a name in a headline, too.
Chosen by hand; below `casing.SURE`, because here a wrong name only costs a term of a query."""
_LEAD = 60
"""Words of an article that count as its beginning: the first two or three sentences. Chosen by hand; the model of the
same event is fitted to it."""
_OPENING, _BEGINNING = 80, 160
"""Words in which a report says what is new, and in which another one says the same: what follows is background that
other days of the story share. Chosen by hand; the model of the same event is fitted to them."""
_MOST_QUOTATIONS = 20
"""Quotations that are kept of an article. Chosen by hand, for speed: every one is compared with every one."""
_QUOTATION_WORDS = 4
"""Words of a quotation that is kept: shorter ones are titles and scare quotes. Chosen by hand, as in
restore/references/match.py."""
_RARE = 0.35
"""The least rarity (0 to 1; restore/references/rarity.py) of a word that tells about an event. Chosen by hand, as in
restore/references/match.py; the model of the same event is fitted to it."""
_rarity = lru_cache(maxsize=200_000)(rarity)
Token = tuple[int, int, str, bool, bool]
"""A word or figure: start, end, folded, whether it has a capital, whether a capital says nothing there."""


@dataclass
class Profile:
    """Names, pairs of names, figures, dates and rare words with how often each stands there, all in lower case.

    Dates are "04-13" or "2013-04-13" where the year stands beside. `lead` are the names of the first 60 words,
    `opening` and `beginning` the names, rare words and figures of the first 80 and 160, `title` and `slug` the words of
    the title and of the address, `phrases` pairs of neighbouring words of which none is a name and at least one is
    rare; `words` counts all words. Weekdays are in the order in which they are first named.
    """

    names: Counter[str] = field(default_factory=Counter)
    pairs: Counter[str] = field(default_factory=Counter)
    figures: Counter[str] = field(default_factory=Counter)
    dates: Counter[str] = field(default_factory=Counter)
    rare: Counter[str] = field(default_factory=Counter)
    lead: set[str] = field(default_factory=set)
    opening: set[str] = field(default_factory=set)
    beginning: set[str] = field(default_factory=set)
    title: set[str] = field(default_factory=set)
    slug: set[str] = field(default_factory=set)
    weekdays: Counter[str] = field(default_factory=Counter)
    months: set[int] = field(default_factory=set)
    years: set[str] = field(default_factory=set)
    phrases: set[str] = field(default_factory=set)
    quotations: tuple[str, ...] = ()
    words: int = 0


def profile(text: str, title: str = "", url: str = "") -> Profile:
    """Read an article (its first 20,000 characters), with its title and address if they are known."""
    found = Profile(slug=set(slug_words(url)))
    text = text[:LONGEST_TEXT]
    heading = title or first_line(text)
    found.title = {w for w in map(fold, _TOKEN.findall(heading)) if w.isdigit() or _rarity(w) >= _RARE}
    found.quotations = tuple(_quotations(text))
    _count_dates(text, found.dates)
    names, rare, pairs, figures = found.names, found.rare, found.pairs, found.figures
    tokens = _tokens(text)
    inside = {folded for _, _, folded, capital, opens in tokens if capital and not opens}
    last, previous, plain = -1, "", ""
    for number, (start, end, folded, capital, opens) in enumerate(tokens):
        if capital and folded in _TIMES:
            if folded in _MONTHS:
                found.months.add(_MONTHS[folded])
            else:
                found.weekdays[folded] += 1
            previous = ""
        elif capital and (not opens or folded in inside or looks_named(folded)):
            if len(folded) > 1:
                names[folded] += 1
                if number < _LEAD:
                    found.lead.add(folded)
            if previous and start == last + 1 and text[last] == " ":
                pairs[f"{previous}_{folded}"] += 1
            last, previous = end, folded
        elif folded[0].isdigit():
            figure = _figure(folded)
            if len(figure) > 1:
                figures[figure] += 1
            if _YEAR.fullmatch(figure):
                found.years.add(figure)
            plain = ""
            continue
        elif _rarity(folded) >= _RARE:
            rare[folded] += 1
            if plain:
                found.phrases.add(f"{plain}_{folded}")
            plain = folded
            continue
        elif plain and _rarity(plain) >= _RARE:
            found.phrases.add(f"{plain}_{folded}")
        plain = "" if capital else folded
    found.words = len(tokens)
    found.opening, found.beginning = (_told(found, tokens[:most]) for most in (_OPENING, _BEGINNING))
    return found


def _told(found: Profile, tokens: Sequence[Token]) -> set[str]:
    """Return the names, rare words and figures of a profile that stand among some tokens."""
    figures = {_figure(folded) for _, _, folded, _, _ in tokens if folded[0].isdigit()}
    words = {folded for _, _, folded, _, _ in tokens}
    return {w for w in words if w in found.names or w in found.rare} | {f for f in figures if f in found.figures}


def index_keys(text: str) -> str:
    """Return the terms by which the index finds pairs of names, figures and dates: those of a profile, and more."""
    text = text[:LONGEST_TEXT]
    keys: dict[str, None] = {}
    for run in _RUN.findall(text):
        words = [fold(word) for word in run.split(" ")]
        keys.update(dict.fromkeys(f"p:{one}_{other}" for one, other in pairwise(words)))
    for number in _NUMBER.findall(text):
        for part in number.split("-"):
            figure = _figure(part)
            if len(figure) > 1:
                keys[f"f:{figure}"] = None
    dates: Counter[str] = Counter()
    _count_dates(text, dates)
    keys.update(dict.fromkeys(f"d:{date}" for date in dates))
    return " ".join(keys)


def _quotations(text: str) -> Iterator[str]:
    for number, match in enumerate(_QUOTED.finditer(text)):
        if number == _MOST_QUOTATIONS:
            return
        quoted = match[0].strip("“”\"«»`'")
        if len(quoted.split()) >= _QUOTATION_WORDS:
            yield quoted


def _figure(number: str) -> str:
    return number.replace(",", "").strip(".:/")


def first_line(text: str) -> str:
    """Return the first line of a text if it is short enough for a headline, else ""."""
    line = text.lstrip()[:400].partition("\n")[0].strip()
    return line if len(line.split()) <= _SHORT_LINE else ""


def slug_words(url: str) -> Iterator[str]:
    """Yield the words of the path of an address, file suffix aside, in lower case."""
    if url:
        try:
            path = unquote(urlsplit(url).path)
        except ValueError:
            return
        for word in _SLUG_WORD.findall(re.sub(r"\.\w{1,5}$", "", path)):
            yield fold(word)


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """Write a word in lower case, without accents and without the ending 's."""
    lower = _POSSESSIVE.sub("", word.lower()) or word.lower()
    if lower.isascii():
        return lower.replace(".", "") if "." in lower else lower
    plain = "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))
    return straight(plain).replace(".", "") or lower


def _tokens(text: str) -> list[Token]:
    """Return words and figures as start, end, folded, capital, opens.

    `opens` where a capital says nothing: at the start of a sentence, in headlines in title case.
    """
    starts = {match.end() for match in _START.finditer(text)}
    for first, last in _title_lines(text):
        starts.update(range(first, last))
    return [
        (
            match.start(),
            match.end(),
            word if word[0].isdigit() else fold(word),
            word[0].isupper(),
            match.start() in starts,
        )
        for match in _TOKEN.finditer(text)
        if (word := match[0])
    ]


def _title_lines(text: str) -> list[tuple[int, int]]:
    """Return the lines of at most 25 words in which most words are capitalised."""
    found: list[tuple[int, int]] = []
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        if len(line) < 12 * _SHORT_LINE:
            words = [w for w in line.split() if w[0].isalpha()]
            if 3 < len(words) <= _SHORT_LINE and sum(w[0].isupper() for w in words) >= _TITLE_CASE * len(words):
                found.append((start, end))
        start = end + 1
    return found


@lru_cache(maxsize=100_000)
def looks_named(folded: str) -> bool:
    """Whether a capitalised word is a name even where every word has a capital."""
    known = load_case_table().look_up(folded)
    return known.share >= _NAME_SHARE if known.form or known.times else folded not in word_counts()


def _count_dates(text: str, dates: Counter[str]) -> None:
    """Count days, as "04-13", and as "2013-04-13" where the year stands beside."""
    for match in _NUMBER.finditer(text):
        number = match[0]
        if len(number) > _DAY_DIGITS:
            iso = _ISO.fullmatch(number) if "-" in number else None
            if iso:
                _add_day(dates, int(iso[2]), int(iso[3]), iso[1])
            continue
        ending = _ORDINAL.match(text, match.end())
        if not ending:
            continue
        start, end = match.start(), ending.end()
        before = _MONTH_BEFORE.search(text[max(0, start - _NEAR) : start])
        after = None if before else _MONTH_AFTER.match(text, end)
        if before:
            later = _YEAR_BESIDE.match(text, end)
            _add_day(dates, _MONTHS[before[1].lower()], int(number), later[1] if later else "")
        elif after:
            _add_day(dates, _MONTHS[after[1].lower()], int(number), after[2] or "")


def _add_day(dates: Counter[str], month: int, day: int, year: str) -> None:
    if 1 <= month <= _MOST_MONTH and 1 <= day <= _MOST_DAY:
        dates[f"{month:02d}-{day:02d}"] += 1
        if year:
            dates[f"{year}-{month:02d}-{day:02d}"] += 1
