from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from restore.channel.model import ChannelRow, SpinnerChannel, load_channel, normalise
from restore.gold.markup import parse_markup
from restore.simulation.simulator import FAMILIES, kind_shares, spin
from restore.text.parsing import ParsedText, Parser

TEXT = (
    "The mayor of Ghent promised to open two new schools before the end of the year. Critics say that the plan, which"
    ' was drawn up in haste, will cost more than $4.2 million. "We are ready to talk with everyone," Anna Peeters told'
    " reporters on March 3, 2014.\r\n\r\nMr. De Smet, a former judge, found the proposal weak and asked for a vote in"
    " the House of Commons. The crowd waited outside until the doors of the old theatre closed 😀. Nobody had expected"
    " such a large number of people, and the police had to block a road near the station. See https://example.org/plan"
    " for details.\n"
)


@pytest.fixture(scope="module")
def parsed() -> ParsedText:
    return Parser().parse(TEXT)


def _row(spun: str, original: str, family: str = "A") -> ChannelRow:
    return ChannelRow(spun, original, 50, 9, ((family, 50),), True)


def _channel(rows: Sequence[ChannelRow]) -> SpinnerChannel:
    return SpinnerChannel(rows, {}, {})


def test_same_seed_same_damage_and_other_seed_other_damage(parsed: ParsedText) -> None:
    channel = load_channel()
    first = spin(parsed, channel, 7, 0.2)
    assert spin(parsed, channel, 7, 0.2) == first
    assert spin(parsed, channel, 8, 0.2) != first


@pytest.mark.parametrize("family", sorted(FAMILIES))
@pytest.mark.parametrize("rate", [0.05, 0.3])
def test_every_edit_can_be_undone_and_changes_something(parsed: ParsedText, family: str, rate: float) -> None:
    channel = load_channel()
    for seed in range(6):
        text = spin(parsed, channel, seed, rate, {family: 1.0})
        assert text.original == TEXT
        assert all(edit.spun != edit.gold[0] for edit in text.edits)
        assert all(text.text[edit.start : edit.end] == edit.spun for edit in text.edits)
        read = parse_markup(text.to_markup())
        assert (read.text, read.original) == (text.text, TEXT)


@pytest.mark.parametrize("rate", [0.0, 0.05, 0.15, 0.3])
def test_rate_is_met(parsed: ParsedText, rate: float) -> None:
    channel = load_channel()
    words = sum(token.is_word for token in parsed.tokens)
    damaged = [
        max(1, len(edit.gold[0].split()))
        for seed in range(40)
        for edit in spin(parsed, channel, seed, rate).edits
        if edit.kind != "article"
    ]
    assert sum(damaged) / (40 * words) == pytest.approx(rate, abs=0.012)


def test_kinds_come_near_their_shares(parsed: ParsedText) -> None:
    channel = load_channel()
    counts = Counter(e.kind for seed in range(120) for e in spin(parsed, channel, seed, 0.1, {"A": 1.0}).edits)
    total = counts.total()
    for kind, share in kind_shares("A").items():
        assert counts[kind] / total == pytest.approx(share, abs=0.04), kind
    assert sum(kind_shares("A").values()) == pytest.approx(1.0)
    assert sum(kind_shares("G").values()) == pytest.approx(1.0)


def test_figures_quotation_marks_and_links_survive(parsed: ParsedText) -> None:
    channel = load_channel()
    for seed in range(40):
        spun = spin(parsed, channel, seed, 0.3).text
        for part in ("$4.2", "3, 2014", "https://example.org/plan", "\r\n\r\n", "😀"):
            assert part in spun
        assert spun.count('"') == TEXT.count('"')


def test_rows_decide_and_case_follows(parsed: ParsedText) -> None:
    channel = _channel([_row("crush", "crowd"), _row("pundits", "critics"), _row("prior to", "before")])
    found = {(e.spun, e.gold[0]) for seed in range(60) for e in spin(parsed, channel, seed, 0.3, {"A": 1.0}).edits}
    assert ("crush", "crowd") in found
    assert ("Pundits", "Critics") in found
    assert ("prior to", "before") in found


def test_a_row_of_another_family_is_rare(parsed: ParsedText) -> None:
    channel = _channel([_row("from", "of", "A"), _row("toward", "of", "G")])
    spun = Counter(
        e.spun for seed in range(60) for e in spin(parsed, channel, seed, 0.2, {"A": 1.0}).edits if e.gold[0] == "of"
    )
    assert spun["from"] > 5 * spun["toward"]


def test_half_of_the_synonyms_are_in_no_row(parsed: ParsedText) -> None:
    channel = load_channel()
    rows = {(row.spun, row.original) for row in channel.rows}

    def seen(unseen: float) -> float:
        edits = [e for seed in range(80) for e in spin(parsed, channel, seed, 0.15, unseen=unseen).edits]
        known = [(normalise(e.spun), normalise(e.gold[0])) in rows for e in edits if e.kind == "synonym"]
        return sum(known) / len(known)

    assert seen(0.5) == pytest.approx(0.5, abs=0.06)
    assert seen(1.0) == 0.0
    assert seen(0.0) > 0.95


def test_quotations_are_often_left_alone_by_family_b(parsed: ParsedText) -> None:
    channel, start = load_channel(), TEXT.index('"')
    end = TEXT.index('"', start + 1)
    clean = 0
    for seed in range(40):
        spun = spin(parsed, channel, seed, 0.15, {"B": 1.0}).text  # at higher rates the narration runs out
        clean += TEXT[start : end + 1] in spun
    assert 15 < clean < 38


def test_a_family_without_habits_takes_the_usual_ones(parsed: ParsedText) -> None:
    assert spin(parsed, _channel([_row("crush", "crowd", "mine")]), 3, 0.2, {"mine": 1.0}).edits
    assert sum(kind_shares("mine").values()) == pytest.approx(1.0)


def test_texts_with_little_to_damage() -> None:
    parser, channel = Parser(), load_channel()
    for text in ("", " \n", "...", "42", "{a} | b => c", "the the the"):
        spun = spin(parser.parse(text), channel, 1, 0.3)
        assert spun.original == text


def test_bad_arguments_are_refused(parsed: ParsedText) -> None:
    with pytest.raises(ValueError, match="rate"):
        spin(parsed, load_channel(), 1, 1.5)
    with pytest.raises(ValueError, match="unseen"):
        spin(parsed, load_channel(), 1, 0.1, unseen=-0.1)
    with pytest.raises(ValueError, match="family"):
        spin(parsed, load_channel(), 1, 0.1, {"A": 0.0})
