"""The columns of a word, on hand-made tokens: no spaCy pipeline is needed."""

from __future__ import annotations

import numpy as np
import pytest

from restore.channel.model import ChannelRow, SpinnerChannel
from restore.detection.lexical import word_facts
from restore.detection.word_features import FEATURES, WordFeatures, describe, inflect
from restore.text.parsing import ParsedText, Sentence, Token

ROWS = [
    ChannelRow("feline", "cat", 9, 3, (("A", 9),), True),
    ChannelRow("is that the", "is the", 5, 4, (("T", 5),), True),
]
CHANNEL = SpinnerChannel(ROWS, {"feline": (9, 0)}, {})


def parsed(words: str) -> ParsedText:
    """Make a text of `word/POS/TAG` tokens, one sentence."""
    tokens, text = [], ""
    for index, piece in enumerate(words.split()):
        word, pos, tag = piece.split("/")
        start = len(text)
        text += word + " "
        tokens.append(Token(index, start, start + len(word), word, word.lower(), pos, tag, "dep", index, "", 0))
    return ParsedText(text.strip(), tuple(tokens), (Sentence(0, 0, len(text.strip()), 0, len(tokens)),))


def column(features: WordFeatures, name: str) -> list[float]:
    return [float(v) for v in features.matrix[:, FEATURES.index(name)]]


def test_a_row_for_every_word_and_none_for_marks() -> None:
    features = describe(parsed("The/DET/DT cat/NOUN/NN ,/PUNCT/, 3/NUM/CD days/NOUN/NNS"), CHANNEL)
    assert [t.text for t in features.tokens] == ["The", "cat", "days"]
    assert features.matrix.shape == (3, len(FEATURES))
    assert np.isfinite(features.matrix).all()


def test_nothing_gives_no_rows() -> None:
    assert describe(ParsedText("", (), ()), CHANNEL).matrix.shape == (0, len(FEATURES))


def test_words_and_phrases_of_the_channel_are_suspicious() -> None:
    features = describe(parsed("The/DET/DT feline/NOUN/NN sat/VERB/VBD"), CHANNEL)
    suspicion = column(features, "suspicion")
    assert suspicion[1] > 0.8 > suspicion[0]
    assert features.originals[1] == "cat"
    phrase = describe(parsed("It/PRON/PRP is/AUX/VBZ that/DET/DT the/DET/DT end/NOUN/NN"), CHANNEL)
    assert column(phrase, "phrase_words")[1:4] == [3.0, 3.0, 3.0]


def test_form_counts_at_its_words_and_a_mark_at_the_next_one() -> None:
    features = describe(parsed("In/ADP/IN the/DET/DT the/DET/DT ~/SYM/SYM garden/NOUN/NN"), CHANNEL)
    assert [value > 0 for value in column(features, "doubled")] == [False, True, True, True]


def test_articles_follow_the_next_sound() -> None:
    features = describe(parsed("a/DET/DT apple/NOUN/NN an/DET/DT pear/NOUN/NN a/DET/DT one/NUM/CD"), CHANNEL)
    assert column(features, "article") == [1.0, 0.0, 1.0, 0.0, 0.0, 0.0]


def test_a_pair_that_english_has_beats_one_that_it_has_not() -> None:
    usual = describe(parsed("prime/ADJ/JJ minister/NOUN/NN"), CHANNEL)
    unusual = describe(parsed("prime/ADJ/JJ pastor/NOUN/NN"), CHANNEL)
    assert column(usual, "pair_before")[1] > column(unusual, "pair_before")[1]


def test_word_facts_of_an_unknown_word() -> None:
    facts = word_facts(CHANNEL, "zzxqy", "zzxqy", "NOUN")
    assert (facts.log_count, facts.suspicion, facts.pages, facts.alternatives) == (0.0, 0.0, 0, ())


@pytest.mark.parametrize(
    ("lemma", "tag", "form"), [("cat", "NNS", "cats"), ("go", "VBD", "went"), ("the", "DT", "the")]
)
def test_inflect(lemma: str, tag: str, form: str) -> None:
    assert inflect(lemma, tag) == form
