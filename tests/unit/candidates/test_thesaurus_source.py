from __future__ import annotations

import pytest

from restore.candidates.base import Candidate, Context
from restore.candidates.thesaurus import ThesaurusSource, inflect
from restore.lexicon.wordnet import RELATIONS
from restore.records import Evidence
from restore.text.parsing import ParsedText, Sentence, Token

GUESSED = Evidence("encoder", "encoder", "reading both sides, it stood here", 0.5)


def context(*words: tuple[str, str, str, str]) -> Context:
    """Return the context of one sentence of (text, lemma, part of speech, tag)."""
    tokens, start = [], 0
    for index, (text, lemma, pos, tag) in enumerate(words):
        tokens.append(Token(index, start, start + len(text), text, lemma, pos, tag, "dep", index, "", 0))
        start += len(text) + 1
    sentence = Sentence(0, 0, start - 1, 0, len(tokens))
    return Context(ParsedText(" ".join(word[0] for word in words), tuple(tokens), (sentence,)))


def candidates(*words: tuple[str, str, str, str]) -> list[Candidate]:
    return list(ThesaurusSource().propose(context(*words)))


def confirmed(word: tuple[str, str, str, str], replacement: str) -> Candidate:
    """Return what the source makes of a guess of the encoder at a word."""
    guess = Candidate(0, len(word[0]), replacement, (GUESSED,), {"encoder.guess": -1.0})
    return ThesaurusSource().confirm(context(word), guess)


def test_what_two_words_are_to_each_other_is_evidence() -> None:
    bought = confirmed(("Purchased", "purchase", "VERB", "VBD"), "Bought")
    assert bought.features["thesaurus.synonym"] == 1.0
    assert bought.features["encoder.guess"] == -1.0
    assert 0.3 < bought.features["thesaurus.cosine"] <= 1.0
    assert bought.evidence[0] == GUESSED
    assert {"buy is a synonym of purchase", "Moby Thesaurus lists buy under purchase"} <= {
        e.quote for e in bought.evidence
    }
    assert all(e.kind == "thesaurus" and 0.0 <= e.score <= 1.0 for e in bought.evidence[1:])


def test_unrelated_words_get_no_evidence() -> None:
    found = confirmed(("Purchased", "purchase", "VERB", "VBD"), "Volcano")
    assert found.evidence == (GUESSED,)
    assert not found.features.keys() & {f"thesaurus.{relation}" for relation in RELATIONS}


@pytest.mark.parametrize(
    ("word", "replacement"),
    [
        (("the", "the", "DET", "DT"), "a"),
        (("huge", "huge", "ADJ", "JJ"), ""),
        (("huge", "huge", "ADJ", "JJ"), "Huge"),
    ],
)
def test_nothing_is_said_of_little_words_deletions_and_casing(
    word: tuple[str, str, str, str], replacement: str
) -> None:
    assert confirmed(word, replacement).evidence == (GUESSED,)


def test_other_forms_of_a_word_are_proposed() -> None:
    forms = [c for c in candidates(("making", "make", "VERB", "VBG")) if "thesaurus.inflection" in c.features]
    assert {"make", "made", "makes"} <= {c.replacement for c in forms}


def test_a_word_is_proposed_for_a_phrase_of_the_thesaurus() -> None:
    found = {c.replacement for c in candidates(("bank", "bank", "NOUN", "NN"), ("notes", "note", "NOUN", "NNS"))}
    assert "bills" in found


@pytest.mark.parametrize(
    "word", [("the", "the", "DET", "DT"), ("2019", "2019", "NUM", "CD"), ("is", "be", "AUX", "VBZ")]
)
def test_function_words_and_figures_are_left_alone(word: tuple[str, str, str, str]) -> None:
    assert candidates(word) == []


def test_every_candidate_has_evidence_and_bounded_features() -> None:
    found = candidates(("chosen", "choose", "VERB", "VBN"), ("decisions", "decision", "NOUN", "NNS"))
    assert {"chose", "decision", "decide"} <= {c.replacement for c in found}
    assert all(c.evidence and all(0.0 <= e.score <= 1.0 for e in c.evidence) for c in found)
    assert all(-10.0 <= value <= 10.0 for c in found for value in c.features.values())


@pytest.mark.parametrize(
    ("lemma", "pos", "tag", "form"),
    [
        ("buy", "v", "VBD", "bought"),
        ("set out", "v", "VBZ", "sets out"),
        ("car", "n", "NNS", "cars"),
        ("big", "a", "NNS", "big"),
    ],
)
def test_inflection(lemma: str, pos: str, tag: str, form: str) -> None:
    assert inflect(lemma, pos, tag) == (form,)  # type: ignore[arg-type]
