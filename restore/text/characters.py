"""Characters that mean the same, or end a line, wherever text is looked at."""

from __future__ import annotations

LINE_BREAKS = r"\r\n\v\f\x1c-\x1e\x85\u2028\u2029"
"""What ends a line for Python's `str.splitlines`, as the inside of a class of a regular expression."""


def straight(word: str) -> str:
    """Return a word with straight apostrophes for curly ones."""
    return word.replace("’", "'")
