"""Damage of bad scraping, laid over a text: blanks lost or put in, slips of the keyboard, letters a scanner confused.

Independent of the spinner families, and drawn with a seed. The encoder and its ranker learn from it what such
damage looks like (training/encoder/windows.py), and benchmarks/spelling.py measures with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from random import Random

from restore.gold.markup import GoldEdit, MarkedText, marked
from restore.lexicon.spelling import confusions, is_known
from restore.text.parsing import ParsedText

SHARES: Mapping[str, float] = {"glue": 0.3, "stop": 0.1, "split": 0.2, "misspelling": 0.25, "ocr": 0.15}
"""How often each kind is drawn unless told otherwise. Chosen by hand."""
_WORD = re.compile(r"(?<![\w'’&@#/.-])[A-Za-z]+(?![\w'’@/-]|\.\w)")
_PAIR = re.compile(r"(?<![\w'’&@#/.,-])(?:[A-Za-z]{2,}|\d{1,4}) (?:[A-Za-z]{2,}|\d{1,4})(?![\w'’@/,-]|\.\w)")
_STOP = re.compile(r"(?<![\w'’&@#/.,-])[A-Za-z]{2,}[.!?] [A-Z][a-z]+(?![\w'’@/-]|\.\w)")
_LIGATURE = re.compile(r"(?<=[a-zA-Z])(?:ffi|ffl|ff|fi|fl)(?=[a-z])")
_AT_LIGATURE = 0.7
"""How often a word that has such letters is torn there. Chosen by hand."""
_LONG = 5
"""Letters of a word that is damaged, or torn: a shorter one becomes another word too easily. Chosen by hand."""
_TRIES = 8
"""Draws for a word until it is none any more. Chosen by hand: then it is left alone and the next place is taken."""


def scrape(given: MarkedText, rng: Random, rate: float, shares: Mapping[str, float] = SHARES) -> MarkedText:
    """Damage about `rate` (0 to 1) of the words that are whole so far; the same state of `rng`, the same damage.

    The edits made before stay as they are and are not touched. Raises `ValueError` for a rate outside 0 to 1.
    """
    if not 0.0 <= rate <= 1.0:
        raise ValueError(f"the rate must lie between 0 and 1, not {rate}")
    kinds = [kind for kind, share in shares.items() if share > 0]
    sites = {kind: list(_sites(given, kind)) for kind in kinds}
    for places in sites.values():
        rng.shuffle(places)
    wanted = rate * len(_WORD.findall(given.text))
    target = int(wanted) + (rng.random() < wanted % 1)
    taken = [(edit.start - 1, edit.end + 1) for edit in given.edits]
    found: list[GoldEdit] = []
    while len(found) < target and any(sites[kind] for kind in kinds):
        kind = rng.choices(kinds, [shares[kind] for kind in kinds])[0]
        edit = _draw(given.text, kind, sites[kind], taken, rng)
        if edit:
            found.append(edit)
            taken.append((edit.start - 1, edit.end + 1))
    return _laid_over(given, found)


def _sites(given: MarkedText, kind: str) -> Iterator[tuple[int, int]]:
    """Yield the places where a kind of damage can be done, links excepted."""
    links = ParsedText(given.text, (), ())
    pattern = {"glue": _PAIR, "stop": _STOP}.get(kind, _WORD)
    for match in pattern.finditer(given.text):
        short = pattern is _WORD and len(match[0]) < _LONG
        if not short and not match[0].replace(" ", "").isdigit() and not links.in_link(*match.span()):
            yield match.span()


def _draw(
    text: str, kind: str, places: list[tuple[int, int]], taken: list[tuple[int, int]], rng: Random
) -> GoldEdit | None:
    """Damage the next free place that is no word any more afterwards."""
    while places:
        start, end = places.pop()
        if any(start < last and first < end for first, last in taken):
            continue
        whole = text[start:end]
        for _ in range(_TRIES):
            spun = _WAYS[kind](whole, rng)
            if spun != whole and not (kind != "split" and is_known(spun.lower())):
                return GoldEdit(start, end, spun, (whole,), kind)
    return None


def _laid_over(given: MarkedText, found: list[GoldEdit]) -> MarkedText:
    pieces: list[str | GoldEdit] = []
    last = 0
    for edit in sorted([*given.edits, *found], key=lambda e: (e.start, e.end)):
        pieces += [given.text[last : edit.start], edit]
        last = edit.end
    return marked([*pieces, given.text[last:]])


def _glued(words: str, rng: Random) -> str:
    del rng
    return words.replace(" ", "")


def _torn(word: str, rng: Random) -> str:
    """Put a blank into a word, or on both sides of what is one sign in print, where there is such a thing."""
    ligature = _LIGATURE.search(word)
    if ligature and rng.random() < _AT_LIGATURE:
        before, after = word[: ligature.start()], word[ligature.end() :]
        return " ".join(filter(None, (before, ligature.group(), after)))
    cut = rng.randrange(2, len(word) - 1)
    return f"{word[:cut]} {word[cut:]}"


def _misspelt(word: str, rng: Random) -> str:
    """Swap two letters, or leave out, double or replace one; the first letter stays, as it mostly does."""
    at = rng.randrange(1, len(word) - 1)
    left, letter, right = word[:at], word[at], word[at + 1 :]
    ways = (left + right[0] + letter + right[1:], left + right, left + letter * 2 + right, left + _other(rng) + right)
    return rng.choice(ways)


def _other(rng: Random) -> str:
    return rng.choice("abcdefghijklmnopqrstuvwxyz")


def _misread(word: str, rng: Random) -> str:
    """Put in what a scanner takes for one of the letters."""
    pairs = [(meant, read) for read, meanings in sorted(confusions().items()) for meant in meanings if meant in word]
    if not pairs:
        return word
    meant, read = rng.choice(pairs)
    places = [match.start() for match in re.finditer(re.escape(meant), word)]
    at = rng.choice(places)
    return word[:at] + read + word[at + len(meant) :]


_WAYS: Mapping[str, Callable[[str, Random], str]] = {
    "glue": _glued,
    "stop": _glued,
    "split": _torn,
    "misspelling": _misspelt,
    "ocr": _misread,
}
