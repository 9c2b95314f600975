"""Quotations as the reference has them, whole: a sentence of one is one candidate, not word for word.

Quoted speech is the same words in every report, so what differs inside the marks was damaged, or one of the reports
quotes otherwise (shortens, explains in brackets, hears otherwise). Which of the two it is, is decided in
restore/ranking/quotations.py; here stands what a pair of quotations shows.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

from restore.alignment.conflicts import are_opposites
from restore.alignment.quotations import disagree
from restore.alignment.records import QuotationPair
from restore.alignment.relations import is_content, relate
from restore.candidates.base import Candidate, Context
from restore.candidates.reference_edits import STRAYS, ReferenceEditor
from restore.candidates.wording import holds_amount, is_variant, starts_sentence
from restore.records import Evidence
from restore.references.rarity import rarity
from restore.text.casing import is_name, load_case_table
from restore.text.parsing import ParsedText, Token

WHOLE = "quotation.whole"
"""The feature that marks the candidate for a whole sentence of a quotation."""
_LEAST_WORDS = 4
"""Words of the text in a piece of a quotation. Chosen by hand: fewer may be the same by chance in two quotations."""
_LONGEST_RUN = 6
"""Words in a row that differ: with more of them it is told otherwise. Chosen by hand."""
_ABRIDGED = re.compile(r"[\[\]()…]|\.\.|--|[—–]")
"""Marks with which a report leaves out or explains."""
_CLOSING = frozenset({'"', "”", "»", "''"})
_APOSTROPHES = ("'", "’")


class _Step(NamedTuple):
    """A run of a quotation on both sides, one of which may be empty: is the text's kept, are both equal."""

    kept: bool
    equal: bool
    ours: Sequence[Token]
    theirs: Sequence[Token]
    before: int | None = None


class _Piece(NamedTuple):
    """What of a sentence of the text lies in a quotation, and the tokens of the reference for it."""

    ours: Sequence[Token]
    theirs: Sequence[Token]


def whole_quotations(editor: ReferenceEditor, context: Context) -> Iterator[Candidate]:
    """Yield the candidates of the quotations that a text and its reference share, a sentence of each at a time.

    One takes the words of the reference wherever they differ, another only where the text may be damaged: reports
    differ in little words as well.
    """
    for pair in editor.aligned.quotations:
        for piece in _pieces(editor.parsed, editor.reference, pair):
            steps = [_kept_unless_suspect(context, step) for step in _steps(piece)]
            if not steps or not _is_same_quotation(editor, steps):
                continue
            careful = [s if s.kept or _is_suspect(context, s) else s._replace(kept=True) for s in steps]
            for tried in [steps] if careful == steps else [steps, careful]:
                yield from _candidate(editor, pair, tried)


def _pieces(parsed: ParsedText, reference: ParsedText, pair: QuotationPair) -> Iterator[_Piece]:
    """Cut a pair of quotations where a sentence of the text ends, if what stands there is the same on both sides.

    Marks at the ends belong to the report.
    """
    ours = parsed.tokens_between(pair.spun.start, pair.spun.end)
    theirs = reference.tokens_between(pair.reference.start, pair.reference.end)
    matcher = SequenceMatcher(None, [t.lower for t in ours], [t.lower for t in theirs], autojunk=False)
    partner = {a + n: b + n for a, b, size in matcher.get_matching_blocks() for n in range(size)}
    borders = [n for n in range(1, len(ours)) if ours[n].sentence != ours[n - 1].sentence]
    cuts: list[tuple[int, int | None]] = [(0, 0)]
    for n in borders:
        before, behind = partner.get(n - 1), partner.get(n)
        cuts.append((n, before + 1 if before is not None else behind))
    cuts.append((len(ours), len(theirs)))
    for (i, j), (k, m) in pairwise(cuts):
        if j is not None and m is not None:
            piece = _Piece(_without_marks(ours[i:k]), _without_marks(theirs[j:m]))
            if piece.ours and piece.theirs:
                yield piece


def _without_marks(tokens: Sequence[Token]) -> Sequence[Token]:
    """Cut marks off both ends."""
    words = [n for n, t in enumerate(tokens) if t.is_word or t.is_figure]
    return tokens[words[0] : words[-1] + 1] if words else ()


def _steps(piece: _Piece) -> list[_Step]:
    """Return the runs of a piece in order; those that differ only in marks or in spelling are kept.

    Words that only one side has at an end are left out: one of the reports goes on there.
    """
    ours, theirs = piece
    matcher = SequenceMatcher(None, [t.lower for t in ours], [t.lower for t in theirs], autojunk=False)
    found = [(operation, ours[i:k], theirs[j:m]) for operation, i, k, j, m in matcher.get_opcodes()]
    while found and not (found[0][1] and found[0][2]):
        found = found[1:]
    while found and not (found[-1][1] and found[-1][2]):
        found = found[:-1]
    steps: list[_Step] = []
    before = None
    for operation, a, b in found:
        for equal, mine, other in _parts(operation == "equal", a, b):
            kept = equal or _are_marks(mine, other) or _are_variants(mine, other)
            steps.append(_Step(kept, equal, mine, other, before))
            before = mine[-1].index if mine else before
    return steps


