from __future__ import annotations

import pytest

from restore.channel.model import ChannelRow, SpinnerChannel, load_channel
from restore.simulation.kinds import counted_shares, is_function, pair_kind
from restore.simulation.simulator import kind_shares

USUAL = {"synonym": 0.8, "function": 0.1, "deletion": 0.05, "casing": 0.05}


@pytest.mark.parametrize(
    ("spun", "original", "kind"),
    [
        ("storm", "storm", "same"),
        ("tempest", "storm", "synonym"),
        ("majority rules system", "democracy", "synonym"),
        ("from", "of", "function"),
        ("in addition to", "and", "function"),
        ("space", "are", "function"),
        ("the", "", "filler"),
        ("", "the", "deletion"),
        ("2", "two", "number"),
        ("walks", "walked", "morphology"),
    ],
)
def test_kinds_by_the_two_sides(spun: str, original: str, kind: str) -> None:
    assert pair_kind(spun, original) == kind


def test_words_of_closed_classes() -> None:
    assert [w for w in ("the", "of", "is", "storm", "quickly", "and") if is_function(w)] == ["the", "of", "is", "and"]


def test_shares_follow_the_rows_and_lean_on_the_usual_ones() -> None:
    rows = [
        ChannelRow("", "the", 300, 9, (("S", 300),), True),
        ChannelRow("tempest", "storm", 100, 9, (("S", 100),), True),
        ChannelRow("from", "of", 900, 9, (("A", 900),), True),
    ]
    shares = counted_shares(SpinnerChannel(rows, {}, {}), "S", USUAL)
    assert sum(shares.values()) == pytest.approx(1.0)
    assert shares["casing"] == 0.05
    assert shares["deletion"] == pytest.approx(0.95 * (300 + 100 * 0.05 / 0.95) / 500)
    assert shares["function"] == pytest.approx(0.95 * (100 * 0.1 / 0.95) / 500)
    assert counted_shares(SpinnerChannel([], {}, {}), "S", USUAL) == pytest.approx(USUAL)


def test_shares_of_the_shipped_families_add_up() -> None:
    channel = load_channel()
    for family in ("A", "B", "G", "S", "T", "TP"):
        assert sum(kind_shares(family, channel).values()) == pytest.approx(sum(kind_shares(family).values()))
    assert kind_shares("S", channel)["deletion"] > 2 * kind_shares("G", channel)["deletion"]
