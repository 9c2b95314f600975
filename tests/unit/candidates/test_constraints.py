"""The laws no candidate may break."""

from __future__ import annotations

from dataclasses import replace

import pytest

from restore.candidates.base import Candidate
from restore.candidates.constraints import RULES, Constraints, is_admissible
from restore.lexicon.spelling import OCR
from restore.records import Evidence
from restore.text.parsing import ParsedText, Sentence, Token

TEXT = 'In 2012 Mary Shrub said "it was three" at www.example.org today.'
POS = {"2012": "NUM", "three": "NUM", "Mary": "PROPN", "Shrub": "PROPN"}


def parsed() -> ParsedText:
    tokens, at = [], 0
    for word in [
        "In",
        "2012",
        "Mary",
        "Shrub",
        "said",
        '"',
        "it",
        "was",
        "three",
        '"',
        "at",
        "www.example.org",
        "today",
        ".",
    ]:
        at = TEXT.index(word, at)
        entity = "PERSON" if word in {"Mary", "Shrub"} else "CARDINAL" if word == "three" else ""
        pos = POS.get(word, "X")
        tokens.append(Token(len(tokens), at, at + len(word), word, word.lower(), pos, "", "", 0, entity, 0))
        at += len(word)
    return ParsedText(TEXT, tuple(tokens), (Sentence(0, 0, len(TEXT), 0, len(tokens)),))


def candidate(old: str, new: str, kind: str = "spinner") -> Candidate:
    start = TEXT.index(old)
    return Candidate(start, start + len(old), new, (Evidence(kind, "row", "why", 0.5),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2012", ""),
        ("Shrub", "Bush"),
        ("Mary Shrub", "Bush"),
        ("was", "was 3"),
        ("was three", "were 3"),
    ],
)
def test_figures_and_names_need_a_witness(old: str, new: str) -> None:
    assert not is_admissible(candidate(old, new), parsed())
    assert is_admissible(candidate(old, new, "reference"), parsed())
    assert is_admissible(candidate(old, new, "document"), parsed())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2012", "2013"),
        ("2012", "twelve"),
        ("three", "four"),
        ("three", "4"),
        ("was", "was not"),
        ("said", "never said"),
    ],
)
def test_other_facts_need_two_spins_that_agree(old: str, new: str) -> None:
    for kind in ("spinner", "reference", "document", "spins"):
        assert not is_admissible(candidate(old, new, kind), parsed())
    one = candidate(old, new, "spins")
    both = Candidate(one.start, one.end, new, tuple(Evidence("spins", name, "why", 0.5) for name in "ab"))
    assert is_admissible(both, parsed())


def test_a_figure_may_be_written_otherwise() -> None:
    assert is_admissible(candidate("three", "3"), parsed())
    text = parsed()
    tokens = (*text.tokens[:8], replace(text.tokens[8], text="3", lemma="3"), *text.tokens[9:])
    digit = ParsedText(TEXT, tokens, text.sentences)
    assert is_admissible(candidate("three", "3"), digit)


@pytest.mark.parametrize(
    ("old", "new"), [("said", "told"), ("today", ""), ("Shrub", "shrub"), ("Mary Shrub said", "Mary Shrub told")]
)
def test_other_words_and_casing_are_free(old: str, new: str) -> None:
    assert is_admissible(candidate(old, new), parsed())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("said", "said"),
        ("sai", "tol"),
        ('said "', "said"),
        ("today", "to\nday"),
        ("www.example.org", "www.example.com"),
        ("said", 'said "'),
    ],
)
def test_never_lawful(old: str, new: str) -> None:
    assert not is_admissible(candidate(old, new, "reference"), parsed())


def test_outside_of_the_text() -> None:
    assert not is_admissible(Candidate(len(TEXT), len(TEXT) + 3, "x", ()), parsed())
    assert not is_admissible(Candidate(-3, 2, "x", ()), parsed())


def _spelt(start: int, old: str, new: str, source: str) -> Candidate:
    return Candidate(start, start + len(old), new, (Evidence("spelling", source, "x", 0.8),))


@pytest.mark.parametrize(
    ("old", "new", "admissible"),
    [
        ("Sold2012", "Sold 2012", True),
        ("TheBank", "The Bank", True),
        ("20 12", "2012", False),
        ("2012", "20 12", False),
        ("not able", "notable", False),
        ("notable", "not able", True),
        ("Sold2012", "Sold 2013", False),
    ],
)
def test_only_blanks_may_come_and_go_at_names_and_figures(old: str, new: str, admissible: bool) -> None:
    tokens, at = [], 0
    for word in old.split():
        tokens.append(Token(len(tokens), at, at + len(word), word, word.lower(), "PROPN", "", "", 0, "ORG", 0))
        at += len(word) + 1
    text = ParsedText(old, tuple(tokens), (Sentence(0, 0, len(old), 0, len(tokens)),))
    assert is_admissible(_spelt(0, old, new, "blank lost"), text) is admissible


