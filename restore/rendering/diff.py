"""A restoration as a diff: unified, for `patch` and review tools, or with the changed words marked in place."""

from __future__ import annotations

import difflib

from restore.records import Restoration

_NO_NEWLINE = "\\ No newline at end of file\n"


def unified(before: str, after: str, name: str, context: int = 3) -> str:
    """Return the unified diff of two texts, which `patch` can apply; empty if they are equal.

    Only a line feed ends a line, as for `patch`; carriage returns and other separators are part of the line.
    """
    lines: list[str] = []
    for line in difflib.unified_diff(
        _lines(before), _lines(after), fromfile=name, tofile=f"{name} (restored)", n=context
    ):
        lines.append(line if line.endswith("\n") else line + "\n" + _NO_NEWLINE)
    return "".join(lines)


def inline(restoration: Restoration) -> str:
    """Return the text with every applied correction in place, marked as `git diff --word-diff` does: [-old-]{+new+}."""
    pieces: list[str] = []
    last = 0
    for correction in restoration.applied:
        pieces.append(restoration.text[last : correction.start])
        if correction.original:
            pieces.append(f"[-{correction.original}-]")
        if correction.replacement:
            pieces.append(f"{{+{correction.replacement}+}}")
        last = correction.end
    return "".join([*pieces, restoration.text[last:]])


def _lines(text: str) -> list[str]:
    lines = [line + "\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]
