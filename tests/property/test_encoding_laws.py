"""Wrongly decoded text: the plan replays, is undone by its own originals, and nothing is left to mend."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore.config import Config
from restore.records import Restoration, apply, check_plan
from restore.restorer import Restorer
from restore.text.encoding_repair import encoding_repairs
from tests.helpers.texts import SENTENCES, any_text

pytestmark = pytest.mark.property
_PIECES = [
    "â€™",
    "â€œ",
    "â€\x9d",
    "â€",
    "â€ ",
    "Ã©",
    "Ã ",
    "Â£",
    "Â\u00a0",
    "\x93",
    "&amp;",
    "&quot;",
    "&#39;",
    "&amp;lt;",
    "<b>",
    "Ã¢â‚¬â„¢",
]


def spoilt_texts() -> st.SearchStrategy[str]:
    """Text of any kind with pieces of wrongly decoded text in it."""
    piece = st.sampled_from(_PIECES) | st.sampled_from(SENTENCES) | st.text(max_size=6)
    return st.lists(piece, max_size=12).map("".join)


@given(spoilt_texts() | st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_the_plan_is_lawful_and_final(text: str) -> None:
    plan = encoding_repairs(text)
    check_plan(text, plan)
    mended = apply(text, plan)
    assert encoding_repairs(mended) == ()
    pieces, at = [], 0
    for c in plan:  # undoing the plan gives the text back
        pieces += [text[at : c.start], c.original]
        at = c.end
    assert "".join([*pieces, text[at:]]) == text


_WORDS = st.lists(
    st.sampled_from(["no", "café", "it’s", "a – b", "so —", "wait…", "£5", "O’Brien", "and,"]), min_size=1
)
_QUOTED = st.builds("“{}{}”".format, _WORDS.map(" ".join), st.sampled_from(["", ",", ".", "!"]))
_LINES = st.lists(st.lists(_QUOTED | _WORDS.map(" ".join), min_size=1).map(" ".join)).map("\n".join)


@given(_LINES, st.sampled_from(["ignore", "sloppy"]))
@settings(max_examples=100, deadline=None)
def test_what_windows_1252_made_of_utf_8_is_undone_whether_it_kept_every_byte_or_not(text: str, how: str) -> None:
    data = text.encode()
    spoilt = data.decode("sloppy-windows-1252") if how == "sloppy" else data.decode("cp1252", "ignore")
    assert apply(spoilt, encoding_repairs(spoilt)) == text


@cache
def _restorer() -> Restorer:
    return Restorer(Config(min_confidence=0.5, repair_encoding=True))


@given(spoilt_texts() | any_text())
@settings(max_examples=25, deadline=None)
def test_a_restored_text_is_left_alone(text: str) -> None:
    if not text.strip():
        return
    done = _restorer().restore(text)
    check_plan(text, done.corrections)
    assert Restoration.from_json(done.to_json()) == done
    if done.restored.strip():
        assert _restorer().restore(done.restored).restored == done.restored
