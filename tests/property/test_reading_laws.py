"""Reading: whatever a label says, text in UTF-8 or windows-1252 comes back as it was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.reading.encodings import decode, decode_anyhow

pytestmark = pytest.mark.property

LABELS = st.sampled_from(["", "utf-8", "iso-8859-1", "latin1", "us-ascii", "windows-1252", "utf-7", "no-such-label"])
# Texts of newspapers: letters beyond ASCII stand alone, so that no pair of bytes looks like UTF-8.
OLD = st.lists(
    st.sampled_from(["no ", "caf\u00e9 ", "\u201cyes\u201d ", "\u2014 ", "\u20ac5 ", "\n", "\r\n"]), min_size=1
)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff")), LABELS)
def test_utf_8_is_read_as_utf_8_under_any_label(text: str, label: str) -> None:
    assert decode(text.encode(), "x", label).text == text


@given(OLD.map("".join), LABELS)
def test_windows_1252_is_read_as_that_under_any_label_of_it(text: str, label: str) -> None:
    assert decode(text.encode("cp1252"), "x", label).text == text
    assert decode_anyhow(text.encode("cp1252")) == text


@given(st.lists(st.tuples(OLD.map("".join), st.sampled_from(["utf-8", "cp1252"]))), LABELS)
def test_lines_of_both_are_each_what_they_were(lines: list[tuple[str, str]], label: str) -> None:
    data = b"\n".join(text.encode(codec) for text, codec in lines)
    assert decode(data, "x", label).text == "\n".join(text for text, _ in lines)


@given(st.binary(max_size=200))
def test_any_bytes_are_some_text(data: bytes) -> None:
    assert isinstance(decode_anyhow(data), str)
