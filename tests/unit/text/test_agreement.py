from __future__ import annotations

import pytest

from restore.text.agreement import agreement, penn_tags
from restore.text.parsing import Parser

PARSER = Parser()


@pytest.mark.parametrize(
    ("text", "word", "other", "sign"),
    [
        ("The mayor will opened the bridge.", "opened", "open", 1),
        ("The mayor will open the bridge.", "open", "opened", -1),
        ("She found several bridge there.", "bridge", "bridges", 1),
        ("She found a bridge there.", "bridge", "bridges", -1),
        ("They closed the road.", "road", "street", 0),
    ],
)
def test_the_form_that_the_place_asks_for_fits(text: str, word: str, other: str, sign: int) -> None:
    parsed = PARSER.parse(text)
    token = next(t for t in parsed.tokens if t.lower == word)
    found = agreement(parsed, token, other)
    assert (found > 0) - (found < 0) == sign


def test_forms_carry_their_tags() -> None:
    assert "VBD" in penn_tags("opened")
    assert penn_tags("bridges") >= {"NNS", "VBZ"}
    assert not penn_tags("xqzzy")
