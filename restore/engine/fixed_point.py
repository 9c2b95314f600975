"""One text on its way to the fixed point: passes through all stages until nothing changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs

from restore.records import Conflict, Correction, Covered, Passage, PassageKind, ReferenceReport, Span, apply
from restore.records.plans import TextPlan, compose, in_outcome, with_original_offsets
from restore.text.encoding_repair import is_misencoded
from restore.user_dictionary.dictionary import ROUNDS

if TYPE_CHECKING:
    from restore.alignment.records import AlignedReference
    from restore.candidates.base import Candidate, Context
    from restore.candidates.refusals import Refusals
    from restore.detection.foreign import Foreign
    from restore.encoder.reading import Reading
    from restore.engine.parts import Engine, ParsedReferences
    from restore.ranking.decide import Judged
    from restore.text.parsing import ParsedText

_FRESH_STARTS = 3
"""How often a text is begun anew with what would not settle left alone. By hand: a text that does not settle after
these is returned unchanged; fewer lose its repairs, more cost time."""


class _Pass(NamedTuple):
    """What one pass found in a text, none of it applied yet, and the text's rate of damage (0 to 1).

    `held` says whether the rate of an earlier pass made a difference.
    """

    found: TextPlan
    rate: float
    held: bool


class Run:
    """One text on its way to the fixed point: passes until nothing changes; what will not settle is left alone."""

    def __init__(
        self,
        engine: Engine,
        text: str,
        references: ParsedReferences,
        spins: ParsedReferences,
        sound: float,
        given: str,
    ) -> None:
        """`sound` is the chance (0 to 1) that nothing of the text is damaged, by its verdict.

        `given` is the text before anything was repaired: references are reported as what they are to that.
        """
        self._engine = engine
        self.text = text
        self._given = given
        self.references = references
        self.sound = sound
        self.spins = spins
        self.reports: tuple[ReferenceReport, ...] = ()
        self.spin_reports: tuple[ReferenceReport, ...] = ()
        self.notes: list[str] = []
        self.foreign: tuple[Foreign, ...] | None = None
        """What of the text as given is not English; None before it is read."""
        self.verse = False
        """Whether a part of the text is verse."""
        self._refusals: Refusals
        """What the pass at work has refused."""

    def all_notes(self) -> tuple[str, ...]:
        """Return what the user should know of the run."""
        from restore.detection.foreign import note_on
        from restore.detection.verse import NOTE

        return (*self.notes, *filter(None, [note_on(self.foreign or ()), NOTE if self.verse else ""]))

    def converge(self) -> TextPlan:
        """Return the plan to apply, the proposals that stay below the threshold, and the conflicts.

        What the user prefers is replaced before the repairs and, where these write what it replaces, again after them.
        """
        first = plan = self._preferred(self.text, ())
        for _ in range(_FRESH_STARTS + 1):
            now = apply(self.text, plan)
            found = self._converge(now).behind(self.text, plan)
            wanted = self._preferred(self.text, found.plan)
            if wanted == found.plan:
                return found
            plan = wanted
        self.notes.append("repairs and preferred replacements undo each other: only what the user prefers was replaced")
        return TextPlan(first)

    def _preferred(self, text: str, plan: tuple[Correction, ...]) -> tuple[Correction, ...]:
        """Add to a plan what the user's dictionary wants replaced in its outcome, until it wants nothing more."""
        from restore.ranking.corrections import make_preferences

        dictionary = self._engine.dictionary
        given = plan
        for _ in range(ROUNDS if dictionary else 0):
            now = apply(text, plan)
            preferences = dictionary.preferred(now)
            if not preferences:
                return plan
            made = make_preferences(self._engine.parse(now), preferences)
            made = dictionary.admissible_preferences(now, made)
            if not made:
                return plan
            plan = compose(text, plan, made) if plan else made
        note = "preferred replacements chase each other in this text: they were left out"
        if dictionary and note not in self.notes:
            self.notes.append(note)
        return given

    def _converge(self, text: str) -> TextPlan:
        """Return what was found in a text.

        Where sentences had to be frozen, the outcome is restored anew: only if that changes nothing is it final, so
        that restoring a restored text changes nothing either.
        """
        found, frozen = self._converge_once(text)
        for _ in range(_FRESH_STARTS):
            if not frozen:
                return found
            more, again = self._converge_once(apply(text, found.plan))
            both = more.behind(text, found.plan)
            if not more.plan:
                self.notes.append(f"{frozen} sentence(s) would not settle and were left as they are")
                return replace(found, conflicts=both.conflicts, refused=both.refused)
            found, frozen = replace(both, proposals=()), max(frozen, again)
        self.notes.append("the text would not settle: nothing was changed")
        return TextPlan(conflicts=found.conflicts)

    def _converge_once(self, text: str) -> tuple[TextPlan, int]:
        """Return what was found in a text, and the number of sentences that had to be frozen."""
        frozen: list[Span] = []
        for _ in range(_FRESH_STARTS):
            found, unstable = self._passes(text, frozen)
            if not unstable:
                return found, len(frozen)
            frozen += self._sentences_of(text, unstable)
        return TextPlan(), len(frozen)  # the conflicts of the last pass lie in a text that is given up

    def _passes(self, text: str, frozen: Sequence[Span]) -> tuple[TextPlan, tuple[Correction, ...]]:
        """Restore again and again; return what was found in the text, and what still changed in the last pass.

        A text that is half mended is still the damaged text it was, so the rate of damage of the first pass holds in
        the second; the others do without it, as they would if the outcome came back as a new text.
        """
        threshold = self._engine.config.threshold
        plan: tuple[Correction, ...] = ()
        before: tuple[Correction, ...] = ()
        rate = 0.0
        for _ in range(self._engine.config.max_passes + 2):
            still = list(in_outcome(plan, frozen))
            last = self._one_pass(apply(text, plan), still, rate)
            sure = tuple(c for c in last.found.proposals if c.confidence >= threshold)
            if not sure and last.held:
                rate = 0.0
                continue
            if not sure:
                return last.found.ending(text, plan), ()
            rate = 0.0 if plan else last.rate
            before, plan = plan, compose(text, plan, with_original_offsets(plan, sure))
        unstable = tuple(c for c in (*before, *plan) if (c in before) != (c in plan))
        return TextPlan(plan), unstable or plan

    def _one_pass(self, text: str, frozen: Sequence[Span], least_rate: float) -> _Pass:
        """Propose corrections for a text as it stands now, none of them in a frozen range."""
        from restore.alignment.conflicts import differing_denials, find_conflicts
        from restore.candidates.base import Context
        from restore.candidates.gather import verbatim
        from restore.candidates.reference_words import NAMED
        from restore.candidates.refusals import Refusals
        from restore.detection.left_alone import left_alone
        from restore.ranking.speakers import with_speakers

        engine = self._engine
        parsed = engine.parse(text)
        # Never stricter than with the outcome as a new text, or that would change again. Less than 0 it cannot get.
        if text != self.text and self.sound:
            self.sound = min(self.sound, engine.soundness(parsed))
        aligned = self._aligned(parsed)
        spins, self.spin_reports = engine.compare(parsed, self.spins)
        reading = engine.read(parsed, aligned)
        suspects = reading.suspects(engine.encoder_ranker.suspect) | engine.channel_suspects(parsed)
        context = Context(parsed, aligned, tuple(spins), engine.dictionary, suspects)
        conflicts = find_conflicts(parsed, sorted(aligned, key=lambda a: bool(a.other_day)))
        names = [c.span for c in conflicts if c.kind == "name"]
        passages = left_alone(parsed)
        self.foreign = passages.foreign if self.foreign is None else self.foreign
        self.verse = self.verse or bool(passages.verse)
        alone_in: dict[PassageKind, Sequence[Span]] = {
            "unsettled": frozen,
            "verbatim": verbatim(context),
            "denial": differing_denials(parsed, aligned),
            "dictionary": engine.dictionary.kept_spans(text),
            **passages.by_kind(),
        }
        settled = [*(c.span for c in _facts(conflicts, aligned)), *chain.from_iterable(alone_in.values())]
        self._refusals = Refusals()
        candidates = self._candidates(context, reading, settled)
        if names:  # another name is a fact; one that is surely damaged is none
            disputed = Covered(names)
            candidates = [c for c in candidates if c.features.get(NAMED) or not disputed.touches(c.start, c.end)]
        judged = [engine.judge(context, candidates, reading, least_rate, self.sound)]
        judged += [self._judged_alone(context, names, settled)] if names else []
        found = with_speakers(parsed, self._chosen(parsed, judged), reading, engine.config.threshold)
        refused = self._refusals.told(parsed, Covered(settled))
        told = TextPlan((), found, conflicts, refused, tuple(_passages(alone_in)))
        return _Pass(told, judged[0].rate, judged[0].held)

    def _chosen(self, parsed: ParsedText, judged: Sequence[Judged]) -> tuple[Correction, ...]:
        """Return the corrections of a text."""
        from restore.ranking.corrections import make_corrections
        from restore.ranking.neighbours import one_at_a_time
        from restore.ranking.quotations import prevailing

        threshold = self._engine.config.threshold
        decisions = chain.from_iterable(prevailing(j.decisions(), threshold) for j in judged)
        found = self._admissible(parsed.text, make_corrections(parsed, decisions))
        return one_at_a_time(parsed, found, threshold)

    def _aligned(self, parsed: ParsedText) -> tuple[AlignedReference, ...]:
        """Return the references that are used for a text as it stands now, aligned; note what became of each."""
        from restore.alignment.align import align
        from restore.alignment.days import with_day

        reports = self._engine.assess(parsed, self.references)
        pairs = zip(self.references, reports, strict=True)
        accepted = [(given, other, report) for (given, other), report in pairs if report.accepted]
        aligned = tuple(with_day(parsed, align(parsed, other, given.id, r.score)) for given, other, r in accepted)
        reports = with_days(reports, {a.id: a.other_day for a in aligned if a.other_day})
        self.reports = first_reports(self._earlier_reports(parsed.text, reports), reports)
        return aligned

    def _earlier_reports(self, text: str, reports: Sequence[ReferenceReport]) -> tuple[ReferenceReport, ...]:
        """Return the reports on references so far; of those met for the first time, what they are to the text as given.

        A repair of the encoding or of spintax, before the first pass, must not make a text identical with a reference.
        """
        if text == self._given or {r.id for r in reports} <= {r.id for r in self.reports}:
            return self.reports
        return (*self._engine.assess(self._engine.parse(self._given), self.references), *self.reports)

    def _candidates(self, context: Context, reading: Reading, settled: Sequence[Span]) -> list[Candidate]:
        """Return the candidates of a text that touch nothing that is settled and that the user allows."""
        from restore.candidates.gather import gather
        from restore.candidates.refusals import FORBIDDEN, MISENCODED
        from restore.ranking.corrections import allowed_kinds

        engine, covered = self._engine, Covered(settled)
        sources = [*engine.sources, *engine.guesses(reading)]
        found = gather(context, sources, self._refusals)
        if engine.config.repair_encoding:  # what a reference has wrong must not come in by the back door
            found = self._without(found, [c for c in found if not is_misencoded(c.replacement)], MISENCODED)
        found = self._without(found, allowed_kinds(context.parsed, found, engine.dictionary), FORBIDDEN)
        self._refusals.allow(found)
        return [c for c in found if not covered.touches(c.start, c.end)]

    def _without(self, found: Sequence[Candidate], kept: list[Candidate], rule: str) -> list[Candidate]:
        """Return what is kept of the candidates found, and tell that a rule refused the others."""
        if len(kept) < len(found):
            allowed = set(kept)
            for candidate in found:
                if candidate not in allowed:
                    self._refusals.add(candidate, rule)
        return kept

    def _judged_alone(self, context: Context, names: Sequence[Span], settled: Sequence[Span]) -> Judged:
        """Weigh names that a reference has otherwise as if there were no reference.

        Another name is a fact, and stays; a damaged name is none. So what the text gets alone it gets beside a
        reference too, all the surer if it is what the reference has, and what only the reference says it does not get.
        """
        reading = self._engine.read(context.parsed, ())
        there = {t.index for span in names for t in context.parsed.tokens_between(span.start, span.end)}
        suspects = reading.suspects(self._engine.encoder_ranker.suspect) | self._engine.channel_suspects(context.parsed)
        alone = replace(context, references=(), suspects=suspects & there, confirming=context.references)
        covered = Covered(names)
        found = [c for c in self._candidates(alone, reading, settled) if covered.touches(c.start, c.end)]
        return self._engine.judge(alone, found, reading, 0.0, self.sound)

    def _admissible(self, text: str, found: tuple[Correction, ...]) -> tuple[Correction, ...]:
        """Leave out what touches what the user keeps (a deletion takes a neighbour along), or would uncover it."""
        dictionary, threshold = self._engine.dictionary, self._engine.config.threshold
        if not dictionary:
            return found
        kept = Covered(dictionary.kept_spans(text))
        found = tuple(c for c in found if not kept.touches(c.start, c.end))
        sure = set(dictionary.admissible(text, (c for c in found if c.confidence >= threshold)))
        return tuple(c for c in found if c.confidence < threshold or c in sure)

    def _sentences_of(self, text: str, unstable: Iterable[Correction]) -> list[Span]:
        spans = Covered([c.span for c in unstable])
        sentences = self._engine.parse(text).sentences
        return [Span(s.start, s.end) for s in sentences if spans.touches(s.start, s.end)] or [c.span for c in unstable]


