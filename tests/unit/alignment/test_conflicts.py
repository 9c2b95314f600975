from __future__ import annotations

import pytest

from restore.alignment.align import align
from restore.alignment.conflicts import differing_denials, find_conflicts
from restore.alignment.figures import figure_groups
from restore.records import Conflict
from restore.text.parsing import Parser

PARSER = Parser()
TEXT = "The council of Ardmore approved 14 new houses on Tuesday. Mayor Ruth Keane did not sign the contract."


def _conflicts(text: str, reference: str) -> tuple[Conflict, ...]:
    ours, theirs = PARSER.parse(text), PARSER.parse(reference)
    return find_conflicts(ours, [align(ours, theirs, "wire", 0.9)])


@pytest.mark.parametrize(
    ("change", "kind", "original", "quote"),
    [
        (("14", "40"), "number", "14", "40"),
        (("Tuesday", "Friday"), "date", "Tuesday", "Friday"),
        (("Ruth", "Deborah"), "name", "Ruth", "Deborah"),
        (("did not sign", "signed"), "polarity", "not sign", "signed"),
    ],
)
def test_disagreements_are_named_with_their_place(
    change: tuple[str, str], kind: str, original: str, quote: str
) -> None:
    reference = TEXT.replace(*change)
    (found,) = _conflicts(TEXT, reference)
    assert (found.kind, found.original, found.quote, found.source) == (kind, original, quote, "wire")
    assert TEXT[found.start : found.end] == original
    assert reference[found.quote_start : found.quote_end] == quote


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        (
            "The rate in the town rose to 5.9 percent in May.",
            "The rate in the town rose to 9.5 percent in May.",
            "number",
        ),
        ("The result of the vote was 61% against.", "The result of the vote was 38% against.", "number"),
        ("About 39 percent of farmers sold land.", "About 61 percent of farmers sold land.", "number"),
        ("The envoy of Iran left the talks early.", "The envoy of Iraq left the talks early.", "name"),
        ("A ship of Slovenia was stopped at sea.", "A ship of Slovakia was stopped at sea.", "name"),
        ("The leader of North Korea sent a letter.", "The leader of South Korea sent a letter.", "name"),
    ],
)
def test_shares_and_look_alike_places_are_facts(one: str, other: str, kind: str) -> None:
    assert [found.kind for found in _conflicts(one, other)] == [kind]
    assert not _conflicts(one, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dmitri Ardov signed the letter.", "Dmitry Ardov signed the letter."),
        ("The envoy of Iran left the talks.", "The Iranian envoy left the talks."),
        ("Rent takes 40 percent of wages.", "Rent takes 40 per cent of wages."),
        ("The leader of North Korea sent a letter.", "The leader of North Korea sent South Korea a letter."),
    ],
)
def test_other_spellings_and_peoples_are_none(one: str, other: str) -> None:
    assert not _conflicts(one, other)


def test_the_same_in_other_words_is_no_conflict() -> None:
    assert not _conflicts(TEXT, TEXT)
    assert not _conflicts(TEXT, TEXT.replace("14", "fourteen"))
    assert not _conflicts(TEXT, TEXT.replace("Ruth Keane", "Ruth Kean"))
    assert not _conflicts(TEXT, "A storm is expected. The islands closed 3 schools on Monday.")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The union refused to accept the offer.", "The union did not accept the offer."),
        (
            "The court rejected the appeal and the sentence stands.",
            "The court did not accept the appeal, so the sentence stands.",
        ),
        ("The bank is unable to pay its depositors.", "The bank cannot pay its depositors."),
        ("It was unclear whether the pilot was drunk.", "It was not clear whether the pilot was drunk."),
        ("The mayor not only signed the letter but sent it.", "The mayor signed the letter and sent it."),
        ("The bill will not pass unless they vote for it.", "The bill will pass only if they vote for it."),
        ("The company did not comment until Tuesday.", "The company commented on Tuesday."),
        ("He did not believe the war would end.", "He believed the war would not end."),
        ("The workers left without a contract.", "The workers left, and they had no contract."),
        ("Did the minister know of the payments?", "The minister did not know of the payments."),
        ("The rebels cant control the airport.", "The rebels can not control the airport."),
    ],
)
def test_the_same_denied_in_other_words_is_no_conflict_of_polarity(one: str, other: str) -> None:
    assert not _conflicts(one, other)
    assert not _conflicts(other, one)


def test_titles_and_short_scales_are_no_conflicts() -> None:
    assert not _conflicts("Mrs. Clinton won Ohio on Tuesday.", "Hillary Clinton won in Ohio Tuesday night.")
    assert not _conflicts("Hillary Clinton won in Ohio Tuesday night.", "Mrs. Clinton won Ohio on Tuesday.")
    assert not _conflicts("Profits fell 20 percent to £4m.", "Profits fell 20 percent to 4 million pounds.")
    assert not _conflicts("Lewis won the 100m final.", "Lewis won the final over 100 metres.")
    parsed = PARSER.parse("Profits fell to £4m.")
    (group,) = figure_groups(parsed, parsed.sentences[0])
    assert [(f.kind, f.value) for f in group.figures] == [("number", 4e6)]


def test_a_word_that_denies_by_itself_may_be_denied() -> None:
    (found,) = _conflicts("The contractor missed the deadline.", "The contractor did not miss the deadline.")
    assert (found.kind, found.original, found.quote) == ("polarity", "missed", "not miss")


def test_where_denials_differ_in_their_words_the_place_is_kept_all_the_same() -> None:
    text = "The court rejected the appeal and the sentence stands."
    reference = "The court did not accept the appeal, so the sentence stands."
    ours, theirs = PARSER.parse(text), PARSER.parse(reference)
    (span,) = differing_denials(ours, [align(ours, theirs, "wire", 0.9)])
    assert text[span.start : span.end] == "rejected"
