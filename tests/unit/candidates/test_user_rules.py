"""The user's dictionary among the candidates: rules, valid words, preferred words."""

from __future__ import annotations

from restore.candidates.base import Candidate, Context
from restore.candidates.preferred import PreferredSource
from restore.candidates.user_rules import apply_user_rules
from restore.config import DictionarySettings
from restore.records import Evidence
from restore.user_dictionary.dictionary import PREFERRED, Dictionary
from tests.helpers.toy import parse

PARSED = parse("The chairman/NOUN opened/VERB a gigafactary/NOUN")


def context(**entries: object) -> Context:
    return Context(PARSED, dictionary=Dictionary(DictionarySettings(**entries)))  # type: ignore[arg-type]


def candidate(old: str, new: str, *kinds: str) -> Candidate:
    start = PARSED.text.index(old)
    evidence = tuple(Evidence(kind, "row", "why", 0.5) for kind in kinds)  # type: ignore[arg-type]
    return Candidate(start, start + len(old), new, evidence, {f"{kind}.x": 1.0 for kind in kinds})


def test_without_rules_and_words_nothing_changes() -> None:
    given = [candidate("chairman", "president", "spinner", "reference")]
    assert list(apply_user_rules(given, context(keep=("chairman",)))) == given


def test_evidence_that_a_rule_names_goes_with_its_features() -> None:
    given = [candidate("chairman", "president", "spinner", "thesaurus"), candidate("opened", "began", "spinner")]
    (found,) = apply_user_rules(given, context(keep_rules=("spinner",)))
    assert [e.kind for e in found.evidence] == ["thesaurus"]
    assert found.features == {"thesaurus.x": 1.0}


def test_preferred_words_are_spelt_right_and_likelier() -> None:
    given = [
        candidate("chairman", "charman", "spelling"),
        candidate("chairman", "boss", "thesaurus"),
        candidate("chairman", "chief", "thesaurus"),
    ]
    there = context(prefer_words=("chairman", "boss"), preferred_odds=100.0)
    boss, chief = apply_user_rules(given, there)
    assert 4.6 < boss.features[PREFERRED] < 4.7
    assert boss.evidence[-1].kind == "dictionary"
    assert PREFERRED not in chief.features


def test_misspelt_preferred_words_are_proposed() -> None:
    (found,) = PreferredSource().propose(context(prefer_words=("gigafactory", "chairmen", "Gigafactarx")))
    assert (PARSED.text[found.start : found.end], found.replacement) == ("gigafactary", "gigafactory")
    assert found.evidence[0].source == "user dictionary"
    assert not list(PreferredSource().propose(context(keep=("gigafactory",))))
