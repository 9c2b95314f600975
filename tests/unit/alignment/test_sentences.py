from __future__ import annotations

from restore.alignment.sentences import align_sentences
from tests.helpers.toy import parse

FERRY = "the ferry/NOUN Nordkapp/PROPN sank/VERB near Bergen/PROPN with 340/NUM passengers/NOUN ."
MAYOR = "mayor/NOUN Kari/PROPN Vik/PROPN thanked/VERB the fishermen/NOUN ."
RAIN = "it had/AUX/have rained/VERB/rain for days/NOUN ."


def pairs(ours: list[str], theirs: list[str]) -> set[tuple[int, int]]:
    return {(p.spun, p.reference) for p in align_sentences(parse(*ours), parse(*theirs))}


def test_order_does_not_matter() -> None:
    assert pairs([FERRY, MAYOR], [MAYOR, RAIN, FERRY]) == {(0, 2), (1, 0)}


def test_damage_and_a_variant_of_a_name_do_not_hide_a_sentence() -> None:
    spun = "mayor/NOUN Kari/PROPN Wik/PROPN gave/VERB thanks/NOUN come the fishermen/NOUN ."
    assert (0, 1) in pairs([spun], [FERRY, MAYOR])


def test_sentences_that_share_only_common_words_are_not_paired() -> None:
    assert not pairs([RAIN], ["it had/AUX/have been/AUX/be for the days/NOUN ."])
    assert not pairs([FERRY], [MAYOR])


def test_a_long_sentence_may_have_two_partners() -> None:
    long = FERRY.rstrip(" .") + " and " + MAYOR
    assert pairs([long], [FERRY, RAIN, MAYOR]) == {(0, 0), (0, 2)}


def test_a_verbatim_sentence_is_paired_with_its_copies_alone() -> None:
    other = FERRY.replace("near", "off")
    assert pairs([FERRY], [FERRY, other]) == {(0, 0)}


def test_scores_and_order() -> None:
    found = align_sentences(parse(FERRY, MAYOR), parse(MAYOR, FERRY, FERRY))
    assert [p.spun for p in found] == sorted(p.spun for p in found)
    assert all(0 < p.score <= 1 for p in found)


def test_empty_texts() -> None:
    empty = parse()
    assert align_sentences(empty, parse(FERRY)) == ()
    assert align_sentences(parse(FERRY), empty) == ()


def test_thousands_of_like_sentences_take_bounded_time() -> None:
    many = [f"the ferry/NOUN sank/VERB again/ADV {n}/NUM" for n in range(1500)]
    assert len(align_sentences(parse(*many), parse(*many))) <= 4 * len(many)
