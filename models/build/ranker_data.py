"""Training material for the ranker: clean articles, references for them, simulated damage, labelled candidates."""

from __future__ import annotations

import json
import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from restore.decoding.features import Features

from restore.alignment.align import align
from restore.alignment.records import AlignedReference
from restore.alignment.spins import SpinReadings, align_spin
from restore.candidates.base import Candidate, Context
from restore.candidates.document import DocumentSource
from restore.candidates.gather import gather, make_sources, verbatim
from restore.candidates.reference import ReferenceSource
from restore.candidates.spinner import SpinnerSource
from restore.channel import TORTURED, ChannelRow, SpinnerChannel, load_channel
from restore.config import Config
from restore.evaluation.markup import GoldEdit, MarkedText
from restore.evaluation.scraping import scrape
from restore.evaluation.simulator import FAMILIES, spin
from restore.languagetool.client import LanguageToolClient
from restore.languagetool.settings import LanguageToolSettings
from restore.parsing import ParsedText, Parser
from restore.records import Reference, Span
from restore.references.match import assess, likeness, traits

FOLDS = 4
HIDDEN_SHARE = 0.45
CLEAN_SHARE = 0.3
UNSEEN_SHARE = 0.25
NAMES_SHARE, MORE_NAMES = 0.25, 6.0  # names are hit too seldom to learn from; in some cases they are oftener
SPLIT_SHARE = 0.7
SHORTEST, LONGEST = 8, 30
SPINS_SHARE = 0.12
SCRAPED_SHARE = 0.2
SCRAPED_RATES = (0.004, 0.03)
"""Of the cases, this share is also scraped badly: so many of their words are glued, torn, misspelt or misread."""
MOST_SPINS = 4
EWT_LINES, EWT_TEXTS = 8, 70
SLOPPY = ("ewt", "edinburgh")
"""Corpora in which names are written without capitals as they come: no witnesses for casing."""
MIX = {**FAMILIES, "TP": 0.1}


@dataclass(frozen=True, slots=True)
class Article:
    """A clean article; `sibling` is a clean text about the same or a near event, "" if there is none."""

    id: str
    text: str
    sibling: str = ""


@dataclass(slots=True)
class Option:
    """One candidate at a place: its features, whether it is right, and the candidate itself while it is needed."""

    features: dict[str, float]
    right: bool
    candidate: Candidate | None


@dataclass(slots=True)
class Place:
    """All candidates that begin at one token; keeping is right unless one of them is."""

    sentence: int
    options: list[Option]
    damaged: bool
    weight: float = 1.0


@dataclass(slots=True)
class Case:
    """A text with its labelled places; `family` is the spinner ("" for none), `unseen` if its own rows are hidden."""

    id: str
    context: Context
    marked: MarkedText
    family: str
    unseen: bool
    channel: SpinnerChannel
    places: list[Place] = field(default_factory=list)


def detokenise(words: str) -> str:
    """Join Penn-Treebank tokens as they are printed."""
    text = re.sub(r"\s+([.,;:?!%)\]’]|'s\b|n't\b|'(?:re|ve|ll|d|m)\b)", r"\1", words)
    text = re.sub(r"([(\[$#])\s+", r"\1", text)
    text = re.sub(r"(``|'')", '"', text)
    text = re.sub(r'"\s+([^"]*?)\s+"', r'"\1"', text)
    return re.sub(r"\s-\s", "-", text).strip()


def articles(data: Path, parser: Parser) -> list[Article]:
    """Read the clean corpora: MEANTIME, Wikinews of GUM, web text of EWT (a sample), Edinburgh++ pairs."""
    found = _meantime(data / "meantime" / "docs.jsonl", parser)
    for name, least, most in (("gum_wikinews", 5, 99), ("ewt", EWT_LINES, EWT_TEXTS)):
        blocks = (data / "clean_text" / f"{name}.txt").read_text("utf-8").split("\n\n")
        long = [b for b in blocks if b.count("\n") >= least]
        found += [Article(f"{name}/{n}", _paragraphs(b.splitlines())) for n, b in enumerate(long[:most])]
    pairs = json.loads((data / "edinburgh_plusplus" / "train.sure.json").read_text("utf-8"))
    good = [(p["source"], p["target"]) for p in pairs if p["source"][:1].isupper()]
    for n in range(0, len(good), 12):
        ours, theirs = zip(*good[n : n + 12], strict=True)
        both = [_paragraphs([detokenise(s) for s in side]) for side in (ours, theirs)]
        found.append(Article(f"edinburgh/{n}", both[0], both[1]))
        found.append(Article(f"edinburgh/{n}/other", both[1], both[0]))
    return found


def web_texts(data: Path) -> Iterator[str]:
    """Give the texts of EWT that `articles` does not use."""
    blocks = (data / "clean_text" / "ewt.txt").read_text("utf-8").split("\n\n")
    used = [b for b in blocks if b.count("\n") >= EWT_LINES][:EWT_TEXTS]
    yield from (b for b in blocks if b not in used)


