"""The tokens by which gold texts are compared and scored."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"[A-Za-z]\.(?:[A-Za-z]\.)+|\w+(?:['-]\w+)*|[^\w\s]")
STRAIGHT = str.maketrans("’‘“”", "''\"\"")
"""For `str.translate`: curly apostrophes and quotation marks as straight ones."""


def tokenise(text: str) -> list[str]:
    """Cut a text into the tokens that are counted; curly quotation marks count as straight ones."""
    return _TOKEN.findall(text.translate(STRAIGHT))


def token_spans(text: str) -> list[tuple[int, int]]:
    """Return where the tokens that `tokenise` counts stand in the text."""
    return [match.span() for match in _TOKEN.finditer(text.translate(STRAIGHT))]
