from __future__ import annotations

from random import Random

import pytest

from restore.channel.model import ChannelRow, SpinnerChannel
from restore.simulation.damage import damage, sites
from restore.simulation.damage_sources import blind_relatives, homographs, inflect, relatives, row_draw
from restore.simulation.damage_styles import style_of
from restore.simulation.damage_text import TextView
from restore.simulation.kinds import digits_of, number_word
from restore.text.parsing import Parser


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser()


def _found(parser: Parser, text: str, kind: str, family: str = "A", draws: int = 30) -> set[tuple[str, str]]:
    view = TextView(parser.parse(text), SpinnerChannel([], {}, {}), family, style_of(family))
    hits = (damage(view, kind, site, Random(n)) for site in sites(view, kind, 1.0) for n in range(draws))
    return {(text[hit.start : hit.end], hit.spun) for hit in hits if hit}


def test_finite_verbs_become_infinitives_and_back(parser: Parser) -> None:
    found = _found(parser, "The mayor was tired, but he walked home and wants to help the police.", "infinitive")
    assert {("was", "to be"), ("walked", "walk"), ("walked", "to walk"), ("to help", "helped")} <= found
    assert any(old == "walked" and "walk" not in new for old, new in found)


def test_homographs_ignore_the_part_of_speech(parser: Parser) -> None:
    assert {"space", "room"} & {
        word for _, word in _found(parser, "He built a place for them.", "homograph", draws=300)
    }
    assert homographs("by").words


def test_contractions_open_and_close(parser: Parser) -> None:
    text = "I don't think it is right. They can't go, and she won't. They are late."
    found = _found(parser, text, "contraction", "B")
    assert {("don't", "do not"), ("it is", "it's"), ("can't", "cannot"), ("won't", "will not")} <= found
    assert ("They are", "They're") in found
    assert ("I'm", "i m") in _found(parser, "He said I'm sorry.", "contraction", "A")


def test_pronouns_change_their_gender(parser: Parser) -> None:
    found = _found(parser, "Her lawyer told him that she was free.", "pronoun", "RT")
    assert {("Her", "His"), ("him", "her"), ("she", "he")} <= found
    assert ("she", "he or she") in _found(parser, "The lawyer said she was free.", "pronoun", "B")


def test_numbers_become_words_and_words_figures(parser: Parser) -> None:
    text = "Police held 41 people and two dogs on March 3, 2014, for $12 or 15%, at 8:30, all 1200 of them."
    assert _found(parser, text, "number", "H") == {("41", "forty-one"), ("two", "2")}
    assert [number_word(n) for n in (0, 12, 20, 99)] == ["zero", "twelve", "twenty", "ninety-nine"]
    assert [digits_of(word) for word in ("two", "ninety", "hundred")] == [2, 90, None]


def test_phrases_for_words_and_words_for_phrases(parser: Parser) -> None:
    found = _found(parser, "They quickly investigated why he gave up his bigger plans.", "phrase", draws=200)
    assert any(old == "gave up" and " " not in new for old, new in found)
    assert ("quickly", "in a quick way") in found
    assert ("bigger", "more big") in found
    assert any(old == "investigated" and "investigation" in new for old, new in found)


def test_particles_come_and_go(parser: Parser) -> None:
    found = _found(parser, "The firm carried out the plan and paid the workers.", "particle", "H")
    assert ("carried out", "carried") in found
    assert any(old == "paid" and new.startswith("paid ") for old, new in found)


def test_modifiers_stand_before_nouns_or_behind_them(parser: Parser) -> None:
    found = _found(parser, "The doctor looked at his heart.", "modifier", "B", draws=200)
    assert any(old == "heart" and new.endswith(" heart") for old, new in found)


def test_order_turns(parser: Parser) -> None:
    found = _found(parser, "Workers and farmers quickly left the minister's office.", "order", "RT")
    assert ("Workers and farmers", "Farmers and workers") in found
    assert ("quickly left", "left quickly") in found
    assert any(new == "office of the minister" for _, new in found)


def test_capitals_are_lost(parser: Parser) -> None:
    found = _found(parser, "In Ghent I met the FBI.", "casing")
    assert {("Ghent", "ghent"), ("I", "i"), ("FBI", "fbi"), ("In", "in")} <= found


def test_counts_of_all_kinds_of_round_trips_are_one_family() -> None:
    row = ChannelRow("storm", "tempest", 4, 2, (("RT-es", 3), ("G", 1)), True)
    channel = SpinnerChannel([row], {}, {})
    assert row_draw(channel, "RT", "tempest").sums[0] == pytest.approx(3.05)
    assert row_draw(channel, "B", "tempest").sums[0] == pytest.approx(0.2)


def test_sources_know_words() -> None:
    assert "picture" in relatives("image", "n").words
    assert "exposure" in blind_relatives("picture").words
    assert inflect("give up", "VBD") == "gave up"
    assert homographs("qwertyx").draw(Random(1)) is None
