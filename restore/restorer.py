"""The pipeline: every stage in its order, over one text until nothing changes any more."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Self

from msgspec.structs import replace

from restore.config import Config
from restore.errors import InputError, RestoreError
from restore.fixed_point import Heard, Run
from restore.plans import compose, moved_back, with_original_offsets
from restore.records import (
    REWRITE,
    Correction,
    Covered,
    Document,
    Evidence,
    Reference,
    ReferenceReport,
    Restoration,
    Verdict,
    apply,
    in_text_order,
    with_evidence,
)
from restore.rewriting import NOTE, Settled, settle_with_rewrites
from restore.runtime.tables import engine_fingerprint
from restore.text.encoding_repair import encoding_repairs, is_misencoded
from restore.text.spintax import spintax_findings, spintax_repairs
from restore.user_dictionary.dictionary import Dictionary

if TYPE_CHECKING:
    from types import TracebackType

    from restore.alignment.records import AlignedReference
    from restore.alignment.spins import SpinReadings
    from restore.candidates.base import Candidate, CandidateSource, Context
    from restore.channel.model import SpinnerChannel
    from restore.encoder.reading import Reading
    from restore.languagetool.client import LanguageToolClient
    from restore.ranking.decide import Decided
    from restore.ranking.model import EncoderRanker
    from restore.ranking.second_opinion import Adviser
    from restore.references.index.references import IndexedReferences
    from restore.rewrites.verdict import Source
    from restore.text.parsing import ParsedText, Parser

_LOG = logging.getLogger(__name__)
_SEARCHES = 4
_FEW_WORDS, _MANY_WORDS = 40, 160
"""A page tells by itself whether it is damaged; so few words do not tell at all, from so many on they do. By hand."""
_TOLD_BY_TABLE = 0.3
"""The chance of standing for itself below which a word is suspected by the tables alone: a hundred words of the shipped
one. By hand."""
_KEPT_PARSES, _LONGEST_KEPT = 8, 20_000
"""Parsed texts that are kept, and the characters of the longest: 30 MB at most."""


class Restorer:
    """Restores texts; every model and table is loaded once, at its first use.

    Raises `ConfigError` for an entry of the dictionary that is wrong. Several threads may share one: their texts are
    worked on one after the other. `with Restorer() as restorer:` lets go of the models at the end, as `close` does.
    """

    def __init__(self, config: Config | None = None) -> None:
        self.config = config or Config()
        self.dictionary = Dictionary(self.config.dictionary)
        self._closed = False
        self._one_at_a_time = threading.RLock()
        self._parses: dict[str, ParsedText] = {}
        self._last_reading: tuple[str, Reading] | None = None
        self._last_verdict: tuple[str, Verdict] | None = None

    def restore(
        self,
        text: str,
        references: str | Sequence[str | Reference] = (),
        spins: str | Sequence[str | Reference] = (),
        *,
        url: str = "",
    ) -> Restoration:
        """Restore one text, with clean articles about the same event as evidence where there are any.

        Where the config names an index, such articles are also looked for there; the words of `url`, where the text was
        scraped from, help to find them. `spins` are other damaged versions of the same article. Raises `InputError` for
        an empty or too long text, reference or spin or a missing index, `ModelNotFoundError` for a missing model,
        `RestoreError` after `close`.
        """
        with self._one_at_a_time:
            self._check_open()
            found = self._restore(text, references, spins, url)
        _LOG.debug("%d characters: %d applied, %d proposed", len(text), len(found.applied), len(found.proposals))
        return found

    def _restore(
        self, text: str, references: str | Sequence[str | Reference], spins: str | Sequence[str | Reference], url: str
    ) -> Restoration:
        from restore.references.plain import as_given

        self._check_length(text, "the text")
        verdict = self.judge_document(self.parse(text))
        given, other = self._hear(references, "reference"), self._hear(spins, "spin")
        settled = self._settle_with_rewrites(text, given, other, url) if self.config.rewrites else None
        unsettled = self.config.rewrites and settled is None
        run, plan, proposals = settled or self._settle(text, given, other, url, text)
        sources = self._rewrite_sources(text, run.heard)
        heard = [r for r, _ in run.heard]
        found = as_given(_with_urls([*plan, *proposals], run.heard), [*heard, *(r for r, _ in other)])
        rewrites = _apart(self._rewrites(text, sources), [c for c in plan if c.kind == REWRITE])
        return Restoration(
            text=text,
            corrections=tuple(sorted(found, key=_place)),
            threshold=self.config.threshold,
            verdict=self._with_rewritten(verdict, sources),
            references=run.reports,
            config_fingerprint=self.fingerprint,
            notes=(*run.all_notes(), *[NOTE] * unsettled, *self.take_notes()),
            spins=run.spin_reports,
            conflicts=tuple(as_given(run.conflicts, heard)),
            rewrites=tuple(as_given(_with_urls(rewrites, run.heard), heard)),
        )

    def _settle(self, text: str, given: Heard, spins: Heard, url: str, unrepaired: str) -> Settled:
        """Repair a text before anything is read, then pass over it until nothing changes.

        `unrepaired` is the text as given, which is what is told of references.
        """
        repairs, doubtful = self._repairs(text)
        readable = apply(text, repairs)
        sound = self.soundness(self.parse(readable))
        if self.config.index:
            run, plan, proposals = self._settle_with_index(readable, given, spins, url, sound, unrepaired)
        else:
            run = Run(self, readable, given, spins, sound, unrepaired)
            plan, proposals = run.settle()
        if repairs:
            proposals = moved_back(text, repairs, with_original_offsets(repairs, proposals))
            run.conflicts = moved_back(text, repairs, run.conflicts)
            plan = compose(text, repairs, with_original_offsets(repairs, plan))
        return Settled(run, plan, (*proposals, *_apart(doubtful, [*plan, *proposals])))

    def _settle_with_rewrites(self, text: str, given: Heard, spins: Heard, url: str) -> Settled | None:
        """Settle with the sentences of references that are sure put in; None if that will not settle."""

        def put_in(now: str) -> tuple[Correction, ...]:
            from restore.rewrites.proposals import sure

            heard = [*given, *self._hear(self.find_references(now, url), "reference")]
            chosen = sure(self._rewrites(now, self._rewrite_sources(now, heard)), self.config.threshold)
            return self.dictionary.lawful(now, chosen)

        return settle_with_rewrites(text, put_in, lambda now: self._settle(now, given, spins, url, text))

    def _rewrite_sources(self, text: str, heard: Heard) -> list[Source]:
        """Return a text beside each reference that is about the same event."""
        if not heard:
            return []
        from restore.rewrites.verdict import make_sources

        parsed = self.parse(text)
        reports = enumerate(self.assess(parsed, heard))
        return make_sources(parsed, [(n + 1, r.id, heard[n][1]) for n, r in reports if r.accepted])

    @staticmethod
    def _with_rewritten(verdict: Verdict, sources: Sequence[Source]) -> Verdict:
        if not sources:
            return verdict
        from restore.rewrites.verdict import rewritten

        return replace(verdict, rewritten=rewritten(sources))

    def _rewrites(self, text: str, sources: Sequence[Source]) -> tuple[Correction, ...]:
        """Return the sentences of references proposed for sentences of a text that the user does not want kept."""
        if not sources:
            return ()
        from restore.detection.foreign import foreign_passages
        from restore.detection.furniture import furniture_passages
        from restore.detection.verse import verse_passages
        from restore.rewrites.proposals import propose

        parsed = self.parse(text)
        kept = [
            *self.dictionary.kept_spans(text),
            *(passage.span for passage in foreign_passages(parsed)),
            *verse_passages(parsed),
            *furniture_passages(parsed),
        ]
        found = propose(parsed, sources, kept)
        return tuple(c for c in found if self.dictionary.allows(c) and not is_misencoded(c.replacement))

    def _repairs(self, text: str) -> tuple[list[Correction], list[Correction]]:
        """Give what is repaired before anything is read, the sure repairs and the others.

        That is open spintax, and wrongly decoded text if the config asks for it.
        """
        decoded = encoding_repairs(text, self.dictionary.allows) if self.config.repair_encoding else ()
        spintax = filter(self.dictionary.allows, spintax_repairs(text))
        found = self.dictionary.lawful_repairs(text, sorted([*decoded, *_apart(spintax, decoded)], key=_place))
        least = self.config.threshold
        return [c for c in found if c.confidence >= least], [c for c in found if c.confidence < least]

    def _settle_with_index(
        self, text: str, given: Heard, spins: Heard, url: str, sound: float, unrepaired: str
    ) -> tuple[Run, tuple[Correction, ...], tuple[Correction, ...]]:
        """Settle with the references that the index has; ask it again with the outcome, until it names the same ones.

        So restoring a restored text, which asks the index with that text, changes nothing.
        """
        plan: tuple[Correction, ...] = ()
        proposals: tuple[Correction, ...] = ()
        known = [reference for reference, _ in given]
        found = self._indexed.find(text, url, known)
        heard = self._hear(found.references, "reference")
        told: tuple[ReferenceReport, ...] = ()
        for _ in range(_SEARCHES):
            now = apply(text, plan)
            run = Run(self, now, [*given, *heard], spins, sound, unrepaired)
            run.reports = told
            more, later = run.settle()
            told = run.reports
            proposals = moved_back(text, plan, later)
            run.conflicts = moved_back(text, plan, run.conflicts)
            plan = compose(text, plan, more)
            again = found if not more else self._indexed.find(apply(text, plan), url, known)
            if again.ids == found.ids:
                run.notes += [found.note] * bool(found.note)
                return run, plan, proposals
            found, parsed = again, {reference.id: (reference, parsed) for reference, parsed in heard}
            heard = [parsed[r.id] if r.id in parsed else self._hear([r], "reference")[0] for r in found.references]
        run.notes.append("the index names other references after every repair: nothing was changed")
        run.conflicts = ()
        return run, (), ()

    def find_references(self, text: str, url: str = "") -> tuple[Reference, ...]:
        """Return what the index of the config has on the event of a text, sorted by id; nothing without an index.

        Raises `InputError` for a missing index, `RestoreError` after `close`.
        """
        with self._one_at_a_time:
            self._check_open()
            return self._indexed.find(text, url).references if self.config.index else ()

    def check(self, text: str, references: str | Sequence[str | Reference] = ()) -> Verdict:
        """Say whether a text is damaged, where, how badly, and by which spinner; changes nothing.

        With clean articles about the same event, say also whether it is one of them in other words. Raises `InputError`
        for an empty or too long text or reference, `ModelNotFoundError` for a missing model, `RestoreError` after
        `close`.
        """
        with self._one_at_a_time:
            self._check_open()
            self._check_length(text, "the text")
            verdict = self.judge_document(self.parse(text))
            return self._with_rewritten(verdict, self._rewrite_sources(text, self._hear(references, "reference")))

    def pipe(self, documents: Iterable[str | Document]) -> Iterator[Restoration]:
        """Restore documents one after the other, lazily and in order.

        A document that cannot be worked on (empty, too long) gives a restoration without corrections whose `error` says
        why; the others go on.
        """
        for given in documents:
            document = Document(given) if isinstance(given, str) else given
            try:
                yield self.restore(document.text, document.references, document.spins, url=document.url)
            except InputError as error:
                _LOG.info("not restored: %s", error)
                nothing = Verdict(damaged=False, probability=0.0, damaged_share=0.0)
                yield Restoration(
                    document.text, (), self.config.threshold, nothing, (), self.fingerprint, (), str(error)
                )

    def close(self) -> None:
        """Let go of the models, tables and the index; whatever is asked afterwards raises `RestoreError`.

        What another `Restorer` of the process uses, too (the encoder, the tables of models/), stays loaded.
        """
        with self._one_at_a_time:
            self._closed = True
            for name in [name for name, made in vars(Restorer).items() if isinstance(made, cached_property)]:
                self.__dict__.pop(name, None)
            self._parses.clear()
            self._last_reading = self._last_verdict = None

    def __enter__(self) -> Self:
        self._check_open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    @cached_property
    def sources(self) -> list[CandidateSource]:
        """The candidate sources that the config names."""
        from restore.candidates.gather import make_sources
        from restore.candidates.preferred import PreferredSource

        names = [name for name in self.config.active_sources if name not in self.dictionary.rules]
        found = make_sources(names, self._channel, self._languagetool)
        return [*found, *([PreferredSource()] if self.dictionary.words else [])]

    @cached_property
    def _languagetool(self) -> LanguageToolClient | None:
        """What the config says of LanguageTool; it connects at the first text."""
        if "grammar" not in self.config.active_sources:
            return None
        from restore.languagetool.client import LanguageToolClient

        return LanguageToolClient(self.config.languagetool)

    def take_notes(self) -> tuple[str, ...]:
        """Give what could not be checked for grammar since the last call."""
        return self._languagetool.take_notes() if self._languagetool is not None else ()

    @cached_property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that name the settings, the tables and the versions a result depends on."""
        return engine_fingerprint(self.config.fingerprint, self.config.spacy_pipeline)

    @cached_property
    def _parser(self) -> Parser:
        from restore.text.parsing import Parser

        return Parser(self.config.spacy_pipeline)

    @cached_property
    def _channel(self) -> SpinnerChannel:
        from restore.channel.model import load_channel

        return load_channel(self.config.channels, self.config.shipped_channel)

    @cached_property
    def _indexed(self) -> IndexedReferences:
        from restore.references.index.references import IndexedReferences

        return IndexedReferences(self.config, self._channel)

    @cached_property
    def encoder_ranker(self) -> EncoderRanker:
        """What decides between the candidates of a text that the encoder has read."""
        from restore.ranking.model import load_encoder_ranker

        return load_encoder_ranker()

    def read(self, parsed: ParsedText, aligned: Sequence[AlignedReference]) -> Reading:
        """Return the encoder's reading of a text and its references; the last one without references is kept."""
        from restore.encoder.reading import read

        if aligned:
            return read(parsed, aligned)
        if self._last_reading is None or self._last_reading[0] != parsed.text:
            self._last_reading = parsed.text, read(parsed)
        return self._last_reading[1]

    def channel_suspects(self, parsed: ParsedText) -> frozenset[int]:
        """Return the tokens that the substitution tables hold for damage on their own, whatever the encoder reads.

        A table that a user learned from a spinner of their own knows what no training has seen.
        """
        identity = self._channel.identity
        return frozenset(t.index for t in parsed.tokens if t.is_word and identity(t.lower) < _TOLD_BY_TABLE)

    def guesses(self, reading: Reading) -> list[CandidateSource]:
        """Give the encoder's own guesses as a source, unless the user's rules leave it out."""
        from restore.candidates.guesses import GuessSource

        return [] if GuessSource.name in self.dictionary.rules else [GuessSource(reading)]

    def rank(
        self, context: Context, candidates: Sequence[Candidate], reading: Reading, least_rate: float, sound: float
    ) -> Decided:
        """Decide over the candidates of a text that the encoder has read; `sound` is the chance that it is clean."""
        from restore.ranking.decide import decide

        return decide(context, candidates, reading, self._channel, self.encoder_ranker, least_rate, self.adviser, sound)

    @cached_property
    def adviser(self) -> Adviser | None:
        """The causal model as a second opinion; None where the config does without it, or it was never fetched."""
        if self.config.settled().second_opinion == "never":
            return None
        from restore.language_model.causal import CausalModel
        from restore.language_model.weights import neural_weights
        from restore.ranking.second_opinion import Adviser, load_second_opinion
        from restore.runtime.machine import cores

        return Adviser(load_second_opinion(), CausalModel(neural_weights(), self.config.threads or cores()))

    def parse(self, text: str) -> ParsedText:
        """Parse a text with the pipeline that the config names; the last few of ordinary length are kept.

        The verdict and the first pass read the same text, and every pass the same references.
        """
        if len(text) > _LONGEST_KEPT:
            return self._parser.parse(text)
        parsed = self._parses.pop(text, None) or self._parser.parse(text)
        self.keep_parse(parsed)
        return parsed

    def keep_parse(self, parsed: ParsedText) -> None:
        """Keep the parse of a text for its next use.

        One that was made elsewhere must be what `parse` would return: what is restored hangs on it.
        """
        if len(parsed.text) <= _LONGEST_KEPT:
            self._parses[parsed.text] = parsed
            while len(self._parses) > _KEPT_PARSES:
                del self._parses[next(iter(self._parses))]

    @property
    def parser(self) -> Parser:
        """What parses texts, with the pipeline that the config names."""
        return self._parser

    def judge_document(self, parsed: ParsedText) -> Verdict:
        """Return the verdict on a parsed text, without the findings in what the user's dictionary keeps.

        The words give it, the encoder's rate of damage moves it, open spintax settles it. What LanguageTool finds is
        shown in it, and does not move it.
        """
        verdict = self._judge_whole_or_part(parsed)
        if self._languagetool is not None:
            from restore.detection.grammar import add_matches

            verdict = add_matches(verdict, parsed, self._languagetool.check(parsed.text).matches)
        return replace(verdict, findings=self.dictionary.shown(parsed.text, verdict.findings))

    def soundness(self, parsed: ParsedText) -> float:
        """Return how much (0 to 1) is to be taken for granted that nothing of a text is damaged.

        That is the chance of it, in hundredths; of a few sentences, which do not tell, as much as their fewness.
        """
        from restore.detection.verdict import count_words

        short = (_MANY_WORDS - count_words(parsed)) / (_MANY_WORDS - _FEW_WORDS)
        return round(max(1.0 - self._judge_whole_or_part(parsed).probability, min(1.0, short)), 2)

    def _judge_whole_or_part(self, parsed: ParsedText) -> Verdict:
        """Return the verdict on a text, or on its damaged part; the last one is kept."""
        if self._last_verdict is None or self._last_verdict[0] != parsed.text:
            self._last_verdict = parsed.text, self._judged(parsed)
        return self._last_verdict[1]

    def _judged(self, parsed: ParsedText) -> Verdict:
        from restore.detection.parts import with_damaged_part
        from restore.detection.verdict import UNTOLD
        from restore.detection.verse import is_mostly_verse

        verdict = with_damaged_part(self._judge(parsed), parsed, self.read(parsed, ()), self._judge_part)
        if is_mostly_verse(parsed):  # the habits of prose say nothing about it
            verdict = replace(verdict, damaged=False, probability=min(verdict.probability, UNTOLD))
        spintax = tuple(spintax_findings(parsed.text))
        if not spintax:
            return verdict
        findings = in_text_order([*verdict.findings, *spintax])
        sure = max(verdict.probability, *(f.score for f in spintax))
        return replace(verdict, damaged=True, probability=sure, findings=findings)

    def _judge(self, parsed: ParsedText) -> Verdict:
        """Return the verdict on a text as a whole."""
        from restore.detection.parts import said_once
        from restore.detection.rescoring import rescored
        from restore.detection.verdict import judge

        verdict = rescored(judge(parsed, self._channel), parsed, self.read(parsed, ()))
        once = said_once(parsed)
        if once is None:
            return verdict
        told = self._judge_part(once)
        return replace(
            verdict,
            damaged=told.damaged,
            probability=told.probability,
            damaged_share=told.damaged_share,
            family=told.family,
            family_share=told.family_share,
        )

    def _judge_part(self, text: str) -> Verdict:
        """Return the verdict on a part of a text; the reading of the whole, which is asked for again, stays kept."""
        kept = self._last_reading
        try:
            return self._judge(self._parser.parse(text))
        finally:
            self._last_reading = kept

    def assess(self, parsed: ParsedText, heard: Heard) -> tuple[ReferenceReport, ...]:
        """Tell which references are about the same event as a text; of copies of one another the longest counts."""
        if not heard:
            return ()
        from restore.references.copies import originals
        from restore.references.match import assess

        least = self.config.reference_min_score
        reports = [assess(parsed, reference, other, least) for reference, other in heard]
        used = [n for n, report in enumerate(reports) if report.accepted]
        for n, whole in zip(used, originals([heard[n][0].text for n in used]), strict=True):
            if used[whole] != n:
                reason = f"is largely a copy of {heard[used[whole]][0].id}, which counts for both"
                reports[n] = replace(reports[n], accepted=False, reason=reason)
        return tuple(reports)

    def compare(self, parsed: ParsedText, spins: Heard) -> tuple[list[SpinReadings], tuple[ReferenceReport, ...]]:
        """Align a text with the other spins; give those that are of the same article, and a report on each."""
        if not spins:
            return [], ()
        from restore.alignment.spins import align_spins

        return align_spins(parsed, spins, self._channel)

    def _hear(self, texts: str | Sequence[str | Reference], name: str) -> Heard:
        """Name the references or the spins, and parse them as running text, whatever their layout is."""
        from restore.references.plain import plain

        heard: Heard = []
        for number, given in enumerate([texts] if isinstance(texts, str) else texts, 1):
            reference = Reference(f"{name} {number}", given) if isinstance(given, str) else given
            self._check_length(reference.text, f"the {name} {reference.id}")
            reference = plain(reference)
            heard.append((reference, self.parse(reference.text)))
        return heard

    def _check_open(self) -> None:
        if self._closed:
            raise RestoreError("this Restorer is closed: make another one, or use it inside its `with` block")

    def _check_length(self, text: str, name: str) -> None:
        if not text.strip():
            raise InputError(f"{name} is empty: there is nothing to restore")
        if len(text) > self.config.max_characters:
            raise InputError(
                f"{name} has {len(text):,} characters, the limit is {self.config.max_characters:,}: cut it into"
                " articles or raise `max_characters` in the config"
            )


def _place(correction: Correction) -> tuple[int, int]:
    return correction.start, correction.end


def _apart(corrections: Iterable[Correction], others: Sequence[Correction]) -> list[Correction]:
    """Leave out the corrections that overlap one of the others."""
    taken = Covered([c.span for c in others])
    return [c for c in corrections if not taken.touches(c.start, c.end)]


def _with_urls(corrections: Sequence[Correction], heard: Heard) -> list[Correction]:
    """Name the address of a reference wherever it is evidence."""
    urls = {reference.id: reference.url for reference, _ in heard if reference.url}
    if not urls:
        return list(corrections)

    def located(e: Evidence) -> Evidence:
        return replace(e, url=urls[e.source]) if e.kind == "reference" and e.source in urls else e

    return [with_evidence(c, located) for c in corrections]
