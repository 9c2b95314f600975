from __future__ import annotations

import pytest

from restore.alignment.records import SentencePair
from restore.alignment.relations import alike, figure, relate
from restore.alignment.words import TokenLink, _groups, align_tokens, align_words, link_tokens
from restore.text.parsing import ParsedText
from tests.helpers.toy import parse


def links(ours: ParsedText, theirs: ParsedText) -> dict[str, tuple[str, str]]:
    found = align_tokens(ours.tokens, theirs.tokens)
    return {ours.tokens[i].text: (theirs.tokens[j].text, relation) for i, (j, relation, _) in found.items()}


def test_a_sentence_with_itself_gives_only_exact_links() -> None:
    one = parse("the harbour/NOUN of the town/NOUN of the north/NOUN .")
    found = align_tokens(one.tokens, one.tokens)
    assert found == {i: (i, "exact", 1.0) for i in range(len(one.tokens))}


def test_a_swapped_function_word_is_linked_by_position() -> None:
    ours = parse("Kari/PROPN Vik/PROPN left/VERB the harbour/NOUN come/VERB the north/NOUN .")
    theirs = parse("Kari/PROPN Vik/PROPN left/VERB the harbour/NOUN of the north/NOUN .")
    assert links(ours, theirs)["come"] == ("of", "position")


def test_synonyms_lemmas_casing_and_spellings() -> None:
    ours = parse("Dmitri/PROPN Olsen/PROPN purchased/VERB/purchase big/ADJ boats/NOUN/boat near oslo/NOUN")
    theirs = parse("Dmitry/PROPN Olsen/PROPN bought/VERB/buy big/ADJ boat/NOUN/boat near Oslo/PROPN")
    found = links(ours, theirs)
    assert found["Dmitri"] == ("Dmitry", "spelling")
    assert found["purchased"] == ("bought", "synonym")
    assert found["boats"] == ("boat", "lemma")
    assert found["oslo"] == ("Oslo", "case")


def test_figures_that_differ_are_never_linked() -> None:
    ours = parse("the ferry/NOUN carried/VERB 340/NUM people/NOUN to Oslo/PROPN")
    theirs = parse("the ferry/NOUN carried/VERB 217/NUM people/NOUN to Oslo/PROPN")
    assert "340" not in links(ours, theirs)


def test_links_may_cross() -> None:
    ours = parse("yesterday/NOUN the ferry/NOUN sank/VERB")
    theirs = parse("the ferry/NOUN sank/VERB yesterday/NOUN")
    found = links(ours, theirs)
    assert found["yesterday"][0] == "yesterday"
    assert found["ferry"][0] == "ferry"


def test_unrelated_sentences_stay_unlinked() -> None:
    assert not links(
        parse("Kari/PROPN Vik/PROPN sailed/VERB"), parse("inflation/NOUN slowed/VERB again/ADV in May/PROPN")
    )


def test_phrases_fill_the_gaps_between_linked_neighbours() -> None:
    ours = parse("the ferry/NOUN i m sorry/ADJ sank/VERB certainly/ADV near Oslo/PROPN harbour/NOUN")
    theirs = parse("the ferry/NOUN which sank/VERB near Oslo/PROPN harbour/NOUN")
    _, phrases = align_words(ours, theirs, [SentencePair(0, 0, 0.9)])
    found = {
        (
            " ".join(t.text for t in ours.tokens[p.start : p.end]),
            theirs.text[slice(*span(theirs, p.ref_start, p.ref_end))],
        )
        for p in phrases
    }
    assert ("i m sorry", "which") in found
    assert ("certainly", "") in found
    assert all(0 < p.score <= 1 for p in phrases)


def span(parsed: ParsedText, start: int, end: int) -> tuple[int, int]:
    return (parsed.tokens[start].start, parsed.tokens[end - 1].end) if end > start else (0, 0)


def test_indices_are_those_of_the_whole_texts() -> None:
    ours = parse("nobody/NOUN spoke/VERB .", "the ferry/NOUN sank/VERB quickly/ADV .")
    theirs = parse("it rained/VERB .", "then .", "the ferry/NOUN sank/VERB slowly/ADV .")
    found, _ = align_words(ours, theirs, [SentencePair(1, 2, 0.8)])
    pairs = {(ours.tokens[link.spun].text, theirs.tokens[link.reference].text) for link in found}
    assert ("ferry", "ferry") in pairs
    assert all(0 < link.score <= 1 for link in found)


def test_spellings_and_figures() -> None:
    assert alike("medvedev", "medvedyev")
    assert not alike("obama", "osama")
    assert not alike("may", "mai")
    one, two, word = parse("2/NUM two/NUM boat/NOUN").tokens
    assert figure(one) == figure(two) == "2"
    assert figure(word) == ""
    assert relate(one, two) is not None
    assert relate(one, word) is None


def test_words_that_correspond_as_a_group_are_one_phrase() -> None:
    links = [TokenLink(i, j, "position", 0.5, 0.8) for i in (1, 2) for j in (3, 4, 5)]
    links.append(TokenLink(0, 0, "exact", 1.0, 1.0))
    [(block, score)] = _groups(links)
    assert block == (1, 3, 3, 6)
    assert score == pytest.approx(0.8)


def test_groups_with_words_of_others_between_are_no_phrase() -> None:
    assert not list(_groups([TokenLink(0, j, "position", 0.5, 0.8) for j in (1, 3)]))


def test_links_are_many_to_many_and_the_dict_keeps_the_likeliest() -> None:
    ours = parse("the ministry/NOUN gave/VERB/give up/ADP the plan/NOUN on Friday/PROPN")
    theirs = parse("the ministry/NOUN relinquished/VERB/relinquish the plan/NOUN on Friday/PROPN")
    pairs = {(link.ours, link.theirs) for link in link_tokens(ours.tokens, theirs.tokens)}
    assert {(2, 2), (3, 2)} <= pairs
    assert [j for j, _, _ in align_tokens(ours.tokens, theirs.tokens).values()].count(2) == 1
    _, phrases = align_words(ours, theirs, [SentencePair(0, 0, 1.0)])
    assert any((p.start, p.end, p.ref_start, p.ref_end) == (2, 4, 2, 3) for p in phrases)


def test_links_to_or_from_nothing() -> None:
    one = parse("the ferry/NOUN sank/VERB")
    assert link_tokens((), one.tokens) == ()
    assert link_tokens(one.tokens, ()) == ()


def test_a_sentence_may_be_one_word() -> None:
    assert align_tokens(parse("No").tokens, parse("the ferry/NOUN sank/VERB").tokens) == {}
    assert align_tokens(parse("Ferry/PROPN").tokens, parse("the ferry/NOUN sank/VERB").tokens).keys() <= {0}


def test_very_long_sentences_are_cut() -> None:
    long = parse(" ".join(f"word{n}/NOUN" for n in range(400)))
    other = parse(" ".join(f"word{n}/NOUN" for n in range(399)))
    found, _ = align_words(long, other, [SentencePair(0, 0, 1.0)])
    assert {link.spun for link in found} == set(range(150))
