"""Reading substitutions off a reviewed plan: what a person accepted, chose or typed, and what they let stand.

Only the lines count in which something was decided, since only these were surely read. There a rejected correction
says that the words stood for themselves, and so does every word that no correction touches. What nobody decided says
nothing, and neither do whole sentences of references, whatever was decided about them, with all that gave way to them:
they show what a rewriter did to a sentence, not what a spinner does to a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from restore.gold.parallel import Aligned, align_substitution, tokenise
from restore.records import REWRITE, Correction, Covered, Restoration, Span, check_plan


def from_review(plan: Restoration) -> Aligned | None:
    """Return what a reviewed plan teaches; None if nobody decided anything in it but on whole sentences.

    Raises `PlanMismatchError` if its corrections do not fit its text.
    """
    text = plan.text
    taken = [c for c in plan.corrections if c.review != "rejected" and c.review]
    check_plan(text, taken)
    sentences = Covered(c.span for c in taken if c.kind == REWRITE)
    decided = [c for c in plan.corrections if c.review and c.kind != REWRITE and not sentences.touches(c.start, c.end)]
    if not decided:
        return None
    replaced_places = sorted([*taken, *_open(plan.corrections, taken)], key=lambda c: (c.start, c.end))
    pairs: list[tuple[str, str]] = []
    runs: list[tuple[str, ...]] = []
    rewritten = substituted = 0
    for line in _lines(text, decided):
        last = line.start
        # A whole sentence may begin in a line before.
        for c in (c for c in replaced_places if c.start <= line.end and (c.start >= line.start or c.end > line.start)):
            span = _whole_words(text, c.span, last)
            runs.append(tuple(tokenise(text[last : span.start])))
            last = max(last, span.end)
            if c.review and c.kind != REWRITE:
                spun = text[span.start : span.end]
                original = text[span.start : c.start] + c.replacement + text[c.end : span.end]
                ours = tokenise(spun)
                before = sum(map(len, runs))
                rewritten += align_substitution(ours, tokenise(original), pairs, runs)
                substituted += len(ours) - (sum(map(len, runs)) - before)
        runs.append(tuple(tokenise(text[last : max(last, line.end)])))
    tokens = substituted + sum(map(len, runs))
    return Aligned(tuple(pairs), tuple(filter(None, runs)), tokens, rewritten, tuple(c.review for c in decided))


def _open(corrections: Iterable[Correction], applied: Iterable[Correction]) -> Iterator[Correction]:
    """Return the corrections that nobody decided on; what a person wrote over one decides on it, too."""
    taken = [c.span for c in applied]
    return (c for c in corrections if not c.review and not any(c.span.overlaps(span) for span in taken))


def _lines(text: str, decided: Iterable[Correction]) -> Iterator[Span]:
    """Yield the lines that decisions lie in, those that one correction joins as one, in order and each once."""
    last = -1
    for c in sorted(decided, key=lambda c: (c.start, c.end)):
        if c.start <= last:
            continue
        start = text.rfind("\n", 0, c.start) + 1
        end = text.find("\n", c.end)
        last = len(text) if end < 0 else end
        yield Span(start, last)


def _whole_words(text: str, span: Span, least: int) -> Span:
    """Widen a range to the ends of the words that it cuts, not below `least`: a removed word takes a capital along."""
    start, end = max(span.start, least), span.end
    while least < start and _inside(text, start):
        start -= 1
    while end < len(text) and _inside(text, end):
        end += 1
    return Span(start, max(start, end))


def _inside(text: str, place: int) -> bool:
    return text[place - 1 : place + 1].isalnum() and 0 < place < len(text)
