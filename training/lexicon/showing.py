"""Printing what a count has found, for whoever reads whether it is right."""

from __future__ import annotations

_AROUND = 40
"""Characters that are shown on both sides of a place. By hand: a line of a screen."""


def show(wanted: bool, what: str, text: str, start: int, end: int, mended: str) -> None:
    """Print what becomes of the characters `[start, end)` of a text, with those around them, where it is wanted."""
    if wanted:
        print(f"{what}: {mended} | {text[max(0, start - _AROUND) : end + _AROUND]!r}", flush=True)
