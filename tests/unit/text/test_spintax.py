"""Open spintax is found and settled; code, patterns and templates are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.records import apply
from restore.text.spintax import find_spintax, spintax_findings, spintax_repairs


def settled(text: str) -> str:
    return apply(text, tuple(spintax_repairs(text)))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("{The stock|The share|The price} {fell|declined} on Monday.", "The stock fell on Monday."),
        ("It {fell {sharply|steeply}|declined} on Monday.", "It fell sharply on Monday."),
        ("It {{fell|sank} at once|declined}.", "It fell at once."),
        ("He {also |}said so.", "He also said so."),
        ("He {|also }said so.", "He said so."),
        ("It {fell | declined} on Monday.", "It fell on Monday."),
        ("{ It | That } {|sharply} fell.", "It fell."),
        ("{Mr. Smith, 45,|He} came.", "Mr. Smith, 45, came."),
    ],
)
def test_the_first_alternative_is_put_in(text: str, right: str) -> None:
    assert settled(text) == right


@pytest.mark.parametrize(
    "text",
    [
        "Nothing here.",
        "{only one}",
        "{}",
        "{|}",
        "{1|2}",
        "{a|b",
        "a|b}",
        "x{2,3}",
        '{"title": "a|b"}',
        "if (a) { return b|c; }",
        "{{ page.title | upper }} = {{x}}",
        "{{ title | upper }}",
        "[a|b] (c|d)",
        "{line\n|break}",
        "{a\x1cb|c}",
        "{a\ufffdb|c}",
        "{a\x85b|c}",
        "{" * 50 + "a|b" + "}" * 50,
    ],
)
def test_what_is_no_spintax_stays(text: str) -> None:
    assert settled(text) == text
    assert not list(spintax_findings(text))


@given(st.text(alphabet="ab {}|.\n", max_size=60))
def test_settling_twice_is_settling_once_and_leaves_nothing(text: str) -> None:
    once = settled(text)
    for group in find_spintax(text):
        assert 0 <= group.start < group.end <= len(text)
    assert len(once) <= len(text)
    assert settled(once) == settled(settled(once))


def test_thousands_of_braces_take_bounded_time() -> None:
    assert settled("{" * 20_000) == "{" * 20_000
    assert settled("{a|" * 5_000) == "{a|" * 5_000
