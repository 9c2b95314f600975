"""Gold markup: a spun text whose damaged places are written `{spun=>gold1|gold2}`.

Left of `=>` is what the spun text says (nothing, where words were dropped); right of it stand the acceptable
corrections, the first of which is what the original says (nothing, where words were put in).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from restore.errors import GoldError
from restore.records import splice

_BRACE = re.compile(r"[{}]")
_ARROW = "=>"
_RESERVED = re.compile(r"[{}|]|=>")


class GoldEdit(msgspec.Struct, frozen=True, omit_defaults=True):
    """A damaged place: characters `[start, end)` of the spun text, what stands there, what may stand there instead.

    `gold[0]` is the original. `kind` is the damage kind where it is known (the simulator knows it); "" otherwise.
    """

    start: int
    end: int
    spun: str
    gold: tuple[str, ...]
    kind: str = ""


class MarkedText(msgspec.Struct, frozen=True):
    """A spun text with its damaged places, sorted and disjoint."""

    text: str
    edits: tuple[GoldEdit, ...] = ()

    @property
    def original(self) -> str:
        """The text with every place put back to what the original says."""
        return self._replace(lambda edit: edit.gold[0])

    def to_markup(self) -> str:
        """Write the markup that `parse_markup` reads.

        Raises `GoldError` if the text holds a brace, or an edit one of the signs `{`, `}`, `|` and `=>`.
        """
        found = _BRACE.search(self._replace(lambda _: ""))
        if found:
            raise GoldError(f"a text with a {found.group()!r} cannot be written as gold markup: take the braces out")
        for edit in self.edits:
            for side in (edit.spun, *edit.gold):
                if _RESERVED.search(side):
                    raise GoldError(f"the edit {side!r} holds a sign of the markup itself ({{ }} | =>): leave it out")
        return self._replace(lambda edit: f"{{{edit.spun}{_ARROW}{'|'.join(edit.gold)}}}")

    def _replace(self, write: Callable[[GoldEdit], str]) -> str:
        return splice(self.text, ((edit.start, edit.end, write(edit)) for edit in self.edits))


def parse_markup(markup: str, source: str | Path = "the markup") -> MarkedText:
    """Read gold markup; `source` names it in errors.

    Raises `GoldError`, with the line, for braces that do not pair, nested edits, and edits without one `=>`.
    """
    pieces: list[str] = []
    edits: list[GoldEdit] = []
    place = last = 0
    for start, end in _brace_pairs(markup, source):
        before = markup[last:start]
        spun, gold = _sides(markup, start, end, source)
        place += len(before)
        edits.append(GoldEdit(place, place + len(spun), spun, tuple(gold.split("|"))))
        place += len(spun)
        pieces += [before, spun]
        last = end + 1
    return MarkedText("".join([*pieces, markup[last:]]), tuple(edits))


def marked(pieces: Iterable[str | GoldEdit]) -> MarkedText:
    """Join plain text and edits, in order, to a marked text; the offsets of the edits are set here."""
    text: list[str] = []
    edits: list[GoldEdit] = []
    place = 0
    for piece in pieces:
        said = piece if isinstance(piece, str) else piece.spun
        if isinstance(piece, GoldEdit):
            edits.append(GoldEdit(place, place + len(said), said, piece.gold, piece.kind))
        text.append(said)
        place += len(said)
    return MarkedText("".join(text), tuple(edits))


def _brace_pairs(markup: str, source: str | Path) -> Iterable[tuple[int, int]]:
    opened: int | None = None
    for match in _BRACE.finditer(markup):
        if match.group() == "{":
            if opened is not None:
                raise _broken(markup, opened, source, "an edit opened with '{' is not closed before the next '{'")
            opened = match.start()
        elif opened is None:
            raise _broken(markup, match.start(), source, "a '}' closes nothing")
        else:
            yield opened, match.start()
            opened = None
    if opened is not None:
        raise _broken(markup, opened, source, "an edit opened with '{' is never closed")


def _sides(markup: str, start: int, end: int, source: str | Path) -> tuple[str, str]:
    sides = markup[start + 1 : end].split(_ARROW)
    if len(sides) != 2:
        problem = "has no '=>'" if len(sides) < 2 else "has more than one '=>'"
        raise _broken(markup, start, source, f"the edit {markup[start : end + 1]!r} {problem}")
    return sides[0], sides[1]


def _broken(markup: str, offset: int, source: str | Path, problem: str) -> GoldError:
    line = markup.count("\n", 0, offset) + 1
    return GoldError(f"{source}, line {line}: {problem}; write every damaged place as {{spun=>gold1|gold2}}")
