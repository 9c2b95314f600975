"""The causal model where the ranker is unsure: its place in the engine, with and without its weights."""

from __future__ import annotations

from pathlib import Path

import pytest

from restore.config import Config
from restore.engine.fingerprints import on_this_machine
from restore.errors import ConfigError, ModelNotFoundError
from restore.language_model.weights import weights_fingerprint
from restore.restorer import Restorer

pytestmark = pytest.mark.integration

TEXT = (
    "The chairman Obama told newsmen at the White House on Monday that the bank notes was to be signed into"
    " legislation. He included that the legislature had been requested to choose up the measure until the end of the"
    " week, and that numerous of the representatives had concurred to it."
)


@pytest.fixture
def no_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESTORE_CACHE", str(tmp_path))


@pytest.mark.usefixtures("no_weights")
def test_without_its_weights_auto_does_what_never_does() -> None:
    auto, never = (Restorer(Config(second_opinion=how)) for how in ("auto", "never"))
    assert auto.restore(TEXT) == never.restore(TEXT)
    assert auto.fingerprint == never.fingerprint


@pytest.mark.usefixtures("no_weights")
def test_always_needs_the_weights_and_names_the_remedy() -> None:
    with pytest.raises(ModelNotFoundError, match="restore models pull"):
        Restorer(Config(second_opinion="always")).restore(TEXT)


@pytest.mark.usefixtures("no_weights")
def test_what_auto_comes_to_is_settled_for_other_machines() -> None:
    assert on_this_machine(Config()).second_opinion == "never"
    assert on_this_machine(Config(second_opinion="always")).second_opinion == "always"


def test_a_setting_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match="second_opinion"):
        Config().replace(second_opinion="sometimes")


@pytest.fixture
def weights() -> None:
    if not weights_fingerprint():
        pytest.skip("the causal model is not there: restore models pull")


@pytest.mark.neural
@pytest.mark.usefixtures("weights")
def test_with_the_weights_auto_asks_and_the_fingerprint_says_so() -> None:
    asking, alone = Restorer(Config(second_opinion="always")), Restorer(Config(second_opinion="never"))
    assert on_this_machine(Config()).second_opinion == "always"
    assert asking.fingerprint == Restorer(Config()).fingerprint != alone.fingerprint
    confidences = [
        {(c.start, c.replacement): c.confidence for c in r.restore(TEXT).corrections} for r in (asking, alone)
    ]
    assert confidences[0] != confidences[1]


@pytest.mark.neural
@pytest.mark.usefixtures("weights")
def test_the_number_of_threads_changes_nothing() -> None:
    one, two = (Restorer(Config(second_opinion="always", threads=n)).restore(TEXT) for n in (1, 2))
    assert one == two


@pytest.mark.neural
@pytest.mark.usefixtures("weights")
def test_restoring_what_was_restored_changes_nothing() -> None:
    restorer = Restorer(Config(second_opinion="always", preset="thorough"))
    once = restorer.restore(TEXT)
    assert restorer.restore(once.restored).restored == once.restored
