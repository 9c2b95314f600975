"""The engine with the shipped encoder: real weights, real articles."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from restore.config import Config
from restore.encoder.reading import Asked, read
from restore.evaluation.scores import score
from restore.gold.markup import parse_markup
from restore.records import Reference
from restore.restorer import Restorer
from restore.text.parsing import Parser

pytestmark = pytest.mark.integration
GOLD = Path(__file__).parents[2] / "data" / "gold"


@cache
def restorer() -> Restorer:
    return Restorer(Config(preset="balanced"))


def text(event: str, name: str) -> str:
    return (GOLD / event / name).read_text("utf-8")


def test_a_spun_article_gets_better_and_then_stays_as_it_is() -> None:
    marked, reference = (
        parse_markup(text("apollo_13", "spun.markup")),
        Reference("r", text("apollo_13", "reference.txt")),
    )
    found = restorer().restore(marked.text, [reference])
    scores = score(marked, found.restored)
    assert scores.removed is not None
    assert scores.removed > 0.2
    assert scores.good > 3 * scores.bad  # 32 and 8 on a processor without VNNI, which rounds otherwise
    assert not restorer().restore(found.restored, [reference]).applied
    assert all(c.evidence for c in found.corrections)


def test_a_clean_article_that_is_its_own_reference_stays() -> None:
    clean = text("apollo_13", "reference.txt")
    assert restorer().restore(clean, [Reference("itself", clean)]).restored == clean


def test_the_encoder_reads_a_sentence_the_same_whatever_was_read_before() -> None:
    parser = Parser()
    sentence = parser.parse("The chairman Obama spoke to help Donald trumped win.")
    alone = read(sentence).damaged
    read(parser.parse(text("apollo_13", "spun.txt")))
    assert np.array_equal(alone, read(sentence).damaged)


def test_no_string_is_likelier_than_its_first_piece_and_keeping_pieces_changes_nothing() -> None:
    parsed = Parser().parse("The chairman Obama gave a discourse in Berlin on the freedom of the press.")
    asked = [
        Asked(n, words) for n in (1, 5) for words in ("president", "speech", "vice president", "counterrevolution", "")
    ]
    reading, fresh = read(parsed), read(parsed)
    reading.guesses(range(len(parsed.tokens)))
    bounds, chances = reading.first_chances(asked), reading.log_chances(asked)
    assert (chances <= bounds + 1e-5).all()
    assert np.allclose(chances, fresh.log_chances(asked), atol=1e-4)


def test_the_words_that_speak_for_a_guess_are_near_it() -> None:
    parsed = Parser().parse("The chairman Obama told reporters at the White House that he would veto it.")
    reading = read(parsed)
    for index in reading.speakers(Asked(1, "president")):
        assert index != 1
        assert parsed.tokens[index].is_word


def test_what_the_encoder_suspects_is_what_looks_wrong() -> None:
    parsed = Parser().parse("In 2008 chairman Obama gave a speech in Berlin, and the president of France came, too.")
    odds = read(parsed).damaged
    first = int(np.argmax(odds))
    assert parsed.tokens[first].text == "chairman"


def test_a_rule_of_the_user_leaves_the_guesses_out() -> None:
    config = Config(min_confidence=0.1).replace(dictionary={"keep_rules": ["encoder"]})
    found = Restorer(config).restore(text("apollo_13", "spun.txt"))
    assert not any(e.kind == "encoder" for c in found.corrections for e in c.evidence)


def test_the_encoder_moves_the_verdict_on_a_sentence() -> None:
    spun = "In 2008 chairman Obama gave a discourse come the people, and i m sorry we space going to achieve it."
    clean = "In 2008 President Obama gave a speech to the people, and the president of France came, too."
    damaged, sound = restorer().check(spun), restorer().check(clean)
    assert damaged.probability > 0.5 > sound.probability
