"""What alignment finds: pairs of sentences, and inside them links between words."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from restore.alignment.nearness import SentenceIndex
from restore.records import Span
from restore.text.parsing import ParsedText


@dataclass(frozen=True, slots=True)
class SentencePair:
    """Sentence `spun` of the text tells the same as sentence `reference` of the reference; score 0 to 1."""

    spun: int
    reference: int
    score: float


@dataclass(frozen=True, slots=True)
class WordLink:
    """Token `spun` of the text corresponds to token `reference`; `relation` says by what; score 0 to 1.

    Relations: exact, case, lemma, synonym, spelling, position (between the same linked neighbours), dependency (same
    role beside linked heads), meaning (nothing but the aligner's judgement: no reason to replace one by the other).
    """

    spun: int
    reference: int
    relation: str
    score: float


@dataclass(frozen=True, slots=True)
class PhraseLink:
    """Tokens `[start, end)` of the text stand where the reference has `[ref_start, ref_end)` (either may be empty)."""

    start: int
    end: int
    ref_start: int
    ref_end: int
    score: float


@dataclass(frozen=True, slots=True)
class QuotationPair:
    """A quotation of the text and the same words, as the reference has them (both without their quotation marks).

    `quoted` says whether they stand between quotation marks there too.
    """

    spun: Span
    reference: Span
    score: float
    quoted: bool = True


@dataclass(frozen=True)
class AlignedReference:
    """An accepted reference with all that alignment found in it.

    `other_day` says by what it tells of another day of the story (restore/alignment/days.py), "" if nothing says so.
    """

    id: str
    parsed: ParsedText
    score: float
    sentences: tuple[SentencePair, ...] = ()
    words: tuple[WordLink, ...] = ()
    phrases: tuple[PhraseLink, ...] = ()
    quotations: tuple[QuotationPair, ...] = ()
    other_day: str = ""

    @cached_property
    def index(self) -> SentenceIndex:
        """The reference's sentences by their words."""
        return SentenceIndex([[t.text for t in self.parsed.sentence_tokens(s)] for s in self.parsed.sentences])

    @cached_property
    def by_sentence(self) -> dict[int, tuple[SentencePair, ...]]:
        """The pairs of each sentence of the text, best first."""
        found: dict[int, list[SentencePair]] = defaultdict(list)
        for pair in self.sentences:
            found[pair.spun].append(pair)
        return {k: tuple(sorted(v, key=lambda p: -p.score)) for k, v in found.items()}

    @cached_property
    def links_of(self) -> dict[int, tuple[WordLink, ...]]:
        """The links of each token of the text, best first."""
        found: dict[int, list[WordLink]] = defaultdict(list)
        for link in self.words:
            found[link.spun].append(link)
        return {k: tuple(sorted(v, key=lambda link: -link.score)) for k, v in found.items()}
