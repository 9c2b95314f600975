"""The laws of the engine, for any text, with the judge that needs no extra."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterable
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import NAMES, SENTENCES, any_text, clean_english, damage, damaged_english, odd_texts

from restore.config import Config
from restore.errors import InputError
from restore.parsing import Parser
from restore.records import Correction, Document, Reference, Restoration, apply, check_plan
from restore.restorer import Restorer

pytestmark = pytest.mark.property
CONFIG = Config(language_model="bigram")
# A low threshold makes the engine do far more than users see, so that the laws are tried in earnest.
EAGER = CONFIG.replace(min_confidence=0.5)
FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")
WITNESSES = frozenset({"reference", "document"})


def law(examples: int) -> settings:
    """Settings of one law: the same examples each time, no deadline (models load at the first)."""
    return settings(max_examples=examples, derandomize=True, deadline=None)


@cache
def _restorer(config: Config) -> Restorer:
    return Restorer(config)


@cache
def _restore(text: str, config: Config = EAGER, reference: str | None = None) -> Restoration:
    references = () if reference is None else (Reference("the reference", reference),)
    return _restorer(config).restore(text, references)


@cache
def _parser() -> Parser:
    return Parser()


def _unwitnessed(corrections: Iterable[Correction]) -> list[Correction]:
    return [c for c in corrections if not any(evidence.kind in WITNESSES for evidence in c.evidence)]


@given(any_text())
@law(70)
def test_corrections_name_what_they_replace_sorted_and_disjoint(text: str) -> None:
    found = _restore(text)
    assert found.text == text
    check_plan(text, found.corrections)
    for correction in found.corrections:
        assert text[correction.start : correction.end] == correction.original
        assert correction.original != correction.replacement
        assert 0.0 <= correction.confidence <= 1.0
        assert correction.evidence
        assert correction.explanation
    assert apply(text, []) == text


@given(any_text())
@law(70)
def test_what_is_not_corrected_stays_character_for_character(text: str) -> None:
    found = _restore(text)
    rest, place = found.restored, 0
    for correction in found.applied:
        untouched = text[place : correction.start]
        assert rest.startswith(untouched + correction.replacement)
        rest = rest[len(untouched) + len(correction.replacement) :]
        place = correction.end
    assert rest == text[place:]


@given(any_text())
@law(50)
def test_a_restored_text_is_left_alone(text: str) -> None:
    assert _restore(_restore(text).restored).applied == ()


@given(clean_english(), st.integers(0, 5000))
@law(20)
def test_a_restored_text_is_left_alone_with_a_reference_too(reference: str, seed: int) -> None:
    once = _restore(damage(reference, seed, 0.3), reference=reference)
    assert _restore(once.restored, reference=reference).applied == ()


@given(st.one_of(damaged_english(), clean_english(), odd_texts()))
@law(40)
def test_a_text_that_is_its_own_reference_gets_no_correction(text: str) -> None:
    assert _restore(text, reference=text).applied == ()


@given(any_text())
@law(60)
def test_figures_stay(text: str) -> None:
    for correction in _unwitnessed(_restore(text).applied):
        assert FIGURE.findall(correction.original) == FIGURE.findall(correction.replacement)


@given(damaged_english())
@law(60)
def test_figures_of_damaged_english_stay(text: str) -> None:
    found = _restore(text)
    if len(_unwitnessed(found.applied)) == len(found.applied):
        assert Counter(FIGURE.findall(found.restored)) == Counter(FIGURE.findall(text))


@given(damaged_english())
@law(60)
def test_names_stay(text: str) -> None:
    found = _restore(text)
    if len(_unwitnessed(found.applied)) < len(found.applied):
        return
    for name in NAMES:
        assert found.restored.casefold().count(name.casefold()) >= text.count(name), name


@given(any_text())
@law(60)
def test_what_is_read_as_a_name_or_figure_stays(text: str) -> None:
    found = _restore(text)
    if len(found.applied) > 0:
        parsed = _parser().parse(text)
        for correction in _unwitnessed(found.applied):
            said = correction.replacement.casefold()
            for token in parsed.tokens_between(correction.start, correction.end):
                if token.is_name or token.is_figure:
                    assert token.text.casefold() in said


@given(any_text())
@law(40)
def test_quotation_marks_and_line_ends_stay(text: str) -> None:
    restored = _restore(text).restored
    for mark in '"“”«»\r\n\u2028':
        assert restored.count(mark) == text.count(mark)


@given(any_text())
@law(40)
def test_a_restoration_survives_json(text: str) -> None:
    found = _restore(text)
    read = Restoration.from_json(found.to_json())
    assert read == found
    assert apply(text, read.applied) == found.restored


@given(damaged_english() | any_text(), st.sampled_from([1, 2, 17]))
@law(30)
def test_the_batch_size_changes_nothing(text: str, side_by_side: int) -> None:
    assert _restore(text, EAGER.replace(side_by_side=side_by_side)) == _restore(text)


@given(st.lists(damaged_english() | odd_texts(), min_size=2, max_size=4), st.randoms(use_true_random=False))
@law(12)
def test_the_order_of_documents_changes_nothing(texts: list[str], rng: object) -> None:
    shuffled = list(texts)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    restorer = _restorer(EAGER)
    together = dict(zip(shuffled, restorer.pipe([Document(text) for text in shuffled]), strict=True))
    assert together == {text: Restorer(EAGER).restore(text) for text in texts[:1]} | {
        text: restorer.restore(text) for text in texts[1:]
    }


@given(damaged_english(), odd_texts())
@law(25)
def test_an_odd_reference_does_no_harm(text: str, reference: str) -> None:
    found = _restore(text, reference=reference)
    check_plan(text, found.corrections)
    assert [report.id for report in found.references] == ["the reference"]


@given(any_text())
@law(30)
def test_the_verdict_points_into_the_text(text: str) -> None:
    verdict = _restorer(CONFIG).check(text)
    assert 0.0 <= verdict.probability <= 1.0
    assert 0.0 <= verdict.damaged_share <= 1.0
    for finding in verdict.findings:
        assert text[finding.start : finding.end] == finding.text


@given(st.text(" \t\r\n\u00a0\u2003", max_size=10))
@law(20)
def test_a_blank_text_is_refused_with_a_message(text: str) -> None:
    with pytest.raises(InputError, match="empty"):
        _restorer(CONFIG).restore(text)


@pytest.mark.parametrize(
    "text",
    [
        " ".join(damage(sentence, seed, 0.3) for seed in range(6) for sentence in SENTENCES),
        "the " * 6000,
        "a" * 30_000,
        "\0" * 3000 + "x",
        "the!?" * 4000,
        "\n".join("It was a fine day." for _ in range(800)),
    ],
    ids=["one long line", "one word", "one token", "NUL", "no spaces", "many lines"],
)
def test_time_is_bounded(text: str) -> None:
    began = time.perf_counter()
    found = _restorer(CONFIG).restore(text)
    assert time.perf_counter() - began < 60
    check_plan(text, found.corrections)


def test_a_text_beyond_the_limit_is_refused() -> None:
    with pytest.raises(InputError, match="limit"):
        _restorer(CONFIG).restore("word " * (CONFIG.max_characters // 5 + 1))
