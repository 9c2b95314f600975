"""The frozen records that flow between the stages; every one goes to JSON and back.

All offsets are indices into the Python string exactly as it was given (code points, not bytes).
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
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
]
Review = Literal["", "accepted", "rejected", "chosen", "typed"]
"""What a person decided about a correction; "" where nobody did and its confidence decides."""
ConflictKind = Literal["number", "date", "name", "polarity"]
FactKind = Literal["figure", "unit", "name", "order", "denial", "certainty", "quotation", "speaker"]
REWRITE = "rewrite"
"""The kind of a correction that puts the sentence of a reference in the place of one that was rewritten."""
PLAN_VERSION = 1
_STRONGEST = 10


class Span(msgspec.Struct, frozen=True, order=True):
    """Half-open range of characters `[start, end)` of the text as given."""

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Say whether the two ranges share at least one character."""
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
        """Say whether `[start, end)` shares a character with any of the ranges."""
        place = bisect_right(self._ends, start)
        return place < len(self._starts) and self._starts[place] < end

    def holds(self, start: int, end: int) -> bool:
        """Say whether all of `[start, end)` lies in one of the ranges, those that meet being one."""
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

    def is_sure_rewrite(self, threshold: float) -> bool:
        """Return whether it is a whole sentence of which all facts agree, at least as sure as a threshold (0 to 1)."""
        return self.comparison is not None and self.comparison.sure and self.confidence >= threshold

    def applies(self, threshold: float) -> bool:
        """Say whether it is applied at a threshold: a person's word counts, and else its confidence."""
        return self.review != "rejected" if self.review else self.confidence >= threshold


class Reference(msgspec.Struct, frozen=True, omit_defaults=True):
    """A clean article that may be about the same event; `id` is how the evidence names it.

    `same_event` is the probability (0 to 1) that an index gave it; None for one that a user gave.
    """

    id: str
    text: str
    url: str = ""
    title: str = ""
    date: str = ""
    same_event: float | None = None


class Document(msgspec.Struct, frozen=True):
    """A text to restore, with references of its own and an `id` for reports.

    `spins` are other damaged versions of the same article.
    """

    text: str
    references: tuple[Reference, ...] = ()
    id: str = ""
    spins: tuple[Reference, ...] = ()
    url: str = ""
    """Where it was scraped from, if that is known: its words help to find references in an index."""


class Finding(msgspec.Struct, frozen=True):
    """A place that looks damaged: its damage kind, how likely (0 to 1), and what gives it away."""

    start: int
    end: int
    text: str
    kind: str
    score: float
    explanation: str


def in_text_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings by where they begin and end; at one place, by their kind."""
    return tuple(sorted(findings, key=lambda f: (f.start, f.end, f.kind)))


class Rewritten(msgspec.Struct, frozen=True):
    """How surely a text is the article of a reference, sentence by sentence in other words.

    `probability` (0 to 1) that it is that very article and no report of its own, `share` of its words in sentences that
    say the same in other words than the reference, and how far these are `apart` from it (the share of their words that
    do not stand there in the same order), all 0 to 1; `source` is the reference. `called` says whether all of this is
    enough to call the text rewritten. Word for word copies are not rewritten.
    """

    called: bool
    probability: float
    share: float
    apart: float
    source: str


class Verdict(msgspec.Struct, frozen=True):
    """The judgement on the whole document.

    `damaged` or clean; `probability` that it is damaged and `damaged_share`, the estimated share of its words that
    are, both 0 to 1; `findings`, the suspicious places in the order of the text, each with the probability that it is
    damage; `family`, the likeliest family of spinners ("" for a clean text and where that is unclear), and
    `family_share`, its share (0 to 1) in the mix of families that the informative words speak for. `part` is where the
    damage lies if the text as a whole would pass for clean; the probability is then that of the part. `rewritten` says
    whether it is a reference's article in other words, which the other fields do not look at; None without a reference
    about the same event.

    As JSON an object with these fields; family and family_share are "" and 0.0, part and rewritten are null, where
    older JSON lacks them. `restore check` also writes `evidence`.
    """

    damaged: bool
    probability: float
    damaged_share: float
    findings: tuple[Finding, ...] = ()
    family: str = ""
    family_share: float = 0.0
    part: Span | None = None
    rewritten: Rewritten | None = None

    @property
    def evidence(self) -> tuple[Finding, ...]:
        """The ten strongest findings, strongest first."""
        return tuple(sorted(self.findings, key=lambda f: (-f.score, f.start, f.end))[:_STRONGEST])


class Conflict(msgspec.Struct, frozen=True):
    """A fact on which the text and a reference disagree: the text keeps its own words.

    `[start, end)` is the place in the text, `quote` what the reference `source` says, at `[quote_start, quote_end)` of
    it as given. There may also be soft hyphens, characters of no width and line ends, which `quote` leaves out.
    """

    start: int
    end: int
    original: str
    kind: ConflictKind
    source: str
    quote: str
    quote_start: int
    quote_end: int

    @property
    def span(self) -> Span:
        """The place in the text."""
        return Span(self.start, self.end)


class ReferenceReport(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of a reference: used as evidence or ignored, its likeness to the text (0 to 1), and why.

    `same_event` is the probability that an index gave it; None for one that a user gave.
    """

    id: str
    accepted: bool
    score: float
    reason: str
    url: str = ""
    title: str = ""
    date: str = ""
    same_event: float | None = None


