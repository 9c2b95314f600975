"""A reference never keeps a damaged name from being mended: with one the text gets at least what it gets alone."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from restore.channel.model import load_channel, normalise
from restore.config import Config
from restore.lexicon.gazetteer import ListedName, load_names
from restore.records import Correction, Reference
from restore.restorer import Restorer

SENTENCES = (
    "Officials of {} met in Geneva on 3 March.",
    "The minister said on Monday that {} would answer the letter.",
    "Reporters asked {} about the budget.",
)


def damaged_names() -> list[tuple[str, str]]:
    """Return listed names of which a word was replaced as spinners replace it, and the names."""
    channel = load_channel()
    found = []
    for name in sorted(load_names()._names.values(), key=lambda n: n.form):
        words = name.form.split()
        if len(words) < 2 or name.kind == "person":
            continue
        for n, word in enumerate(words):
            rows = [row for row in channel.damages(normalise(word)) if row.spun.isalpha() and row.spun != word.lower()]
            if rows and word[0].isupper() and len(word) > 3:
                found.append((" ".join([*words[:n], rows[0].spun.capitalize(), *words[n + 1 :]]), name.form))
    return found


NAMES = damaged_names()


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return Restorer(Config(second_opinion="never"))


def name_changes(restorer: Restorer, text: str, references: list[Reference]) -> set[tuple[str, str]]:
    def key(c: Correction) -> tuple[str, str]:
        return c.original, c.replacement

    return {key(c) for c in restorer.restore(text, references).corrections if c.confidence >= restorer.config.threshold}


def test_there_are_names_enough() -> None:
    assert len(NAMES) > 100
    assert isinstance(load_names().nation("france"), ListedName)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pair=st.sampled_from(NAMES), sentence=st.sampled_from(SENTENCES))
def test_what_a_damaged_name_gets_alone_it_gets_beside_its_true_form(
    restorer: Restorer, pair: tuple[str, str], sentence: str
) -> None:
    spun, true = (sentence.format(f"the {name}") for name in pair)
    alone = name_changes(restorer, spun, [])
    beside = name_changes(restorer, spun, [Reference("report", true)])
    assert alone <= beside or restorer.restore(spun, [Reference("report", true)]).text == true
