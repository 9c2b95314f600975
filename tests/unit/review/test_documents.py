from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from restore.errors import PlanMismatchError
from restore.records import (
    REWRITE,
    Conflict,
    Correction,
    Evidence,
    Origin,
    Reference,
    ReferenceReport,
    Restoration,
    Verdict,
)
from restore.review.collect import most_needed
from restore.review.documents import ReviewDocument, by_need, check_review, doubt, entry, payload
from restore.review.texts import ReferenceTexts, cited

TEXT = "The chairman spoke in the zone."
WHY = (Evidence("reference", "news/clean.txt", "president", 0.9, 4, 13),)


def correction(start: int, words: str, instead: str, confidence: float, **rest: object) -> Correction:
    made = Correction(start, start + len(words), words, instead, "R:NOUN", confidence, WHY, "why")
    return replace(made, **rest)


def plan(*corrections: Correction, **rest: object) -> Restoration:
    return replace(Restoration(TEXT, corrections, 0.75, Verdict(True, 0.9, 0.2)), **rest)


SURE = correction(4, "chairman", "president", 0.9)
UNSURE = correction(26, "zone", "area", 0.6)


def test_doubt_is_the_chance_of_a_wrong_decision() -> None:
    assert doubt(SURE, 0.75) == pytest.approx(0.1)
    assert doubt(UNSURE, 0.75) == pytest.approx(0.6)
    assert doubt(UNSURE, 0.5) == pytest.approx(0.4)
    assert doubt(replace(UNSURE, review="rejected"), 0.75) == 0.0


def test_errors_come_first_then_what_needs_a_look_most() -> None:
    conflict = Conflict(0, 3, "The", "name", "news/clean.txt", "A", 0, 1)
    calm, unsure = ReviewDocument("calm", plan(SURE)), ReviewDocument("unsure", plan(SURE, UNSURE))
    torn = ReviewDocument("torn", plan(SURE, conflicts=(conflict,)))
    failed = ReviewDocument("failed", None, error="no plan")
    documents = [calm, unsure, failed, torn]
    assert [d.name for d in by_need(documents)] == ["failed", "torn", "unsure", "calm"]
    found, left_out = most_needed(iter(documents), 2)
    assert ({d.name for d in found}, left_out) == ({"failed", "torn"}, 2)
    assert most_needed(iter(documents), 0)[1] == 0
    assert len(most_needed(iter([calm] * 5), 3)[0]) == 3


def test_corrections_must_fit_the_text_and_each_other() -> None:
    over = correction(4, "chairman spoke", "president said", 1.0, review="typed")
    check_review(plan(replace(SURE, review="rejected"), over, UNSURE))
    for broken in (
        plan(SURE, over),
        plan(replace(SURE, original="chairmen")),
        plan(replace(SURE, original="chairmen", review="rejected")),
        plan(UNSURE, SURE),
        plan(correction(28, "zone.", "x", 0.1)),
    ):
        with pytest.raises(PlanMismatchError):
            check_review(broken)


def test_entry_and_payload_say_what_the_page_needs() -> None:
    found = entry(ReviewDocument("a\nb", plan(SURE, replace(UNSURE, review="accepted"))))
    assert (found["name"], found["doubts"], found["words"]) == ("a b", [0.1, 0.0], 6)
    assert entry(ReviewDocument("x", None, error="told\nto fail")) == {"name": "x", "error": "told to fail"}
    shown = payload(ReviewDocument("a", plan(SURE)))
    assert (shown["characters"], shown["plan"]["text"], len(shown["plan"]["text_sha256"])) == (len(TEXT), TEXT, 64)
    assert shown["key"] != payload(ReviewDocument("a", plan(SURE, UNSURE)))["key"]
    assert shown["key"] == payload(ReviewDocument("b", plan(replace(SURE, review="rejected"))))["key"]


@pytest.mark.parametrize(
    ("origin", "name", "mark", "known"),
    [
        (None, "utf-8", False, False),
        (Origin("a.txt"), "utf-8", False, True),
        (Origin("a.txt", "utf-16-le", True), "utf-16-le", True, True),
        (Origin("a.txt", "windows-1252"), "windows-1252", False, True),
        (Origin("a.txt", "no such thing", True), "utf-8", False, False),
    ],
)
def test_encoding(origin: Origin | None, name: str, mark: bool, known: bool) -> None:
    found = payload(ReviewDocument("a", plan(SURE, origin=origin)))["encoding"]
    assert (found["name"], found["mark"], found["known"]) == (name, mark, known)
    assert (found["bytes"] is not None) == (name == "windows-1252")
    if found["bytes"]:
        assert [found["bytes"][b] for b in (0x41, 0x80, 0x81, 0xFF)] == ["A", "€", "\ufffd", "ÿ"]


def test_references_are_found_by_the_ids_that_plans_cite() -> None:
    found = plan(SURE, references=(ReferenceReport("other.txt", False, 0.1, "another event"),))
    assert cited(found) == ("other.txt", "news/clean.txt")
    given = [Reference("moved/clean.txt", "clean"), Reference("unasked.txt", "no")]
    assert [(r.id, r.text) for r in ReferenceTexts(given).of(found)] == [("news/clean.txt", "clean")]
    exact = Reference("news/clean.txt", "exact")
    assert [r.text for r in ReferenceTexts([*given, exact]).of(found)] == ["exact"]
    two = [Reference("a/clean.txt", "one"), Reference("b/clean.txt", "two")]
    assert ReferenceTexts(two).of(found) == ()
    assert [r.text for r in ReferenceTexts().of(found, [exact])] == ["exact"]


def test_references_are_found_in_an_index(tmp_path: Path) -> None:
    pytest.importorskip("tantivy", reason="indexes need the extra index")
    from restore.reading.articles import Article
    from restore.references.index.store import writing_index

    with writing_index(tmp_path / "index") as writer:
        writer.put(Article("news/clean.txt", "The president spoke.", "https://news.example/p", "Speech"))
        writer.commit()
    found = ReferenceTexts(index=str(tmp_path / "index")).of(plan(SURE))
    assert [(r.id, r.text, r.url) for r in found] == [
        ("news/clean.txt", "The president spoke.", "https://news.example/p")
    ]


WHOLE = correction(0, "The chairman spoke in the zone.", "The president talked.", 0.9, kind=REWRITE)


def test_whole_sentences_need_no_look_but_name_the_plan_and_must_fit() -> None:
    beside, among = plan(SURE, rewrites=(WHOLE,)), plan(WHOLE)
    for found in (beside, among):
        check_review(found)
    assert ReviewDocument("a", beside).needs == ReviewDocument("a", plan(SURE)).needs
    assert (entry(ReviewDocument("a", among))["doubts"], ReviewDocument("a", among).needs) == ([], 0.0)
    assert payload(ReviewDocument("a", beside))["key"] != payload(ReviewDocument("a", plan(SURE)))["key"]
    assert cited(replace(among, corrections=(), rewrites=(WHOLE,))) == ("news/clean.txt",)
    other = replace(WHOLE, start=4, original=TEXT[4:])
    check_review(plan(SURE, rewrites=(replace(WHOLE, review="rejected"), other)))
    for broken in (
        plan(rewrites=(replace(WHOLE, original="The"),)),
        plan(rewrites=(WHOLE, other)),
        plan(replace(WHOLE, review="accepted"), rewrites=(other,)),
    ):
        with pytest.raises(PlanMismatchError):
            check_review(broken)
