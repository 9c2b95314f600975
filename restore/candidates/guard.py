"""The laws no candidate may break, whatever its source: figures, names, quotation marks and links stay."""

from __future__ import annotations

import re

from restore.candidates.base import Candidate
from restore.parsing import ParsedText
from restore.records import Span

_MARKS = re.compile(r"[\"“”„«»‘]|(?<!\w)['’]|['’](?!\w)")
_DIGITS = re.compile(r"\d+")
_WITNESSES = frozenset({"reference", "document"})


def is_lawful(candidate: Candidate, parsed: ParsedText) -> bool:
    """Say whether a candidate may be considered at all.

    It must change something, stay inside one sentence and on token borders, leave links, quotation marks and line ends
    alone, and change figures and names only with a reference or the text itself as a witness (casing excepted).
    """
    text, start, end = parsed.text, candidate.start, candidate.end
    original = text[start:end]
    if not (0 <= start < end <= len(text)) or original == candidate.replacement:
        return False
    if _breaks(original) != _breaks(candidate.replacement) or _MARKS.findall(original) != _MARKS.findall(
        candidate.replacement
    ):
        return False
    if any(link.overlaps(Span(start, end)) for link in parsed.links):
        return False
    tokens = parsed.tokens_between(start, end)
    if not tokens or tokens[0].start != start or tokens[-1].end != end or tokens[0].sentence != tokens[-1].sentence:
        return False
    if original.lower() == candidate.replacement.lower():
        return True
    witnessed = any(evidence.kind in _WITNESSES for evidence in candidate.evidence)
    kept = candidate.replacement.lower().split()
    for token in tokens:
        if (token.is_figure or token.is_name) and not witnessed and token.lower not in kept:
            return False
    return witnessed or _DIGITS.findall(original) == _DIGITS.findall(candidate.replacement)


def _breaks(text: str) -> list[str]:
    return re.findall(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]", text)
