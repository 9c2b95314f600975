"""Precision, recall and F0.5 of spans, as ERRANT counts them (Bryant, Felice and Briscoe 2017).

Both sides come from the same aligner: the edits of a system are ERRANT's between the spun and the restored sentence,
the gold ones those between the spun and the right sentence. For detection an edit is (start, end), for correction
(start, end, words), in tokens. Every annotator of a sentence is compared, and the one by which the corpus so far scores
best counts. The alternatives of gold markup are annotators as well: of all ways to choose among them, the one nearest
to the restored sentence, and the original, stand for the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from restore.errors import ModelNotFoundError
from restore.evaluation.segments import Segment, nearest_reading
from restore.gold.tokens import STRAIGHT
from restore.text.languages import ENGLISH

PIPELINE = ENGLISH.pipeline
BETA = 0.5
"""Precision counts twice, as in the shared tasks of grammatical error correction (Ng et al. 2014)."""
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_CACHE = 50_000
"""Pairs of sentences whose edits are kept, so that several systems and both sides share them. Chosen by hand: more
takes memory, and saves nothing but in a long evaluation."""


class SpanEdit(NamedTuple):
    """An edit of a sentence: tokens `[start, end)` of it, what stands there instead, ERRANT's type ("R:NOUN")."""

    start: int
    end: int
    words: str
    kind: str


class SpanCounts(msgspec.Struct, frozen=True):
    """Edits that are right (`tp`), wrong (`fp`) and missing (`fn`).

    By ERRANT's convention precision is 1 where nothing is wrong and recall 1 where nothing is missing.
    """

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def plus(self, other: SpanCounts) -> SpanCounts:
        """Add two counts."""
        return SpanCounts(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)

    @property
    def precision(self) -> float:
        """The share of the system's edits that are right, 0 to 1."""
        return self.tp / (self.tp + self.fp) if self.fp else 1.0

    @property
    def recall(self) -> float:
        """The share of the gold edits that were found, 0 to 1."""
        return self.tp / (self.tp + self.fn) if self.fn else 1.0

    @property
    def f05(self) -> float:
        """F0.5, which weighs precision twice as much as recall; 0 to 1."""
        p, r, beta = self.precision, self.recall, BETA * BETA
        return (1 + beta) * p * r / (beta * p + r) if p + r else 0.0


class Aligner:
    """ERRANT with the project's own spaCy pipeline; raises `ModelNotFoundError` if it is not installed."""

    def __init__(self) -> None:
        try:
            import errant
        except ImportError as error:
            raise ModelNotFoundError(
                "precision and recall of spans need ERRANT: run `pip install 'restore-text[evaluate]'`, or leave them"
                " out with --no-spans"
            ) from error
        self._nlp = load_pipeline()
        self._errant = errant.load(ENGLISH.code, self._nlp)
        self.edits = lru_cache(_CACHE)(self._edits)

    def _edits(self, spun: str, other: str, tokenised: bool = False) -> tuple[SpanEdit, ...]:
        """Return the edits between two sentences; white space and the form of quotation marks do not count."""
        ours, theirs = _plain(spun), _plain(other)
        if ours == theirs:
            return ()
        found = self._errant.annotate(self._parse(ours, tokenised), self._parse(theirs, tokenised))
        return tuple(SpanEdit(e.o_start, e.o_end, " ".join(t.text for t in e.c_toks), e.type) for e in found)

    def _parse(self, sentence: str, tokenised: bool) -> Any:
        return self._errant.parse(sentence, tokenise=not tokenised)


@lru_cache(1)
def load_pipeline() -> Any:
    """Load the pipeline that cuts sentences and that ERRANT reads tags from; always the same, so that figures compare.

    Raises `ModelNotFoundError` if it is not installed.
    """
    import spacy

    try:
        return spacy.load(PIPELINE, exclude=["ner"])
    except OSError as error:
        raise ModelNotFoundError(
            f"the spaCy pipeline {PIPELINE} is not installed: run `pip install {PIPELINE.replace('_', '-')}`"
        ) from error


class SpanTally:
    """Adds up sentences; what is chosen for one depends on those before it, as in ERRANT's own comparison."""

    def __init__(self, aligner: Aligner) -> None:
        self._aligner = aligner
        self.detection = SpanCounts()
        self.correction = SpanCounts()
        self.kinds: dict[str, SpanCounts] = {}

    def add(self, segment: Segment, restored: str, tokenised: bool) -> tuple[SpanCounts, SpanCounts]:
        """Compare a restored sentence with its gold; give the counts of detection and of correction."""
        done = self._aligner.edits(segment.text, restored, tokenised)
        gold = list(self._gold(segment, restored, tokenised))
        spans = [{(e.start, e.end): e.kind for e in edits} | dict.fromkeys(extra, "UNK") for edits, extra in gold]
        words = [{(e.start, e.end, e.words): e.kind for e in edits} for edits, _ in gold]
        found, _ = _best({(e.start, e.end): e.kind for e in done}, spans, self.detection)
        right, kinds = _best({(e.start, e.end, e.words): e.kind for e in done}, words, self.correction)
        self.detection, self.correction = self.detection.plus(found), self.correction.plus(right)
        for kind, counts in kinds.items():
            self.kinds[kind] = self.kinds.get(kind, SpanCounts()).plus(counts)
        return found, right

    def _gold(
        self, segment: Segment, restored: str, tokenised: bool
    ) -> Iterable[tuple[tuple[SpanEdit, ...], tuple[tuple[int, int], ...]]]:
        """Yield the gold edits of each annotator, and the spans nobody can correct."""
        for number, marked in enumerate(segment.annotations):
            extra = segment.unknown[number] if segment.unknown else ()
            for reading in dict.fromkeys((marked.original, nearest_reading(marked, restored))):
                yield self._aligner.edits(segment.text, reading, tokenised), extra


def _best(
    done: dict[Any, str], gold: Sequence[dict[Any, str]], so_far: SpanCounts
) -> tuple[SpanCounts, dict[str, SpanCounts]]:
    """Return the counts against the annotator that makes the corpus so far score best, in all and by type."""
    best: tuple[tuple[float, int, int, int], dict[Any, str]] | None = None
    for each in gold:
        counts = _compare(done, each)
        rank = (round(so_far.plus(counts).f05, 4), counts.tp, -counts.fp, -counts.fn)
        if best is None or rank > best[0]:
            best = rank, each
    chosen = best[1] if best else {}
    kinds: dict[str, SpanCounts] = {}
    for edit in done.keys() | chosen.keys():
        right = edit in done and edit in chosen
        counts = SpanCounts(int(right), int(edit not in chosen), int(edit not in done))
        kind = chosen[edit] if edit in chosen else done[edit]
        kinds[kind] = kinds.get(kind, SpanCounts()).plus(counts)
    return _compare(done, chosen), kinds


def _compare(done: dict[Any, str], gold: dict[Any, str]) -> SpanCounts:
    right = len(done.keys() & gold.keys())
    return SpanCounts(right, len(done) - right, len(gold) - right)


def sentence_starts(text: str) -> list[int]:
    """Return where the sentences of a text begin; none goes over a line end."""
    nlp = load_pipeline()
    starts: list[int] = []
    offset = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            readable = _readable(line)
            starts += [offset + sentence.start_char for sentence in nlp(readable).sents]
        offset += len(line)
    return starts


def _plain(sentence: str) -> str:
    return " ".join(_readable(sentence.translate(STRAIGHT)).split())


def _readable(text: str) -> str:
    """Replace what spaCy cannot encode (lone surrogates), keeping every offset."""
    return _SURROGATE.sub("\ufffd", text)
