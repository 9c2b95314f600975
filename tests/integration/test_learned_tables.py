"""A table learned from a user's own pairs makes the engine repair what the shipped channel does not know."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from restore import Config, Restorer
from restore.channel.model import load_channel
from restore.learning.learn import learn

pytestmark = pytest.mark.integration

# An invented spinner that writes plants for people; no thesaurus knows it.
SWAPS = {"minister": "rhubarb", "parliament": "parsnip", "election": "turnip"}
SENTENCES = (
    "The minister said on Tuesday that the election would be held in May.",
    "The parliament voted for the law after the minister had spoken.",
    "Nobody in the parliament asked the minister about the election.",
    "The minister lost the election and left the parliament.",
)
CLEAN = "The minister told the parliament on Monday that the election would go ahead."
SPUN = "The rhubarb told the parsnip on Monday that the turnip would go ahead."


def spoil(sentence: str) -> str:
    for original, spun in SWAPS.items():
        sentence = sentence.replace(original, spun)
    return sentence


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("learn")
    pairs = folder / "pairs.jsonl"
    pairs.write_text("".join(json.dumps({"spun": spoil(s), "original": s}) + "\n" for s in SENTENCES * 2))
    learn(str(pairs), folder / "kitchen.tsv")
    return folder / "kitchen.tsv"


@pytest.fixture(scope="module")
def taught(table: Path) -> Restorer:
    return Restorer(Config(channels=(str(table),)))


def test_the_shipped_channel_does_not_know_this_spinner() -> None:
    for original, spun in SWAPS.items():
        assert original not in [row.original for row in load_channel().originals(spun)]


def test_a_learned_table_repairs_what_nothing_else_knows(taught: Restorer) -> None:
    untaught = Restorer(Config()).restore(SPUN)
    assert not {c.replacement for c in untaught.corrections} & set(SWAPS)
    found = taught.restore(SPUN)
    proposed = {(c.original, c.replacement) for c in found.corrections}
    assert {(spun, original) for original, spun in SWAPS.items()} <= proposed
    assert any("kitchen" in e.quote for c in found.corrections for e in c.evidence)


def test_a_learned_table_changes_verdict_and_fingerprint_not_clean_text(taught: Restorer) -> None:
    plain = Restorer(Config())
    assert taught.check(SPUN).probability > plain.check(SPUN).probability
    assert taught.fingerprint != plain.fingerprint
    assert taught.restore(CLEAN).restored == CLEAN
