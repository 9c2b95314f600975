"""Quotations of the text found again in the reference, wherever they stand there and however their marks are set.

Spinners rewrite the words inside quotation marks too, so the words are compared by a local alignment (Smith and
Waterman 1981) of lower-cased tokens, which is cut wherever a number or a name disagrees.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from restore.alignment.records import QuotationPair
from restore.alignment.relations import alike, figure, is_content
from restore.records import Span
from restore.references.rarity import rarity
from restore.text.parsing import ParsedText, Token

_MATCH, _MISMATCH, _GAP = 2.0, -1.0, -0.8
"""Points of the local alignment for equal words, for differing ones and for a word that one side lacks. Chosen by hand:
two equal words make up for four differing ones, so a spun stretch inside a quotation does not end it. A gap costs a
little less than a differing word, two of them more."""
_MIN_WORDS = 3
"""Words of a quotation that is looked for. Chosen by hand: shorter ones are found anywhere."""
_MIN_MATCHED = 3
"""Equal words of a pair of quotations, at least. Chosen by hand, for the same reason."""
_MIN_SHARE = 0.5
"""The share of the longer side's words that must be equal, where the reference quotes too. Chosen by hand: lower, and
other sentences are taken for it; higher, and heavily spun quotations are missed."""
_MIN_INFORMATIVE = 0.9
"""The least sum of the rarity (0 to 1 each; restore/references/rarity.py) of the equal words: three words like 'police'
(0.41 each) will do, so that function words alone are no quotation. Chosen by hand."""
_MIN_COVERED = 0.4
"""The share of the words of one of the two quotations that the pair must cover. Chosen by hand: a phrase that two
quotations have in common does not make them one."""
_OUTSIDE_SHARE = 0.6
"""As `_MIN_SHARE`, where the reference does not quote: any sentence may be found there, so more is asked for. Chosen by
hand."""
_SLACK = 12
"""Tokens by which the window of the reference is longer than the quotation, on either side. Chosen by hand: more costs
time, with fewer a quotation whose words became phrases sticks out."""
_ENDS = 3
"""Differing words at an end where both quotations end are the same place too, if there are no more; chosen by hand."""
_LONGEST = 200
"""Tokens of a quotation that are aligned: the table grows with the square. Chosen by hand; beyond what anybody is
quoted with in one piece."""
Step = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Tokens of the reference in reading order; `quotation` of each is the index of its quotation, or -1."""

    tokens: Sequence[Token]
    quotation: Sequence[int]


def align_quotations(spun: ParsedText, reference: ParsedText) -> tuple[QuotationPair, ...]:
    """Pair the text's quotations with the same words of the reference; sorted by place, without quotation marks.

    A quotation is looked for among the quoted words of the reference first (several quotations there may be one here,
    and one there may be several here), then anywhere. Score: the share of its words (0 to 1) that survived.
    """
    quoted = _quoted(reference)
    everything = _Stretch(reference.tokens, [-1] * len(reference.tokens))
    places = {id(stretch): _places(stretch) for stretch in (quoted, everything)}
    pairs: list[QuotationPair] = []
    for quotation in spun.quotations:
        tokens = _inside(spun, quotation)[:_LONGEST]
        if sum(t.is_word for t in tokens) < _MIN_WORDS:
            continue
        for stretch, share in ((quoted, _MIN_SHARE), (everything, _OUTSIDE_SHARE)):
            found = list(_find(tokens, stretch, places[id(stretch)], share))
            if found:
                pairs += found
                break
    return tuple(sorted(set(pairs), key=lambda p: (p.spun, p.reference)))


def align_repeated_quotations(parsed: ParsedText) -> tuple[QuotationPair, ...]:
    """Pair the quotations of one text with its other quotations that say the same."""
    pairs: list[QuotationPair] = []
    for n, quotation in enumerate(parsed.quotations):
        tokens = _inside(parsed, quotation)[:_LONGEST]
        if sum(t.is_word for t in tokens) >= _MIN_WORDS:
            others = _quoted(parsed, without=n)
            pairs += _find(tokens, others, _places(others), _MIN_SHARE)
    return tuple(pairs)


def _inside(parsed: ParsedText, quotation: Span) -> tuple[Token, ...]:
    return tuple(
        t
        for t in parsed.tokens_between(quotation.start + 1, quotation.end - 1)
        if t.start > quotation.start and t.end < quotation.end
    )


