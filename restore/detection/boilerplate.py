"""Findings of boilerplate: link lines that a scraper or a spinning site put between the paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from restore.records import Finding
from restore.text.parsing import ParsedText

_LINE = re.compile(r"[^\r\n]+")
_TEASER = re.compile(
    r"(?i)\s*(?:you(?:['’]re| are)? (?:watching|reading|viewing)|(?:see|read|watch|view|find out|learn|discover)"
    r" (?:more|also|next|now)|(?:related|recommended) (?:articles?|posts?|stories|topics?|content))\s*:\s*(.*)"
)
_LONGEST_LINE = 200  # characters of a link line; by hand: a longer line is a paragraph that opens so


def find(parsed: ParsedText) -> Iterator[Finding]:
    """Yield the lines that begin like a link to another page ("See more: ..."), as a whole, without outer blanks."""
    for match in _LINE.finditer(parsed.text):
        if len(match.group()) <= _LONGEST_LINE and _TEASER.fullmatch(match.group()):
            text = match.group().strip()
            start = match.start() + match.group().index(text)
            yield Finding(start, start + len(text), text, "boilerplate", 0.8, "a link line put between the paragraphs")
