from __future__ import annotations

import pytest

from restore.alignment.align import align
from restore.alignment.conflicts import find_conflicts
from restore.parsing import Parser
from restore.records import Conflict

PARSER = Parser()
TEXT = "The council of Ardmore approved 14 new houses on Tuesday. Mayor Ruth Keane did not sign the contract."


def _conflicts(text: str, reference: str) -> tuple[Conflict, ...]:
    ours, theirs = PARSER.parse(text), PARSER.parse(reference)
    return find_conflicts(ours, [align(ours, theirs, "wire", 0.9)])


@pytest.mark.parametrize(
    ("change", "kind", "original", "quote"),
    [
        (("14", "40"), "number", "14", "40"),
        (("Tuesday", "Friday"), "date", "Tuesday", "Friday"),
        (("Ruth", "Deborah"), "name", "Ruth", "Deborah"),
        (("did not sign", "signed"), "polarity", "not sign", "signed"),
    ],
)
def test_disagreements_are_named_with_their_place(
    change: tuple[str, str], kind: str, original: str, quote: str
) -> None:
    reference = TEXT.replace(*change)
    (found,) = _conflicts(TEXT, reference)
    assert (found.kind, found.original, found.quote, found.source) == (kind, original, quote, "wire")
    assert TEXT[found.start : found.end] == original
    assert reference[found.quote_start : found.quote_end] == quote


def test_the_same_in_other_words_is_no_conflict() -> None:
    assert not _conflicts(TEXT, TEXT)
    assert not _conflicts(TEXT, TEXT.replace("14", "fourteen"))
    assert not _conflicts(TEXT, TEXT.replace("Ruth Keane", "Ruth Kean"))
    assert not _conflicts(TEXT, "A storm is expected. The islands closed 3 schools on Monday.")
