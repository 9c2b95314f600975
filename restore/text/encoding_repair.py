"""Text that was decoded wrongly (mojibake) and HTML entities left over, repaired by ftfy before anything is parsed.

ftfy (Speer 2019, https://ftfy.readthedocs.io) mends whole strings; here it sees one suspicious run of characters after
the other, so that every change has its place in the text as given. Only damage is mended: quotation marks, ligatures,
widths, line ends, control characters and lone surrogates stay as they are.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from restore.records import Correction, Evidence, apply
from restore.records.plans import compose
from restore.text.characters import LINE_BREAKS
from restore.text.parsing import ParsedText

if TYPE_CHECKING:
    from ftfy import TextFixerConfig

KIND = "R:ENCODING"
_ENCODING, _ENTITY = 0.98, 0.95
"""How sure a repair is (0 to 1). Chosen by hand: above the threshold of every preset, so that all apply them; an entity
may be meant as such in a text about HTML."""
_ROUNDS = 4
"""How often a text is decoded again: twice is met, more often hardly. By hand; a text that has not settled after these
is left as it is."""
_CHARACTER = rf"(?:[^ \t{LINE_BREAKS}]|(?<=[\x80-\uffff])\x85)"
_SUSPICIOUS = re.compile(rf"{_CHARACTER}*[^\x00-\x7f\x85\u2028\u2029]{_CHARACTER}*(?: {_CHARACTER}+)?")
"""A word with something beyond ASCII in it, and the next one: a lost no-break space belongs to a damaged letter."""
_HTML = "<"
_LINE = re.compile(r"[^\r\n]+")
_ENTITIES = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")

_OPENING, _CLOSING = ("“", "â€œ", "Ã¢â‚¬Å“"), ("”", "â€\x9d")
_LOST = ("â€", "Ã¢â‚¬", "Ã¢â‚¬Â")
"""A closing quotation mark, wrongly decoded once or twice. Its last byte is none of windows-1252: many programs drop
it, and what is left looks to ftfy like a dagger without its no-break space, or the beginning of another letter."""
_LAST = bytes(range(0x80, 0xC0)).decode("cp1252", "ignore") + "\x81\x8d\x8f\x90\x9d\ufffd"
_MARKS = re.compile(rf"“|”|Ã¢â‚¬Å“|â€[{_LAST}]|â€|Ã¢â‚¬Â?(?=[\s.,;:!?)\]]|\Z)")
_NO_REPAIR = re.compile(r"[†\x80-\x9f]")
"""What no news text holds: a mended piece with it was mended wrongly."""


def encoding_repairs(text: str, is_allowed: Callable[[Correction], bool] | None = None) -> tuple[Correction, ...]:
    """Return the plan that mends wrongly decoded characters and entities, links excepted, until nothing is left.

    The corrections are sorted and disjoint, with offsets into `text`. Where a text will not settle nothing is changed.
    `is_allowed` is asked about every single step.
    """
    html = [_HTML in line[0] for line in _LINE.finditer(text)]  # as given: a repair may write a "<" itself
    plan: tuple[Correction, ...] = ()
    for _ in range(_ROUNDS):
        more = _one_round(apply(text, plan), html, is_allowed)
        if not more:
            return plan
        plan = compose(text, plan, more)
    return ()


def is_misencoded(words: str) -> bool:
    """Return whether there is anything to mend in some words by themselves."""
    return ("&" in words or not words.isascii()) and bool(encoding_repairs(words))


def _one_round(text: str, html: list[bool], is_allowed: Callable[[Correction], bool] | None) -> tuple[Correction, ...]:
    links = ParsedText(text, (), ())
    found = sorted([*_entities(text, html), *_mojibake(text), *_lost_marks(text)], key=lambda c: (c.start, c.end))
    chosen: list[Correction] = []
    for correction in found:
        if _cuts_link(links, correction) or (chosen and correction.start < chosen[-1].end):
            continue
        if is_allowed is None or is_allowed(correction):
            chosen.append(correction)
    return tuple(chosen)


def _cuts_link(text: ParsedText, correction: Correction) -> bool:
    """Return whether a link is touched; what looks like a hash tag inside an entity (&#39;) is none."""
    if not text.in_link(correction.start, correction.end):
        return False
    touched = (s for s in text.links if s.start < correction.end and correction.start < s.end)
    return any(s.start < correction.start or s.end > correction.end for s in touched)


def _entities(text: str, html: list[bool]) -> Iterator[Correction]:
    """Unescape entities; lines with a "<" are taken for HTML itself, where they are right (as ftfy does).

    `html` says which lines are; no repair adds a line or takes one away.
    """
    if "&" not in text:
        return
    from ftfy.fixes import unescape_html

    for line, is_html in zip(_LINE.finditer(text), html, strict=False):
        if is_html:
            continue
        for match in _ENTITIES.finditer(text, *line.span()):
            meant = unescape_html(match[0])
            if meant == match[0] or meant in {"", "\ufffd"}:  # what is no character: &#7; &#0; &#xD800;
                continue
            if meant.isprintable() or meant == "\u00a0":
                yield _correction(*match.span(), match[0], meant, "unescape_html", _ENTITY)


def _mojibake(text: str) -> Iterator[Correction]:
    if text.isascii():
        return
    from ftfy import fix_encoding_and_explain

    for first, last in _suspicious(text):
        run = text[first:last]
        fixed, steps = fix_encoding_and_explain(run, _settings())
        if fixed == run or not steps or "\ufffd" in fixed:
            continue
        steps_taken = ", ".join(f"{step.action} {step.parameter}" for step in steps)
        for start, end, new in _differences(run, fixed):
            if not _NO_REPAIR.search(new):
                yield _correction(first + start, first + end, run[start:end], new, steps_taken, _ENCODING)


def _suspicious(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of characters to mend, cut at what is left of closing quotation marks."""
    lost = [mark.span() for mark in _MARKS.finditer(text) if mark[0] in _LOST]
    for run in _SUSPICIOUS.finditer(text):
        first = run.start()
        for start, end in lost[bisect_left(lost, run.span()[:1]) :]:
            if start >= run.end():
                break
            yield first, start
            first = max(first, end)
        if first < run.end():
            yield first, run.end()


def _lost_marks(text: str) -> Iterator[Correction]:
    """Close the quotations of a line whose closing mark has lost its last byte; one that nothing opened stays."""
    if not any(lost in text for lost in _LOST):
        return
    for line in _LINE.finditer(text):
        opened = 0
        for mark in _MARKS.finditer(text, *line.span()):
            if mark[0] in _OPENING:
                opened += 1
            elif mark[0] in _CLOSING or mark[0] in _LOST:
                if mark[0] in _LOST and opened > 0:
                    yield _correction(
                        *mark.span(), mark[0], "”", "the mark that closes a quotation", _ENCODING, "marks"
                    )
                opened = max(0, opened - 1)


def _differences(old: str, new: str) -> Iterator[tuple[int, int, str]]:
    """Yield the ranges of `old` that change and what comes there; an insertion takes a neighbour along."""
    from rapidfuzz.distance import Levenshtein

    place = 0
    groups: list[tuple[int, int, int, int]] = []
    for code in Levenshtein.opcodes(old, new):
        if code.tag == "equal":
            continue
        if groups and groups[-1][1] == code.src_start:
            groups[-1] = (groups[-1][0], code.src_end, groups[-1][2], code.dest_end)
        else:
            groups.append((code.src_start, code.src_end, code.dest_start, code.dest_end))
    for start, end, first, last in groups:
        if start == end and end < len(old):
            end, last = end + 1, last + 1
        elif start == end and start > place:
            start, first = start - 1, first - 1
        place = end
        yield start, end, new[first:last]


def _correction(
    start: int, end: int, original: str, replacement: str, steps: str, score: float, source: str = "ftfy"
) -> Correction:
    evidence = Evidence("encoding", source, steps, score)
    why = f"{original!r} becomes {replacement!r}: wrongly decoded text, mended by {source} ({steps})"
    return Correction(start, end, original, replacement, KIND, score, (evidence,), why)


@cache
def _settings() -> TextFixerConfig:
    from ftfy import TextFixerConfig

    return TextFixerConfig(
        unescape_html=False,
        remove_terminal_escapes=False,
        fix_encoding=True,
        restore_byte_a0=True,
        replace_lossy_sequences=False,
        decode_inconsistent_utf8=True,
        fix_c1_controls=True,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        fix_surrogates=False,
        remove_control_chars=False,
        normalization=None,
        explain=True,
    )
