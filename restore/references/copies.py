"""Copies among references: an agency's report in two papers counts once.

Texts are compared by their sequences of five words (shingles): Broder, "On the resemblance and containment of
documents", 1997.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORDS = 5
"""Words of a shingle. Chosen by hand: so many are seldom the same in two reports that were written apart; agencies'
reports that papers cut share most of theirs."""
_LEAST = 0.5
"""The share of the shorter text's shingles in the longer one from which it is a copy; two reports share quotations. By
hand."""

Shingles = frozenset[tuple[str, ...]]


def shingles(text: str) -> Shingles:
    """Return the sequences of five words in a text, case and marks aside; of a shorter text itself."""
    words = re.findall(r"\w+", text.casefold())
    size = min(_WORDS, len(words))
    return frozenset(tuple(words[n : n + size]) for n in range(len(words) - size + 1) if size)


def are_copies(one: Shingles, other: Shingles) -> bool:
    """Return whether the better part of the shorter of two texts stands in the longer one."""
    least = min(len(one), len(other))
    return least > 0 and len(one & other) >= _LEAST * least


def originals(texts: Sequence[str]) -> list[int]:
    """Return for each text the place of the one that it copies, its own if none: the longest stands for all."""
    found = [shingles(text) for text in texts]
    places = list(range(len(texts)))
    kept: list[int] = []
    for place in sorted(places, key=lambda n: (-len(found[n]), n)):
        whole = next((k for k in kept if are_copies(found[k], found[place])), None)
        if whole is None:
            kept.append(place)
        else:
            places[place] = whole
    return places