def event_articles(data: Path, parser: Parser) -> list[Article]:
    """Read ECB+: news with another report on the same event. For measuring only; nothing is fitted on it."""
    rows = [json.loads(line) for line in (data / "ecbplus" / "docs.jsonl").read_text("utf-8").splitlines()]
    rows = [row | {"sentences": [s for s in row["sentences"] if "http" not in s]} for row in rows]
    return _with_siblings([row for row in rows if SHORTEST <= len(row["sentences"]) <= LONGEST], parser)


def _meantime(path: Path, parser: Parser) -> list[Article]:
    return _with_siblings([json.loads(line) for line in path.read_text("utf-8").splitlines()], parser)


def _with_siblings(rows: Sequence[dict[str, Any]], parser: Parser) -> list[Article]:
    """Give each document with the most alike one of its cluster, unless that is another event or a copy."""
    texts = [_paragraphs([detokenise(s) for s in row["sentences"]]) for row in rows]
    known = [traits(parser.parse(text)) for text in texts]
    found = []
    for n, row in enumerate(rows):
        scores = [
            (likeness(known[n], known[m])[0], m)
            for m, other in enumerate(rows)
            if m != n and other["cluster"] == row["cluster"]
        ]
        best, m = max(scores, default=(0.0, n))
        found.append(Article(row["doc"], texts[n], texts[m] if 0.25 <= best < 0.8 else ""))
    return found


def _paragraphs(sentences: Sequence[str]) -> str:
    return "\n\n".join(" ".join(sentences[n : n + 3]) for n in range(0, len(sentences), 3))


def masked_channels() -> list[SpinnerChannel]:
    """Give a channel per fold that never saw HIDDEN_SHARE of the rows (rotated from fold to fold)."""
    whole = load_channel()
    channels = []
    for fold in range(FOLDS):
        start = fold / FOLDS

        def hidden(row: ChannelRow, start: float = start) -> bool:
            point = zlib.crc32(f"{row.spun}|{row.original}".encode()) % 10_000 / 10_000
            return (point - start) % 1.0 < HIDDEN_SHARE

        channels.append(whole.without(hidden))
    return channels


class CaseMaker:
    """Makes labelled cases out of articles; the same article and seed give the same case."""

    def __init__(self, parser: Parser, grammar: bool = False) -> None:
        """`grammar` asks LanguageTool too, so that its features get weights."""
        self._parser = parser
        self._channels = masked_channels()
        self._whole = load_channel()
        self._config = Config()
        known = {"spinner", "reference", "document"}
        client = LanguageToolClient(LanguageToolSettings(enabled=True)) if grammar else None
        self._sources = make_sources((name for name in self._config.sources if name not in known), grammar=client)

    def make(self, article: Article, seed: int) -> Case:
        """Damage an article (or leave it clean), find its candidates with a part of the channel hidden, label them.

        Hidden is a part of the rows; in a part of the cases also every row that only the spinner of the case has.
        """
        rng = Random(f"{seed}/{article.id}")
        text, other = self._with_reference(article, rng)
        clean = self._parser.parse(text)
        family = rng.choices(list(MIX), list(MIX.values()))[0]
        mix = {family: 1.0}
        damaged = rng.random() >= CLEAN_SHARE
        marked = MarkedText(text)
        if damaged:
            names = MORE_NAMES if rng.random() < NAMES_SHARE else 1.0
            marked = spin(clean, self._whole, rng.randrange(2**31), rng.uniform(0.06, 0.3), mix, names)
        scraping = Random(f"{seed}/{article.id}/scraping")
        if scraping.random() < SCRAPED_SHARE:
            marked = scrape(marked, scraping, scraping.uniform(*SCRAPED_RATES))
        parsed = self._parser.parse(marked.text)
        channel = self._channels[rng.randrange(FOLDS)]
        unseen = damaged and rng.random() < UNSEEN_SHARE
        if unseen:
            channel = channel.without(lambda row: {name for name, _ in row.families} <= {family, TORTURED})
        spins = self._further_spins(f"{seed}/{article.id}/spins", clean, parsed, mix, channel)
        context = Context(parsed, self._aligned(parsed, other), spins)
        informed = [SpinnerSource(channel), ReferenceSource(channel), DocumentSource(channel)]
        candidates = gather(context, [*self._sources, *informed])
        case = Case(article.id, context, marked, family if damaged else "", unseen, channel)
        case.places = list(label(case, candidates, Features(context, channel)))
        return case

    def _with_reference(self, article: Article, rng: Random) -> tuple[str, str]:
        """Give the text to damage, and a reference for it or ""."""
        if rng.random() < (0.25 if article.sibling else 0.45):
            return article.text, ""
        if article.sibling:
            return article.text, article.sibling
        if rng.random() < SPLIT_SHARE:
            return self._halves(article, rng)
        return article.text, self._some(article.text, rng, 0.35)

    def _halves(self, article: Article, rng: Random) -> tuple[str, str]:
        """Cut an article in a text and a reference that share the event, and a few sentences only."""
        parsed = self._parser.parse(article.text)
        sentences = [parsed.text[s.start : s.end] for s in parsed.sentences]
        if len(sentences) < SHORTEST:
            return article.text, ""
        ours = [n % 2 == 0 or rng.random() < 0.2 for n in range(len(sentences))]
        theirs = [not mine or rng.random() < 0.08 for mine in ours]
        sides = [[x for x, wanted in zip(sentences, side, strict=True) if wanted] for side in (ours, theirs)]
        return _paragraphs(sides[0]), _paragraphs(sides[1])

    def _some(self, text: str, rng: Random, share: float) -> str:
        """Make a reference out of some of the article's own sentences, in another order."""
        parsed = self._parser.parse(text)
        kept = [parsed.text[s.start : s.end] for s in parsed.sentences if rng.random() < share]
        rng.shuffle(kept)
        return _paragraphs(kept or [text])

    def _aligned(self, parsed: ParsedText, text: str) -> tuple[AlignedReference, ...]:
        return accepted(parsed, self._parser.parse(text), self._config.reference_min_score) if text else ()

    def _further_spins(
        self, seed: str, clean: ParsedText, parsed: ParsedText, mix: Mapping[str, float], channel: SpinnerChannel
    ) -> tuple[SpinReadings, ...]:
        """Give some of the texts other spins of the same article by the same family."""
        rng = Random(seed)
        if rng.random() >= SPINS_SHARE:
            return ()
        drawn = [
            spin(clean, self._whole, rng.randrange(2**31), rng.uniform(0.06, 0.3), mix)
            for _ in range(rng.randint(1, MOST_SPINS))
        ]
        others = (self._parser.parse(other.text) for other in drawn)
        return tuple(align_spin(parsed, other, f"spin {n}", channel) for n, other in enumerate(others, 1))


