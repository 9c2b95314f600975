"""What LanguageTool complains about, as suspicious places; they are shown and do not move the verdict."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import msgspec

from restore.detection.verdict import SHOWN
from restore.languagetool.client import GrammarMatch
from restore.languagetool.informative import informative_matches, log_ratio
from restore.records import Covered, Finding, Span, Verdict, in_text_order
from restore.text.parsing import ParsedText

_LEAST_SHARE = 0.03
"""The share of damaged words (0 to 1) that is assumed at least when a match is rated. Chosen by hand, the lowest of
`SHARES` in document.py: with less, a text that is called clean shows fewer matches; the verdict does not move with
it."""
_KINDS = {"CASING": "casing", "PUNCTUATION": "punctuation"}


def find(parsed: ParsedText, matches: Iterable[GrammarMatch], share: float) -> Iterator[Finding]:
    """Return a finding for each informative match; `share` is that of damaged words (0 to 1), by which it is rated."""
    prior = min(0.9, max(_LEAST_SHARE, share))
    for match, tokens in informative_matches(parsed, matches):
        odds = math.exp(log_ratio(match)) * prior / (1.0 - prior)
        score = round(odds / (1.0 + odds), 3)
        start, end = tokens[0].start, tokens[-1].end
        kind = "spelling" if match.is_spelling else _KINDS.get(match.category, "grammar")
        if score >= SHOWN:
            yield Finding(start, end, parsed.text[start:end], kind, score, f"{match.rule}: {match.message}")


def add_matches(verdict: Verdict, parsed: ParsedText, matches: Iterable[GrammarMatch]) -> Verdict:
    """Add the matches; its probability and share stay as they are.

    At a place that has a finding already, the rule is said before what was said there.
    """
    found = list(find(parsed, matches, verdict.damaged_share))
    covered = Covered(Span(f.start, f.end) for f in verdict.findings)
    explained = []
    for finding in verdict.findings:
        said = [m.explanation for m in found if m.start < finding.end and finding.start < m.end]
        explanation = "; ".join([*said, finding.explanation])
        explained.append(msgspec.structs.replace(finding, explanation=explanation) if said else finding)
    new = [f for f in found if not covered.touches(f.start, f.end)]
    findings = in_text_order([*explained, *new])
    return msgspec.structs.replace(verdict, findings=findings)