def _parts(
    equal: bool, ours: Sequence[Token], theirs: Sequence[Token]
) -> Iterator[tuple[bool, Sequence[Token], Sequence[Token]]]:
    """Yield a run, and the marks at its end apart: these stay as the text has them."""
    cuts = [len(side) for side in (ours, theirs)]
    for n, side in enumerate((ours, theirs)):
        while not equal and cuts[n] and not (side[cuts[n] - 1].is_word or side[cuts[n] - 1].is_figure):
            cuts[n] -= 1
    mine, other = ours[cuts[0] :], theirs[cuts[1] :]
    if equal or not all(cuts) or not (mine or other):
        yield equal, ours, theirs
    else:
        yield False, ours[: cuts[0]], theirs[: cuts[1]]
        yield False, mine, other


def _kept_unless_suspect(context: Context, step: _Step) -> _Step:
    """Keep what only one side has, unless the text may be damaged there: what the reference shortens is not cut."""
    return step if (step.ours and step.theirs) or _is_suspect(context, step) else step._replace(kept=True)


def _is_suspect(context: Context, step: _Step) -> bool:
    """Return whether the text may be damaged where a run differs, or miss words there."""
    if step.ours:
        return context.any_suspect(step.ours[0].index, step.ours[-1].index + 1)
    return step.before is not None and context.is_suspect(step.before)


def _is_same_quotation(editor: ReferenceEditor, steps: Sequence[_Step]) -> bool:
    """Return whether two wordings may be one quotation: no other fact, nothing left out, nothing explained."""
    differing = [s for s in steps if not s.kept]
    if not differing or sum(t.is_word for s in steps for t in s.ours) < _LEAST_WORDS:
        return False
    if any(_ABRIDGED.search(t.text) for s in steps if not s.equal for t in (*s.ours, *s.theirs)):
        return False
    for step in differing:
        ours, theirs = step.ours, step.theirs
        if max(sum(t.is_word for t in side) for side in (ours, theirs)) > _LONGEST_RUN:
            return False
        if holds_amount(ours) or holds_amount(theirs) or disagree(ours, theirs) or _say_otherwise(ours, theirs):
            return False
    first, last = steps[0].ours[0].index, steps[-1].ours[-1].index + 1
    return editor.reach(first, last) == (first, last)


def _say_otherwise(ours: Sequence[Token], theirs: Sequence[Token]) -> bool:
    """Return whether both sides have opposites, or modals that are not the same ("may", "will")."""
    sides = [{t.lower for t in side if t.tag == "MD"} for side in (ours, theirs)]
    if all(sides) and sides[0] != sides[1]:
        return True
    return any(are_opposites(a.lemma.lower(), b.lemma.lower()) for a in ours for b in theirs)


def _candidate(editor: ReferenceEditor, pair: QuotationPair, steps: Sequence[_Step]) -> Iterator[Candidate]:
    start, end = steps[0].ours[0].start, steps[-1].ours[-1].end
    text = _written(editor, steps)
    if text == editor.parsed.text[start:end]:
        return
    first, last = steps[0].theirs[0].start, steps[-1].theirs[-1].end
    quote = editor.reference.text[first:last]
    evidence = Evidence(editor.kind, editor.aligned.id, quote, round(pair.score, 4), first, last)
    yield Candidate(start, end, text, (evidence,), _features(editor, pair, steps))


def _written(editor: ReferenceEditor, steps: Sequence[_Step]) -> str:
    """Write what is kept of the text and what is taken of the reference, in the text's own case and apostrophes."""
    found, taken = "", False
    for step in steps:
        tokens, parsed = (step.ours, editor.parsed) if step.kept else (step.theirs, editor.reference)
        for n, token in enumerate(tokens):
            word = step.theirs[n].text if step.equal and _lost_capital(token, step.theirs[n]) else token.text
            # Behind words of the reference stands the gap it has there ("will not" for "cannot").
            gap = _has_gap(editor.reference, step.theirs[0]) if step.equal and taken else _has_gap(parsed, token)
            if word not in STRAYS:
                found += (" " if found and gap else "") + word
            taken = not step.kept
    head = steps[0].ours[0].text
    if head[:1].isalpha():
        found = (found[:1].upper() if head[0].isupper() else found[:1].lower()) + found[1:]
    return _with_apostrophes(editor.parsed.text, found)


def _lost_capital(ours: Token, theirs: Token) -> bool:
    """Return whether a word has lost the capital that it nearly always has."""
    if not ours.text.islower() or not theirs.text[:1].isupper():
        return False
    return theirs.text == "I" or (theirs.is_name and is_name(load_case_table(), theirs.lower))


def _are_marks(ours: Sequence[Token], theirs: Sequence[Token]) -> bool:
    return not any(t.is_word or t.is_figure for t in (*ours, *theirs))


def _has_gap(parsed: ParsedText, token: Token) -> bool:
    return token.start > 0 and parsed.text[token.start - 1].isspace()