def accepted(parsed: ParsedText, other: ParsedText, least: float) -> tuple[AlignedReference, ...]:
    """Align a text with a reference if that is about the same event, as the engine would; else give nothing."""
    reference = Reference("reference 1", other.text)
    report = assess(parsed, reference, other, least)
    return (align(parsed, other, reference.id, report.score),) if report.accepted else ()


def label(case: Case, candidates: Sequence[Candidate], features: Features) -> Iterator[Place]:
    """Group the candidates by the token they begin at, and say which are right."""
    settled = verbatim(case.context)
    by_start: dict[int, list[Candidate]] = defaultdict(list)
    text = case.context.parsed.text
    sloppy = case.id.startswith(SLOPPY)
    for candidate in candidates:
        recased = candidate.replacement.lower() == text[candidate.start : candidate.end].lower()
        if recased and sloppy:
            continue
        if not any(Span(candidate.start, candidate.end).overlaps(s) for s in settled):
            by_start[candidate.start].append(candidate)
    for start, group in sorted(by_start.items()):
        token = case.context.parsed.tokens_between(start, start + 1)[0]
        options = [Option(features.describe(c), is_right(case.marked, c), c) for c in group]
        damaged = any(e.start < token.end and token.start < e.end for e in case.marked.edits)
        yield Place(token.sentence, options, damaged)


def is_right(marked: MarkedText, candidate: Candidate) -> bool:
    """Say whether the candidate alone mends every edit that it touches, and changes nothing else."""
    touched = [e for e in marked.edits if _touches(e, candidate)]
    bordering = [e for e in marked.edits if e in touched or _borders(marked, e, candidate)]
    return any(edits and _mends(marked, candidate, edits) for edits in (touched, bordering))


def _borders(marked: MarkedText, edit: GoldEdit, candidate: Candidate) -> bool:
    """Say whether words are missing right beside the candidate."""
    if edit.spun.strip():
        return False
    left, right = sorted((candidate.end, edit.start))
    before, after = sorted((edit.end, candidate.start))
    return not marked.text[left:right].strip() or not marked.text[before:after].strip()


def _mends(marked: MarkedText, candidate: Candidate, inside: Sequence[GoldEdit]) -> bool:
    first = min(candidate.start, _core(inside[0])[0])
    last = max(candidate.end, _core(inside[-1])[1])
    done = marked.text[first : candidate.start] + candidate.replacement + marked.text[candidate.end : last]
    pieces, at = [], first
    for edit in inside:
        start, end = _core(edit)
        pieces += [marked.text[at:start], edit.gold[0].strip()]
        at = end
    return "".join([*pieces, marked.text[at:last]]).split() == done.split()


def _touches(edit: GoldEdit, candidate: Candidate) -> bool:
    """Say whether they share a character; the space that a deletion took along does not count."""
    start, end = _core(edit)
    return start < candidate.end and candidate.start < end


def _core(edit: GoldEdit) -> tuple[int, int]:
    """Give the range of an edit without the space at its ends."""
    left = len(edit.spun) - len(edit.spun.lstrip())
    return edit.start + left, max(edit.start + left, edit.start + len(edit.spun.rstrip()))
