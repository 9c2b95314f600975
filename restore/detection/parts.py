"""A text of which only a part is damaged: a spun article with the clean one behind it is no clean text.

Over a long text a damaged part is thinned out. So the parts in which the encoder reads much damage are judged by
themselves, as texts of their own; a part must be surer than a whole text, since a text has many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from msgspec.structs import replace

from restore.encoder.reading import Reading
from restore.records import Span, Verdict
from restore.text.parsing import ParsedText

WORDS = 150
"""Words of a part, whole sentences; about the shortest text that the verdict is sure of (docs/quality.md)."""
RATE = 0.04
"""The mean chance of damage from which on a part is judged: several times that of clean news. By hand, to save time."""
SURE = 0.9
"""The probability from which on a part is called damaged; pieces of the addresses reach 0.47 at most."""
LEAST_AGAIN = 0.1
"""The share of a text that it must say again before it is judged without that; chosen by hand."""
_FEWEST_HALVES = 3
"""A text of two halves is a part itself."""


def with_damaged_part(
    verdict: Verdict, parsed: ParsedText, reading: Reading, verdict_of: Callable[[str], Verdict]
) -> Verdict:
    """Return the verdict on a text that as a whole passes for clean, or that on its damaged part.

    `verdict_of` gives the verdict on a text. A text that is called damaged already, or has no parts, keeps its verdict.
    """
    if verdict.damaged:
        return verdict
    found = []
    for part in _suspicious(parsed, reading):
        verdict_of_part = verdict_of(parsed.text[part.start : part.end])
        if verdict_of_part.probability >= SURE:
            found.append((part, verdict_of_part))
    if not found:
        return verdict
    surest = max((verdict_of_part for _, verdict_of_part in found), key=lambda v: v.probability)
    where = Span(found[0][0].start, found[-1][0].end)
    share = sum(verdict_of_part.damaged_share for _, verdict_of_part in found) / len(found)
    return replace(
        verdict,
        damaged=True,
        probability=surest.probability,
        damaged_share=round(share * (where.end - where.start) / len(parsed.text), 4),
        family=surest.family,
        family_share=surest.family_share,
        part=where,
    )


def said_once(parsed: ParsedText) -> str | None:
    """Return a text without the sentences that it says again; None if it says next to nothing again.

    The evidence of a verdict is what words are unusual for a text, and what stands there twice is usual for it.
    """
    seen: set[tuple[str, ...]] = set()
    kept, words, all_words = [], 0, 0
    for sentence in parsed.sentences:
        tokens = parsed.sentence_tokens(sentence)
        size = sum(t.is_word for t in tokens)
        all_words += size
        key = tuple(t.lower for t in tokens)
        if key not in seen:
            seen.add(key)
            kept.append(parsed.text[sentence.start : sentence.end])
            words += size
    return "\n".join(kept) if all_words - words > LEAST_AGAIN * all_words else None


def _suspicious(parsed: ParsedText, reading: Reading) -> Iterator[Span]:
    """Yield the parts in which much damage is read, each half over the next; a short text has none."""
    halves: list[tuple[int, list[int]]] = []
    inside: list[int] = []
    for number, sentence in enumerate(parsed.sentences):
        inside += [t.index for t in parsed.sentence_tokens(sentence) if t.is_word]
        if len(inside) >= WORDS / 2 or number == len(parsed.sentences) - 1:
            halves.append((number, inside))
            inside = []
    if len(halves) < _FEWEST_HALVES:
        return
    for (_, before), (last, words) in pairwise(halves):
        both = [*before, *words]
        if both and float(reading.damaged[both].mean()) >= RATE:
            yield Span(parsed.tokens[both[0]].start, parsed.sentences[last].end)
