"""From decided candidates to corrections that a person can read and a program can replay."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from restore.candidates.base import Candidate
from restore.ranking.kinds import kind_of
from restore.records import Alternative, Correction, Evidence
from restore.runtime.odds import logistic
from restore.text.parsing import ParsedText
from restore.user_dictionary.dictionary import SOURCE, Dictionary, Preferred

_WORTH_SHOWING = 0.1
"""Corrections with less chance are not even proposed. Chosen by hand, for reading: lower, and a person who looks
through proposals meets mostly wrong ones; nothing is applied there by any preset (0.45 and more)."""
_ALTERNATIVES, _WORTH_OFFERING = 3, 0.02
"""Other candidates of a place that a person may choose from, the surest first, and the least chance of one; by hand."""
_REASONS = 3
"""Sources that an explanation names, the strongest first. By hand, for reading."""
_EVEN, _MOST_TIMES = 1.5, math.log(1000.0)
"""What counts as equally likely, and more than which (ln) is not told apart; chosen by hand, for reading."""
_SAYS = {
    "reference": "the reference {source} has {quote}",
    "document": "the text itself has {quote} elsewhere",
    "spins": "another version of the text, {source}, has {quote}",
    "spinner": "spinners are known to write this: {quote}",
    "thesaurus": "related in the thesaurus: {quote}",
    "names": "name list: {quote}",
    "spelling": "spelling: {quote}",
    "grammar": "{source}: {quote}",
    "dictionary": "{quote}",
    "encoder": "the encoder: {quote}",
    "language-model": "the language model finds it {quote}",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """A candidate and the probability (0 to 1) that it is what stood there.

    `ratio` is ln of how much likelier the causal model finds it than what stands; None where it was not asked.
    """

    candidate: Candidate
    confidence: float
    ratio: float | None = None


def make_corrections(parsed: ParsedText, decisions: Iterable[Decision]) -> tuple[Correction, ...]:
    """Choose disjoint decisions, surest first, and write them as corrections in text order.

    Decisions with less than one chance in ten are left out.
    """
    chosen: list[Correction] = []
    ordered = sorted(
        decisions, key=lambda d: (-d.confidence, d.candidate.start, d.candidate.end, d.candidate.replacement)
    )
    for decision in ordered:
        if decision.confidence < _WORTH_SHOWING:
            break
        correction = _correction(parsed, decision)
        if all(correction.end <= c.start or c.end <= correction.start for c in chosen):
            chosen.append(correction)
    return tuple(sorted(_with_alternatives(parsed, chosen, ordered), key=lambda c: c.start))


def _with_alternatives(
    parsed: ParsedText, chosen: Iterable[Correction], ordered: Sequence[Decision]
) -> Iterator[Correction]:
    """Add to corrections what else could stand in their place, or in a part of it, of decisions sorted by chance."""
    text = parsed.text
    by_start: dict[int, list[Decision]] = {}
    for decision in ordered:
        if decision.confidence >= _WORTH_OFFERING:
            by_start.setdefault(decision.candidate.start, []).append(decision)
    for c in chosen:
        offered: dict[str, Alternative] = {}
        inside = [d for start in range(c.start, c.end + 1) for d in by_start.get(start, ()) if d.candidate.end <= c.end]
        for decision in sorted(inside, key=lambda d: (-d.confidence, d.candidate.start, d.candidate.end)):
            made = _correction(parsed, decision)
            if made.start < c.start or c.end < made.end:
                continue
            written = text[c.start : made.start] + made.replacement + text[made.end : c.end]
            if written not in (c.original, c.replacement, *offered):
                evidence = made.evidence[:-1][:_REASONS]  # without the ranker, which says nothing of its own
                offered[written] = Alternative(written, made.kind, made.confidence, evidence)
            if len(offered) == _ALTERNATIVES:
                break
        yield replace(c, alternatives=tuple(offered.values())) if offered else c


def make_preferences(parsed: ParsedText, preferences: Iterable[Preferred]) -> tuple[Correction, ...]:
    """Write what the user's dictionary wants as corrections; they are certain, since the user's word is no guess."""
    return tuple(_preference(parsed, preference) for preference in preferences)


def allowed_kinds(parsed: ParsedText, candidates: Iterable[Candidate], dictionary: Dictionary) -> list[Candidate]:
    """Leave out the candidates whose kind, or which themselves, a rule of the user forbids."""
    if not dictionary.rules:
        return list(candidates)
    return [c for c in candidates if not _is_forbidden(parsed, c, dictionary)]


def _is_forbidden(parsed: ParsedText, candidate: Candidate, dictionary: Dictionary) -> bool:
    start, end = candidate.start, candidate.end
    kind = kind_of(parsed.tokens_between(start, end), candidate.replacement)
    return dictionary.rules_out(parsed.text[start:end], candidate.replacement, kind)


def _preference(parsed: ParsedText, preference: Preferred) -> Correction:
    original = parsed.text[preference.start : preference.end]
    tokens = parsed.tokens_between(preference.start, preference.end)
    evidence = (Evidence("dictionary", SOURCE, f"the user dictionary prefers {preference.entry}", 1.0),)
    kind = kind_of(tokens, preference.replacement) if tokens else "R:ORTH"
    why = _explain(original, preference.replacement, evidence)
    return Correction(preference.start, preference.end, original, preference.replacement, kind, 1.0, evidence, why)


def _correction(parsed: ParsedText, decision: Decision) -> Correction:
    candidate = decision.candidate
    tokens = parsed.tokens_between(candidate.start, candidate.end)
    start, end, replacement = candidate.start, candidate.end, candidate.replacement
    if not replacement:
        start, end, replacement = _deletion(parsed, start, end)
    evidence = tuple(sorted(candidate.evidence, key=lambda e: (-e.score, e.kind, e.source)))
    answered = () if decision.ratio is None else (_answer(decision.ratio),)
    weighed = Evidence("ranker", "ranker", "all that is known of the candidate, weighed", decision.confidence)
    return Correction(
        start,
        end,
        parsed.text[start:end],
        replacement,
        kind_of(tokens, candidate.replacement),
        decision.confidence,
        (*evidence, *answered, weighed),
        _explain(
            parsed.text[candidate.start : candidate.end], candidate.replacement, (*evidence[:_REASONS], *answered)
        ),
    )


def _answer(ratio: float) -> Evidence:
    """Write what the causal model answered: how much likelier the text is with the candidate than as it stands."""
    times = math.exp(min(abs(ratio), _MOST_TIMES))
    if times < _EVEN:
        said = "about as likely as what stands"
    else:
        how = "as likely as" if ratio > 0 else "less likely than"
        said = f"{times:,.0f} times {how} what stands"
    return Evidence("language-model", "causal model", said, round(logistic(ratio), 4))


def _deletion(parsed: ParsedText, start: int, end: int) -> tuple[int, int, str]:
    """Take the space before along, or the one after; a capital that began the sentence moves to the next word."""
    text = parsed.text
    token = parsed.tokens_between(start, end)[0]
    last = parsed.tokens_between(start, end)[-1]
    sentence = parsed.sentences[token.sentence]
    if token.index == sentence.first and last.index + 1 < sentence.last:
        following = parsed.tokens[last.index + 1]
        first = text[following.start]
        if text[start].isupper() and first.islower() and not parsed.in_link(following.start, following.end):
            return start, following.start + 1, first.upper()
        return start, following.start, ""
    if start > 0 and text[start - 1] in " \t\u00a0":
        return start - 1, end, ""
    if end < len(text) and text[end] in " \t\u00a0":
        return start, end + 1, ""
    return start, end, ""


def _explain(original: str, replacement: str, evidence: Iterable[Evidence]) -> str:
    change = f"{original!r} becomes {replacement!r}" if replacement else f"{original!r} is taken out"
    reasons = []
    for item in evidence:
        reasons.append(_SAYS.get(item.kind, "{source}: {quote}").format(source=item.source, quote=item.quote))
    return f"{change}: " + "; ".join(reasons) if reasons else change
