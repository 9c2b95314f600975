from __future__ import annotations

from collections.abc import Iterator

import pytest

from restore.candidates.base import Candidate, CandidateSource, Context
from restore.candidates.duplicates import DuplicatesSource, starts_with_vowel_sound
from restore.candidates.gather import gather
from restore.candidates.names import NamesSource
from restore.candidates.spelling import SpellingSource
from restore.candidates.spinner import SpinnerSource
from restore.candidates.thesaurus import ThesaurusSource
from restore.channel.model import ChannelRow, SpinnerChannel
from restore.config import DictionarySettings
from restore.records import Evidence
from restore.text.parsing import Parser
from restore.user_dictionary.dictionary import Dictionary

pytestmark = pytest.mark.integration

ODD_TEXTS = (
    "",
    " \t ",
    "?!…",
    "~",
    "the",
    "THE THE THE",
    "a an the",
    "\u202eto plan\u202c he said\r\n\r\nthe\u00a0the end 🙂🙂 ~ 🙂",
    "I m sorry\nwe 'space' \"going\" to",
    "x" * 5_000,
    "the the " * 200,
    "null\x00byte in in it",
    "north korea's U.S. Said 3.5% ~30 ~/bin http://a.b/the the",
)
SOURCES: tuple[CandidateSource, ...] = (
    SpinnerSource(), ThesaurusSource(), NamesSource(), SpellingSource(), DuplicatesSource(),
)  # fmt: skip


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser()


class Fixed:
    """A source that gives what it was made with."""

    name = "fixed"

    def __init__(self, candidates: list[Candidate]) -> None:
        self._candidates = candidates

    def propose(self, context: Context) -> Iterator[Candidate]:
        yield from self._candidates


def propose(source: CandidateSource, parser: Parser, text: str) -> list[Candidate]:
    return list(source.propose(Context(parser.parse(text))))


def edits(source: CandidateSource, parser: Parser, text: str) -> set[tuple[str, str]]:
    return {(text[c.start : c.end], c.replacement) for c in propose(source, parser, text)}


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.name)
@pytest.mark.parametrize("text", ODD_TEXTS, ids=range(len(ODD_TEXTS)))
def test_candidates_stay_on_token_borders(source: CandidateSource, text: str, parser: Parser) -> None:
    parsed = parser.parse(text)
    starts, ends = {t.start for t in parsed.tokens}, {t.end for t in parsed.tokens}
    for candidate in source.propose(Context(parsed)):
        assert 0 <= candidate.start < candidate.end <= len(text)
        assert candidate.start in starts
        assert candidate.end in ends
        assert candidate.replacement != text[candidate.start : candidate.end]
        assert candidate.evidence
        assert all(0 <= e.score <= 1 for e in candidate.evidence)
        assert all(-10 <= value <= 10 for value in candidate.features.values())


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.name)
def test_sources_are_deterministic(source: CandidateSource, parser: Parser) -> None:
    text = "The the gardeners of south Africa stated that numerous roses had perished ~ in may 2011."
    first, again = (
        [(c.start, c.end, c.replacement, c.evidence, c.features) for c in propose(source, parser, text)] for _ in "ab"
    )
    assert first == again


def test_spinner_rows_are_proposed_with_case_and_counts(parser: Parser) -> None:
    rows = [
        ChannelRow("feline", "cat", 6, 3, (("A", 6),), True),
        ChannelRow("in the house of", "at", 1, 1, (("A", 1),), True),
        ChannelRow("indeed", "", 3, 2, (("A", 3),), True),
    ]
    source = SpinnerSource(SpinnerChannel(rows, {}, {}))
    text = "Indeed she met a Feline in the house of Ann. Two felines slept."
    found = edits(source, parser, text)
    assert {("Feline", "Cat"), ("in the house of", "at"), ("Indeed she", "She"), ("felines", "cats")} <= found
    (cat,) = [c for c in propose(source, parser, text) if c.replacement == "Cat"]
    assert "6 times (A 6)" in cat.evidence[0].quote
    (cats,) = [c for c in propose(source, parser, text) if c.replacement == "cats"]
    assert cats.features["spinner.lemma_backoff"] == 1.0


def test_an_acronym_is_not_the_pronoun(parser: Parser) -> None:
    rows = [ChannelRow("us", "we", 5, 3, (("A", 5),), True)]
    source = SpinnerSource(SpinnerChannel(rows, {}, {}))
    assert edits(source, parser, "A US ship left the harbour.") == set()
    assert edits(source, parser, "There us were, on the pier.") == {("us", "we")}


def test_thesaurus_mends_morphology_and_leaves_little_words(parser: Parser) -> None:
    found = edits(ThesaurusSource(), parser, "She have chosen to making a run.")
    assert {("making", "make"), ("chosen", "chose")} <= found
    assert not any(spun in {"She", "have", "to", "a"} for spun, _ in found)


def test_what_the_thesaurus_says_of_guesses_goes_into_what_is_gathered(parser: Parser) -> None:
    context = Context(parser.parse("The firm purchased three automobiles."))
    guess = Candidate(9, 18, "bought", (Evidence("encoder", "encoder", "reading both sides", 0.4),), {})
    (found,) = [c for c in gather(context, [Fixed([guess]), ThesaurusSource()]) if c.replacement == "bought"]
    assert found.features["thesaurus.synonym"] == 1.0
    assert {e.kind for e in found.evidence} == {"encoder", "thesaurus"}


