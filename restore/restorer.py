"""The pipeline: every stage in its order, over one text until nothing changes any more."""

from __future__ import annotations

import dataclasses
import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Self

from msgspec.structs import replace

from restore.config import Config
from restore.engine.fixed_point import Run
from restore.engine.parts import Engine, ParsedReferences
from restore.errors import InputError, RestoreError
from restore.records import (
    REWRITE,
    Correction,
    Covered,
    Document,
    Evidence,
    Published,
    Reference,
    ReferenceReport,
    Restoration,
    Verdict,
    apply,
    with_evidence,
)
from restore.records.plans import TextPlan
from restore.rewrites.convergence import NOTE, Converged, converge_with_rewrites
from restore.text.encoding_repair import encoding_repairs, is_misencoded
from restore.text.spintax import spintax_repairs
from restore.user_dictionary.dictionary import Dictionary

if TYPE_CHECKING:
    from types import TracebackType

    from restore.rewrites.verdict import RewriteSource
    from restore.text.parsing import ParsedText, Parser

_LOG = logging.getLogger(__name__)
_SEARCHES = 4
"""How often the index is asked for references to one text, with what the repairs made of it. By hand: a text for which
the answer still changes is returned unchanged; fewer lose its repairs, more cost time."""


class Restorer:
    """Restores texts; every model and table is loaded once, at its first use.

    Raises `ConfigError` for an entry of the dictionary that is wrong. Several threads may share one: their texts are
    worked on one after the other. `with Restorer() as restorer:` lets go of the models at the end, as `close` does.
    """

    def __init__(self, config: Config | None = None) -> None:
        self.config = config or Config()
        self._engine = Engine(self.config)
        self._closed = False
        self._one_at_a_time = threading.RLock()

    def restore(
        self,
        text: str,
        references: str | Sequence[str | Reference] = (),
        spins: str | Sequence[str | Reference] = (),
        *,
        url: str = "",
        date: str = "",
    ) -> Restoration:
        """Restore one text, with clean articles about the same event as evidence where there are any.

        Where the config names an index, such articles are also looked for there; the words of `url`, where the text was
        scraped from, help to find them, and `date`, when it was published, keeps those of other days out. `spins` are
        other damaged versions of the same article. Raises `InputError` for an empty or too long text, reference or spin
        or a missing index, `ModelNotFoundError` for a missing model, `RestoreError` after `close`.
        """
        with self._one_at_a_time:
            self._check_open()
            found = self._restore(text, references, spins, Published(url, date))
        _LOG.debug("%d characters: %d applied, %d proposed", len(text), len(found.applied), len(found.proposals))
        return found

    def _restore(
        self,
        text: str,
        references: str | Sequence[str | Reference],
        spins: str | Sequence[str | Reference],
        published: Published,
    ) -> Restoration:
        from restore.references.plain import as_given

        self._engine.check_length(text, "the text")
        verdict = self._engine.document_verdict(self._engine.parse(text))
        given = self._engine.parse_references(references, "reference")
        other = self._engine.parse_references(spins, "spin")
        converged = self._converge_with_rewrites(text, given, other, published) if self.config.rewrites else None
        unstable = self.config.rewrites and converged is None
        run, repaired = converged or self._converge(text, given, other, published, text)
        sources = self._rewrite_sources(text, run.references)
        used = [r for r, _ in run.references]
        found = as_given(
            _with_urls([*repaired.plan, *repaired.proposals], run.references), [*used, *(r for r, _ in other)]
        )
        rewrites = _apart(self._rewrites(text, sources), [c for c in repaired.plan if c.kind == REWRITE])
        return Restoration(
            text=text,
            corrections=tuple(sorted(found, key=_place)),
            threshold=self.config.threshold,
            verdict=self._with_rewritten(verdict, sources),
            references=run.reports,
            config_fingerprint=self._engine.fingerprint,
            notes=(*run.all_notes(), *[NOTE] * unstable, *self._engine.take_notes()),
            spins=run.spin_reports,
            conflicts=tuple(as_given(repaired.conflicts, used)),
            rewrites=tuple(as_given(_with_urls(rewrites, run.references), used)),
            refused=repaired.refused,
            left_alone=tuple(sorted(repaired.left_alone, key=lambda p: (p.start, p.end, p.kind))),
        )

    def _converge(
        self, text: str, given: ParsedReferences, spins: ParsedReferences, published: Published, unrepaired: str
    ) -> Converged:
        """Repair a text before anything is read, then pass over it until nothing changes.

        `unrepaired` is the text as given, which references are reported on.
        """
        repairs, doubtful = self._repairs(text)
        readable = apply(text, repairs)
        sound = self._engine.soundness(self._engine.parse(readable))
        if self.config.index:
            run, found = self._converge_with_index(readable, given, spins, published, sound, unrepaired)
        else:
            run = Run(self._engine, readable, given, spins, sound, unrepaired)
            found = run.converge()
        found = found.behind(text, repairs)
        doubtful = _apart(doubtful, [*found.plan, *found.proposals])
        return Converged(run, dataclasses.replace(found, proposals=(*found.proposals, *doubtful)))

    def _converge_with_rewrites(
        self, text: str, given: ParsedReferences, spins: ParsedReferences, published: Published
    ) -> Converged | None:
        """Converge with the sentences of references that are sure put in; None if that will not settle."""

        def put_in(now: str) -> tuple[Correction, ...]:
            from restore.rewrites.proposals import sure

            indexed = self.find_references(now, published.url, published.date)
            parsed_references = [*given, *self._engine.parse_references(indexed, "reference")]
            chosen = sure(self._rewrites(now, self._rewrite_sources(now, parsed_references)), self.config.threshold)
            return self._engine.dictionary.admissible(now, chosen)

        return converge_with_rewrites(text, put_in, lambda now: self._converge(now, given, spins, published, text))

    def _rewrite_sources(self, text: str, parsed_references: ParsedReferences) -> list[RewriteSource]:
        """Return a text beside each reference that is about the same event."""
        if not parsed_references:
            return []
        from restore.rewrites.verdict import make_sources

        parsed = self._engine.parse(text)
        reports = enumerate(self._engine.assess(parsed, parsed_references))
        return make_sources(parsed, [(n + 1, r.id, parsed_references[n][1]) for n, r in reports if r.accepted])

    @staticmethod
    def _with_rewritten(verdict: Verdict, sources: Sequence[RewriteSource]) -> Verdict:
        if not sources:
            return verdict
        from restore.rewrites.verdict import rewritten

        return replace(verdict, rewritten=rewritten(sources))

    def _rewrites(self, text: str, sources: Sequence[RewriteSource]) -> tuple[Correction, ...]:
        """Return the sentences of references proposed for sentences of a text that the user does not want kept."""
        if not sources:
            return ()
        from restore.detection.left_alone import left_alone
        from restore.rewrites.proposals import propose

        parsed = self._engine.parse(text)
        found = propose(parsed, sources, [*self._engine.dictionary.kept_spans(text), *left_alone(parsed).spans])
        return tuple(c for c in found if self._engine.dictionary.allows(c) and not is_misencoded(c.replacement))

    def _repairs(self, text: str) -> tuple[list[Correction], list[Correction]]:
        """Return what is repaired before anything is read, the sure repairs and the others.

        That is open spintax, and wrongly decoded text if the config asks for it.
        """
        decoded = encoding_repairs(text, self._engine.dictionary.allows) if self.config.repair_encoding else ()
        spintax = filter(self._engine.dictionary.allows, spintax_repairs(text))
        found = self._engine.dictionary.admissible_repairs(
            text, sorted([*decoded, *_apart(spintax, decoded)], key=_place)
        )
        least = self.config.threshold
        return [c for c in found if c.confidence >= least], [c for c in found if c.confidence < least]

    def _converge_with_index(
        self,
        text: str,
        given: ParsedReferences,
        spins: ParsedReferences,
        published: Published,
        sound: float,
        unrepaired: str,
    ) -> Converged:
        """Converge with the references that the index has; ask it again with the outcome, until it names the same ones.

        So restoring a restored text, which asks the index with that text, changes nothing.
        """
        plan: tuple[Correction, ...] = ()
        known = [reference for reference, _ in given]
        found = self._engine.indexed.find(text, published, known)
        parsed_references = self._engine.parse_references(found.references, "reference")
        reports: tuple[ReferenceReport, ...] = ()
        for _ in range(_SEARCHES):
            now = apply(text, plan)
            run = Run(self._engine, now, [*given, *parsed_references], spins, sound, unrepaired)
            run.reports = reports
            more = run.converge()
            reports = run.reports
            both = more.behind(text, plan)
            plan = both.plan
            again = found if not more.plan else self._engine.indexed.find(apply(text, plan), published, known)
            if again.ids == found.ids:
                run.notes += [found.note] * bool(found.note)
                return Converged(run, both)
            found, parsed = again, {reference.id: (reference, parsed) for reference, parsed in parsed_references}
            parsed_references = [
                parsed[r.id] if r.id in parsed else self._engine.parse_references([r], "reference")[0]
                for r in found.references
            ]
        run.notes.append("the index names other references after every repair: nothing was changed")
        return Converged(run, TextPlan())

    def find_references(self, text: str, url: str = "", date: str = "") -> tuple[Reference, ...]:
        """Return what the index of the config has on the event of a text, sorted by id; nothing without an index.

        Raises `InputError` for a missing index, `RestoreError` after `close`.
        """
        with self._one_at_a_time:
            self._check_open()
            return self._engine.indexed.find(text, Published(url, date)).references if self.config.index else ()

    def check(self, text: str, references: str | Sequence[str | Reference] = ()) -> Verdict:
        """Return whether a text is damaged, where, how badly, and by which spinner; changes nothing.

        With clean articles about the same event, say also whether it is one of them in other words. Raises `InputError`
        for an empty or too long text or reference, `ModelNotFoundError` for a missing model, `RestoreError` after
        `close`.
        """
        with self._one_at_a_time:
            self._check_open()
            self._engine.check_length(text, "the text")
            verdict = self._engine.document_verdict(self._engine.parse(text))
            return self._with_rewritten(
                verdict, self._rewrite_sources(text, self._engine.parse_references(references, "reference"))
            )

    def triage(self, text: str) -> Verdict:
        """Return what decides whether a text of a batch is restored: of a surely clean one the first look alone.

        Such a verdict names no places, and is three times as fast as that of `check`, which all others get. Errors are
        those of `check`.
        """
        with self._one_at_a_time:
            self._check_open()
            self._engine.check_length(text, "the text")
            looked = self._engine.first_look(text) if self.config.cascade.first_look else None
            return looked or self._engine.document_verdict(self._engine.parse(text))

    def pipe(self, documents: Iterable[str | Document]) -> Iterator[Restoration]:
        """Restore documents one after the other, lazily and in order.

        A document that cannot be worked on (empty, too long) gives a restoration without corrections whose `error` says
        why; the others go on.
        """
        for given in documents:
            document = Document(given) if isinstance(given, str) else given
            try:
                yield self.restore(
                    document.text, document.references, document.spins, url=document.url, date=document.date
                )
            except InputError as error:
                _LOG.info("not restored: %s", error)
                nothing = Verdict(damaged=False, probability=0.0, damaged_share=0.0)
                yield Restoration(
                    document.text, (), self.config.threshold, nothing, (), self._engine.fingerprint, (), str(error)
                )

    def close(self) -> None:
        """Let go of the models, tables and the index; whatever is asked afterwards raises `RestoreError`.

        What another `Restorer` of the process uses, too (the encoder, the tables of models/), stays loaded.
        """
        with self._one_at_a_time:
            self._closed = True
            self._engine.release()

    @property
    def dictionary(self) -> Dictionary:
        """What the user keeps and prefers."""
        return self._engine.dictionary

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that name the settings, the tables and the versions a result depends on."""
        return self._engine.fingerprint

    @property
    def parser(self) -> Parser:
        """What parses texts, with the pipeline that the config names."""
        return self._engine.parser

    def parse(self, text: str) -> ParsedText:
        """Return the parse of a text, which is kept for its next use."""
        return self._engine.parse(text)

    def keep_parse(self, parsed: ParsedText) -> None:
        """Keep the parse of a text for its next use; one made elsewhere must be what `parse` would return."""
        self._engine.keep_parse(parsed)

    def take_notes(self) -> tuple[str, ...]:
        """Return what could not be checked for grammar since the last call."""
        return self._engine.take_notes()

    def __enter__(self) -> Self:
        self._check_open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    def _check_open(self) -> None:
        if self._closed:
            raise RestoreError("this Restorer is closed: make another one, or use it inside its `with` block")


def _place(correction: Correction) -> tuple[int, int]:
    return correction.start, correction.end


def _apart(corrections: Iterable[Correction], others: Sequence[Correction]) -> list[Correction]:
    """Leave out the corrections that overlap one of the others."""
    taken = Covered([c.span for c in others])
    return [c for c in corrections if not taken.touches(c.start, c.end)]


def _with_urls(corrections: Sequence[Correction], parsed_references: ParsedReferences) -> list[Correction]:
    """Name the address of a reference wherever it is evidence."""
    urls = {reference.id: reference.url for reference, _ in parsed_references if reference.url}
    if not urls:
        return list(corrections)

    def located(e: Evidence) -> Evidence:
        return replace(e, url=urls[e.source]) if e.kind == "reference" and e.source in urls else e

    return [with_evidence(c, located) for c in corrections]
