"""What references say of the same as a part of a text: the sentences to read beside it, the likeliest first."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence

from restore.alignment.records import AlignedReference
from restore.text.parsing import ParsedText, Sentence

MOST_NEAR = 12
"""Sentences of a reference that are looked at beside aligned ones: more than a window of the encoder has room for. By
hand."""
BESIDE_CHARACTERS = 480
"""Characters of what `passage_at` gives: three sentences or four; chosen by hand, for speed."""
STRETCH_CHARACTERS = 300
"""Sentences are taken together until they have so many characters: what is said of them is read once for all of them.
Chosen by hand, for speed."""

Passages = tuple[tuple[int, str], ...]
"""For every stretch of a text, whole sentences in order: its first character, and what references say of it, or ""."""


def reference_sentences(
    parsed: ParsedText, first: int, last: int, references: Sequence[AlignedReference]
) -> list[tuple[ParsedText, Sentence]]:
    """Return the sentences of references, and which each stands in, for the tokens `[first, last)` of a text.

    Those that alignment holds for the same lead; what shares informative words with the tokens follows. Of several
    references the best sentence of each comes first, then the second best: room is short, and none takes it all.
    """
    if not references:
        return []
    numbers = range(parsed.tokens[first].sentence, parsed.tokens[last - 1].sentence + 1)
    words = [token.text for token in parsed.tokens[first:last]]
    aligned, near = [], []
    for reference in references:
        pairs = {(-pair.score, pair.reference) for number in numbers for pair in reference.by_sentence.get(number, ())}
        aligned.append(sorted(pairs))
        near.append([(-score, sentence) for score, sentence in reference.index.nearest(words)[:MOST_NEAR]])
    wanted = dict.fromkeys((*_in_turn(aligned), *_in_turn(near)))
    return [(references[which].parsed, references[which].parsed.sentences[sentence]) for which, sentence in wanted]


def _in_turn(ranked: Sequence[Sequence[tuple[float, int]]]) -> list[tuple[int, int]]:
    """Return (reference, sentence) of what each reference has, best first: the best of each, then the second best.

    `ranked` has minus the score and the number of each sentence.
    """
    order = sorted(
        (turn, less, which, sentence)
        for which, sentences in enumerate(ranked)
        for turn, (less, sentence) in enumerate(sentences)
    )
    return [(which, sentence) for _, _, which, sentence in order]


def passages_by_stretch(parsed: ParsedText, references: Sequence[AlignedReference]) -> Passages:
    """Return what references say of a few sentences at a time, a few hundred characters; without any, nothing."""
    stretches: list[tuple[Sentence, Sentence]] = []
    for sentence in parsed.sentences if references else ():
        if stretches and stretches[-1][1].end - stretches[-1][0].start < STRETCH_CHARACTERS:
            stretches[-1] = stretches[-1][0], sentence
        else:
            stretches.append((sentence, sentence))
    return tuple((s.start, _written(reference_sentences(parsed, s.first, t.last, references))) for s, t in stretches)


def passage_at(stretches: Passages) -> Callable[[int], tuple[int, str]]:
    """Return what gives, for a character, where its stretch begins and what references say of it."""
    starts = [start for start, _ in stretches]

    def beside(character: int) -> tuple[int, str]:
        number = bisect_right(starts, character) - 1
        return stretches[number] if number >= 0 else (0, "")

    return beside


def _written(sentences: Sequence[tuple[ParsedText, Sentence]]) -> str:
    """Return as many whole sentences as there is room for, the first one cut if it is longer."""
    found: list[str] = []
    room = BESIDE_CHARACTERS
    for parsed, sentence in sentences:
        text = " ".join(parsed.text[sentence.start : sentence.end].split())
        if not found:
            text = text[:room]
        if len(text) <= room:
            found.append(text)
            room -= len(text)
    return " ".join(found)
