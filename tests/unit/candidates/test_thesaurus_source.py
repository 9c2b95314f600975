from __future__ import annotations

import pytest

from restore.candidates.base import Candidate, Context
from restore.candidates.thesaurus import ThesaurusSource, inflect
from restore.parsing import ParsedText, Sentence, Token


def candidates(*words: tuple[str, str, str, str]) -> list[Candidate]:
    """Propose for one sentence of (text, lemma, part of speech, tag)."""
    tokens, start = [], 0
    for index, (text, lemma, pos, tag) in enumerate(words):
        tokens.append(Token(index, start, start + len(text), text, lemma, pos, tag, "dep", index, "", 0))
        start += len(text) + 1
    sentence = Sentence(0, 0, start - 1, 0, len(tokens))
    text = " ".join(word[0] for word in words)
    return list(ThesaurusSource().propose(Context(ParsedText(text, tuple(tokens), (sentence,)))))


def test_originals_come_in_the_form_of_the_word() -> None:
    found = {c.replacement: c for c in candidates(("Purchased", "purchase", "VERB", "VBD"))}
    bought = found["Bought"]
    assert bought.features["lexicon.listed"] == 1.0
    assert -8.0 <= bought.features["lexicon.log_probability"] <= 0.0
    assert bought.features["thesaurus.synonym"] == 1.0
    assert {"WordNet 3.0", "Moby Thesaurus", "word vectors (GloVe)"} <= {e.source for e in bought.evidence}
    assert any(e.quote == "Moby Thesaurus lists buy under purchase" for e in bought.evidence)


def test_other_forms_say_nothing_about_the_lexicon() -> None:
    forms = [c for c in candidates(("making", "make", "VERB", "VBG")) if "thesaurus.inflection" in c.features]
    assert {"make", "made", "makes"} <= {c.replacement for c in forms}
    assert not any("lexicon.listed" in c.features for c in forms)


@pytest.mark.parametrize(
    "word", [("the", "the", "DET", "DT"), ("2019", "2019", "NUM", "CD"), ("is", "be", "AUX", "VBZ")]
)
def test_function_words_and_figures_are_left_alone(word: tuple[str, str, str, str]) -> None:
    assert candidates(word) == []


def test_every_candidate_has_evidence_and_bounded_features() -> None:
    found = candidates(("huge", "huge", "ADJ", "JJ"), ("automobiles", "automobile", "NOUN", "NNS"))
    assert "cars" in {c.replacement for c in found}
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
