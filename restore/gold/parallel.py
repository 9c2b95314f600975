"""Aligning a spun text with its original, and reading the substitutions off.

Words that both have in the same order are anchors (Levenshtein's alignment, bit-parallel: Hyyrö 2003, by rapidfuzz);
the gaps between them are split by dynamic programming into the cheapest substitutions of up to four words a side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from restore.alignment.division import Cell, cheapest
from restore.channel.model import load_channel
from restore.gold.markup import MarkedText
from restore.lexicon.frequencies import word_counts
from restore.lexicon.wordnet import related
from restore.text.characters import straight
from restore.text.morphology import lemmas

LONGEST_PHRASE = 4
"""Words of a phrase that stands for a word or phrase. Chosen by hand: longer ones are hardly met twice, and the time
grows with its square."""
_LONGEST_GAP = 14
"""Words of a stretch without anchors, from which on it counts as rewritten and nothing is learned from it. Chosen by
hand: in longer ones hardly a word stands in its place."""
_LEAST_COMMON = 0.3
"""The share of the words of the longer text that must stand in both, in order; else they are no pair. Chosen by hand:
lower, and two reports of one event pass for a pair; higher, and heavily spun texts are refused."""
_FUNCTION_RANK = 150
"""Words that are taken for function words, the most frequent ones. Chosen by hand; "city" and "news" are among them,
since the counts are of web pages, and with fewer "through" and "each" would not be."""
_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:(?:['’-]|(?<=\d)[.,:](?=\d))[^\W_]+)*|\S")
_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"\d")

_SAME, _KNOWN, _LEMMA, _RELATED, _ALIKE, _OF_A_KIND, _ODD = 0.0, 0.15, 0.2, 0.3, 0.35, 0.75, 1.15
"""What it costs to take one word for another, from what is known to have happened to what is just in the same place.
Chosen by hand, as are the costs below; tests/unit/gold/test_parallel.py holds which alignments win by them."""
_KNOWN_PHRASE, _PHRASE, _PHRASE_WORD, _EQUAL_PHRASE = 0.2, 0.8, 0.25, 0.4
"""The same for phrases: a known one; else one, each word of both sides beyond two, and more if both have as many words,
for then they are mostly several substitutions of words. By hand."""
_LOST_MARK, _LOST_KNOWN, _LOST = 0.2, 0.5, 0.9
"""What it costs to leave a mark or a word alone, the other side having none: known to happen, or not. By hand."""
_ALIKE_RATIO = 75.0
"""The likeness (rapidfuzz's ratio, 0 to 100) from which two words are spelt alike. Chosen by hand: a quarter of the
letters differs at most."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """What happened to one text: `pairs` of (spun, original) words or phrases, "" for nothing, and `kept` words.

    `runs` are the stretches of spun tokens that stood for themselves; `tokens` counts the spun tokens, `rewritten`
    those in stretches too different to be split. `decided` is what a person decided, place by place, if the text comes
    from a review.
    """

    pairs: tuple[tuple[str, str], ...]
    runs: tuple[tuple[str, ...], ...]
    tokens: int
    rewritten: int
    decided: tuple[str, ...] = ()

    @property
    def kept(self) -> Iterator[str]:
        """The words that were left alone."""
        return (token for run in self.runs for token in run if is_word(token))


def tokenise(text: str) -> list[str]:
    """Cut a text into lower-cased words, possessive endings and single marks."""
    found: list[str] = []
    for token in _TOKEN.findall(straight(text.lower())):
        found += (token[:-2], "'s") if len(token) > 2 and token.endswith("'s") else (token,)
    return found


def is_word(token: str) -> bool:
    """Return whether a token has a letter or a digit."""
    return token[0].isalnum() or len(token) > 1


def align(spun: str, original: str) -> Aligned | None:
    """Align two texts; None if they have less than 30 % of their words in common."""
    ours, theirs = tokenise(spun), tokenise(original)
    pairs: list[tuple[str, str]] = []
    runs: list[tuple[str, ...]] = []
    rewritten = _align_tokens(ours, theirs, pairs, runs)
    if sum(map(len, runs)) < _LEAST_COMMON * max(len(ours), len(theirs)):
        return None
    return Aligned(tuple(pairs), tuple(runs), len(ours), rewritten)


def align_substitution(
    ours: Sequence[str], theirs: Sequence[str], pairs: list[tuple[str, str]], runs: list[tuple[str, ...]]
) -> int:
    """Add what a person wrote in place of some tokens to `pairs`, and what they kept of them to `runs`.

    Up to four words a side are one phrase, but for the words that both begin or end with; longer ones are aligned.
    Return how many tokens are too different to be split.
    """
    start = 0
    while start < min(len(ours), len(theirs)) and ours[start] == theirs[start]:
        start += 1
    end = 0
    while end < min(len(ours), len(theirs)) - start and ours[-1 - end] == theirs[-1 - end]:
        end += 1
    runs += [tuple(ours[:start]), tuple(ours[len(ours) - end :])]
    left, right = ours[start : len(ours) - end], theirs[start : len(theirs) - end]
    if max(len(left), len(right)) > LONGEST_PHRASE:
        return _align_tokens(left, right, pairs, runs)
    if left != right:
        _note(left, right, pairs)
    return 0


def _align_tokens(
    ours: Sequence[str], theirs: Sequence[str], pairs: list[tuple[str, str]], runs: list[tuple[str, ...]]
) -> int:
    """Add the substitutions and the kept stretches of two lists of tokens; return how many could not be split."""
    rewritten = 0
    for start, end, first, last, same in _stretches(ours, theirs):
        if same:
            runs.append(tuple(ours[start:end]))
        elif max(end - start, last - first) > _LONGEST_GAP:
            rewritten += end - start
        else:
            _split(ours[start:end], theirs[first:last], pairs, runs)
    return rewritten


def cells(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[Cell]:
    """Yield the steps through two lists of lower-cased tokens, in order: the token ranges (ours, then theirs) of each.

    Kept stretches are one step, as are stretches too different to be split.
    """
    for start, end, first, last, same in _stretches(ours, theirs):
        if same or max(end - start, last - first) > _LONGEST_GAP:
            yield start, end, first, last
            continue
        for i, k, j, m in _cheapest(ours[start:end], theirs[first:last]):
            yield start + i, start + k, first + j, first + m


def from_markup(marked: MarkedText) -> Aligned:
    """Read the substitutions that gold markup names; the first gold counts."""
    pairs: list[tuple[str, str]] = []
    runs: list[tuple[str, ...]] = []
    tokens = rewritten = last = 0
    for edit in marked.edits:
        runs.append(tuple(tokenise(marked.text[last : edit.start])))
        last = edit.end
        ours, theirs = tokenise(edit.spun), tokenise(edit.gold[0])
        tokens += len(ours)
        if ours == theirs:
            runs.append(tuple(ours))
        elif max(len(ours), len(theirs)) <= LONGEST_PHRASE:
            _note(ours, theirs, pairs)
        else:
            rewritten += len(ours)
    runs.append(tuple(tokenise(marked.text[last:])))
    tokens += sum(len(run) for run in runs)
    return Aligned(tuple(pairs), tuple(run for run in runs if run), tokens, rewritten)


def _stretches(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[int, int, int, int, bool]]:
    """Yield stretches in order, the same on both sides or not: token ranges of both, and which it is.

    A single function word or mark is no anchor where the gaps on its sides have lost on one side what they gained on
    the other: it stands there by chance.
    """
    found: list[list[int]] = []  # start, end, first, last, same
    for code in Levenshtein.opcodes(ours, theirs):
        piece = [code.src_start, code.src_end, code.dest_start, code.dest_end, int(code.tag == "equal")]
        if found and found[-1][4] == piece[4] == 0:
            found[-1][1], found[-1][3] = piece[1], piece[3]
        else:
            found.append(piece)
    at = 1
    while at + 1 < len(found):
        before, anchor, after = found[at - 1 : at + 2]
        if anchor[4] and _is_weak(ours[anchor[0] : anchor[1]]) and _growth(before) * _growth(after) < 0:
            found[at - 1 : at + 2] = [[before[0], after[1], before[2], after[3], 0]]
        else:
            at += 1
    for start, end, first, last, same in found:
        yield start, end, first, last, bool(same)


def _growth(piece: Sequence[int]) -> int:
    return (piece[1] - piece[0]) - (piece[3] - piece[2])


def _is_weak(tokens: Sequence[str]) -> bool:
    return len(tokens) == 1 and (not is_word(tokens[0]) or _is_function(tokens[0]))


def _split(
    ours: Sequence[str], theirs: Sequence[str], pairs: list[tuple[str, str]], runs: list[tuple[str, ...]]
) -> None:
    """Split a gap into its cheapest substitutions; what is lost or put in side by side makes one phrase."""
    lost: list[str] = []
    gained: list[str] = []

    def flush() -> None:
        for ours_left, theirs_left in ((lost, []), ([], gained)):
            for at in range(0, max(len(ours_left), len(theirs_left)), LONGEST_PHRASE):
                end = at + LONGEST_PHRASE
                _note(ours_left[at:end], theirs_left[at:end], pairs)
        lost.clear()
        gained.clear()

    for start, end, first, last in _cheapest(ours, theirs):
        left, right = ours[start:end], theirs[first:last]
        if not right:
            lost += left
        elif not left:
            gained += right
        else:
            flush()
            if list(left) == list(right):
                runs.append(tuple(left))
            else:
                _note(left, right, pairs)
    flush()


def _note(ours: Sequence[str], theirs: Sequence[str], pairs: list[tuple[str, str]]) -> None:
    """Add a substitution to the pairs, unless it is about marks or figures."""
    spun, original = phrase(ours), phrase(theirs)
    both = spun + original
    if spun != original and _LETTER.search(both) and not _DIGIT.search(both) and all(map(is_word, (*ours, *theirs))):
        pairs.append((spun, original))


def phrase(tokens: Sequence[str]) -> str:
    """Write tokens as the rows of a table are written."""
    return " ".join(tokens).replace(" 's", "'s")


def _cheapest(ours: Sequence[str], theirs: Sequence[str]) -> list[Cell]:
    """Return the steps of the cheapest way through a gap: token ranges of both sides."""
    width, height = len(ours), len(theirs)
    if not width or not height or width == height == 1:
        whole = range(max(width, height))
        return [(min(n, width), min(n + 1, width), min(n, height), min(n + 1, height)) for n in whole]
    return cheapest(width, height, lambda i, k, j, m: _cost(tuple(ours[i:k]), tuple(theirs[j:m])), LONGEST_PHRASE)


@lru_cache(maxsize=200_000)
def _cost(ours: tuple[str, ...], theirs: tuple[str, ...]) -> float | None:
    """Return how hard it is to believe that `theirs` became `ours`; None if it cannot be."""
    if not ours or not theirs:
        if not is_word((ours or theirs)[0]):
            return _LOST_MARK
        return _LOST_KNOWN if _is_known(phrase(ours), phrase(theirs)) else _LOST
    if len(ours) == len(theirs) == 1:
        return _word_cost(ours[0], theirs[0])
    if ours[0] == theirs[0] or ours[-1] == theirs[-1] or not all(map(is_word, (*ours, *theirs))):
        return None
    if _is_known(phrase(ours), phrase(theirs)):
        return _KNOWN_PHRASE
    equal = _EQUAL_PHRASE if len(ours) == len(theirs) else 0.0
    return _PHRASE + _PHRASE_WORD * (len(ours) + len(theirs) - 2) + equal


@lru_cache(maxsize=200_000)
def _word_cost(spun: str, original: str) -> float | None:
    if spun == original:
        return _SAME
    if not (is_word(spun) and is_word(original)):
        return _ODD if not is_word(spun) and not is_word(original) else None
    if _is_known(spun, original):
        return _KNOWN
    if set(lemmas(spun)) & set(lemmas(original)):
        return _LEMMA
    if any(related(one, other) for one in lemmas(spun) for other in lemmas(original)):
        return _RELATED
    if fuzz.ratio(spun, original, score_cutoff=_ALIKE_RATIO):
        return _ALIKE
    figures = bool(_DIGIT.search(spun)) == bool(_DIGIT.search(original))
    return _OF_A_KIND if figures and _is_function(spun) == _is_function(original) else _ODD


def _is_known(spun: str, original: str) -> bool:
    return any(row.original == original for row in load_channel().originals(spun))


def _is_function(word: str) -> bool:
    return word in _function_words()


@cache
def _function_words() -> frozenset[str]:
    """Return the most frequent words: most of them are function words."""
    counts = word_counts()
    return frozenset([*sorted(counts, key=lambda word: -counts[word])[:_FUNCTION_RANK], "'s"])
