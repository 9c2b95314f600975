"""Plain-text pieces: places as line and column, what became of references, a verdict as lines for a terminal."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping

from restore.records import Restoration, Rewritten, Verdict, counted

_SHOWN = 48
"""Characters of a passage in a line: a terminal has 80 to 120. By hand, for reading."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class Places:
    """Turns offsets into lines and columns, both from 1; lines end at LF, CRLF or a lone CR, as in an editor."""

    def __init__(self, text: str) -> None:
        self._starts = [0]
        for index, char in enumerate(text):
            if char == "\n" or (char == "\r" and text[index + 1 : index + 2] != "\n"):
                self._starts.append(index + 1)

    def of(self, offset: int) -> tuple[int, int]:
        """Return the line and the column of an offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def one_line(text: str) -> str:
    """Show a piece of text on one line, every kind of white space and control character as one space."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def tame(text: str) -> str:
    """Show the control characters of a text that a terminal would obey as escapes; tabs and line ends stay."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def reference_lines(restoration: Restoration) -> Iterator[tuple[bool, str]]:
    """Yield for each reference whether it was used, and a line that says so."""
    for report in restoration.references:
        at = f" <{one_line(report.url)}>" if report.url and report.url != report.id else ""
        found = "" if report.same_event is None else f", same event {report.same_event:.2f}"
        if report.accepted:
            words = f" for words, not for facts: it {report.other_day}" if report.other_day else ""
            yield True, f"reference {report.id}{at}: used{words} (likeness {report.score:.2f}{found})"
        else:
            yield False, f"reference {report.id}{at}: ignored, {report.reason} (likeness {report.score:.2f}{found})"


def conflict_lines(restoration: Restoration) -> Iterator[str]:
    """Yield a line for each fact on which a reference disagrees with the text."""
    places, urls = Places(restoration.text), reference_urls(restoration)
    for conflict in restoration.conflicts:
        line, column = places.of(conflict.start)
        ours, theirs = one_line(conflict.original), one_line(conflict.quote)
        source = named_reference(conflict.source, urls)
        yield f'{line}:{column}: conflict of {conflict.kind}: "{ours}" here, "{theirs}" in {source}; kept'


_WHY_LEFT_ALONE = {
    "verbatim": "a reference has it word for word",
    "denial": "only the text or only a reference denies something here",
    "dictionary": "the user's dictionary keeps it",
    "foreign": "it is not English",
    "verse": "it is verse",
    "furniture": "it is page furniture",
    "unsettled": "its sentence changed with every pass",
}


def left_alone_lines(restoration: Restoration) -> Iterator[str]:
    """Yield a line for each passage in which nothing was repaired: where it lies, how it begins, and why."""
    places = Places(restoration.text)
    for passage in restoration.left_alone:
        line, column = places.of(passage.start)
        shown = one_line(restoration.text[passage.start : passage.end])
        shown = shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"
        yield f'{line}:{column}: "{shown}" was left alone: {_WHY_LEFT_ALONE[passage.kind]}'


def rewritten_lines(restoration: Restoration) -> Iterator[str]:
    """Yield a line where the text is called rewritten from a reference."""
    reading = restoration.verdict.rewritten
    if reading is not None and reading.called:
        yield f"rewritten: {_rewritten(reading)}"


def _rewritten(reading: Rewritten) -> str:
    """Return what a verdict says of a text beside a reference."""
    source = one_line(reading.source)
    if not reading.called:
        return f"not told to be {source} in other words (probability {reading.probability:.2f})"
    return (
        f"{source} in other words (probability {reading.probability:.2f}, {reading.share:.0%} of the text,"
        f" {reading.apart:.0%} of the words there differ)"
    )


def reference_urls(restoration: Restoration) -> dict[str, str]:
    """Return the address of each reference that has one, by id."""
    return {report.id: report.url for report in restoration.references if report.url}


def named_reference(id: str, urls: Mapping[str, str]) -> str:
    """Name a reference on one line, with its address if that says more: `id <url>`."""
    url = urls.get(id, "")
    return one_line(id) + (f" <{one_line(url)}>" if url and url != id else "")


def spin_lines(restoration: Restoration) -> Iterator[tuple[bool, str]]:
    """Yield for each other spin whether it was used, and a line that says so."""
    for report in restoration.spins:
        yield report.accepted, f"spin {report.id}: {'used' if report.accepted else 'ignored'}, {report.reason}"


def verdict_lines(name: str, text: str, verdict: Verdict) -> Iterator[str]:
    """Yield the verdict on a text, then its strongest findings: `name:line:column: kind score "text": explanation`.

    A last line says how many more there are.
    """
    word = "damaged" if verdict.damaged else "looks clean"
    family = f", family {verdict.family} {verdict.family_share:.0%}" if verdict.family else ""
    share = f"about {verdict.damaged_share:.0%} of the words"
    places = Places(text)
    part = ""
    if verdict.part:
        first, last = places.of(verdict.part.start)[0], places.of(verdict.part.end)[0]
        part = f", in lines {first} to {last} alone"
    yield f"{name}: {word} (probability {verdict.probability:.2f}, {share}{family}{part})"
    if verdict.rewritten:
        yield f"{name}: {'rewritten, ' * verdict.rewritten.called}{_rewritten(verdict.rewritten)}"
    for finding in verdict.evidence:
        line, column = places.of(finding.start)
        shown = one_line(finding.text)
        yield f'{name}:{line}:{column}: {finding.kind} {finding.score:.2f} "{shown}": {one_line(finding.explanation)}'
    more = len(verdict.findings) - len(verdict.evidence)
    if more > 0:
        yield f"{name}: {counted(more, 'weaker place')} not shown (--format json has all)"
