"""The parts that restore a text, each loaded at its first use; `Restorer` and the way to the fixed point use them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from restore.config import Config
from restore.engine.fingerprints import config_fingerprint, on_this_machine
from restore.errors import InputError
from restore.records import Reference, ReferenceReport, Verdict, in_text_order
from restore.runtime.recent import Recent
from restore.runtime.tables import engine_fingerprint
from restore.text.spintax import spintax_findings
from restore.user_dictionary.dictionary import Dictionary

if TYPE_CHECKING:
    from restore.alignment.records import AlignedReference
    from restore.alignment.spins import SpinReadings
    from restore.candidates.base import Candidate, CandidateSource, Context
    from restore.channel.model import SpinnerChannel
    from restore.encoder.kept import KeptWindows
    from restore.encoder.reading import Reading
    from restore.languagetool.client import LanguageToolClient
    from restore.ranking.decide import Judged
    from restore.ranking.model import EncoderRanker
    from restore.ranking.second_opinion import Adviser
    from restore.references.index.references import IndexedReferences
    from restore.text.parsing import ParsedText, Parser

ParsedReferences = list[tuple[Reference, "ParsedText"]]
"""References or spins as given (as running text), each with its parse."""

_FEW_WORDS, _MANY_WORDS = 40, 160
"""A page tells by itself whether it is damaged; so few words do not tell at all, from so many on they do. By hand."""
_TOLD_BY_TABLE = 0.3
"""The chance of standing for itself below which a word is suspected by the tables alone: a hundred words of the shipped
one. By hand."""
_KEPT_PARSES, _LONGEST_KEPT = 8, 20_000
"""Parsed texts that are kept, and the characters of the longest: 30 MB at most. By hand."""


class Engine:
    """The parts that a config names, and what is kept between the stages of one text.

    Raises `ConfigError` for an entry of the dictionary that is wrong.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self.dictionary = Dictionary(config.dictionary)
        self._parses: Recent[str, ParsedText] = Recent(_KEPT_PARSES)
        self._last_reading: tuple[str, Reading] | None = None
        self._last_verdict: tuple[str, Verdict] | None = None

    def release(self) -> None:
        """Let go of all parts; they would be loaded anew."""
        for name in [name for name, made in vars(Engine).items() if isinstance(made, cached_property)]:
            self.__dict__.pop(name, None)
        self._parses.clear()
        self._last_reading = self._last_verdict = None

    @cached_property
    def sources(self) -> list[CandidateSource]:
        """The candidate sources that the config names."""
        from restore.candidates.gather import make_sources
        from restore.candidates.others import make_others
        from restore.candidates.preferred import PreferredSource

        names = [name for name in self.config.active_sources if name not in self.dictionary.rules]
        found = make_sources(names, self.channel, self.languagetool)
        others = make_others(self.config.other_sources if "package" not in self.dictionary.rules else ())
        return [*found, *others, *([PreferredSource()] if self.dictionary.words else [])]

    @cached_property
    def languagetool(self) -> LanguageToolClient | None:
        """What the config says of LanguageTool; it connects at the first text."""
        if "grammar" not in self.config.active_sources:
            return None
        from restore.languagetool.client import LanguageToolClient

        return LanguageToolClient(self.config.languagetool)

    def take_notes(self) -> tuple[str, ...]:
        """Return what could not be checked for grammar since the last call."""
        return self.languagetool.take_notes() if self.languagetool is not None else ()

    @cached_property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that name the settings, the tables and the versions a result depends on."""
        return engine_fingerprint(config_fingerprint(self.config), self.config.spacy_pipeline)

    @cached_property
    def parser(self) -> Parser:
        """What parses texts, with the pipeline that the config names."""
        from restore.text.parsing import Parser

        return Parser(self.config.spacy_pipeline)

    @cached_property
    def channel(self) -> SpinnerChannel:
        """The substitution tables that the config names."""
        from restore.channel.model import load_channel

        return load_channel(self.config.channels, self.config.shipped_channel)

    @cached_property
    def indexed(self) -> IndexedReferences:
        """The index that the config names."""
        from restore.references.index.references import IndexedReferences

        return IndexedReferences(self.config, self.channel)

    @cached_property
    def encoder_ranker(self) -> EncoderRanker:
        """What decides between the candidates of a text that the encoder has read."""
        from restore.ranking.model import load_encoder_ranker

        return load_encoder_ranker()

    @cached_property
    def kept_windows(self) -> KeptWindows:
        """What the encoder said of the windows that it read last."""
        from restore.encoder.kept import KeptWindows

        return KeptWindows()

    def read(self, parsed: ParsedText, aligned: Sequence[AlignedReference]) -> Reading:
        """Return the encoder's reading of a text and its references; the last one without references is kept."""
        from restore.encoder.reading import read

        if aligned:
            return read(parsed, aligned, kept=self.kept_windows)
        if self._last_reading is None or self._last_reading[0] != parsed.text:
            self._last_reading = parsed.text, read(parsed, kept=self.kept_windows)
        return self._last_reading[1]

    def channel_suspects(self, parsed: ParsedText) -> frozenset[int]:
        """Return the tokens that the substitution tables hold for damage on their own, whatever the encoder reads.

        A table that a user learned from a spinner of their own knows what no training has seen.
        """
        identity = self.channel.identity
        return frozenset(t.index for t in parsed.tokens if t.is_word and identity(t.lower) < _TOLD_BY_TABLE)

    def guesses(self, reading: Reading) -> list[CandidateSource]:
        """Return the encoder's own guesses as a source, unless the user's rules leave it out."""
        from restore.candidates.guesses import GuessSource

        return [] if GuessSource.name in self.dictionary.rules else [GuessSource(reading)]

    def judge(
        self, context: Context, candidates: Sequence[Candidate], reading: Reading, least_rate: float, sound: float
    ) -> Judged:
        """Weigh the candidates of a text that the encoder has read; `sound` is the chance that it is clean."""
        from restore.ranking.decide import Judged

        ranker, adviser = self.encoder_ranker, self.adviser
        return Judged(context, candidates, reading, self.channel, ranker, least_rate, adviser, sound)

    @cached_property
    def adviser(self) -> Adviser | None:
        """The causal model as a second opinion; None where the config does without it, or it was never fetched."""
        if on_this_machine(self.config).second_opinion == "never":
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
            return self.parser.parse(text)
        parsed = self._parses.get(text) or self.parser.parse(text)
        self.keep_parse(parsed)
        return parsed

    def keep_parse(self, parsed: ParsedText) -> None:
        """Keep the parse of a text for its next use.

        One that was made elsewhere must be what `parse` would return: what is restored hangs on it.
        """
        if len(parsed.text) <= _LONGEST_KEPT:
            self._parses.put(parsed.text, parsed)

    def first_look(self, text: str) -> Verdict | None:
        """Return the verdict on a text that is surely clean, without parsing it; None if it needs the whole verdict.

        It does where more than the words counts: a grammar checker, tables of the user's own, spintax.
        """
        own_tables = self.config.channels or not self.config.shipped_channel
        if own_tables or self.languagetool is not None or next(iter(spintax_findings(text)), None):
            return None
        from restore.detection.first_look import first_look

        return first_look(text, self.parser.tokenise(text))

    def document_verdict(self, parsed: ParsedText) -> Verdict:
        """Return the verdict on a parsed text, without the findings in what the user's dictionary keeps.

        The words give it, the encoder's rate of damage moves it, open spintax settles it. What LanguageTool finds is
        shown in it, and does not move it.
        """
        verdict = self._verdict(parsed)
        if self.languagetool is not None:
            from restore.detection.grammar import add_matches

            verdict = add_matches(verdict, parsed, self.languagetool.check(parsed.text).matches)
        return replace(verdict, findings=self.dictionary.shown(parsed.text, verdict.findings))

    def soundness(self, parsed: ParsedText) -> float:
        """Return how much (0 to 1) is to be taken for granted that nothing of a text is damaged.

        That is the chance of it, in hundredths; of a few sentences, which do not tell, as much as their fewness.
        """
        from restore.detection.verdict import count_words

        short = (_MANY_WORDS - count_words(parsed)) / (_MANY_WORDS - _FEW_WORDS)
        return round(max(1.0 - self._verdict(parsed).probability, min(1.0, short)), 2)

    def _verdict(self, parsed: ParsedText) -> Verdict:
        """Return the verdict on a text, or on its damaged part; the last one is kept."""
        if self._last_verdict is None or self._last_verdict[0] != parsed.text:
            self._last_verdict = parsed.text, self._new_verdict(parsed)
        return self._last_verdict[1]

    def _new_verdict(self, parsed: ParsedText) -> Verdict:
        from restore.detection.foreign import is_mostly_foreign
        from restore.detection.parts import with_damaged_part
        from restore.detection.verdict import UNTOLD
        from restore.detection.verse import is_mostly_verse

        verdict = with_damaged_part(self._whole_verdict(parsed), parsed, self.read(parsed, ()), self._part_verdict)
        # The habits of English prose say nothing about them. What is called clean anyway need not be asked for.
        if verdict.damaged and (is_mostly_verse(parsed) or is_mostly_foreign(parsed)):
            untold = min(verdict.probability, UNTOLD)
            share = min(verdict.damaged_share, untold)
            verdict = replace(
                verdict, damaged=False, probability=untold, damaged_share=share, family="", family_share=0.0, part=None
            )
        spintax = tuple(spintax_findings(parsed.text))
        if not spintax:
            return verdict
        findings = in_text_order([*verdict.findings, *spintax])
        sure = max(verdict.probability, *(f.score for f in spintax))
        return replace(verdict, damaged=True, probability=sure, findings=findings)

    def _whole_verdict(self, parsed: ParsedText) -> Verdict:
        """Return the verdict on a text as a whole."""
        from restore.detection.parts import said_once
        from restore.detection.rescoring import rescored
        from restore.detection.verdict import verdict_on

        verdict = rescored(verdict_on(parsed, self.channel), parsed, self.read(parsed, ()))
        once = said_once(parsed)
        if once is None:
            return verdict
        of_part = self._part_verdict(once)
        return replace(
            verdict,
            damaged=of_part.damaged,
            probability=of_part.probability,
            damaged_share=of_part.damaged_share,
            family=of_part.family,
            family_share=of_part.family_share,
        )

    def _part_verdict(self, text: str) -> Verdict:
        """Return the verdict on a part of a text; the reading of the whole, which is asked for again, stays kept."""
        kept = self._last_reading
        try:
            return self._whole_verdict(self.parser.parse(text))
        finally:
            self._last_reading = kept

    def assess(self, parsed: ParsedText, references: ParsedReferences) -> tuple[ReferenceReport, ...]:
        """Return which references are about the same event as a text; of copies of one another the longest counts."""
        if not references:
            return ()
        from restore.references.copies import originals
        from restore.references.match import assess

        least = self.config.reference_min_score
        reports = [assess(parsed, reference, other, least) for reference, other in references]
        used = [n for n, report in enumerate(reports) if report.accepted]
        for n, whole in zip(used, originals([references[n][0].text for n in used]), strict=True):
            if used[whole] != n:
                reason = f"is largely a copy of {references[used[whole]][0].id}, which counts for both"
                reports[n] = replace(reports[n], accepted=False, reason=reason)
        return tuple(reports)

    def compare(
        self, parsed: ParsedText, spins: ParsedReferences
    ) -> tuple[list[SpinReadings], tuple[ReferenceReport, ...]]:
        """Align a text with the other spins; give those that are of the same article, and a report on each."""
        if not spins:
            return [], ()
        from restore.alignment.spins import align_spins

        return align_spins(parsed, spins, self.channel)

    def parse_references(self, texts: str | Sequence[str | Reference], name: str) -> ParsedReferences:
        """Name the references or the spins, and parse them as running text, whatever their layout is."""
        from restore.references.plain import plain

        found: ParsedReferences = []
        for number, given in enumerate([texts] if isinstance(texts, str) else texts, 1):
            reference = Reference(f"{name} {number}", given) if isinstance(given, str) else given
            self.check_length(reference.text, f"the {name} {reference.id}")
            reference = plain(reference)
            found.append((reference, self.parse(reference.text)))
        return found

    def check_length(self, text: str, name: str) -> None:
        """Raise `InputError` for an empty or too long text."""
        if not text.strip():
            raise InputError(f"{name} is empty: there is nothing to restore")
        if len(text) > self.config.max_characters:
            raise InputError(
                f"{name} has {len(text):,} characters, the limit is {self.config.max_characters:,}: cut it into"
                " articles or raise `max_characters` in the config"
            )
