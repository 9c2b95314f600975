"""Which words are known, which known words are near, and where a run of letters falls into known words (SymSpell).

The English dictionary is symspellpy's, of 82,765 words; the words of one text stand in a small checker of their own
(Garbe's symmetric deletion, candidates/attested_forms.py). For the dictionary itself that index would take about a
second to build and 20 MB, and an article has a handful of unknown words: these are compared with all words about as
long, which takes some six milliseconds each.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any, NamedTuple

from restore.lexicon.frequencies import pair_counts, word_counts
from restore.lexicon.wordnet import load_thesaurus
from restore.runtime.tables import table_path
from restore.text.morphology import lemmas_by_pos

if TYPE_CHECKING:
    from symspellpy import SymSpell

OCR = "misread letters"
"""What the evidence of confusions between letters names as its source."""
MAX_DISTANCE = 2
"""Edits (optimal string alignment) that a known word is away at most. Chosen by hand, SymSpell's usual bound: with
three, more words are near that have nothing to do with it, and look-ups take longer."""
SHORTEST = 4
"""Letters of a word that is corrected. Chosen by hand: next to every shorter string stand several words."""
_LONGEST = 40  # letters that are cut into words, to bound the time; by hand: longer ones are no few glued words
_PREFIXES = ("re", "un", "non", "pre", "anti", "over", "co", "dis", "mis", "out", "super", "under")
_LETTERS = frozenset({"a", "i"})
_MOST_DIGITS = 3
"""Digits in a word that may all be misread letters. Chosen by hand: with more, it is a number or a code, and the
readings multiply."""
_LITTLE, _LONG = 3, 5
"""Letters of a function word, and of another word, that need not have been seen side by side. Chosen by hand: with
fewer, names and foreign words fall into little pieces."""


class Near(NamedTuple):
    """A known word and how many edits it is away (optimal string alignment, 1 or 2)."""

    word: str
    distance: int


def is_known(word: str) -> bool:
    """Return whether the frequency dictionary or the thesaurus has a lower-cased word."""
    return word in word_counts() or word in load_thesaurus()


@lru_cache(maxsize=50_000)
def is_form_of_known(word: str) -> bool:
    """Whether the lexicon of lemminflect has the word, or it is one with a prefix or a British or American ending."""
    stems = [word, *(word[len(p) :] for p in _PREFIXES if word.startswith(p)), word.replace("is", "iz")]
    stems += [stem[:-1] for stem in stems if stem.endswith("s")]
    return any(is_known(stem) or lemmas_by_pos(stem) for stem in stems if len(stem) >= SHORTEST)


@cache
def function_words() -> frozenset[str]:
    """Return the words that spaCy lists as function words of English (about 300, lower-cased)."""
    from spacy.lang.en.stop_words import STOP_WORDS

    return frozenset(word for word in STOP_WORDS if word.isalpha())


def make_checker() -> SymSpell:
    """Make an empty checker of the kind that is used everywhere here."""
    from symspellpy import SymSpell

    return SymSpell(max_dictionary_edit_distance=MAX_DISTANCE, prefix_length=5)


@lru_cache(maxsize=50_000)
def near_words(word: str) -> tuple[Near, ...]:
    """Return the known words nearest to an unknown lower-cased one, the most frequent first; () if none is near."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    counts = word_counts()
    found: list[tuple[int, int, str]] = []
    for length in range(len(word) - MAX_DISTANCE, len(word) + MAX_DISTANCE + 1):
        same_length = _by_length().get(length, ())
        near = process.extract(word, same_length, scorer=OSA.distance, score_cutoff=MAX_DISTANCE, limit=None)
        found += [(int(distance), -counts[known], known) for known, distance, _ in near]
    least = min(found, default=(0, 0, ""))[0]
    return tuple(Near(known, distance) for distance, _, known in sorted(found) if distance == least)


@lru_cache(maxsize=50_000)
def segment(letters: str) -> tuple[str, ...]:
    """Cut lower-cased letters into two or more known words that are seen side by side; () where that is impossible.

    symspellpy's word segmentation weighs single words only; where it names a pair that is never seen, the cut in two
    whose pair is most frequent is taken.
    """
    if not 2 <= len(letters) <= _LONGEST:
        return ()
    found = _segmenter().word_segmentation(letters, max_edit_distance=0).segmented_string.split()
    if len(found) > 1 and all(map(_is_part, found)) and pair_strength(tuple(found)):
        return tuple(found)
    pairs = pair_counts()
    cuts = ((letters[:cut], letters[cut:]) for cut in range(1, len(letters)))
    seen = [(pairs.get(f"{a} {b}", 0), a, b) for a, b in cuts if _is_part(a) and _is_part(b)]
    best = max(seen, default=(0, "", ""))
    if best[0]:
        return best[1:]
    return tuple(found) if len(found) > 1 and _is_plausible(found) else ()


def _is_plausible(words: Sequence[str]) -> bool:
    """Return whether long words alternate with function words: such pairs need not have been seen."""
    little = [word in function_words() and len(word) >= _LITTLE for word in words]
    whole = all(is_little or (_is_part(w) and len(w) >= _LONG) for w, is_little in zip(words, little, strict=True))
    return whole and all(a != b for a, b in pairwise(little))


def pair_strength(words: tuple[str, ...]) -> int:
    """Return how often the rarest pair of neighbours is seen, 0 for never (counts of restore.lexicon.frequencies)."""
    return min((pair_counts().get(f"{a} {b}", 0) for a, b in pairwise(words)), default=0)


@lru_cache(maxsize=50_000)
def misreadings(word: str) -> tuple[str, ...]:
    """Return what a word may have been before a scanner confused letters: one confusion, or every digit in it."""
    if any(c.isdigit() for c in word):
        options = [confusions().get(c, ()) if c.isdigit() else (c,) for c in word]
        if sum(c.isdigit() for c in word) > _MOST_DIGITS:
            return ()
        return tuple("".join(letters) for letters in product(*options))
    found = []
    for seen, meant in confusions().items():
        for match in re.finditer(re.escape(seen), word):
            found += [word[: match.start()] + m + word[match.end() :] for m in meant]
    if "ſ" in word:
        found.append(word.replace("ſ", "s"))
    return tuple(dict.fromkeys(found))


@cache
def confusions() -> dict[str, tuple[str, ...]]:
    """Load the table of letters that scanners confuse: what is read, and what may stand there."""
    found: dict[str, tuple[str, ...]] = {}
    with table_path("ocr_confusions.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            found[row["read"]] = (*found.get(row["read"], ()), row["meant"])
    return found


def _is_part(word: str) -> bool:
    return word in word_counts() and (len(word) > 1 or word in _LETTERS)


@cache
def _by_length() -> dict[int, list[str]]:
    """Return the words of the dictionary by their number of letters."""
    found: dict[int, list[str]] = defaultdict(list)
    for word in word_counts():
        found[len(word)].append(word)
    return dict(found)


@cache
def _segmenter() -> SymSpell:
    """Make a checker that knows the words of the dictionary, without the index that only corrections need.

    The longest word is entered the regular way, which tells the checker how long words can be.
    """
    from symspellpy import SymSpell

    counts = word_counts()
    checker: Any = SymSpell(max_dictionary_edit_distance=0, prefix_length=5)
    longest = max(counts, key=len)
    checker.create_dictionary_entry(longest, counts[longest])
    checker.words.update(counts)
    return checker
