"""The lattice of one sentence: its tokens as they stand, and every candidate as an edge beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from restore.candidates.base import Candidate
from restore.parsing import ParsedText, Sentence, Token

_LATTICE_BYTES = 1_500
_UNIT_CHARACTERS = 60


@dataclass(frozen=True, slots=True, eq=False)
class ScoredCandidate:
    """A candidate with its cost: the ranker's log-odds against keeping, all but the language model's part."""

    candidate: Candidate
    cost: float


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """A way from node `start` to node `end`; `text` is what the language model reads, with its leading space.

    `scored` is None where the text stays as it is.
    """

    start: int
    end: int
    text: str
    scored: ScoredCandidate | None = None

    @property
    def cost(self) -> float:
        """Log-odds of the edit without the language model; 0 for keeping."""
        return self.scored.cost if self.scored else 0.0


@dataclass(frozen=True)
class Lattice:
    """Nodes 0 to `size` lie between the units of a sentence; `edges[n]` leave node n, the first of them keeps."""

    sentence: int
    context: str
    size: int
    edges: tuple[tuple[Edge, ...], ...]

    @property
    def is_open(self) -> bool:
        """Whether there is anything to decide."""
        return any(len(edges) > 1 for edges in self.edges)


@dataclass(frozen=True, slots=True)
class Unit:
    """Characters `[start, end)` that the language model reads in one piece, after the white space `space`."""

    start: int
    end: int
    space: str


def units_of(text: str, tokens: Sequence[Token]) -> list[Unit]:
    """Join tokens that the language model would not cut apart, such as "do" and "n't"."""
    units: list[Unit] = []
    for token in tokens:
        if units and units[-1].end == token.start and text[token.start - 1].isalpha() and text[token.start].isalpha():
            units[-1] = Unit(units[-1].start, token.end, units[-1].space)
            continue
        gap = text[units[-1].end : token.start] if units else ""
        units.append(Unit(token.start, token.end, " " if gap else ""))
    return units


def build(
    parsed: ParsedText,
    sentence: Sentence,
    scored: Iterable[ScoredCandidate],
    context: str,
    compact: bool = True,
) -> Iterator[Lattice]:
    """Build the lattice of a sentence, or several in a row where it is too long for one.

    `context` is what the judge reads before it. Candidates that cross a border of a lattice are left out. `compact`
    joins units between which nothing is to be decided, so that the judge reads them in one step.
    """
    units = units_of(parsed.text, parsed.sentence_tokens(sentence))
    candidates = list(scored)
    for first, last in _pieces(parsed.text, units):
        part = units[first:last]
        before = context if first == 0 else parsed.text[max(0, part[0].start - 400) : part[0].start].rstrip()
        lead = "" if not before or before.endswith("\n") else " "
        lattice = _lattice(parsed.text, sentence.index, part, candidates, before, lead)
        yield _compact(lattice) if compact else lattice


def _pieces(text: str, units: Sequence[Unit]) -> Iterator[tuple[int, int]]:
    first = size = 0
    for number, unit in enumerate(units):
        size += len(text[unit.start : unit.end][:_UNIT_CHARACTERS].encode("utf-8", "replace")) + 1
        if size > _LATTICE_BYTES and number > first:
            yield first, number
            first, size = number, 0
    if first < len(units):
        yield first, len(units)


def _lattice(
    text: str, sentence: int, units: Sequence[Unit], scored: Sequence[ScoredCandidate], context: str, lead: str
) -> Lattice:
    edges: list[list[Edge]] = []
    for number, unit in enumerate(units):
        space = unit.space if number else lead
        edges.append([Edge(number, number + 1, space + text[unit.start : unit.end][:_UNIT_CHARACTERS])])
    starts = {c: n for n, unit in enumerate(units) for c in range(unit.start, unit.end)}
    for item in scored:
        candidate = item.candidate
        if candidate.start not in starts or candidate.end - 1 not in starts or candidate.end <= candidate.start:
            continue
        first, last = starts[candidate.start], starts[candidate.end - 1]
        longest = _UNIT_CHARACTERS * (last + 1 - first)
        if max(units[last].end - units[first].start, len(candidate.replacement)) > longest:
            continue  # the judge would compare a cut text with a whole one
        inside = (
            text[units[first].start : candidate.start] + candidate.replacement + text[candidate.end : units[last].end]
        )
        space = (units[first].space if first else lead) if inside else ""
        edges[first].append(Edge(first, last + 1, space + inside, item))
    return Lattice(sentence, context, len(units), tuple(tuple(e) for e in edges))


def _compact(lattice: Lattice) -> Lattice:
    edits = [edge for edges in lattice.edges for edge in edges if edge.scored]
    nodes = sorted({0, lattice.size, *(e.start for e in edits), *(e.end for e in edits)})
    number = {node: n for n, node in enumerate(nodes)}
    edges = []
    for n, (start, end) in enumerate(pairwise(nodes)):
        text = "".join(lattice.edges[unit][0].text for unit in range(start, end))
        moved = [Edge(n, number[e.end], e.text, e.scored) for e in lattice.edges[start][1:]]
        edges.append((Edge(n, n + 1, text), *moved))
    return Lattice(lattice.sentence, lattice.context, len(edges), tuple(edges))
