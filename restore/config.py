"""One frozen Config, readable from TOML."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import msgspec

from restore.errors import ConfigError, check_range
from restore.languagetool.settings import LanguageToolSettings
from restore.runtime.decoding import from_toml
from restore.text.languages import ENGLISH

Probability = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Positive = Annotated[int, msgspec.Meta(ge=1)]
SourceName = Literal[
    "reference", "document", "spins", "spinner", "thesaurus", "names", "spelling", "duplicates", "grammar"
]
SOURCES: tuple[SourceName, ...] = get_args(SourceName)
SecondOpinion = Literal["auto", "always", "never"]
Preset = Literal["safe", "balanced", "thorough"]
THRESHOLDS: Mapping[Preset, float] = {"safe": 0.75, "balanced": 0.6, "thorough": 0.45}
"""The confidence that each preset asks for: on the texts of calibration, whose damage is simulated, 92, 89 and 85 % of
what is applied is the very word that stood there; at `safe` 300 sentences with unusual names stay as they are."""


class Cascade(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which documents of a batch are restored; the others are passed through after the fast verdict."""

    min_probability: Probability = 0.5
    """The probability of damage from which on a document is restored; 0 restores every one."""
    min_share: Probability = 0.0
    """The estimated share of damaged words from which on it is."""
    first_look: bool = True
    """Whether a document in which the encoder at first sight reads next to no damage is passed through without the
    whole verdict: three times as fast, and such a document's verdict names no places."""

    def __post_init__(self) -> None:
        """Check the ranges; raises `ConfigError`."""
        for name in ("min_probability", "min_share"):
            check_range(f"cascade.{name}", getattr(self, name), 0, 1)


class DictionarySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a user wants left alone or preferred, the table [dictionary]; docs/dictionaries.md describes the entries."""

    keep: tuple[str, ...] = ()
    """Words and phrases to leave alone; those without a capital in any case."""
    keep_patterns: tuple[str, ...] = ()
    """Regular expressions: what they match is left alone."""
    keep_rules: tuple[str, ...] = ()
    """Sources, kinds of corrections and single replacements that are never applied."""
    prefer: tuple[str, ...] = ()
    """Replacements that are always made, each as "wrong -> right"."""
    prefer_words: tuple[str, ...] = ()
    """Words that are right, and likelier than others where something else is to be replaced."""
    prefer_patterns: tuple[str, ...] = ()
    """Replacements that are always made, each as "regular expression -> template"."""
    preferred_odds: float = 10.0
    """How many times likelier a candidate is for writing a preferred word, 1 to 1000."""
    files: tuple[str, ...] = ()
    """Files of entries, one a line."""

    def __post_init__(self) -> None:
        """Check the range and that the entries are text; raises `ConfigError`."""
        for entry in (*self.keep, *self.keep_patterns, *self.keep_rules, *self.prefer, *self.prefer_words):
            _check_unicode(entry)
        for entry in (*self.prefer_patterns, *self.files):
            _check_unicode(entry)
        check_range("preferred_odds", self.preferred_odds, 1, 1000)


def _check_unicode(entry: str) -> None:
    if not entry.isascii() and any("\ud800" <= c <= "\udfff" for c in entry):
        raise ConfigError(f"the dictionary entry {entry!r} is no valid UTF-8: write it in another way")


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to restore; raises `ConfigError` for values out of range."""

    second_opinion: SecondOpinion = "auto"
    """Whether the causal language model is asked where the ranker is unsure: `auto` where `restore models pull` fetched
    it, `always` (without it nothing is restored), or `never`."""
    preset: Preset = "safe"
    """How sure a correction must be to be applied; docs/quality.md has what each preset mends and breaks."""
    min_confidence: Probability | None = None
    """Corrections at or above it are applied, the others are shown as proposals; unset, the preset decides."""
    spacy_pipeline: str = ENGLISH.pipeline
    """Any installed English spaCy pipeline with a tagger, a parser and an entity recogniser."""
    sources: tuple[SourceName, ...] = SOURCES
    """The candidate sources to ask."""
    other_sources: tuple[str, ...] = ()
    """Candidate sources of other packages that are asked, too, by the names of their entry points."""
    max_passes: Positive = 4
    """A text is restored again until nothing changes; sentences that have not settled by then stay as they are."""
    max_characters: Positive = 200_000
    """Longer texts are refused, so that the time per document is bounded."""
    reference_min_score: Probability = 0.25
    """A reference less like the text than this is reported and ignored."""
    index: str = ""
    """The folder of an index of clean articles: those on the event of a text are found there as its references."""
    same_event_min: Probability = 0.9
    """The probability "same event" from which on an article of the index is taken as a reference; docs/quality.md has
    how many wrong and right ones pass."""
    same_day_min: Probability = 0.73
    """The probability "same day of the story" from which on such an article is taken, where articles have dates; 0
    takes those of other days, too."""
    same_event_days: Annotated[int, msgspec.Meta(ge=0, le=36_500)] = 3
    """Where it is known when a text was published: articles of the index that are more days apart are not taken."""
    index_references: Annotated[int, msgspec.Meta(ge=1, le=20)] = 3
    """The most articles that are taken from the index for one text."""
    channels: tuple[str, ...] = ()
    """Files of substitution tables that `restore learn` wrote; their counts add up with the shipped ones."""
    shipped_channel: bool = True
    """Whether the shipped substitutions are used; without them `channels` stand alone."""
    cascade: Cascade = Cascade()
    """Which documents `restore batch` restores, and which it passes through."""
    languagetool: LanguageToolSettings = LanguageToolSettings()
    """The grammar checker, off by default: the source `grammar` is asked only where it is enabled."""
    repair_encoding: bool = False
    """Whether wrongly decoded characters ("â€™") and HTML entities left over are mended first, by ftfy."""
    rewrites: bool = False
    """Whether sentences that were rewritten are replaced by the reference's where both state the same facts; otherwise
    they are only proposed, however low `min_confidence` is."""
    dictionary: DictionarySettings = DictionarySettings()
    """What to leave alone and what to prefer, whichever source says otherwise."""
    threads: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Threads of the second opinion; 0 takes all cores."""

    @classmethod
    def from_toml(cls, path: str | Path) -> Config:
        """Read a TOML file whose keys are the fields above.

        Raises `ConfigError` for an unreadable file, an unknown key or a value out of range.
        """
        try:
            return from_toml(Path(path).read_bytes(), cls)
        except OSError as error:
            raise ConfigError(f"cannot read the config {path}: {error.strerror}") from error
        except (msgspec.MsgspecError, ValueError) as error:
            raise ConfigError(f"the config {path} is wrong: {error}") from error

    def replace(self, **changes: Any) -> Config:
        """Return a copy with some fields changed; raises `ConfigError` for an unknown field or a bad value."""
        fields = {**msgspec.to_builtins(self), **msgspec.to_builtins(changes)}
        try:
            return msgspec.convert(fields, type=type(self))
        except msgspec.ValidationError as error:
            raise ConfigError(f"bad setting: {error}") from error

    def __post_init__(self) -> None:
        """Check the ranges also where no file is read; raises `ConfigError`."""
        for name, least, most in (
            ("min_confidence", 0, 1),
            ("reference_min_score", 0, 1),
            ("same_event_min", 0, 1),
            ("same_day_min", 0, 1),
            ("same_event_days", 0, 36_500),
            ("index_references", 1, 20),
            ("max_passes", 1, 100),
            ("max_characters", 1, 10_000_000),
        ):
            check_range(name, getattr(self, name), least, most)
        for name in self.other_sources:
            if name in SOURCES or self.other_sources.count(name) > 1:
                raise ConfigError(f"other_sources: {name!r} stands there twice, or is a source of restore itself")

    @property
    def threshold(self) -> float:
        """The confidence from which on a correction is applied, 0 to 1."""
        if self.min_confidence is not None:
            return self.min_confidence
        return THRESHOLDS[self.preset]

    @property
    def active_sources(self) -> tuple[SourceName, ...]:
        """The sources that are asked: `grammar` only where LanguageTool is enabled."""
        return tuple(name for name in self.sources if name != "grammar" or self.languagetool.enabled)
