"""Which words of aligned sentences correspond: many to many, with the phrases that they form.

Learned networks say how likely every two words correspond (scorer.py); a link is what they hold for likelier than a
threshold. What relates the two words of a link is told by rule (relations.py), whatever made them one.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from restore.alignment.pair_features import Pair, Side
from restore.alignment.records import PhraseLink, SentencePair, WordLink
from restore.alignment.relations import EXACT, figure, relate
from restore.alignment.scorer import load_scorer
from restore.text.parsing import ParsedText, Token

Links = tuple[WordLink, ...]
Phrases = tuple[PhraseLink, ...]
Found = dict[int, tuple[int, str, float]]

_LONGEST_GAP = 4
"""Tokens of either side of a phrase link. Chosen by hand: nearly all phrases that spinners put for a word are no
longer, and what is longer is mostly told otherwise."""
_LONGEST_SENTENCE = 150
"""Tokens of a sentence that are aligned: the tables grow with the square. Chosen by hand; longer ones are lists."""
_POSITION, _DEPENDENCY, _MEANING = "position", "dependency", "meaning"
_BY_PLACE = frozenset({_POSITION, _DEPENDENCY, _MEANING})
_SURE_SHARE = 0.2
"""The share of a link's score that its probability decides, where the words are related anyway. Chosen by hand. The
scores of links are a feature of the ranker, which is fitted to this number and to those below."""
_UNRELATED = 0.55
"""The score (0 to 1) of a sure link of words that nothing relates. Chosen by hand: about that of distantly related ones
(restore/alignment/relations.py)."""
_BETWEEN_SAME, _BETWEEN_OTHER = 0.45, 0.3
"""The score of a link that the networks did not make, of two words alone between the same neighbours: of the same part
of speech, or not. Chosen by hand, below all links that they made for sure."""
_BORDER = 0.3
"""What the end of a sentence counts as a neighbour of a phrase. Chosen by hand: as much as the weakest link, for no
word speaks for the phrase there."""


class TokenLink(NamedTuple):
    """Token `ours` of one sentence corresponds to token `theirs` of the other.

    `relation` is one of those of `WordLink`, `score` (0 to 1) grows with how near the two are and how likely the
    link is, `probability` (0 to 1) is the latter alone.
    """

    ours: int
    theirs: int
    relation: str
    score: float
    probability: float


def align_words(spun: ParsedText, reference: ParsedText, pairs: Iterable[SentencePair]) -> tuple[Links, Phrases]:
    """Link the words of aligned sentences; token indices are those of the two parsed texts.

    Every sentence pair is aligned for itself, so a token may have one link per pair. Scores (0 to 1) are scaled by
    the pair's own score. Words that correspond as a group are a phrase link, and only the likeliest of their pairs is
    a link of words. Phrase links also join the gaps between linked neighbours, up to four tokens on either side.
    """
    links: list[WordLink] = []
    phrases: list[PhraseLink] = []

    @cache
    def side(parsed_spun: bool, number: int) -> Side:
        parsed = spun if parsed_spun else reference
        return Side(parsed.sentence_tokens(parsed.sentences[number])[:_LONGEST_SENTENCE])

    for pair in pairs:
        ours, theirs = side(True, pair.spun), side(False, pair.reference)
        every = _link(ours, theirs)
        found = _one_to_one(ours.tokens, theirs.tokens, every)
        trust = 0.5 + 0.5 * pair.score
        for i, (j, relation, score) in sorted(found.items()):
            links.append(WordLink(ours.first + i, theirs.first + j, relation, round(score * trust, 4)))
        for (start, end, ref_start, ref_end), score in _phrases(ours.tokens, theirs.tokens, found, every):
            phrase = (ours.first + start, ours.first + end, theirs.first + ref_start, theirs.first + ref_end)
            phrases.append(PhraseLink(*phrase, round(score * trust, 4)))
    return tuple(links), tuple(phrases)


def align_tokens(ours: Sequence[Token], theirs: Sequence[Token]) -> Found:
    """Link the tokens of one sentence to those of another, one to one: position, (position, relation, score)."""
    return _one_to_one(ours, theirs, link_tokens(ours, theirs))


def link_tokens(ours: Sequence[Token], theirs: Sequence[Token]) -> tuple[TokenLink, ...]:
    """Link the tokens of two sentences, many to many, in order; positions count from the start of each sentence."""
    return _link(Side(ours), Side(theirs)) if ours and theirs else ()


def _link(ours: Side, theirs: Side) -> tuple[TokenLink, ...]:
    if [t.text for t in ours.tokens] == [t.text for t in theirs.tokens]:
        return tuple(TokenLink(i, i, EXACT, 1.0, 1.0) for i in range(ours.size))
    scorer = load_scorer()
    probabilities = scorer(Pair(ours, theirs))
    linked = probabilities > scorer.threshold
    places = [(i, j) for i, j in np.argwhere(linked).tolist() if figure(ours.tokens[i]) == figure(theirs.tokens[j])]
    related = {(i, j): found for i, j in places if (found := relate(ours.tokens[i], theirs.tokens[j]))}
    links = []
    for i, j in places:
        relation, nearness = related.get((i, j)) or (_unrelated(ours, theirs, related, i, j), _UNRELATED)
        p = float(probabilities[i, j])
        score = nearness * (p if relation in _BY_PLACE else 1 - _SURE_SHARE * (1 - p))
        links.append(TokenLink(i, j, relation, score, p))
    return tuple(links)


def _unrelated(ours: Side, theirs: Side, related: Container[tuple[int, int]], i: int, j: int) -> str:
    """Return what links two words that nothing relates: neighbours, syntax, or only what the networks think.

    Words that say the same in other words are linked as well, and are no damage: only neighbours and syntax, both among
    related words, speak for a word of the reference in place of one of the text.
    """
    if (i - 1, j - 1) in related and (i + 1, j + 1) in related:
        return _POSITION
    one, other = ours.tokens[i], theirs.tokens[j]
    heads = one.head - ours.first, other.head - theirs.first
    if heads in related and one.dep == other.dep and one.pos == other.pos:
        return _DEPENDENCY
    return _MEANING


def _one_to_one(ours: Sequence[Token], theirs: Sequence[Token], links: Iterable[TokenLink]) -> Found:
    """Keep the likeliest links of which no two share a word, and link what stands alone between the same neighbours."""
    found: Found = {}
    taken: set[int] = set()
    for link in sorted(links, key=lambda k: (-k.probability, k.ours, k.theirs)):
        if link.ours not in found and link.theirs not in taken:
            found[link.ours] = (link.theirs, link.relation, link.score)
            taken.add(link.theirs)
    _link_between_neighbours(ours, theirs, found)
    return found


def _link_between_neighbours(ours: Sequence[Token], theirs: Sequence[Token], found: Found) -> None:
    """Link the single words that stand between the same two linked neighbours: a spinner puts any word there."""
    for start, end, ref_start, ref_end in _gaps(ours, theirs, found):
        if end - start != 1 or ref_end - ref_start != 1:
            continue
        one, other = ours[start], theirs[ref_start]
        if not (figure(one) or figure(other)) and one.is_word and other.is_word:
            relation, _ = relate(one, other) or (_POSITION, 0.0)
            found[start] = (ref_start, relation, _BETWEEN_SAME if one.pos == other.pos else _BETWEEN_OTHER)


def _gaps(ours: Sequence[Token], theirs: Sequence[Token], found: Found) -> list[tuple[int, int, int, int]]:
    """Return the gaps between consecutive links that do not cross, sentence ends included: (start, end, start, end)."""
    fixed = [(-1, -1), *sorted((i, j) for i, (j, _, _) in found.items()), (len(ours), len(theirs))]
    taken = {j for j, _, _ in found.values()}
    gaps = []
    for (i, j), (k, m) in pairwise(fixed):
        if j < m and not any(x in taken for x in range(j + 1, m)):
            gaps.append((i + 1, k, j + 1, m))
    return gaps


Block = tuple[int, int, int, int]


def _phrases(
    ours: Sequence[Token], theirs: Sequence[Token], found: Found, links: Sequence[TokenLink]
) -> list[tuple[Block, float]]:
    """Return the gaps between firmly linked neighbours and the groups of words linked as one, with their scores."""
    best: dict[Block, float] = {}
    firm = {i: link for i, link in found.items() if link[1] not in _BY_PLACE}
    for start, end, ref_start, ref_end in _gaps(ours, theirs, firm):
        m, n = end - start, ref_end - ref_start
        if 0 < max(m, n) <= _LONGEST_GAP:
            left = firm[start - 1][2] if start else _BORDER
            right = firm[end][2] if end < len(ours) else _BORDER
            best[start, end, ref_start, ref_end] = left * right / max(m, n) ** 0.25
    for block, score in _groups(links):
        best[block] = max(score, best.get(block, 0.0))
    return sorted(best.items())


def _groups(links: Sequence[TokenLink]) -> Iterator[tuple[Block, float]]:
    """Yield the groups of words that links join, if they are runs on both sides, with their mean probability."""
    left: dict[tuple[int, int], TokenLink] = {(k.ours, k.theirs): k for k in links}
    while left:
        _, first = left.popitem()
        group, rows, columns = [first], {first.ours}, {first.theirs}
        grown = True
        while grown:
            joined = [k for k in left.values() if k.ours in rows or k.theirs in columns]
            grown = bool(joined)
            for k in joined:
                del left[k.ours, k.theirs]
            group += joined
            rows |= {k.ours for k in joined}
            columns |= {k.theirs for k in joined}
        sizes = len(rows), len(columns)
        if sizes == (1, 1) or max(sizes) > _LONGEST_GAP:
            continue
        if max(rows) - min(rows) + 1 == sizes[0] and max(columns) - min(columns) + 1 == sizes[1]:
            block = min(rows), max(rows) + 1, min(columns), max(columns) + 1
            yield block, sum(k.probability for k in group) / len(group)
