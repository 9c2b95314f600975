"""The laws of the engine, for any text."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterable
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore.config import Config
from restore.errors import InputError
from restore.records import Correction, Document, Reference, Restoration, apply, check_plan
from restore.restorer import Restorer
from restore.text.parsing import Parser
from tests.helpers.texts import NAMES, SENTENCES, any_text, clean_english, damage, damaged_english, odd_texts

pytestmark = pytest.mark.property
CONFIG = Config()
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


def names_what_it_replaces(found: Restoration) -> None:
    """`text[c.start:c.end] == c.original`, sorted and disjoint, with evidence and an explanation."""
    check_plan(found.text, found.corrections)
    for correction in found.corrections:
        assert found.text[correction.start : correction.end] == correction.original
        assert correction.original != correction.replacement
        assert 0.0 <= correction.confidence <= 1.0
        assert correction.evidence
        assert correction.explanation


def leaves_the_rest_alone(found: Restoration) -> None:
    """Whatever is not corrected is character for character the input."""
    assert apply(found.text, []) == found.text
    rest, place = found.restored, 0
    for correction in found.applied:
        untouched = found.text[place : correction.start]
        assert rest.startswith(untouched + correction.replacement)
        rest = rest[len(untouched) + len(correction.replacement) :]
        place = correction.end
    assert rest == found.text[place:]


def keeps_marks_and_line_ends(found: Restoration) -> None:
    """Quotation marks and line ends are never touched."""
    for mark in '"“”«»\r\n\u2028':
        assert found.restored.count(mark) == found.text.count(mark)


def keeps_figures(found: Restoration) -> None:
    """A figure changes only with a reference or the text itself as a witness."""
    unwitnessed = _unwitnessed(found.applied)
    for correction in unwitnessed:
        assert FIGURE.findall(correction.original) == FIGURE.findall(correction.replacement)
    if len(unwitnessed) == len(found.applied):
        assert Counter(FIGURE.findall(found.restored)) == Counter(FIGURE.findall(found.text))


def keeps_names(found: Restoration) -> None:
    """A name changes only with a witness, casing excepted."""
    unwitnessed = _unwitnessed(found.applied)
    if unwitnessed:
        parsed = _parser().parse(found.text)
    for correction in unwitnessed:
        said = correction.replacement.casefold()
        for token in parsed.tokens_between(correction.start, correction.end):
            assert not (token.is_name or token.is_figure) or token.text.casefold() in said
    if len(unwitnessed) == len(found.applied):
        for name in NAMES:
            assert found.restored.casefold().count(name.casefold()) >= found.text.count(name), name


def survives_json(found: Restoration) -> None:
    """A plan read back is the same plan and does the same."""
    read = Restoration.from_json(found.to_json())
    assert read == found
    assert apply(found.text, read.applied) == found.restored


LAWS = (
    names_what_it_replaces,
    leaves_the_rest_alone,
    keeps_marks_and_line_ends,
    keeps_figures,
    keeps_names,
    survives_json,
)


@given(any_text())
@law(60)
def test_every_outcome_is_lawful(text: str) -> None:
    found = _restore(text)
    assert found.text == text
    for holds in LAWS:
        holds(found)


@given(clean_english(), st.integers(0, 5000), st.booleans())
@law(30)
def test_every_outcome_is_lawful_with_a_reference(reference: str, seed: int, other: bool) -> None:
    text = damage(reference, seed, 0.3)
    found = _restore(text, reference=reference.replace("1", "7").replace("Marta", "Maria") if other else reference)
    for holds in LAWS:
        holds(found)


@given(any_text())
@law(40)
def test_a_restored_text_is_left_alone(text: str) -> None:
    assert _restore(_restore(text).restored).applied == ()


@given(clean_english(), st.integers(0, 5000))
@law(12)
def test_a_restored_text_is_left_alone_with_a_reference_too(reference: str, seed: int) -> None:
    once = _restore(damage(reference, seed, 0.3), reference=reference)
    assert _restore(once.restored, reference=reference).applied == ()


@given(st.one_of(damaged_english(), clean_english(), odd_texts()))
@law(25)
def test_a_text_that_is_its_own_reference_gets_no_correction(text: str) -> None:
    assert _restore(text, reference=text).applied == ()


@given(st.lists(damaged_english() | odd_texts(), min_size=2, max_size=4), st.randoms(use_true_random=False))
@law(6)
def test_the_order_of_documents_changes_nothing(texts: list[str], rng: Random) -> None:
    shuffled = list(texts)
    rng.shuffle(shuffled)
    piped = list(_restorer(EAGER).pipe([Document(text) for text in shuffled]))
    fresh = Restorer(EAGER)
    one_by_one = {text: fresh.restore(text) for text in texts}
    assert piped == [one_by_one[text] for text in shuffled]


@given(damaged_english(), odd_texts())
@law(15)
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
        " ".join(damage(sentence, seed, 0.3) for seed in range(2) for sentence in SENTENCES),
        "the " * 1500,
        "a" * 30_000,
        "\0" * 3000 + "x",
        "the!?" * 2000,
        "\n".join("It was a fine day." for _ in range(200)),
    ],
    ids=["one long line", "one word", "one token", "NUL", "no spaces", "many lines"],
)
def test_time_is_bounded(text: str) -> None:
    # The causal model is asked about one place in six words at most, whatever the text is; what that takes is the
    # processor's (1,500 words: half a minute with VNNI, five without).
    began = time.perf_counter()
    found = _restorer(CONFIG.replace(second_opinion="never")).restore(text)
    assert time.perf_counter() - began < 60
    check_plan(text, found.corrections)


def test_a_text_beyond_the_limit_is_refused() -> None:
    with pytest.raises(InputError, match="limit"):
        _restorer(CONFIG).restore("word " * (CONFIG.max_characters // 5 + 1))
