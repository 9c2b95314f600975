"""The user's dictionary at the one door that every candidate of every source goes through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from restore.candidates.base import Candidate, Context
from restore.records import Covered, Evidence
from restore.user_dictionary.dictionary import PREFERRED, SOURCE, Dictionary


def apply_user_rules(candidates: Iterable[Candidate], context: Context) -> Iterator[Candidate]:
    """Leave out what rules of the user forbid and spelling of words that are right; favour preferred words.

    Evidence of a source that a rule names is disregarded, and its features with it; a candidate that has no other is
    left out. What lies in a kept range is left out in `restore.engine.fixed_point`.
    """
    dictionary = context.dictionary
    if not dictionary.rules and not dictionary.words:
        yield from candidates
        return
    text = context.parsed.text
    valid = Covered(dictionary.valid_spans(text))
    for candidate in candidates:
        allowed = permitted(candidate, dictionary)
        if allowed is None:
            continue
        if valid.touches(allowed.start, allowed.end) and all(e.kind == "spelling" for e in allowed.evidence):
            continue
        yield _favoured(allowed, text, dictionary)


def permitted(candidate: Candidate, dictionary: Dictionary) -> Candidate | None:
    """Return a candidate without the evidence that rules of the user disregard; None where no other is left."""
    evidence = dictionary.permitted(candidate.evidence)
    if len(evidence) == len(candidate.evidence):
        return candidate
    if not evidence:
        return None
    gone = {e.kind for e in candidate.evidence} - {e.kind for e in evidence}
    features = {name: value for name, value in candidate.features.items() if name.partition(".")[0] not in gone}
    return replace(candidate, evidence=evidence, features=features)


def _favoured(candidate: Candidate, text: str, dictionary: Dictionary) -> Candidate:
    word = dictionary.prefers(text[candidate.start : candidate.end], candidate.replacement)
    if not word:
        return candidate
    evidence_of_rule = Evidence("dictionary", SOURCE, f"the user dictionary prefers the word {word!r}", 1.0)
    features = {**candidate.features, PREFERRED: dictionary.odds}
    return replace(candidate, evidence=(*candidate.evidence, evidence_of_rule), features=features)
