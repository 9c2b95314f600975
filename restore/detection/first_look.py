"""A first look at a text, before it is parsed: whether anything of it may be damaged at all.

Most texts of a crawl are clean, and reading each as a verdict does (parser, tables, encoder) is most of what a batch
costs. The encoder needs no parse, only words: where it reads next to no damage in any window of a text, the verdict
would call it clean as well. Sentences are cut by their marks here, so the windows differ a little from those of the
verdict, which reads whatever is not surely clean anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from restore.encoder.model import Encoder, load_encoder
from restore.encoder.windows import cut, make_window
from restore.records import Verdict
from restore.runtime.odds import logistic_of
from restore.text.parsing import is_word

FEWEST_WORDS = 40
"""Shorter texts get the whole verdict: a few words cost little and tell little. Chosen by hand."""
CLEAN_RATE = 0.03
"""The mean chance of damage (0 to 1) that no window of a clean text reaches. Chosen on the articles of the splits
"ranker" and "calibration", half of them damaged (training/detection/first_look.py): no text that the verdict calls
damaged stayed below 0.058."""
PROBABILITY = 0.001
"""The probability of damage that a text below it is given: ten times the mean of what the whole verdict gives these."""
_ENDS = frozenset({".", "!", "?"})
_FEW = 30
"""A window of fewer words counts as one of so many, the others sound: one odd word is no damaged window. By hand."""


class _Word(NamedTuple):
    text: str


def first_look(text: str, words: Sequence[tuple[int, int]], encoder: Encoder | None = None) -> Verdict | None:
    """Return the verdict "clean" on a text that surely is, without places; None if it has to be read more closely.

    `words` are the characters `[start, end)` of its tokens, in order. Raises `ModelNotFoundError` or
    `ModelDamagedError` for a missing or broken model.
    """
    if sum(is_word(text[start:end]) for start, end in words) < FEWEST_WORDS:
        return None
    total = count = 0.0
    for chances in _windows(text, words, encoder or load_encoder()):
        damage = sum(chances)
        if damage / max(len(chances), _FEW) >= CLEAN_RATE:
            return None
        total, count = total + damage, count + len(chances)
    share = min(total / count if count else 0.0, PROBABILITY)
    return Verdict(damaged=False, probability=PROBABILITY, damaged_share=round(share, 4))


def highest_rate(text: str, words: Sequence[tuple[int, int]], encoder: Encoder | None = None) -> float:
    """Return the highest mean chance of damage (0 to 1) among the windows of a text; the builders choose by it."""
    rates = (sum(chances) / max(len(chances), _FEW) for chances in _windows(text, words, encoder or load_encoder()))
    return max(rates, default=0.0)


def _windows(text: str, words: Sequence[tuple[int, int]], encoder: Encoder) -> Iterator[list[float]]:
    """Yield the chance of damage of every word, window by window."""
    tokens = [_Word(text[start:end]) for start, end in words]
    sizes = [len(encoder.pieces.of(token.text)) for token in tokens]
    for first, last in cut(sizes, _sentences(text, words)):
        inside = tokens[first:last]
        chances = logistic_of(encoder.read(make_window(encoder.pieces, inside, first, ())).damaged).tolist()
        yield [chance for chance, token in zip(chances, inside, strict=True) if is_word(token.text)]


def _sentences(text: str, words: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the token ranges `[first, last)` between line ends and marks that end a sentence."""
    first = 0
    for number, (start, end) in enumerate(words, 1):
        following = words[number][0] if number < len(words) else len(text)
        if number == len(words) or text[start:end] in _ENDS or "\n" in text[end:following]:
            yield first, number
            first = number
