"""Markdown as plain text: front matter gives the metadata, markup that is no text is left out."""

from __future__ import annotations

import re

_FRONT = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.S)
_ENTRY = re.compile(r"^(\w+):[ \t]*(.+?)[ \t]*$", re.M)
_HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$", re.M)
_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)")
_EMPHASIS = re.compile(r"(\*\*|__|\*|`)(?=\S)(.+?)(?<=\S)\1")
_BLOCK = re.compile(r"^[ \t]*(?:>[ \t]?|[*+-][ \t]+)", re.M)


def read_markdown(text: str) -> dict[str, str]:
    """Return `text`, the lower-cased entries of the front matter, and as `title` the first heading if none is named."""
    found: dict[str, str] = {}
    front = _FRONT.match(text)
    if front:
        found = {key.lower(): value.strip("\"'") for key, value in _ENTRY.findall(front[1])}
        text = text[front.end() :]
    heading = _HEADING.search(text)
    if heading:
        found.setdefault("title", heading[1])
    plain = _BLOCK.sub("", _HEADING.sub(r"\1", text))
    return {**found, "text": _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", plain))}
