"""Decisions written as corrections."""

from __future__ import annotations

from dataclasses import replace

import pytest

from restore.candidates.base import Candidate
from restore.ranking.corrections import Decision, make_corrections
from restore.records import Correction, Evidence, apply
from restore.text.parsing import ParsedText, Sentence, Token


def parsed(text: str) -> ParsedText:
    tokens, at = [], 0
    for word in text.replace(",", " ,").replace(".", " .").split():
        at = text.index(word, at)
        pos = "PUNCT" if word in ",." else "ADV" if word.lower() == "also" else "NOUN"
        tokens.append(Token(len(tokens), at, at + len(word), word, word.lower(), pos, "", "", 0, "", 0))
        at += len(word)
    return ParsedText(text, tuple(tokens), (Sentence(0, 0, len(text), 0, len(tokens)),))


def decide(text: str, old: str, new: str, confidence: float = 0.95) -> Decision:
    start = text.index(old)
    return Decision(
        Candidate(start, start + len(old), new, (Evidence("spinner", "row", f"{old} for {new}", 0.5),)), confidence
    )


def corrections(text: str, *decisions: Decision) -> tuple[Correction, ...]:
    return make_corrections(parsed(text), decisions)


@pytest.mark.parametrize(
    ("text", "old", "restored"),
    [
        ("He was also there.", "also", "He was there."),
        ("Also the man came.", "Also", "The man came."),
        ("also the man came.", "also", "the man came."),
        ("He came,also late.", "also", "He came,late."),
        ("also", "also", ""),
    ],
)
def test_a_deletion_takes_one_space_along(text: str, old: str, restored: str) -> None:
    assert apply(text, corrections(text, decide(text, old, ""))) == restored


def test_the_surest_of_overlapping_decisions_wins() -> None:
    text = "the i m sorry case"
    found = corrections(text, decide(text, "i m sorry", "which", 0.6), decide(text, "sorry", "glad", 0.3))
    assert [(c.original, c.replacement) for c in found] == [("i m sorry", "which")]


def test_other_candidates_of_a_place_are_its_alternatives() -> None:
    text = "the i m sorry case"
    decisions = [
        decide(text, "i m sorry", "which", 0.6), decide(text, "i m sorry", "that", 0.3),
        decide(text, "sorry", "glad", 0.4), decide(text, "i m sorry", "whose", 0.05),
        decide(text, "i m sorry", "what", 0.04),
        decide(text, "i m sorry", "hopeless", 0.01), decide(text, "sorry case", "suit", 0.2),
    ]  # fmt: skip
    (found,) = corrections(text, *decisions)
    told = [(a.replacement, a.confidence) for a in found.alternatives]
    assert told == [("i m glad", 0.4), ("that", 0.3), ("whose", 0.05)]
    assert found.alternatives[1].evidence == (Evidence("spinner", "row", "i m sorry for that", 0.5),)


def test_what_stands_and_what_is_proposed_are_no_alternatives() -> None:
    text = "the case"
    (found,) = corrections(text, decide(text, "case", "matter", 0.6), decide(text, "the case", "the matter", 0.5))
    assert (found.replacement, found.alternatives) == ("matter", ())


def test_hopeless_decisions_are_not_shown() -> None:
    text = "the case"
    assert corrections(text, decide(text, "case", "matter", 0.05)) == ()


def test_every_correction_says_why_and_how_sure() -> None:
    text = "the case"
    (found,) = corrections(text, decide(text, "case", "matter", 0.7))
    assert found.confidence == 0.7
    assert [e.kind for e in found.evidence] == ["spinner", "ranker"]
    assert "case" in found.explanation
    assert found.kind == "R:NOUN"


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("also", "", "U:ADV"),
        ("house", "House", "R:ORTH"),
        ("houses", "house", "R:MORPH"),
        ("house", "new house", "M:OTHER"),
    ],
)
def test_kinds_have_errant_names(old: str, new: str, kind: str) -> None:
    text = f"They saw {old} there"
    (found,) = corrections(text, decide(text, old, new))
    assert found.kind == kind


@pytest.mark.parametrize(
    ("ratio", "said", "score"),
    [
        (2.0, "7 times as likely as what stands", 0.8808),
        (-3.0, "20 times less likely than what stands", 0.0474),
        (0.2, "about as likely as what stands", 0.5498),
        (40.0, "1,000 times as likely as what stands", 1.0),
    ],
)
def test_what_the_causal_model_answered_is_said(ratio: float, said: str, score: float) -> None:
    text = "the case"
    (found,) = corrections(text, replace(decide(text, "case", "matter"), ratio=ratio))
    assert [(e.quote, e.score) for e in found.evidence if e.kind == "language-model"] == [(said, score)]
    assert found.explanation.endswith(f"; the language model finds it {said}")
