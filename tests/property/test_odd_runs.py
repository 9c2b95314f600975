"""Runs of touching symbols cost time in proportion to their length, whatever they are made of."""

from __future__ import annotations

import time

import pytest

from restore.config import Config
from restore.restorer import Restorer

RUNS = (
    "!",
    "?!",
    "a-",
    "\N{SLIGHTLY SMILING FACE}",
    "\N{COMBINING ACUTE ACCENT}",
    "$",
    "'",
    "1,",
    "(a",
    "@a",
    "a@.",
    "\N{ZERO WIDTH SPACE}",
    "x",
)
SHORT = 1_500
MOST = 3.0
"""Times as much for twice the length: 2 is linear, 4 quadratic."""


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    found = Restorer(Config(second_opinion="never"))
    found.restore("The chairman Obama told newsmen on Monday.")
    return found


def seconds(restorer: Restorer, text: str) -> float:
    """Return the processor time of the faster of two runs."""
    found = []
    for _ in range(2):
        began = time.process_time()
        restorer.restore(text)
        found.append(time.process_time() - began)
        text += " "  # what was read before is remembered
    return min(found)


@pytest.mark.parametrize("piece", RUNS, ids=[f"U+{ord(piece[0]):04X}{piece[1:]}" for piece in RUNS])
def test_twice_as_long_a_run_takes_about_twice_as_long(restorer: Restorer, piece: str) -> None:
    once, twice = (f"Nooo{piece * (times * SHORT // len(piece))}" for times in (1, 2))
    assert seconds(restorer, twice) < MOST * seconds(restorer, once) + 0.05
