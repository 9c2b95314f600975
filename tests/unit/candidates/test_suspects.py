"""Which tokens may be damaged: what a context says of them, and that broad sources keep to them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore.alignment.align import align
from restore.candidates.base import Candidate, CandidateSource, Context
from restore.candidates.document import DocumentSource
from restore.candidates.gather import make_sources
from restore.candidates.reference_edits import ReferenceEditor
from restore.candidates.reference_words import vocabulary_of_reference
from restore.candidates.spinner import SpinnerSource
from restore.candidates.thesaurus import ThesaurusSource
from restore.channel.model import load_channel
from restore.config import Config
from restore.text.parsing import Parser

TEXT = (
    "The chairman didn't sign the huge accord on Friday. Also, the accord bombs: authorities can't say why. "
    "Very soon the assembly of the unified Nations will talk about the bank notes.\n"
    "The legislature's members sign the deal in the White Dwelling. The chairman of the assembly said that "
    "the immense accord won't prompt new automobiles.\n"
    "Nobody read the trade agreement. The trade agreement failed. A trade accord came later."
)
REFERENCE = (
    "The president did not sign the big deal on Friday. The parliament's members signed the agreement. "
    "The United Nations assembly will discuss bank bills soon. The agreement will not cause cars to explode."
)


@cache
def context() -> Context:
    parser = Parser()
    parsed = parser.parse(TEXT)
    return Context(parsed, (align(parsed, parser.parse(REFERENCE), "reference 1", 0.8),))


def suspected(context: Context, source: CandidateSource, suspects: frozenset[int]) -> list[Candidate]:
    return list(source.propose(replace(context, suspects=suspects)))


def key(candidate: Candidate) -> tuple[object, ...]:
    return candidate.start, candidate.end, candidate.replacement, candidate.evidence, sorted(candidate.features.items())


class Vocabulary:
    """The broad part of the references' source."""

    name = "reference"

    def propose(self, context: Context) -> list[Candidate]:
        editor = ReferenceEditor(context.parsed, context.references[0])
        return list(vocabulary_of_reference(editor, load_channel(), context))


BROAD: list[CandidateSource] = [SpinnerSource(), ThesaurusSource(), Vocabulary()]  # type: ignore[list-item]


@pytest.mark.parametrize("source", BROAD, ids=lambda s: type(s).__name__)
@settings(max_examples=40, deadline=None)
@given(suspects=st.frozensets(st.integers(0, 90), max_size=12))
def test_broad_sources_give_exactly_what_touches_a_suspect(source: CandidateSource, suspects: frozenset[int]) -> None:
    everything = list(source.propose(context()))
    narrowed = replace(context(), suspects=suspects)
    wanted = [key(c) for c in everything if narrowed.is_suspected(c)]
    assert [key(c) for c in source.propose(narrowed)] == wanted


@pytest.mark.parametrize("source", BROAD, ids=lambda s: type(s).__name__)
def test_the_broad_sources_have_something_to_say_here(source: CandidateSource) -> None:
    assert len(list(source.propose(context()))) > 5


@settings(max_examples=40, deadline=None)
@given(suspects=st.frozensets(st.integers(0, 90), max_size=12))
def test_words_of_the_document_keep_to_suspects_and_its_names_do_not(suspects: frozenset[int]) -> None:
    everything = list(DocumentSource().propose(context()))
    assert any("document.ngram" in c.features for c in everything)
    narrowed = replace(context(), suspects=suspects)
    wanted = [key(c) for c in everything if "document.ngram" not in c.features or narrowed.is_suspected(c)]
    assert [key(c) for c in DocumentSource().propose(narrowed)] == wanted


def test_suspecting_every_token_is_suspecting_none_in_particular() -> None:
    everything = frozenset(range(len(context().parsed.tokens)))
    for source in make_sources(Config().sources):
        assert list(map(key, suspected(context(), source, everything))) == list(map(key, source.propose(context())))


def test_sources_that_find_damage_by_themselves_look_everywhere() -> None:
    for source in make_sources(["names", "spelling", "duplicates", "spins"]):
        assert list(map(key, suspected(context(), source, frozenset()))) == list(map(key, source.propose(context())))


def test_ranges_and_tokens() -> None:
    some = replace(context(), suspects=frozenset({3, 7}))
    assert [n for n in range(10) if some.is_suspect(n)] == [3, 7]
    assert some.any_suspect(0, 4)
    assert some.any_suspect(7, 8)
    assert not some.any_suspect(4, 7)
    assert not some.any_suspect(8, 99)
    assert not some.any_suspect(3, 3)


def test_without_suspects_everything_may_be_damaged() -> None:
    assert context().is_suspect(0)
    assert context().any_suspect(0, 1)
    assert not context().any_suspect(1, 1)
