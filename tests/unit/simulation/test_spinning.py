from __future__ import annotations

from collections import Counter

import pytest

from restore.config import Config
from restore.errors import ConfigError
from restore.simulation.spinning import Spinner, derived_seed, drawn_rate


def test_derived_seeds_depend_on_text_and_seed_and_fit_in_json() -> None:
    seeds = {derived_seed(seed, text) for seed in range(20) for text in ("a", "b", "\ud800")}
    assert len(seeds) == 60
    assert all(0 <= seed < 2**53 for seed in seeds)
    assert derived_seed(1, "a") == derived_seed(1, "a")


def test_drawn_rates_fill_the_range() -> None:
    rates = [drawn_rate(0.1, 0.2, seed) for seed in range(100)]
    assert 0.1 <= min(rates) < 0.12
    assert 0.18 < max(rates) <= 0.2
    assert drawn_rate(0.15, 0.15, 3) == 0.15


def test_families_are_drawn_as_asked() -> None:
    spinner = Spinner(Config(), ["G", "B", "G"])
    drawn = Counter(spinner.spin("The mayor spoke about the plan.", seed, 0.2).family for seed in range(60))
    assert set(drawn) == {"G", "B"}
    assert 15 < drawn["G"] < 45
    with pytest.raises(ConfigError, match="'Z'"):
        Spinner(Config(), ["Z"])
    usual = Spinner(Config()).mix
    assert len(usual) > 3
    assert Spinner(Config(), usual).mix.keys() == usual.keys()  # each of them may be asked for


def test_a_row_repeats_itself() -> None:
    spinner = Spinner(Config())
    row = spinner.row("x", "The police blocked the road near the station.", 5, 0.25)
    assert spinner.row("x", row.original, row.seed, row.rate) == row
    assert Spinner(Config(), [row.family]).row("x", row.original, row.seed, row.rate) == row
