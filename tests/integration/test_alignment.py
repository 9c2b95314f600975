"""The aligners on real sentences: judged pairs of sentences, words that annotators linked, and many to many links."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from benchmarks import sentence_alignment
from restore.alignment.words import link_tokens
from restore.gold.markup import parse_markup
from restore.text.parsing import Parser
from training.alignment import words as build

pytestmark = pytest.mark.integration
ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"


@cache
def parser() -> Parser:
    return Parser()


def linked(ours: str, theirs: str) -> set[tuple[str, str]]:
    one, other = parser().parse(ours).tokens, parser().parse(theirs).tokens
    return {(one[k.ours].text, other[k.theirs].text) for k in link_tokens(one, other)}


def test_sentences_of_spun_texts_and_references_are_found() -> None:
    found = sentence_alignment.measure(ROOT / "data" / "gold")
    assert found["spun"]["f1"] > 0.97
    assert found["reference"]["precision"] > 0.75
    assert found["reference"]["recall"] > 0.55


@pytest.mark.skipif(not (DATA / "edinburgh_plusplus").is_dir(), reason="the shared data is not beside this checkout")
def test_the_shipped_networks_know_the_pairs_they_were_fitted_on() -> None:
    examples = build.read_examples(DATA / "edinburgh_plusplus", parser())[:60]
    right = given = wanted = 0
    for example in examples:
        links = {(k.ours, k.theirs) for k in link_tokens(example.ours.tokens, example.theirs.tokens)}
        right, given, wanted = right + len(links & example.sure), given + len(links), wanted + len(example.sure)
    assert 2 * right / (given + wanted) > 0.88


def test_links_follow_words_to_what_a_spinner_made_of_them() -> None:
    spun = parse_markup("The council {decided=>voted} {certainly =>}to {shut down=>close} {=>the }old harbour .")
    original = build.parse_words(parser(), spun.original.split())
    words, origins = build._origins(spun, original)
    assert " ".join(words) == "The council decided certainly to shut down old harbour ."
    assert [sorted(found) for found in origins] == [[0], [1], [2], [], [3], [4], [4], [6], [7], [8]]


def test_damage_leaves_every_word_an_origin_or_none() -> None:
    parsed = parser().parse("The council voted to close the old harbour on Friday .")
    same = frozenset((n, n) for n in range(len(parsed.tokens)))
    spun = [
        build.damaged(build.Example(str(n), parsed, parsed, same), parser(), build.load_channel()) for n in range(9)
    ]
    assert any([t.text for t in each.ours.tokens] != [t.text for t in parsed.tokens] for each in spun)
    for each in spun:
        assert each.spun
        kept = {(each.ours.tokens[i].text, parsed.tokens[j].text) for i, j in each.sure}
        assert ("Friday", "Friday") in kept
        assert all(0 <= i < len(each.ours.tokens) and 0 <= j < len(parsed.tokens) for i, j in each.sure)


def test_a_turned_example_has_its_links_turned() -> None:
    one, other = (build.parse_words(parser(), text.split()) for text in ("He left .", "Then he left ."))
    found = build.turned(build.Example("x", one, other, frozenset({(0, 1), (1, 2)})))
    assert found.sure == {(1, 0), (2, 1)}
    assert found.ours is other


def test_phrases_and_word_order() -> None:
    active = "The committee turned down the plan of the two ministers on Monday."
    passive = "On Monday the plan of the two ministers was rejected by the committee."
    found = linked(active, passive)
    assert {("committee", "committee"), ("plan", "plan"), ("Monday", "Monday"), ("turned", "rejected")} <= found


def test_spun_words_are_linked_to_what_they_stand_for() -> None:
    spun = "The chairman said the the government would not permit the ships come leave the port."
    clean = "The president said that the government would not allow the ships to leave the harbour."
    found = linked(spun, clean)
    assert {("chairman", "president"), ("permit", "allow"), ("come", "to"), ("port", "harbour")} <= found


def test_figures_that_differ_are_not_linked() -> None:
    found = linked("The storm killed 14 people in March.", "The storm killed 17 people in April.")
    assert ("14", "17") not in found
    assert ("March", "April") not in found
    assert ("people", "people") in found