def _with_apostrophes(text: str, written: str) -> str:
    """Write apostrophes inside words as the text mostly has them."""
    plain, curly = (text.count(mark) for mark in _APOSTROPHES)
    if plain == curly:
        return written
    own, other = ("'", "’") if plain > curly else ("’", "'")
    return re.sub(rf"(?<=\w){other}(?=\w)", own, written)


def _features(editor: ReferenceEditor, pair: QuotationPair, steps: Sequence[_Step]) -> dict[str, float]:
    """Return what two quotations show without looking at the damage, named `quotation.what`."""
    equal = [t for s in steps if s.equal for t in s.ours if t.is_word]
    changed = [s for s in steps if not s.kept]
    left = [s for s in steps if s.kept and not s.equal]
    swaps = [s for s in changed if s.ours and s.theirs]
    longer = max(_words(s.ours for s in steps), _words(s.theirs for s in steps))
    ours, theirs = [t for s in steps for t in s.ours], [t for s in steps for t in s.theirs]
    return {
        WHOLE: 1.0,
        "quotation.kept": len(equal) / max(1, longer),
        "quotation.equal": math.log1p(len(equal)),
        "quotation.telling": math.log1p(math.fsum(rarity(t.lower) for t in equal)),
        "quotation.gone": math.log1p(_words(s.ours for s in changed)),
        "quotation.come": math.log1p(_words(s.theirs for s in changed)),
        "quotation.even": sum(len(s.ours) == len(s.theirs) for s in swaps) / max(1, len(swaps)),
        "quotation.related": sum(map(_are_related, swaps)) / max(1, len(swaps)),
        "quotation.left_out": math.log1p(_words(s.ours for s in changed if not s.theirs)),
        "quotation.put_in": math.log1p(_words(s.theirs for s in changed if not s.ours)),
        "quotation.otherwise": math.log1p(len(left)),
        "quotation.quoted": float(pair.quoted),
        "quotation.ends": _ends_shared(editor, _Piece(ours, theirs)),
        "quotation.speaker": _speaker(editor, pair),
        "quotation.score": pair.score,
    }


def _words(sides: Iterable[Sequence[Token]]) -> int:
    return sum(t.is_word for side in sides for t in side)


def _are_related(step: _Step) -> bool:
    """Return whether a word of the one side is one of the other in other letters or by sense."""
    return any(relate(a, b) is not None for a in step.ours for b in step.theirs if is_content(a))


def _are_variants(ours: Sequence[Token], theirs: Sequence[Token]) -> bool:
    """Return whether two runs are the same letters with as many blanks, or British and American spellings of a word."""
    if len(ours) == len(theirs) == 1 and is_variant(ours[0].text, theirs[0].text):
        return True
    return _letters(ours) == _letters(theirs) != "" and _blanks(ours) == _blanks(theirs)


def _blanks(tokens: Sequence[Token]) -> int:
    return sum(b.start > a.end for a, b in pairwise(tokens))


def _letters(tokens: Sequence[Token]) -> str:
    return "".join(c for t in tokens for c in t.lower if c.isalnum())


def _ends_shared(editor: ReferenceEditor, piece: _Piece) -> float:
    """Return at how many of its two ends a piece begins or ends a sentence or the quotation on both sides, halved."""
    sides = ((editor.parsed, piece.ours), (editor.reference, piece.theirs))
    begins = all(starts_sentence(parsed, tokens[0]) for parsed, tokens in sides)
    ends = all(_is_last(parsed, tokens[-1]) for parsed, tokens in sides)
    return (begins + ends) / 2


def _is_last(parsed: ParsedText, token: Token) -> bool:
    """Return whether a sentence or a quotation ends with a token, marks aside."""
    last = parsed.sentences[token.sentence].last
    for behind in parsed.tokens[token.index + 1 : last]:
        if behind.is_word or behind.is_figure:
            return False
        if behind.text in _CLOSING:
            return True
    return True


def _speaker(editor: ReferenceEditor, pair: QuotationPair) -> float:
    """Return 1 where a name stands outside the quotation in both sentences, -1 where only others do, 0 for none."""
    ours = _names_beside(editor.parsed, pair.spun.start, pair.spun.end)
    theirs = _names_beside(editor.reference, pair.reference.start, pair.reference.end)
    if not ours or not theirs:
        return 0.0
    return 1.0 if ours & theirs else -1.0


def _names_beside(parsed: ParsedText, start: int, end: int) -> frozenset[str]:
    """Return the names of the sentences that a range lies in, and of the next ones, outside all quotations."""
    inside = parsed.tokens_between(start, end)
    if not inside:
        return frozenset()
    first = parsed.sentences[max(0, inside[0].sentence - 1)].first
    last = parsed.sentences[min(len(parsed.sentences) - 1, inside[-1].sentence + 1)].last
    quoted = [
        q for q in parsed.quotations if q.start < parsed.tokens[last - 1].end and parsed.tokens[first].start < q.end
    ]
    return frozenset(
        t.lower
        for t in parsed.tokens[first:last]
        if t.is_name and t.entity == "PERSON" and not any(q.start <= t.start < q.end for q in quoted)
    )
