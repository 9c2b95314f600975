"""References, alignment and the candidate sources `reference` and `document` on texts parsed by spaCy."""

from __future__ import annotations

from functools import cache

import pytest

from restore.alignment import align
from restore.candidates.base import Candidate, Context
from restore.candidates.document import DocumentSource
from restore.candidates.gather import gather
from restore.candidates.reference import ReferenceSource
from restore.records import Reference, ReferenceReport
from restore.references import assess
from restore.text.parsing import ParsedText, Parser

pytestmark = pytest.mark.integration

CLEAN = (
    "The ferry Nordlys sank off Hammerfest on March 4, 1998, with 340 passengers on board.\n\n"
    "President Ingrid Solberg flew to Hammerfest the next morning and thanked the fishermen who had "
    'pulled most of the people out of the water. "We never saw a storm like this, and I hope that we '
    'never see one again," Captain Dmitry Volkov told reporters in South Varanger.\n\n'
    "The United Nations asked Norway to publish the report of the Maritime Safety Board. The report said "
    "that the ferry had sailed with an open bow door and that the board would require new alarms on every"
    " ship.\n"
)
SPUN = (
    "The ferry Nordlys sank off Hammerfest on March 4, 1998, v 338 passengers on board.\n\n"
    "chairman Ingrid Solberg flew to Hammerfest the next morning and thanked the fishermen i m sorry had "
    'pulled most the the people out of the water. "We never saw a storm choose this, and also I hope the '
    'we never see one again," Captain Dmitri Volkov told reporters in south Varanger.\n\n'
    "The unified Nations asked Norway come publish the report of the Maritime security Board. The report "
    "said the the ferry had actually sailed with an open bow door and that the board would call for new "
    "alarms on every ship.\n"
)
OTHER = (
    "The central bank of Peru cut its main interest rate on Thursday. Analysts in Lima had expected the "
    "move after inflation slowed to 2.1 percent in August.\n\n"
    '"The economy needs cheaper credit," said Governor Julio Quispe. Exports of copper fell for the third'
    " month.\n"
)


@cache
def parser() -> Parser:
    return Parser()


@cache
def parse(text: str) -> ParsedText:
    return parser().parse(text)


def context(text: str, reference: str) -> Context:
    return Context(parse(text), (align(parse(text), parse(reference), "clean", 0.8),))


def changes(found: list[Candidate], parsed: ParsedText) -> set[tuple[str, str]]:
    return {(parsed.text[c.start : c.end], c.replacement) for c in found}


def proposals(text: str, reference: str) -> set[tuple[str, str]]:
    there = context(text, reference)
    return changes(gather(there, [ReferenceSource()]), there.parsed)


def report_on(text: str, reference: str) -> ReferenceReport:
    return assess(parse(text), Reference("r", reference), parse(reference), 0.25)


def test_the_same_event_is_accepted_with_a_reason() -> None:
    report = report_on(SPUN, CLEAN)
    assert report.accepted
    assert report.score > 0.5
    assert "names" in report.reason
    assert "quotation" in report.reason


def test_another_event_is_refused_with_a_reason() -> None:
    report = report_on(SPUN, OTHER)
    assert not report.accepted
    assert report.score < 0.1
    assert "another event" in report.reason


@pytest.mark.parametrize("text", [CLEAN, "no names here", "…"])
def test_a_text_is_its_own_reference(text: str) -> None:
    assert report_on(text, text).accepted


def test_an_empty_reference_is_refused() -> None:
    assert not report_on(SPUN, " \n").accepted


@pytest.mark.parametrize("text", [CLEAN, SPUN, OTHER])
def test_a_text_aligned_with_itself_gives_only_exact_links_and_no_candidate(text: str) -> None:
    there = context(text, text)
    (reference,) = there.references
    assert {link.relation for link in reference.words} == {"exact"}
    assert len(reference.words) >= len(there.parsed.tokens)
    assert not reference.phrases
    assert not list(ReferenceSource().propose(there))


def test_a_clean_text_inside_a_longer_reference_is_left_alone() -> None:
    assert not proposals(CLEAN, CLEAN + "\nThe fishermen were given medals in Oslo.\n")


def test_quotations_are_repaired_exactly() -> None:
    found = proposals(SPUN, CLEAN)
    assert ("choose", "like") in found
    assert ("the", "that") in found
    assert ("also", "") in found


def test_names_and_aligned_words_are_repaired() -> None:
    found = proposals(SPUN, CLEAN)
    assert ("unified", "United") in found
    assert ("south", "South") in found
    assert ("chairman", "President") in found
    assert ("i m sorry", "who") in found
    assert ("come", "to") in found


def test_figures_and_variant_spellings_of_names_stay() -> None:
    there = context(SPUN, CLEAN)
    for candidate in gather(there, [ReferenceSource()]):
        before = SPUN[candidate.start : candidate.end]
        assert "338" not in before and "340" not in candidate.replacement, candidate
        assert "1998" not in before, candidate
        assert (before, candidate.replacement) != ("Dmitri", "Dmitry")


def test_a_name_of_another_place_stays() -> None:
    text = "Reporters met Captain Volkov in North Varanger. They had come by ship."
    assert not {c for c in proposals(text, CLEAN) if "Varanger" in c[0] or c[0] == "North"}


@pytest.mark.parametrize("reference", [CLEAN, OTHER, SPUN])
def test_candidates_stand_on_token_borders_and_quote_their_source(reference: str) -> None:
    there = context(SPUN, reference)
    starts, ends = {t.start for t in there.parsed.tokens}, {t.end for t in there.parsed.tokens}
    for source, text in ((ReferenceSource(), reference), (DocumentSource(), SPUN)):
        for candidate in source.propose(there):
            assert candidate.start in starts
            assert candidate.end in ends
            assert candidate.replacement != SPUN[candidate.start : candidate.end]
            for evidence in candidate.evidence:
                assert evidence.kind == source.name
                assert text[evidence.start : evidence.end] == evidence.quote
                assert 0 <= evidence.score <= 1


def test_a_title_made_common_by_its_country_stays() -> None:
    text = CLEAN + "\nReporters met the Norwegian president Ingrid Solberg at the airport.\n"
    assert ("president", "President") not in proposals(text, CLEAN)
    assert ("president", "President") not in from_the_text(text)


def from_the_text(text: str) -> set[tuple[str, str]]:
    there = Context(parse(text))
    return changes(gather(there, [DocumentSource()]), there.parsed)


def test_another_mention_of_a_name_repairs_it() -> None:
    text = "The crew left Cape Sorrow at dawn. Nobody had sailed from cape Sorrow in winter before."
    assert ("cape", "Cape") in from_the_text(text)


def test_a_lower_cased_name_gets_its_capital_back() -> None:
    text = "The council met Ingrid Solberg in Hammerfest. Later the crowd cheered when solberg left Hammerfest."
    assert ("solberg", "Solberg") in from_the_text(text)


def test_a_related_word_between_the_same_neighbours() -> None:
    text = (
        "The rescue ship left harbour at noon. Storms hit the rescue ship twice. Later the rescue vessel found nobody."
    )
    assert ("vessel", "ship") in from_the_text(text)


def test_a_quotation_that_stands_twice() -> None:
    text = (
        '"The pumps failed within minutes of the alarm," the engineer said. The headline was: '
        '"The pumps actually failed within minutes of the alarm."'
    )
    assert ("actually", "") in from_the_text(text)


def test_a_clean_text_says_nothing_against_itself() -> None:
    assert not from_the_text(CLEAN)
    assert not from_the_text(OTHER)
