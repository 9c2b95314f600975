"""Corrections and what they are made of: ranges of a text, evidence, comparisons; and the text with them applied.

All offsets are indices into the Python string exactly as it was given (code points, not bytes).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import msgspec
from msgspec.structs import replace

from restore.errors import PlanMismatchError

EvidenceKind = Literal[
    "reference",
    "document",
    "spins",
    "spinner",
    "thesaurus",
    "names",
    "spelling",
    "grammar",
    "encoding",
    "dictionary",
    "encoder",
    "ranker",
    "language-model",
    "reviewer",
    "package",
]
Review = Literal["", "accepted", "rejected", "chosen", "typed"]
"""What a person decided about a correction; "" where nobody did and its confidence decides."""
FactKind = Literal["figure", "unit", "name", "order", "denial", "certainty", "quotation", "speaker"]
REWRITE = "rewrite"
"""The kind of a correction that puts the sentence of a reference in the place of one that was rewritten."""


class Span(msgspec.Struct, frozen=True, order=True):
    """Half-open range of characters `[start, end)` of the text as given."""

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Return whether the two ranges share at least one character."""
        return self.start < other.end and other.start < self.end


class Covered:
    """A set of ranges of characters that can be asked quickly."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for span in sorted(spans):
            if self._ends and span.start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], span.end)
            else:
                self._starts.append(span.start)
                self._ends.append(span.end)

    def touches(self, start: int, end: int) -> bool:
        """Return whether `[start, end)` shares a character with any of the ranges."""
        place = bisect_right(self._ends, start)
        return place < len(self._starts) and self._starts[place] < end

    def holds(self, start: int, end: int) -> bool:
        """Return whether all of `[start, end)` lies in one of the ranges, those that meet being one."""
        place = bisect_right(self._starts, start) - 1
        return place >= 0 and end <= self._ends[place]


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """One reason for a correction: which source said so, in which words, how strongly (0 to 1).

    `start` and `end` locate `quote` in the reference as given or in the text itself; None for a table row or a rule.
    There the place may also hold soft hyphens, characters of no width and line ends, which `quote` leaves out.
    """

    kind: EvidenceKind
    source: str
    quote: str
    score: float
    start: int | None = None
    end: int | None = None
    url: str = ""
    """Where the source stands, of references that have an address."""


class Alternative(msgspec.Struct, frozen=True):
    """Another candidate for the place of a correction: what else could stand there, how sure that is, and why."""

    replacement: str
    kind: str
    confidence: float
    evidence: tuple[Evidence, ...]


class Fact(msgspec.Struct, frozen=True):
    """What two sentences say of one thing: in the words of the text and in those of the reference, "" for nothing.

    Kinds: `figure` (numbers, dates, times), `unit` (of an amount), `name`, `order` (of names or figures), `denial`,
    `certainty` ("may", "allegedly"), `quotation`, `speaker` (who is said to say so).
    """

    kind: FactKind
    text: str
    reference: str
    same: bool


class Rewording(msgspec.Struct, frozen=True):
    """Words that differ: `original` at `[start, end)` of what stands, `replacement` in its place; "" for none.

    The offsets count from the first character of the correction's `original`.
    """

    start: int
    end: int
    original: str
    replacement: str


class Comparison(msgspec.Struct, frozen=True):
    """What a rewritten sentence and the one of the reference say, compared.

    `reference` is the number of the reference among those given and `sentence` that of its sentence, both from 1;
    `facts` are what either side says of figures, names, denials and speakers, `rewordings` every difference in words.
    `sure` says whether it may be applied where rewrites are asked for: all facts agree, the text is called rewritten
    from this reference, and the probability is high enough.
    """

    reference: int
    sentence: int
    sure: bool = False
    facts: tuple[Fact, ...] = ()
    rewordings: tuple[Rewording, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether both sides say the same of every fact."""
        return all(fact.same for fact in self.facts)


