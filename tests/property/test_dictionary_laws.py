"""The laws of user dictionaries, for any text: what is kept never changes, what is preferred is done once."""

from __future__ import annotations

import re
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore.config import Config, DictionarySettings
from restore.errors import ConfigError
from restore.records import Covered, Restoration, apply, check_plan
from restore.restorer import Restorer
from restore.user_dictionary.dictionary import ROUNDS, Dictionary, replaced
from tests.helpers.texts import SENTENCES, any_text, clean_english, damage, damaged_english

pytestmark = pytest.mark.property
SOURCES = ("reference", "document", "spinner", "names", "spelling", "duplicates")
EAGER = Config(min_confidence=0.3, sources=SOURCES)
WORDS = sorted({word for sentence in SENTENCES for word in re.findall(r"[A-Za-z]+", sentence)})
PATTERNS = (r"\b\w*ing\b", r"(?<=the )\w+", r"\w+(?= of)", r"^\w+", r"\d+[.,]?\d*", r"(?i)a\w*\s\w+")
SHARED = Restorer(EAGER)
"""Its models serve all restorers here."""


def law(examples: int) -> settings:
    return settings(max_examples=examples, derandomize=True, deadline=None)


@cache
def restorer(dictionary: DictionarySettings) -> Restorer:
    made = Restorer(EAGER.replace(dictionary=dictionary))
    ours, theirs = made._engine, SHARED._engine
    for part in ("parser", "channel", "encoder_ranker", "adviser"):
        vars(ours)[part] = getattr(theirs, part)
    if not dictionary.prefer_words:
        vars(ours)["sources"] = theirs.sources
    return made


def stays(found: Restoration, dictionary: Dictionary) -> None:
    """No correction, finding or proposal lies in a kept range, and each is still one in the outcome."""
    text = found.text
    check_plan(text, found.corrections)
    kept = Covered(dictionary.kept_spans(text))
    assert not any(kept.touches(c.start, c.end) for c in (*found.corrections, *found.verdict.findings))
    still = Covered(dictionary.kept_spans(found.restored))
    for span in dictionary.kept_spans(text):
        shift = sum(len(c.replacement) - len(c.original) for c in found.applied if c.end <= span.start)
        start, end = span.start + shift, span.end + shift
        assert found.restored[start:end] == text[span.start : span.end]
        assert still.holds(start, end)


keeps = st.builds(
    lambda words, patterns: DictionarySettings(keep=tuple(words), keep_patterns=tuple(patterns)),
    st.lists(st.sampled_from(WORDS), max_size=6, unique=True),
    st.lists(st.sampled_from(PATTERNS), max_size=2, unique=True),
)


@given(st.one_of(damaged_english(), damaged_english(), any_text()), keeps, st.data())
@law(30)
def test_nothing_in_a_kept_range_ever_changes(text: str, entries: DictionarySettings, data: st.DataObject) -> None:
    own = data.draw(st.lists(st.sampled_from(re.findall(r"[^\W_]+", text) or ["x"]), max_size=4, unique=True))
    engine = restorer(DictionarySettings(keep=(*entries.keep, *own), keep_patterns=entries.keep_patterns))
    found = engine.restore(text)
    stays(found, engine.dictionary)
    assert engine.restore(found.restored).applied == ()


@given(clean_english(), st.integers(0, 5000), keeps)
@law(10)
def test_a_reference_does_not_change_what_is_kept(reference: str, seed: int, entries: DictionarySettings) -> None:
    engine = restorer(entries)
    found = engine.restore(damage(reference, seed, 0.3), [reference])
    stays(found, engine.dictionary)
    assert engine.restore(found.restored, [reference]).applied == ()


def preference() -> st.SearchStrategy[str]:
    words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(" ".join)
    return st.builds("{} -> {}".format, words, words)


@cache
def valid(entries: tuple[str, ...], patterns: tuple[str, ...] = ()) -> Dictionary | None:
    try:
        return Dictionary(DictionarySettings(prefer=entries, prefer_patterns=patterns))
    except ConfigError:
        return None


@given(any_text(), st.lists(preference(), min_size=1, max_size=5))
@law(200)
def test_preferences_come_to_an_end(text: str, entries: list[str]) -> None:
    dictionary = valid(tuple(entries))
    if dictionary is None:
        return
    for _ in range(2 * ROUNDS):
        preferences = dictionary.preferred(text)
        if not preferences:
            return
        text = replaced(text, preferences)
    raise AssertionError(f"{entries} never end: {text!r}")


@given(damaged_english(), st.lists(preference(), min_size=1, max_size=3))
@law(20)
def test_preferring_twice_changes_nothing(text: str, entries: list[str]) -> None:
    if valid(tuple(entries)) is None:
        return
    engine = restorer(DictionarySettings(prefer=tuple(entries)))
    found = engine.restore(text)
    check_plan(text, found.corrections)
    assert found.restored == apply(text, found.applied)
    assert engine.dictionary.preferred(found.restored) == []
    assert engine.restore(found.restored).applied == ()


@given(
    damaged_english(), st.sampled_from([r"(\w+)ed\b -> \1ing", r"(\d)(\d) -> \2\1", r"the (\w+) -> a \1 the", r" +"])
)
@law(12)
def test_patterns_that_chase_themselves_do_no_harm(text: str, entry: str) -> None:
    engine = restorer(DictionarySettings(prefer_patterns=(entry if "->" in entry else entry + " ->  ",)))
    found = engine.restore(text)
    check_plan(text, found.corrections)
    assert engine.restore(found.restored).applied == ()
