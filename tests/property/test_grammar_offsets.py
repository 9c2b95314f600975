"""Whatever the text, a match of the server comes back as the very words it is about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.languagetool.client import _matches, _pieces

pytestmark = pytest.mark.property
match_module = pytest.importorskip("language_tool_python.match", reason="language-tool-python is not installed")

TEXTS = st.text(st.one_of(st.characters(), st.sampled_from("ab \r\n😀𝒜\ud83d\udc68👩\u200d\u0301")), max_size=60)


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def as_sent(text: str) -> str:
    return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)


@given(TEXTS, st.data())
def test_offsets_map_back(text: str, data: st.DataObject) -> None:
    for offset, piece in _pieces(text):
        start = data.draw(st.integers(0, len(piece) - 1))
        end = data.draw(st.integers(start + 1, len(piece)))
        sent = as_sent(piece)
        before = sent[max(0, start - 4) : start]
        answer = {
            "message": "m", "replacements": [], "offset": units(sent[:start]), "length": units(sent[start:end]),
            "context": {"text": before + sent[start:end], "offset": units(before), "length": units(sent[start:end])},
            "sentence": sent, "rule": {"id": "R", "issueType": "grammar", "category": {"id": "GRAMMAR"}},
        }  # fmt: skip
        (found,) = _matches(piece, [match_module.Match(answer, sent)])
        assert (found.start, found.end) == (start, end)
        assert text[offset + found.start : offset + found.end] == piece[start:end]


@given(TEXTS)
def test_pieces_are_parts_of_the_text_in_order(text: str) -> None:
    last = 0
    for start, piece in _pieces(text):
        assert start >= last
        assert text[start : start + len(piece)] == piece
        last = start + len(piece)
    kept = {i for start, piece in _pieces(text) for i in range(start, start + len(piece))}
    assert all(i in kept for i, c in enumerate(text) if c.isalpha())