def _facts(conflicts: Iterable[Conflict], references: Sequence[AlignedReference]) -> list[Conflict]:
    """Return the conflicts, names apart, whose places stay as they are.

    That a report of another day has another figure holds no place beside one of the same day: with both the text gets
    what it gets with that one alone.
    """
    other_days = {r.id for r in references if r.other_day}
    if len(other_days) == len(references):
        other_days = set()
    return [c for c in conflicts if c.kind == "polarity" or (c.kind != "name" and c.source not in other_days)]


def with_days(reports: Sequence[ReferenceReport], days: Mapping[str, str]) -> tuple[ReferenceReport, ...]:
    """Return reports on references that say which of them tell of another day of the story, by `days`."""
    return tuple(structs.replace(r, other_day=days.get(r.id, "")) if r.accepted else r for r in reports)


def _passages(spans_by_kind: Mapping[PassageKind, Sequence[Span]]) -> Iterator[Passage]:
    """Yield passages of each kind in text order, without those that lie in another one of their kind."""
    for kind, spans in spans_by_kind.items():
        end = 0
        for span in sorted(spans, key=lambda s: (s.start, -s.end)):
            if span.end > end:
                yield Passage(span.start, span.end, kind)
                end = span.end


def first_reports(before: Sequence[ReferenceReport], now: Sequence[ReferenceReport]) -> tuple[ReferenceReport, ...]:
    """Return the reports on references: what they were to the text as given, not to what has become of it.

    `now` are the reports on the text as it stands, in whose order they come; one that has come to be used, or no longer
    is, is reported as it stands, and so is the day that it tells of.
    """
    known = {report.id: report for report in before}
    kept = [k if (k := known.get(r.id)) is not None and k.accepted == r.accepted else r for r in now]
    return tuple(structs.replace(k, other_day=r.other_day) for k, r in zip(kept, now, strict=True))
