"""Grammar repairs of neighbouring words, of which each may mend the same error in its own way."""

from __future__ import annotations

from collections.abc import Iterable

from restore.candidates.duplicates import SOURCE
from restore.languagetool.client import SPELLING_RULES
from restore.records import Correction
from restore.text.parsing import ParsedText

_BETWEEN = 2
"""With at most so many words between them two repairs are neighbours. By hand."""


def one_at_a_time(parsed: ParsedText, found: Iterable[Correction], least: float) -> tuple[Correction, ...]:
    """Leave out what only a rule of grammar supports beside a surer one of that sort, both sure at `least`.

    "This are" is mended by "These are" and by "This is", not by both. What is left out is asked for again in the next
    pass, of the text as it stands then; whether the error is gone by then is for the server to say.
    """
    found = tuple(found)
    rivals = sorted((c for c in found if c.confidence >= least and _is_of_grammar(c)), key=lambda c: -c.confidence)
    chosen: list[Correction] = []
    late: set[Correction] = set()
    for correction in rivals:
        if any(_are_neighbours(parsed, *sorted((correction, other), key=lambda c: c.start)) for other in chosen):
            late.add(correction)
        else:
            chosen.append(correction)
    return tuple(c for c in found if c not in late)


def _is_of_grammar(correction: Correction) -> bool:
    """Return whether nothing but LanguageTool's rules, those of spelling excepted, and the ranker speak for it."""
    reasons = [e for e in correction.evidence if e.kind != "ranker"]
    ours = (SOURCE, *SPELLING_RULES)
    return bool(reasons) and all(e.kind == "grammar" and not e.source.startswith(ours) for e in reasons)


def _are_neighbours(parsed: ParsedText, left: Correction, right: Correction) -> bool:
    tokens = parsed.tokens_between(left.start, right.end)
    between = parsed.tokens_between(left.end, right.start) if left.end < right.start else ()
    return bool(tokens) and tokens[0].sentence == tokens[-1].sentence and len(between) <= _BETWEEN
