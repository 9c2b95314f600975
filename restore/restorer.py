"""The pipeline: every stage in its order, over one text until nothing changes any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from restore.config import Config
from restore.errors import InputError
from restore.plans import compose, moved_back
from restore.records import (
    Correction,
    Document,
    Reference,
    ReferenceReport,
    Restoration,
    Span,
    Verdict,
    apply,
)

if TYPE_CHECKING:
    from restore.alignment.records import AlignedReference
    from restore.candidates.base import CandidateSource
    from restore.channel import SpinnerChannel
    from restore.decoding.decoder import Decoder, Posteriors
    from restore.decoding.ranker import Ranker
    from restore.language_model.base import Judge
    from restore.parsing import ParsedText, Parser

    Heard = list[tuple[Reference, ParsedText, ReferenceReport]]

_FRESH_STARTS = 3


class Restorer:
    """Restores texts; every model and table is loaded once, at its first use.

    Not for several threads at once; use one per process.
    """

    def __init__(self, config: Config | None = None) -> None:
        self.config = config or Config()

    def restore(self, text: str, references: Sequence[str | Reference] = ()) -> Restoration:
        """Restore one text, with clean articles about the same event as evidence where there are any.

        Raises `InputError` for an empty or too long text or reference, `ModelNotFoundError` for a missing model.
        """
        self._check_length(text, "the text")
        parsed = self._parser.parse(text)
        heard = self._hear(parsed, references)
        verdict = self._judge_document(parsed)
        judge = self._judge([r.text for r, _, report in heard if report.accepted])
        run = _Run(self, text, heard, judge)
        plan, proposals = run.settle()
        return Restoration(
            text=text,
            corrections=tuple(sorted([*plan, *proposals], key=lambda c: (c.start, c.end))),
            threshold=self.config.min_confidence,
            verdict=verdict,
            references=tuple(report for _, _, report in heard),
            config_fingerprint=self.config.fingerprint,
            notes=tuple(run.notes),
        )

    def check(self, text: str, references: Sequence[str | Reference] = ()) -> Verdict:
        """Say whether a text is damaged, where, and how badly; needs no language model and changes nothing.

        Raises `InputError` for an empty or too long text.
        """
        del references  # the verdict rests on the text alone
        self._check_length(text, "the text")
        return self._judge_document(self._parser.parse(text))

    def pipe(self, documents: Iterable[str | Document]) -> Iterator[Restoration]:
        """Restore documents one after the other, lazily and in order."""
        for document in documents:
            if isinstance(document, str):
                yield self.restore(document)
            else:
                yield self.restore(document.text, document.references)

    @cached_property
    def sources(self) -> list[CandidateSource]:
        """The candidate sources that the config names."""
        from restore.candidates.gather import make_sources

        return make_sources(self.config.sources)

    @cached_property
    def _parser(self) -> Parser:
        from restore.parsing import Parser

        return Parser(self.config.spacy_pipeline)

    @cached_property
    def _channel(self) -> SpinnerChannel:
        from restore.channel import load_channel

        return load_channel()

    @cached_property
    def _ranker(self) -> Ranker:
        from restore.decoding.ranker import load_ranker

        return load_ranker()

    @cached_property
    def decoder(self) -> Decoder:
        """The decoder with the shipped channel and ranker."""
        from restore.decoding.decoder import Decoder

        return Decoder(self.config, self._channel, self._ranker)

    @cached_property
    def _llama(self) -> Judge:
        from restore.language_model.llama import LlamaJudge
        from restore.language_model.weights import neural_weights

        return LlamaJudge(neural_weights(), self.config.threads)

    def _judge(self, references: Iterable[str]) -> Judge:
        if self.config.language_model == "llama":
            return self._llama
        from restore.language_model.bigram import BigramJudge

        return BigramJudge(references)

    def _judge_document(self, parsed: ParsedText) -> Verdict:
        from restore.detection.verdict import judge

        return judge(parsed)

    def _hear(self, parsed: ParsedText, references: Sequence[str | Reference]) -> Heard:
        """Parse the references and tell which are about the same event."""
        if not references:
            return []
        from restore.references.match import assess

        heard: Heard = []
        for number, given in enumerate(references, 1):
            reference = Reference(f"reference {number}", given) if isinstance(given, str) else given
            self._check_length(reference.text, f"the reference {reference.id}")
            parsed_reference = self._parser.parse(reference.text)
            report = assess(parsed, reference, parsed_reference, self.config.reference_min_score)
            heard.append((reference, parsed_reference, report))
        return heard

    def _check_length(self, text: str, name: str) -> None:
        if not text.strip():
            raise InputError(f"{name} is empty: there is nothing to restore")
        if len(text) > self.config.max_characters:
            raise InputError(
                f"{name} has {len(text):,} characters, the limit is {self.config.max_characters:,}: cut it into"
                " articles or raise `max_characters` in the config"
            )

    def one_pass(
        self,
        text: str,
        heard: Heard,
        judge: Judge,
        memory: dict[tuple[object, ...], Posteriors],
        frozen: Sequence[Span],
    ) -> tuple[Correction, ...]:
        """Propose corrections for a text as it stands now, none of them in a frozen range."""
        from restore.alignment.align import align
        from restore.candidates.base import Context
        from restore.candidates.gather import gather, verbatim
        from restore.decoding.corrections import make_corrections

        parsed = self._parser.parse(text)
        aligned: list[AlignedReference] = [
            align(parsed, other, reference.id, report.score) for reference, other, report in heard if report.accepted
        ]
        context = Context(parsed, tuple(aligned))
        settled = [*frozen, *verbatim(context)]
        candidates = [
            c for c in gather(context, self.sources) if not any(Span(c.start, c.end).overlaps(s) for s in settled)
        ]
        share = self._judge_document(parsed).damaged_share
        decisions = self.decoder.decide(context, candidates, share, judge, memory)
        return make_corrections(parsed, decisions, judge.name)

    def sentences(self, text: str) -> list[Span]:
        """Give the ranges of the sentences of a text."""
        return [Span(s.start, s.end) for s in self._parser.parse(text).sentences]


class _Run:
    """One text on its way to the fixed point: passes until nothing changes; what will not settle is left alone."""

    def __init__(self, restorer: Restorer, text: str, heard: Heard, judge: Judge) -> None:
        self.restorer = restorer
        self.text = text
        self.heard = heard
        self.judge = judge
        self.memory: dict[tuple[object, ...], Any] = {}
        self.notes: list[str] = []

    def settle(self) -> tuple[tuple[Correction, ...], list[Correction]]:
        """Give the plan to apply, and the proposals that stay below the threshold."""
        frozen: list[Span] = []
        for _ in range(_FRESH_STARTS):
            plan, restless, proposals = self._passes(frozen)
            if not restless:
                return plan, proposals
            frozen += self._sentences_of(restless)
            self.notes.append(f"{len(frozen)} sentence(s) would not settle and were left as they are")
        return (), []

    def _passes(
        self, frozen: Sequence[Span]
    ) -> tuple[tuple[Correction, ...], tuple[Correction, ...], list[Correction]]:
        """Restore again and again; give the plan, what still changed in the last pass, and the proposals."""
        threshold = self.restorer.config.min_confidence
        plan: tuple[Correction, ...] = ()
        before: tuple[Correction, ...] = ()
        for _ in range(self.restorer.config.max_passes + 1):
            current = apply(self.text, plan)
            still = [_moved(plan, span) for span in frozen]
            found = self.restorer.one_pass(current, self.heard, self.judge, self.memory, still)
            sure = [c for c in found if c.confidence >= threshold]
            if not sure:
                moved = (moved_back(self.text, plan, c) for c in found)
                return plan, (), [c for c in moved if c is not None]
            before, plan = plan, compose(self.text, plan, sure)
        known = set(before)
        return plan, tuple(c for c in plan if c not in known) or plan, []

    def _sentences_of(self, restless: Iterable[Correction]) -> list[Span]:
        spans = [c.span for c in restless]
        found = [s for s in self.restorer.sentences(self.text) if any(s.overlaps(span) for span in spans)]
        return found or spans


def _moved(plan: Sequence[Correction], span: Span) -> Span:
    """Give where a range that the plan does not touch lies in the outcome of the plan."""
    shift = sum(len(c.replacement) - len(c.original) for c in plan if c.end <= span.start)
    return Span(span.start + shift, span.end + shift)


def restore(
    text: str, references: Sequence[str | Reference] = (), config: Config | None = None, **settings: Any
) -> Restoration:
    """Restore one text: `restore(spun, references=[clean], min_confidence=0.8)`.

    `settings` are fields of `Config`. Raises `InputError`, `ConfigError` or `ModelNotFoundError`. For many texts, make
    one `Restorer` and keep it: this function loads the models anew at each call.
    """
    chosen = config or Config()
    return Restorer(chosen.replace(**settings) if settings else chosen).restore(text, references)
