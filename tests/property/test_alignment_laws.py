"""Laws of the word aligner, for any two texts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from restore.alignment.align import align
from restore.alignment.relations import figure
from restore.alignment.words import align_tokens, link_tokens
from restore.text.parsing import ParsedText, Parser
from tests.helpers.texts import any_text, clean_english, damaged_english

pytestmark = pytest.mark.property
SETTINGS = settings(max_examples=60, derandomize=True, deadline=None)
PARSER = Parser()


def first(parsed: ParsedText) -> ParsedText:
    """Keep the first sentence of a text."""
    return ParsedText(parsed.text, parsed.tokens[: parsed.sentences[0].last], parsed.sentences[:1])


@SETTINGS
@given(any_text(), any_text())
def test_links_lie_in_the_sentences_and_figures_agree(one: str, other: str) -> None:
    ours, theirs = first(PARSER.parse(one)).tokens, first(PARSER.parse(other)).tokens
    links = link_tokens(ours, theirs)
    assert len({(k.ours, k.theirs) for k in links}) == len(links)
    for link in links:
        assert 0 < link.score <= 1
        assert 0 < link.probability <= 1
        assert figure(ours[link.ours]) == figure(theirs[link.theirs])
    assert links == link_tokens(ours, theirs)


@SETTINGS
@given(any_text(), any_text())
def test_the_one_to_one_links_share_no_word(one: str, other: str) -> None:
    ours, theirs = first(PARSER.parse(one)).tokens, first(PARSER.parse(other)).tokens
    found = align_tokens(ours, theirs)
    assert all(0 <= i < len(ours) and 0 <= j < len(theirs) for i, (j, _, _) in found.items())
    assert len({j for j, _, _ in found.values()}) == len(found)


@SETTINGS
@given(any_text())
def test_a_sentence_is_linked_to_itself_word_by_word(text: str) -> None:
    tokens = first(PARSER.parse(text)).tokens
    assert align_tokens(tokens, tokens) == {i: (i, "exact", 1.0) for i in range(len(tokens))}


@SETTINGS
@given(damaged_english(), clean_english())
def test_links_and_phrases_lie_in_the_texts_and_in_aligned_sentences(spun: str, clean: str) -> None:
    ours, theirs = PARSER.parse(spun), PARSER.parse(clean)
    found = align(ours, theirs, "reference", 1.0)
    pairs = {(p.spun, p.reference) for p in found.sentences}
    for link in found.words:
        assert (ours.tokens[link.spun].sentence, theirs.tokens[link.reference].sentence) in pairs
        assert 0 < link.score <= 1
    for phrase in found.phrases:
        assert 0 <= phrase.start <= phrase.end <= len(ours.tokens)
        assert 0 <= phrase.ref_start <= phrase.ref_end <= len(theirs.tokens)
        assert phrase.start < phrase.end or phrase.ref_start < phrase.ref_end
        assert 0 < phrase.score <= 1
