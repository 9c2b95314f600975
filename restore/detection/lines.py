"""Lines of a text that stand below each other and look alike: what verse and page furniture are told by."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from restore.records import Span

_LINE = re.compile(r"[^\r\n]+")


def runs(text: str, fits: Callable[[str], bool], furthest: int | None = None) -> Iterator[list[Span]]:
    """Yield the lines that follow each other and fit, run by run, without outer blanks; empty lines are passed over.

    `furthest` is how many characters of line ends may stand between two lines of a run (None: any number). A run that
    ends where another line stands may be empty.
    """
    run: list[Span] = []
    for match in _LINE.finditer(text):
        line = match.group().strip()
        if not line:
            continue
        start = match.start() + match.group().index(line)
        if not fits(line):
            yield run
            run = []
            continue
        if run and furthest is not None and len(re.sub(r"[^\S\r\n]", "", text[run[-1].end : start])) > furthest:
            yield run
            run = []
        run.append(Span(start, start + len(line)))
    yield run