def _quoted(reference: ParsedText, without: int | None = None) -> _Stretch:
    tokens: list[Token] = []
    owner: list[int] = []
    for n, quotation in enumerate(reference.quotations):
        inside = _inside(reference, quotation) if n != without else ()
        tokens += inside
        owner += [n] * len(inside)
    return _Stretch(tokens, owner)


def _places(stretch: _Stretch) -> Mapping[str, Sequence[int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for n, token in enumerate(stretch.tokens):
        places[token.lower].append(n)
    return places


def _find(
    tokens: Sequence[Token], stretch: _Stretch, places: Mapping[str, Sequence[int]], share: float
) -> Iterator[QuotationPair]:
    """Align a quotation with the likeliest window of a stretch and give the portions that are good enough."""
    offset = _likeliest(tokens, places)
    if offset is None:
        return
    first = max(0, offset - _SLACK)
    window = stretch.tokens[first : offset + len(tokens) + _SLACK]
    owner = stretch.quotation[first : first + len(window)]
    path = _local_alignment(tokens, window)
    for portion in _portions(path, tokens, window, owner):
        pair = _judge(portion, tokens, window, owner, share)
        places_there = [first + j for _, j in portion if j is not None]
        if pair is not None and not _covers(pair, tokens, stretch, places_there[0]):
            continue
        if pair is not None:
            yield pair


def _likeliest(tokens: Sequence[Token], places: Mapping[str, Sequence[int]]) -> int | None:
    """Return the shift at which most rare words coincide (shifts are counted in steps of four); None if too few do."""
    votes: Counter[int] = Counter()
    weights: dict[int, float] = defaultdict(float)
    for i, token in enumerate(tokens):
        found = places.get(token.lower, ())
        if len(found) > 50:
            continue
        for place in found:
            for bucket in {(place - i) // 4, (place - i + 2) // 4}:
                votes[bucket] += 1
                weights[bucket] += 0.1 + rarity(token.lower)
    if not weights:
        return None
    best = max(weights, key=lambda bucket: (weights[bucket], -bucket))
    return best * 4 if votes[best] >= 2 else None


def _local_alignment(ours: Sequence[Token], theirs: Sequence[Token]) -> list[Step]:
    """Return the best local alignment as steps of (position here, position there); None stands for a gap."""
    rows, columns = len(ours), len(theirs)
    score = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    best, end = 0.0, (0, 0)
    for i in range(1, rows + 1):
        above, row = score[i - 1], score[i]
        for j in range(1, columns + 1):
            same = ours[i - 1].lower == theirs[j - 1].lower
            diagonal = above[j - 1] + (_MATCH if same else _MISMATCH)
            row[j] = max(0.0, diagonal, above[j] + _GAP, row[j - 1] + _GAP)
            if row[j] > best:
                best, end = row[j], (i, j)
    steps: list[Step] = []
    i, j = end
    while i and j and score[i][j] > 0:
        same = ours[i - 1].lower == theirs[j - 1].lower
        if math.isclose(score[i][j], score[i - 1][j - 1] + (_MATCH if same else _MISMATCH)):
            i, j = i - 1, j - 1
            steps.append((i, j))
        elif math.isclose(score[i][j], score[i - 1][j] + _GAP):
            i -= 1
            steps.append((i, None))
        else:
            j -= 1
            steps.append((None, j))
    return steps[::-1]


def _covers(pair: QuotationPair, tokens: Sequence[Token], stretch: _Stretch, place: int) -> bool:
    """Return whether a portion is a good part of the quotation, or of its source: a phrase is no quotation."""
    here = sum(t.is_word for t in tokens)
    mine = sum(t.is_word for t in tokens if pair.spun.start <= t.start < pair.spun.end)
    if mine >= _MIN_COVERED * here:
        return True
    owner = stretch.quotation[place]
    there = [t for t, q in zip(stretch.tokens, stretch.quotation, strict=True) if q == owner and t.is_word]
    other = sum(pair.reference.start <= t.start < pair.reference.end for t in there)
    return owner >= 0 and other >= _MIN_COVERED * len(there)


def _portions(
    path: Sequence[Step], ours: Sequence[Token], theirs: Sequence[Token], owner: Sequence[int]
) -> Iterator[list[Step]]:
    """Cut a path where the reference's quotation ends and around every run that disagrees on a number or a name."""
    portion: list[Step] = []
    last: int | None = None
    for run, differs in _runs(path, ours, theirs):
        if differs and disagree(_pick(ours, [i for i, _ in run]), _pick(theirs, [j for _, j in run])):
            yield portion
            portion = []
            continue
        for step in run:
            _, j = step
            if j is not None:
                if last is not None and owner[j] != last and portion:
                    yield portion
                    portion = []
                last = owner[j]
            portion.append(step)
    yield portion


def _runs(path: Sequence[Step], ours: Sequence[Token], theirs: Sequence[Token]) -> Iterator[tuple[list[Step], bool]]:
    """Split a path into runs of equal and of differing steps."""
    run: list[Step] = []
    differs = False
    for i, j in path:
        other = i is None or j is None or ours[i].lower != theirs[j].lower
        if run and other != differs:
            yield run, differs
            run = []
        run.append((i, j))
        differs = other
    if run:
        yield run, differs


def _pick(tokens: Sequence[Token], positions: Sequence[int | None]) -> list[Token]:
    return [tokens[p] for p in positions if p is not None]


def disagree(ours: Sequence[Token], theirs: Sequence[Token]) -> bool:
    """Return whether two differing runs of words contradict each other on a number, a date or a name."""
    if Counter(filter(None, map(figure, ours))) != Counter(filter(None, map(figure, theirs))):
        return True
    names = [t for t in ours if t.is_name and is_content(t)]
    others = [t for t in theirs if t.is_name]
    return any(
        all(t.lower != o.lower and not alike(t.lower, o.lower) for o in theirs)
        and (bool(others) or rarity(t.lower) > 0.5)
        for t in names
    )


def _judge(
    portion: Sequence[Step], ours: Sequence[Token], theirs: Sequence[Token], owner: Sequence[int], share: float
) -> QuotationPair | None:
    """Accept a portion if enough of its words survived, and some of them are informative.

    Differing ends are cut off, but for a few words where both quotations begin or end (`owner`: the quotations there).
    """
    equal = [
        n for n, (i, j) in enumerate(portion) if i is not None and j is not None and ours[i].lower == theirs[j].lower
    ]
    if not equal:
        return None
    kept = portion[equal[0] : equal[-1] + 1]
    mine, other = _pick(ours, [i for i, _ in kept]), _pick(theirs, [j for _, j in kept])
    words = [portion[n] for n in equal if ours[portion[n][0] or 0].is_word]
    longer = max(sum(t.is_word for t in mine), sum(t.is_word for t in other))
    matched = len(words)
    informative = math.fsum(rarity(ours[i or 0].lower) for i, _ in words)
    if matched < _MIN_MATCHED or informative < _MIN_INFORMATIVE or matched / longer < share:
        return None
    begins, ends = portion[equal[0]], portion[equal[-1]]
    mine, other = _to_the_ends(mine, other, ours, theirs, owner, begins, ends)
    spans = Span(mine[0].start, mine[-1].end), Span(other[0].start, other[-1].end)
    return QuotationPair(*spans, round(matched / longer, 4), owner[begins[1] or 0] >= 0)


def _to_the_ends(
    mine: list[Token],
    other: list[Token],
    ours: Sequence[Token],
    theirs: Sequence[Token],
    owner: Sequence[int],
    begins: Step,
    ends: Step,
) -> tuple[list[Token], list[Token]]:
    """Add the few differing words at the ends of two quotations; `begins` and `ends` are the outermost equal words."""

    def inside(at: int, places: range) -> list[Token]:
        return [theirs[n] for n in places if owner[n] == owner[at] >= 0]

    first, last = begins[1] or 0, ends[1] or 0
    left = ours[: begins[0]], inside(first, range(first))
    right = ours[(ends[0] or 0) + 1 :], inside(last, range(last + 1, len(owner)))
    if _is_same_place(*left):
        mine, other = [*left[0], *mine], [*left[1], *other]
    if _is_same_place(*right):
        mine, other = [*mine, *right[0]], [*other, *right[1]]
    return mine, other


def _is_same_place(ours: Sequence[Token], theirs: Sequence[Token]) -> bool:
    """Return whether what two quotations begin or end with is a few words on both sides, and no other fact."""
    return all(0 < sum(t.is_word for t in side) <= _ENDS for side in (ours, theirs)) and not disagree(ours, theirs)
