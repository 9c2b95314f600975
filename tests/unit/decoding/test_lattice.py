"""Lattices: what the judge reads, edge by edge."""

from __future__ import annotations

from restore.candidates.base import Candidate
from restore.decoding.lattice import Lattice, ScoredCandidate, build
from restore.parsing import ParsedText, Sentence, Token


def parsed(text: str, words: list[str]) -> ParsedText:
    tokens, at = [], 0
    for word in words:
        at = text.index(word, at)
        tokens.append(Token(len(tokens), at, at + len(word), word, word.lower(), "X", "", "", 0, "", 0))
        at += len(word)
    return ParsedText(text, tuple(tokens), (Sentence(0, tokens[0].start, tokens[-1].end, 0, len(tokens)),))


def scored(text: str, old: str, new: str, cost: float = -1.0) -> ScoredCandidate:
    start = text.index(old)
    return ScoredCandidate(Candidate(start, start + len(old), new, ()), cost)


def one(text: str, words: list[str], *items: ScoredCandidate, context: str = "", compact: bool = False) -> Lattice:
    given = parsed(text, words)
    (lattice,) = build(given, given.sentences[0], items, context, compact)
    return lattice


def kept(lattice: Lattice) -> str:
    return "".join(edges[0].text for edges in lattice.edges)


def test_keeping_reads_the_sentence_with_single_spaces() -> None:
    text = "He  didn't\u00a0go, then."
    lattice = one(text, ["He", "did", "n't", "go", ",", "then", "."])
    assert [edges[0].text for edges in lattice.edges] == ["He", " didn't", " go", ",", " then", "."]


def test_a_context_in_the_same_line_puts_a_space_before_the_first_word() -> None:
    assert kept(one("He went.", ["He", "went", "."], context="It rained.")) == " He went."
    assert kept(one("He went.", ["He", "went", "."], context="Rain\n")) == "He went."


def test_a_candidate_inside_a_unit_takes_the_rest_of_the_unit_along() -> None:
    text = "He didn't go"
    lattice = one(text, ["He", "did", "n't", "go"], scored(text, "did", "does"))
    assert lattice.edges[1][1].text == " doesn't"


def test_phrases_and_deletions() -> None:
    text = "the i m sorry is the the case"
    words = text.split()
    lattice = one(text, words, scored(text, "i m sorry", "which"), scored(text, "the", ""))
    phrase = lattice.edges[1][1]
    assert (phrase.start, phrase.end, phrase.text) == (1, 4, " which")
    deletion = lattice.edges[0][1]
    assert (deletion.end, deletion.text, deletion.cost) == (1, "", -1.0)


def test_compact_joins_what_needs_no_decision() -> None:
    text = "one two three four five six seven"
    lattice = one(text, text.split(), scored(text, "three four", "x"), compact=True)
    assert [edges[0].text for edges in lattice.edges] == ["one two", " three four", " five six seven"]
    assert lattice.size == 3
    assert [e.text for e in lattice.edges[1]] == [" three four", " x"]
    assert (lattice.edges[1][1].start, lattice.edges[1][1].end) == (1, 2)


def test_an_endless_sentence_becomes_several_lattices() -> None:
    text = " ".join(f"word{n}" for n in range(2000))
    given = parsed(text, text.split())
    lattices = list(build(given, given.sentences[0], [], "", False))
    assert len(lattices) > 5
    assert "".join(kept(lattice) for lattice in lattices).split() == text.split()


def test_a_candidate_across_two_lattices_is_left_out() -> None:
    text = " ".join(f"word{n}" for n in range(2000))
    given = parsed(text, text.split())
    whole = ScoredCandidate(Candidate(0, len(text), "x", ()), 0.0)
    assert not any(lattice.is_open for lattice in build(given, given.sentences[0], [whole], ""))
