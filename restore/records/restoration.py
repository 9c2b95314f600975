"""A text and its references, the verdict on it, and what came of it: all that goes to JSON and back.

All offsets are indices into the Python string exactly as it was given (code points, not bytes).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Literal, NamedTuple

import msgspec

from restore.errors import PlanMismatchError
from restore.records.corrections import REWRITE, Correction, Covered, EvidenceKind, Span, apply

ConflictKind = Literal["number", "date", "name", "polarity"]
PassageKind = Literal["verbatim", "denial", "dictionary", "foreign", "verse", "furniture", "unsettled"]
"""Why nothing is repaired in a passage: a reference has it word for word, only one of the two denies something, the
user's dictionary keeps it, it is not English, verse, page furniture, or its sentence changed with every pass."""
PLAN_VERSION = 1
"""Raised when the meaning of a plan changes; a plan of another version is refused."""
_STRONGEST = 10
"""Findings that a verdict shows first. By hand, for reading."""


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


class Published(NamedTuple):
    """Where and when a text was published, as far as that is known."""

    url: str = ""
    date: str = ""


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
    date: str = ""
    """When it was published, if that is known: articles of other days are then no references from an index."""


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


class Refusal(msgspec.Struct, frozen=True):
    """What a source proposed for `[start, end)` and no confidence could make good, since it breaks a rule.

    `rule` is the name of that rule, one of `restore.candidates.constraints.RULES` or of
    `restore.candidates.refusals.RULES`; `sources` are the kinds of evidence that spoke for the `replacement`.
    """

    start: int
    end: int
    original: str
    replacement: str
    rule: str
    sources: tuple[EvidenceKind, ...]


class Passage(msgspec.Struct, frozen=True):
    """The characters `[start, end)` of a text, in which nothing was repaired, and why."""

    start: int
    end: int
    kind: PassageKind


class ReferenceReport(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of a reference: used as evidence or ignored, its likeness to the text (0 to 1), and why.

    `same_event` is the probability that an index gave it; None for one that a user gave. `other_day` says by what a
    reference that is used tells of another day of the story: it is evidence of words then, not of facts. "" if nothing
    says that it does.
    """

    id: str
    accepted: bool
    score: float
    reason: str
    url: str = ""
    title: str = ""
    date: str = ""
    same_event: float | None = None
    other_day: str = ""


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

    Why a word stayed as it was: it has a correction below the threshold, or a conflict; a rule `refused` what was
    proposed, three replacements of a place at most, those with the strongest evidence; or it lies in a passage that is
    `left_alone`. In none of these are words for which nothing with a chance of one in ten was proposed.
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
    refused: tuple[Refusal, ...] = ()
    left_alone: tuple[Passage, ...] = ()

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

    def summary(self) -> str:
        """Return in one line what was done: "2 corrections applied, 1 proposal below 0.9 left alone"."""
        applied, proposals = len(self.applied), len(self.proposals)
        line = f"{counted(applied, 'correction')} applied"
        whole = sum(c.kind == REWRITE for c in self.applied)
        if whole:
            line += f" ({counted(whole, 'whole sentence')} of references)"
        if proposals:
            line += f", {counted(proposals, 'proposal')} below {self.threshold:g} left alone"
        if self.rewrites:
            line += f", {counted(len(self.rewrites), 'whole sentence')} of references proposed"
        return line

    def _repr_html_(self) -> str:
        """Return the diff for a notebook: the changed lines with what was and what is."""
        from restore.records.notebook import html_diff

        if self.error:
            return html_diff(self.error)
        verdict = f"{'damaged' if self.verdict.damaged else 'looks clean'} (probability {self.verdict.probability:.2f})"
        return html_diff(f"{verdict}; {self.summary()}", self.text, self.corrections, self.threshold)

    def to_json(self) -> str:
        """Return the whole restoration as one JSON object, with the SHA-256 of its text."""
        fields = msgspec.to_builtins(self)
        fields["text_sha256"] = text_sha256(self.text)
        fields["restored"] = self.restored
        for name in ("spins", "conflicts", "rewrites", "origin", "refused", "left_alone"):
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


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: "1 correction", "2 corrections"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def text_sha256(text: str) -> str:
    """Fingerprint a text, lone surrogates included."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
