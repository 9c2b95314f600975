from __future__ import annotations

import pytest

from tests.helpers.texts import SENTENCES, damage


@pytest.fixture(scope="session", autouse=True)
def _models_loaded() -> None:
    """Load what the strategies use before Hypothesis watches the clock and the random module."""
    for seed in range(3):
        damage(" ".join(SENTENCES), seed, 0.3)
