from __future__ import annotations

import math

import pytest

from restore.channel.model import ChannelRow, SpinnerChannel, load_channel

ROWS = (
    ChannelRow("feline", "cat", 6, 3, (("A", 6),), True),
    ChannelRow("kitty", "cat", 2, 1, (("G", 2),), False),
    ChannelRow("feline", "tomcat", 1, 1, (("A", 1),), True),
    ChannelRow("in the house of", "at", 1, 1, (("A", 1),), True),
    ChannelRow("indeed", "", 3, 2, (("A", 3),), True),
)


@pytest.fixture
def channel() -> SpinnerChannel:
    return SpinnerChannel(ROWS, {"feline": (8, 1), "indeed": (4, 1)}, {"cat": (20, 0.6)})


def test_rows_are_found_from_both_sides_heaviest_first(channel: SpinnerChannel) -> None:
    assert [row.original for row in channel.originals("feline")] == ["cat", "tomcat"]
    assert [row.spun for row in channel.damages("cat")] == ["feline", "kitty"]
    assert channel.originals("dog") == ()
    assert channel.longest == 4


def test_what_was_never_seen_has_counts_of_nothing(channel: SpinnerChannel) -> None:
    assert channel.seen("dog") == (0, 0)
    assert channel.kept("dog")[0] == 0
    assert 0 < channel.kept("dog")[1] <= 1


def test_forward_mass_stays_within_one(channel: SpinnerChannel) -> None:
    mass = sum(math.exp(channel.log_forward(spun, "cat")) for spun in ("cat", "feline", "kitty"))
    assert 0.8 < mass < 1.0


def test_inverse_mass_stays_within_one(channel: SpinnerChannel) -> None:
    mass = sum(math.exp(channel.log_inverse("feline", original)) for original in ("feline", "cat", "tomcat"))
    assert 0.7 < mass < 1.0


def test_more_often_seen_is_likelier_and_unseen_is_possible(channel: SpinnerChannel) -> None:
    assert (
        channel.log_forward("feline", "cat") > channel.log_forward("kitty", "cat") > channel.log_forward("sofa", "cat")
    )
    assert channel.log_inverse("feline", "cat") > channel.log_inverse("feline", "tomcat")
    assert math.isfinite(channel.log_forward("sofa", "table"))
    assert math.isfinite(channel.log_inverse("indeed", ""))


def test_inflections_of_a_known_pair_are_likelier_than_strangers(channel: SpinnerChannel) -> None:
    assert channel.log_forward("felines", "cats") > channel.log_forward("sofas", "cats")


def test_hidden_rows_leave_no_trace_in_rows_and_counts(channel: SpinnerChannel) -> None:
    shown = channel.without(lambda row: row.spun == "feline")
    assert shown.originals("feline") == ()
    assert shown.seen("feline") == (1, 1)
    assert shown.kept("cat")[0] == 14
    assert shown.kept("cat")[1] > channel.kept("cat")[1]
    assert len(channel.rows) == len(ROWS)


def test_shipped_channel_is_well_formed() -> None:
    channel = load_channel()
    assert len(channel.rows) > 5_000
    for row in channel.rows:
        assert row.spun != row.original
        assert row.spun == row.spun.lower() == " ".join(row.spun.split())
        assert row.count == sum(count for _, count in row.families) > 0
    assert channel.log_forward("room", "are") > channel.log_forward("room", "houses")


@pytest.fixture
def families() -> SpinnerChannel:
    rows = (
        ChannelRow("zone", "area", 10, 5, (("A", 10),), True),
        ChannelRow("zone", "district", 10, 5, (("G", 10),), True),
        ChannelRow("expanse", "area", 10, 5, (("G", 10),), True),
    )
    return SpinnerChannel(rows, {"zone": (40, 20)}, {}, seen_in={"zone": {"A": 12, "G": 28}})


def test_a_mix_of_families_weighs_the_rows(families: SpinnerChannel) -> None:
    in_a, in_g = {"A": 0.9, "G": 0.1}, {"A": 0.1, "G": 0.9}
    assert families.log_inverse("zone", "area", in_a) > families.log_inverse("zone", "area")
    assert families.log_inverse("zone", "area") > families.log_inverse("zone", "area", in_g)
    assert families.log_forward("zone", "area", in_a) > families.log_forward("zone", "area", in_g)
    assert families.identity("zone", in_a) < families.identity("zone", in_g)


def test_the_usual_mix_gives_the_estimate_over_all_families(families: SpinnerChannel) -> None:
    usual = families.family_shares
    assert families.log_forward("zone", "area", usual) == pytest.approx(families.log_forward("zone", "area"))


def test_a_family_never_seen_leans_on_the_others(families: SpinnerChannel) -> None:
    assert math.isfinite(families.log_inverse("zone", "area", {"X": 1.0}))
    assert families.log_inverse("zone", "area", {"X": 1.0}) > families.log_inverse("zone", "sofa", {"X": 1.0})


@pytest.mark.parametrize("mix", [{"A": 1.0}, {"A": 0.5, "G": 0.5}, {"X": 1.0}])
def test_mass_stays_within_one_for_every_mix(families: SpinnerChannel, mix: dict[str, float]) -> None:
    mass = sum(math.exp(families.log_inverse("zone", original, mix)) for original in ("zone", "area", "district"))
    assert 0.5 < mass < 1.0