class Correction(msgspec.Struct, frozen=True, omit_defaults=True):
    """What should stand in `[start, end)` instead of `original`, how sure that is (0 to 1), and why.

    `alternatives` are other candidates for the same place, surest first. `review` is what a person decided: to accept
    or to reject it, to have chosen the replacement among the alternatives, or to have typed it (then the kind ends in
    `:REVIEW`, the evidence is of the kind "reviewer", and what was proposed stands among the alternatives).
    `comparison` is what a rewrite (of kind "rewrite": a whole sentence out of a reference) has to be judged by; None
    for all other corrections.
    """

    start: int
    end: int
    original: str
    replacement: str
    kind: str
    confidence: float
    evidence: tuple[Evidence, ...]
    explanation: str
    alternatives: tuple[Alternative, ...] = ()
    review: Review = ""
    comparison: Comparison | None = None

    @property
    def span(self) -> Span:
        """The range that is replaced."""
        return Span(self.start, self.end)

    @property
    def source(self) -> str:
        """The kind of its best-scored evidence; "none" if it has none.

        The ranker weighs every correction, so it counts only where nothing else speaks.
        """
        reasons = [e for e in self.evidence if e.kind != "ranker"] or self.evidence
        return max(reasons, key=lambda evidence: evidence.score).kind if reasons else "none"

    def is_sure_rewrite(self, threshold: float) -> bool:
        """Return whether it is a whole sentence of which all facts agree, at least as sure as a threshold (0 to 1)."""
        return self.comparison is not None and self.comparison.sure and self.confidence >= threshold

    def applies(self, threshold: float) -> bool:
        """Return whether it is applied at a threshold: a person's word counts, and else its confidence."""
        return self.review != "rejected" if self.review else self.confidence >= threshold


def with_evidence(correction: Correction, change: Callable[[Evidence], Evidence]) -> Correction:
    """Return a correction with every piece of its evidence, and of that of its alternatives, changed."""
    return replace(
        correction,
        evidence=tuple(map(change, correction.evidence)),
        alternatives=tuple(replace(a, evidence=tuple(map(change, a.evidence))) for a in correction.alternatives),
    )


def asked_for(corrections: Iterable[Correction], threshold: float, rewrites: bool) -> list[Correction]:
    """Return the corrections that are applied at a threshold (0 to 1).

    Whole sentences of references are among them only where `rewrites` asks for them, or a person accepted them.
    """
    return [c for c in corrections if c.applies(threshold) and (rewrites or c.review or c.kind != REWRITE)]


def check_plan(text: str, corrections: Sequence[Correction]) -> None:
    """Raise `PlanMismatchError` unless the corrections are sorted, disjoint and made for this very text."""
    last = 0
    for correction in corrections:
        if correction.start < last or correction.end < correction.start:
            raise PlanMismatchError(f"corrections overlap or are unsorted at offset {correction.start}")
        found = text[correction.start : correction.end]
        if correction.end > len(text) or found != correction.original:
            raise PlanMismatchError(
                f"the plan was made for another text: at {correction.start} it expects "
                f"{correction.original!r} and finds {found!r}"
            )
        last = correction.end


def splice(text: str, edits: Iterable[tuple[int, int, str]], start: int = 0, end: int | None = None) -> str:
    """Return the characters `[start, end)` of a text (to its end for None) with ranges of them replaced.

    `edits` are (first character, end, replacement), sorted, disjoint and inside `[start, end)`.
    """
    pieces: list[str] = []
    at = start
    for first, last, replacement in edits:
        pieces += [text[at:first], replacement]
        at = last
    return "".join([*pieces, text[at:end]])


def apply(text: str, corrections: Iterable[Correction]) -> str:
    """Replay a plan: replace each correction's span, and leave every other character as it is.

    Raises `PlanMismatchError` if a correction does not fit the text or overlaps another.
    """
    plan = sorted(corrections, key=lambda c: (c.start, c.end))
    check_plan(text, plan)
    return splice(text, ((c.start, c.end, c.replacement) for c in plan))