def test_a_rule_of_the_user_disregards_what_the_thesaurus_says(parser: Parser) -> None:
    dictionary = Dictionary(DictionarySettings(keep_rules=("thesaurus",)))
    context = Context(parser.parse("The firm purchased three automobiles."), dictionary=dictionary)
    guess = Candidate(9, 18, "bought", (Evidence("encoder", "encoder", "reading both sides", 0.4),), {})
    (found,) = [c for c in gather(context, [Fixed([guess]), ThesaurusSource()]) if c.replacement == "bought"]
    assert found.evidence == guess.evidence
    assert "thesaurus.synonym" not in found.features


@pytest.mark.parametrize(
    ("text", "torn", "whole"),
    [
        ("The a ff ected people were paid.", "a ff ected", "affected"),
        ("The o ffi cial left.", "o ffi cial", "official"),
        ("The pro fi t was high.", "pro fi t", "profit"),
        ("They were ba ffl ed.", "ba ffl ed", "baffled"),
    ],
)
def test_words_torn_at_a_ligature_are_joined(parser: Parser, text: str, torn: str, whole: str) -> None:
    assert (torn, whole) in edits(SpellingSource(), parser, text)


@pytest.mark.parametrize("text", ["A sci fi film was shown.", "He read a book.", "Is it a fi or a ff?"])
def test_short_words_beside_each_other_stay_apart(parser: Parser, text: str) -> None:
    assert not {new for _, new in edits(SpellingSource(), parser, text) if " " not in new and len(new) > 5}


@pytest.mark.parametrize(
    ("text", "spun", "name"),
    [
        ("They flew to new Zealand on Tuesday.", "new Zealand", "New Zealand"),
        ("The talks in france went on.", "france", "France"),
        ("The ferry sank in march 1987 off the coast.", "march", "March"),
        ("A letter from robert T. Miller came late.", "robert", "Robert"),
        ("The shop closed. they never knew why it had.", "they", "They"),
        ("They met near the unified Nations building.", "unified", "United"),
    ],
)
def test_lost_capitals_are_found(text: str, spun: str, name: str, parser: Parser) -> None:
    assert (spun, name) in edits(NamesSource(), parser, text)


CLEAN = (
    "The chairman of the board may come to the native village in spring.",
    "There is space for two more chairs, and room for a table.",
    "She bought a white house next to a green one in New Zealand.",
    "He had had enough of it, although the china was cheap and the turkey good.",
    "In 2011 may come after 2010 may be true.",
    "Chapter V deals with Jones v. Smith; the court met on 3 May 2011 at 10am.",
    "The U.S. economy grew. The 1980s were over, and the iPhone was far away.",
    "Will Grant mark the papers? Rose may bill us for them.",
    '"Why not?" he asked. "Stop!" she said.',
    "In Boston the Red Sox won 3-2, said coach Al Ross of WBZ-TV.",
)


@pytest.mark.parametrize("text", CLEAN)
@pytest.mark.parametrize("source", [NamesSource(), SpellingSource()], ids=lambda s: s.name)
def test_clean_sentences_get_no_names_and_no_spellings(source: CandidateSource, text: str, parser: Parser) -> None:
    assert edits(source, parser, text) == set()


@pytest.mark.parametrize("text", CLEAN)
def test_clean_sentences_get_no_confident_duplicate(text: str, parser: Parser) -> None:
    assert all(c.features.get("duplicates.same", 1.0) < 1.0 for c in propose(DuplicatesSource(), parser, text))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("It stood on the the hill.", ("the the", "the")),
        ("It was a an honest mistake.", ("a an", "an")),
        ("It was an a useful tool.", ("an a", "a")),
        ("She left ~ the town.", ("~", "")),
        ("The U.S. Demanded an answer.", ("Demanded", "demanded")),
    ],
)
def test_doubles_and_strays_are_found(text: str, wanted: tuple[str, str], parser: Parser) -> None:
    assert wanted in edits(DuplicatesSource(), parser, text)


def test_a_tilde_before_a_figure_stays(parser: Parser) -> None:
    assert edits(DuplicatesSource(), parser, "About ~30 people, or 10~20, came to ~/home.") == set()


@pytest.mark.parametrize(
    ("word", "vowel"), [("hour", True), ("useful", False), ("uncle", True), ("one", False), ("FBI", False), ("X", True)]
)
def test_vowel_sounds(word: str, vowel: bool) -> None:
    assert starts_with_vowel_sound(word) is vowel


def test_spelling_mends_unknown_words_and_lost_blanks(parser: Parser) -> None:
    assert ("goverment", "government") in edits(SpellingSource(), parser, "The goverment fell in spring.")
    assert ("Updated12", "Updated 12") in edits(SpellingSource(), parser, "Updated12 March by our staff.")
    assert ("theParliament", "the Parliament") in edits(SpellingSource(), parser, "It was read in theParliament today.")


def test_words_the_text_uses_twice_are_known(parser: Parser) -> None:
    assert edits(SpellingSource(), parser, "A blorptel is small. Every blorptel sleeps.") == set()