class Origin(msgspec.Struct, frozen=True):
    """The file that a text was read from: its name, its encoding as Python names it, and whether that was marked."""

    name: str
    encoding: str = "utf-8"
    mark: bool = False


class Restoration(msgspec.Struct, frozen=True):
    """The outcome for one text: the text as given, every proposal with its confidence, and the verdict.

    `corrections` are sorted and disjoint, but for those that a person rejected. Those with `confidence >= threshold`
    are applied in `restored`, if no person decided otherwise; the others are proposals, shown and never applied.
    `conflicts` are facts on which a reference disagrees with the text, which keeps its own. `rewrites` are sentences of
    references that are proposed for whole sentences, beside the corrections, which they may overlap: sorted, disjoint,
    and never applied here (see `with_rewrites`); those that a person accepts move to `corrections`. `error` says why
    `Restorer.pipe` could not work on the text; "" if it could. `origin` is the file of the text, if it had one.
    """

    text: str
    corrections: tuple[Correction, ...]
    threshold: float
    verdict: Verdict
    references: tuple[ReferenceReport, ...] = ()
    config_fingerprint: str = ""
    notes: tuple[str, ...] = ()
    error: str = ""
    version: int = PLAN_VERSION
    spins: tuple[ReferenceReport, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    origin: Origin | None = None
    rewrites: tuple[Correction, ...] = ()

    @property
    def applied(self) -> tuple[Correction, ...]:
        """The corrections sure enough to apply, or accepted by a person."""
        return tuple(c for c in self.corrections if c.applies(self.threshold))

    @property
    def proposals(self) -> tuple[Correction, ...]:
        """The corrections that are not applied."""
        return tuple(c for c in self.corrections if not c.applies(self.threshold))

    def with_rewrites(self, threshold: float | None = None) -> tuple[Correction, ...]:
        """Return the corrections with the sure rewrites added, in the place of corrections that these overlap.

        Sure are those whose comparison says so, at or above `threshold` (that of the plan unless given). A person's
        word counts more: accepted ones are added always, rejected ones never, and others not where anything is decided.
        """
        least = self.threshold if threshold is None else threshold
        decided = Covered(c.span for c in self.corrections if c.review)

        def is_added(c: Correction) -> bool:
            return c.applies(least) if c.review else c.is_sure_rewrite(least) and not decided.touches(c.start, c.end)

        chosen = [c for c in self.rewrites if is_added(c)]
        taken = Covered(c.span for c in chosen)
        kept = (c for c in self.corrections if not taken.touches(c.start, c.end))
        return tuple(sorted([*kept, *chosen], key=lambda c: (c.start, c.end)))

    @property
    def restored(self) -> str:
        """The text with the applied corrections; everything else is as given, character for character."""
        return apply(self.text, self.applied)

    def _repr_html_(self) -> str:
        """Return the diff for a notebook; see `restore.rendering.notebook`."""
        from restore.rendering.notebook import html_diff

        return html_diff(self)

    def to_json(self) -> str:
        """Give the whole restoration as one JSON object, with the SHA-256 of its text."""
        fields = msgspec.to_builtins(self)
        fields["text_sha256"] = text_sha256(self.text)
        fields["restored"] = self.restored
        for name in ("spins", "conflicts", "rewrites", "origin"):
            if not fields[name]:
                del fields[name]
        try:
            return msgspec.json.format(msgspec.json.encode(fields), indent=2).decode()
        except UnicodeEncodeError:  # a lone surrogate, which JSON can carry only as an escape
            return json.dumps(fields, indent=2)

    @classmethod
    def from_json(cls, data: str | bytes) -> Restoration:
        """Read what `to_json` wrote.

        Raises `PlanMismatchError` if it is no restoration, or one of another plan version.
        """
        try:
            found = _decode(data, cls)
        except (msgspec.MsgspecError, ValueError) as error:
            raise PlanMismatchError(f"this is not a restoration plan: {error}") from error
        except RecursionError as error:
            raise PlanMismatchError("this is not a restoration plan: it is nested too deeply") from error
        if found.version != PLAN_VERSION:
            raise PlanMismatchError(f"the plan has version {found.version}, this program reads {PLAN_VERSION}")
        return found


def _decode(data: str | bytes, kind: type[Restoration]) -> Restoration:
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeError):  # msgspec reads no escaped lone surrogates
        return msgspec.convert(json.loads(data), type=kind)


def text_sha256(text: str) -> str:
    """Fingerprint a text, lone surrogates included."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


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


def with_evidence(correction: Correction, change: Callable[[Evidence], Evidence]) -> Correction:
    """Give a correction with every piece of its evidence, and of that of its alternatives, changed."""
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


def apply(text: str, corrections: Iterable[Correction]) -> str:
    """Replay a plan: replace each correction's span, and leave every other character as it is.

    Raises `PlanMismatchError` if a correction does not fit the text or overlaps another.
    """
    plan = sorted(corrections, key=lambda c: (c.start, c.end))
    check_plan(text, plan)
    pieces: list[str] = []
    last = 0
    for correction in plan:
        pieces += [text[last : correction.start], correction.replacement]
        last = correction.end
    return "".join([*pieces, text[last:]])
