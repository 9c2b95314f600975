"""Ask every source, merge what they say about the same change, and keep what is admissible."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from importlib import import_module

from restore.candidates.base import Candidate, CandidateSource, Confirming, Context
from restore.candidates.constraints import Constraints
from restore.candidates.refusals import Refusals
from restore.candidates.user_rules import apply_user_rules, permitted
from restore.channel.model import SpinnerChannel
from restore.languagetool.client import LanguageToolClient
from restore.records import Span
from restore.text.casing import SURE, load_case_table
from restore.text.parsing import ParsedText

_SEEN = 4
"""Times that a word must have been seen right before a name (models/casing.tsv) for its share of capitals to count, as
in names.py. Chosen by hand: with fewer, chance decides; with more, rare offices stay in small letters."""
_LONG_QUOTATION = 6
"""Words of a quotation that are no coincidence in another report, as in benchmarks/quotations.py. Chosen by hand."""
_VOTED = frozenset({"reference.aligned", "reference.phrase", "reference.quotation_share"})
"""Chances, 0 to 1, that references give: those of several that agree combine as independent ones (noisy or)."""
_MODULES = {
    "reference": "ReferenceSource",
    "document": "DocumentSource",
    "spins": "SpinsSource",
    "spinner": "SpinnerSource",
    "thesaurus": "ThesaurusSource",
    "names": "NamesSource",
    "spelling": "SpellingSource",
    "duplicates": "DuplicatesSource",
    "grammar": "GrammarSource",
}
_INFORMED = frozenset({"reference", "document", "spinner", "names", "spelling"})  # they look into the channel


def make_sources(
    names: Iterable[str], channel: SpinnerChannel | None = None, grammar: LanguageToolClient | None = None
) -> list[CandidateSource]:
    """Make the named sources; each stands in the module of its name. `channel` replaces the shipped one.

    `grammar` is whom the source of that name asks; without one it is left out.
    """
    classes = [(name, getattr(import_module(f"restore.candidates.{name}"), _MODULES[name])) for name in names]
    classes = [(name, source) for name, source in classes if name != "grammar" or grammar is not None]
    given = {**dict.fromkeys(_INFORMED, channel), "grammar": grammar}
    return [source(given[name]) if name in given else source() for name, source in classes]


def gather(context: Context, sources: Sequence[CandidateSource], refusals: Refusals | None = None) -> list[Candidate]:
    """Return all admissible candidates in text order, one for each change, with the evidence of all its sources.

    The others, and the rules that refused them, are told to `refusals` if it is given.
    """
    merged: dict[tuple[int, int, str], Candidate] = {}
    parsed = context.parsed
    constraints = Constraints(parsed, [r.id for r in context.references if r.other_day])
    titles: dict[tuple[int, int], bool] = {}
    for source in sources:
        for candidate in apply_user_rules(source.propose(context), context):
            place = (candidate.start, candidate.end)
            if place not in titles:
                titles[place] = _is_before_person(parsed, *place)
            candidate = _narrowed(_titled(candidate) if titles[place] else candidate, parsed)
            key = (candidate.start, candidate.end, candidate.replacement)
            known = merged.get(key)
            merged[key] = candidate if known is None else _merge(known, candidate)
    admissible = []
    for candidate in merged.values():
        rule = constraints.refusal(candidate)
        if not rule:
            admissible.append(candidate)
        elif refusals is not None:
            refusals.add(candidate, rule)
    for source in sources:
        if isinstance(source, Confirming):
            admissible = [permitted(source.confirm(context, c), context.dictionary) or c for c in admissible]
    return sorted(admissible, key=lambda c: (c.start, c.end, c.replacement))


def verbatim(context: Context) -> list[Span]:
    """Return the sentences and longer quotations that a reference has word for word: nothing is to repair in them."""
    if not context.references:
        return []
    parsed = context.parsed
    spans = (Span(s.start, s.end) for s in parsed.sentences)
    found = [s for s in spans if any(parsed.text[s.start : s.end] in r.parsed.text for r in context.references)]
    words = {q: [t.text for t in parsed.tokens_between(q.start, q.end) if t.is_word] for q in parsed.quotations}
    long = {quotation: f" {' '.join(said)} " for quotation, said in words.items() if len(said) >= _LONG_QUOTATION}
    there = [f" {' '.join(t.text for t in r.parsed.tokens if t.is_word)} " for r in context.references if long]
    return [*found, *(quotation for quotation, said in long.items() if any(said in words for words in there))]


def _narrowed(candidate: Candidate, parsed: ParsedText) -> Candidate:
    """Leave out the words that stay at the ends of a casing repair, so that all sources name the same change."""
    text = parsed.text
    if text[candidate.start : candidate.end].lower() != candidate.replacement.lower():
        return candidate
    tokens = parsed.tokens_between(candidate.start, candidate.end)
    new = [candidate.replacement[t.start - candidate.start : t.end - candidate.start] for t in tokens]
    changed = [n for n, token in enumerate(tokens) if token.text != new[n]]
    if not changed or tokens[0].start != candidate.start or tokens[-1].end != candidate.end:
        return candidate
    start, end = tokens[changed[0]].start, tokens[changed[-1]].end
    kept = candidate.replacement[start - candidate.start : end - candidate.start]
    return replace(candidate, start=start, end=end, replacement=kept)


def _is_before_person(parsed: ParsedText, start: int, end: int) -> bool:
    """Return whether the name of a person follows the characters `[start, end)` in their sentence."""
    following = parsed.tokens_between(end, end + 2)
    if not following or following[0].entity != "PERSON" or not following[0].is_name:
        return False
    here = parsed.tokens_between(start, end)
    return bool(here) and following[0].sentence == here[-1].sentence


def _titled(candidate: Candidate) -> Candidate:
    """Capitalise a word that stands before a person's name if it usually is ("president" before "Obama")."""
    word = candidate.replacement
    if not (word.isalpha() and word.islower()):
        return candidate
    known = load_case_table().look_up(word)
    if known.before_name[0] < _SEEN or known.share_before_name < SURE:
        return candidate
    return replace(candidate, replacement=word.capitalize())


def _merge(one: Candidate, other: Candidate) -> Candidate:
    """Put together what is said for the same change; where two references say it, each adds to how sure that is."""
    ours, theirs = _references(one), _references(other)
    votes = _VOTED if ours and theirs and not ours & theirs else frozenset()
    features = dict(one.features)
    for name, value in other.features.items():
        known = features.get(name, value)
        both = name in votes and name in features
        features[name] = 1.0 - (1.0 - known) * (1.0 - value) if both else max(value, known)
    evidence = tuple(dict.fromkeys([*one.evidence, *other.evidence]))
    return Candidate(one.start, one.end, one.replacement, evidence, features)


def _references(candidate: Candidate) -> set[str]:
    return {e.source for e in candidate.evidence if e.kind == "reference"}