def test_a_digit_inside_a_word_may_be_a_letter_for_scanners_only() -> None:
    token = Token(0, 0, 5, "c1ubs", "c1ubs", "NOUN", "", "", 0, "", 0)
    text = ParsedText("c1ubs", (token,), (Sentence(0, 0, 5, 0, 1),))
    assert is_admissible(_spelt(0, "c1ubs", "clubs", OCR), text)
    assert not is_admissible(_spelt(0, "c1ubs", "clubs", "SymSpell dictionary"), text)


@pytest.mark.parametrize(
    ("source", "score", "admissible"), [("listed names", 0.85, True), ("listed names", 0.6, False)]
)
def test_only_strong_evidence_of_a_listed_name_changes_a_name(source: str, score: float, admissible: bool) -> None:
    start = TEXT.index("Shrub")
    evidence = Evidence("names", source, "Mary Bush is a listed name", score)
    assert is_admissible(Candidate(start, start + 5, "Bush", (evidence,)), parsed()) is admissible


def test_no_listed_name_changes_a_figure() -> None:
    start = TEXT.index("three")
    evidence = Evidence("names", "listed names", "why", 1.0)
    assert not is_admissible(Candidate(start, start + 5, "Thee", (evidence,)), parsed())


@pytest.mark.parametrize(
    ("start", "end", "new", "rule"),
    [
        (-3, 2, "x", "it lies outside the text"),
        (0, 5, TEXT[0:5], "it changes nothing"),
        (0, 1, "x", "it must replace whole words of one sentence, outside links"),
    ],
)
def test_a_refused_candidate_says_which_rule_refused_it(start: int, end: int, new: str, rule: str) -> None:
    assert Constraints(parsed()).refusal(Candidate(start, end, new, ())) == rule
    assert rule in RULES


def test_the_rules_on_facts_are_named() -> None:
    text = "It did not fall 12 times."
    tokens, at = [], 0
    for word in text[:-1].split():
        at = text.index(word, at)
        pos = "NUM" if word.isdigit() else "X"
        tokens.append(Token(len(tokens), at, at + len(word), word, word.lower(), pos, "", "", 0, "", 0))
    given = ParsedText(text, tuple(tokens), (Sentence(0, 0, len(text), 0, len(tokens)),))
    rules = Constraints(given)

    def refusal(old: str, new: str, *evidence: Evidence) -> str:
        start = text.index(old)
        return rules.refusal(Candidate(start, start + len(old), new, evidence))

    attested = Evidence("reference", "a", "x", 1.0)
    assert refusal("not", "then", attested) == "as many negations"
    assert refusal("12", "13", attested) == "figures keep their value"
    assert refusal("fall", "rise", attested) == "no word becomes its opposite"
    assert refusal("fall", "rise", attested, Evidence("spinner", "a", "x", 1.0)) == ""
    assert refusal("fall", "rise") == refusal("fall", "drop", attested) == ""
    assert refusal("fall", "seven") == "no new number word"
    assert refusal("fall", "May") == "no new number word"
    assert refusal("fall", "may fall") == ""  # a verb
    assert refusal("not", "no one", attested) == refusal("not", "no one") == ""
    assert refusal("It", "One") == "no new number word"
    assert refusal("12", "many") == "names and figures stay"
    assert refusal("fall", "\u201cfall\u201d", attested) == "quotation marks stay"
    assert refusal("fall", "rise") == ""


@pytest.mark.parametrize(("old", "new"), [("was", "was three"), ("was three", "was"), ("2012", "spring")])
def test_a_report_of_another_day_attests_no_figure(old: str, new: str) -> None:
    found = candidate(old, new, "reference")
    assert Constraints(parsed()).allows(found)
    assert not Constraints(parsed(), ["row"]).allows(found)
    assert Constraints(parsed(), ["another"]).allows(found)


def test_a_report_of_another_day_attests_words_and_names() -> None:
    assert Constraints(parsed(), ["row"]).allows(candidate("Mary Shrub", "Mary Bush", "reference"))
    assert Constraints(parsed(), ["row"]).allows(candidate("was", "is", "reference"))


def test_a_report_of_the_same_day_attests_beside_one_of_another() -> None:
    found = candidate("was three", "was", "reference")
    both = replace(found, evidence=(*found.evidence, Evidence("reference", "fresh", "why", 0.5)))
    assert Constraints(parsed(), ["row"]).allows(both)
