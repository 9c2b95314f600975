"""Texts for the verdict: clean pieces of four lengths, the same pieces spun, and every word of them described.

What a spinner writes in a new text is only partly known. So the channel that describes a text does not have the rows
of the family that spun it, or only a quarter of those seen in one document (what Good and Turing's estimate leaves).
Clean texts are described by the same channels, or how much a channel knows would tell clean from spun.
"""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restore.channel.model import TORTURED, ChannelRow, SpinnerChannel, channel_of, load_channel
from restore.channel.tables import ChannelTable, WordCounts, read_table
from restore.detection.word_features import describe
from restore.gold.markup import MarkedText
from restore.runtime.tables import table_path
from restore.simulation.simulator import spin
from restore.text.parsing import ParsedText, Parser

FAMILIES = ("A", "B", "E", "G", "H", "S", "T")
KINDS = ("document", "paragraph", "sentence", "headline")
PARTS = 3
"""Two are learned from, one is tested on."""
LOWEST, HIGHEST = 0.10, 0.29
"""Shares of damaged words; pages of family A have 0.17 to 0.29, lighter families fewer."""
SHORTEST, LONGEST = 150, 330
"""Words of an article's piece; by hand, about what a short report has."""
ENCYCLOPAEDIC = frozenset({"S", "T", TORTURED})
"""Families that the simulator feeds from tortured phrases; they are held out together."""
SEEN_ONCE_SHOWN = 0.25
"""Of the rows seen in one document those that a channel has: what Good and Turing's estimate leaves."""
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”']? +(?=[A-Z\"“])")


@dataclass(frozen=True, slots=True)
class Source:
    """A clean document: its sentences in order, and the part (0 to 2) of the cross-validation that it falls in."""

    id: str
    sentences: tuple[str, ...]
    part: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a source as described: `family` is "" for clean; `view` says which channel described it.

    `matrix` has a row per word, `damaged` says which of them are.
    """

    source: str
    part: int
    kind: str
    family: str
    view: str
    matrix: NDArray[np.float32]
    damaged: NDArray[np.bool_]


def untokenise(sentence: str) -> str:
    """Write Penn-Treebank tokens as they are printed; all kinds of quotation marks become straight ones."""
    text = re.sub(r"\s*(?:''|”)", '" ', sentence)
    text = re.sub(r"(?:``|“)\s*", ' "', text)
    for pair, sign in (("-LRB-", "("), ("-RRB-", ")"), ("-LSB-", "["), ("-RSB-", "]")):
        text = text.replace(pair, sign)
    text = re.sub(
        r"\s+([.,;:?!%)\]’…]|'(?:s|re|ve|ll|d|m)?(?=[\s.,;:?!\")]|$)|n't\b)", r"\1", text, flags=re.IGNORECASE
    )
    text = re.sub(r"([(\[$£€#])\s+", r"\1", text)
    pieces = text.split('"')
    for number in range(1, len(pieces), 2):  # inside the marks
        if number < len(pieces) - 1:
            pieces[number] = pieces[number].strip()
    text = '"'.join(pieces)
    text = re.sub(r'"\s+([.,;:?!)])', r'"\1', text)
    text = re.sub(r"\b(can) (not)\b", r"\1\2", text)
    text = re.sub(r"(\w)\s+([-–/])\s+(?=\w)", lambda m: m[1] + m[2] if m[2] == "/" else f"{m[1]} {m[2]} ", text)
    return " ".join(text.split())


def sources(data: Path, events: int) -> list[Source]:
    """Read the clean corpora: all of MEANTIME and Wikinews, web texts that the slots were not counted on, some news."""
    found: list[Source] = []
    for row in _json_lines(data / "meantime" / "docs.jsonl"):
        found.append(_source(f"meantime/{row['doc']}", [untokenise(s) for s in row["sentences"]], str(row["doc"])))
    for name, least, most in (("gum_wikinews", 5, 99), ("ewt", 8, 70)):
        blocks = (data / "clean_text" / f"{name}.txt").read_text("utf-8").split("\n\n")
        long = [b for b in blocks if b.count("\n") >= least][:most]
        found += [_source(f"{name}/{n}", b.splitlines(), f"{name}/{n}") for n, b in enumerate(long)]
    news = _json_lines(data / "ecbplus" / "docs.jsonl")
    for row in Random(5).sample(news, min(events, len(news))):
        lines = [_joined(untokenise(s)) for s in row["sentences"] if "http" not in s and "www" not in s][1:]
        found.append(_source(f"ecb/{row['doc']}", lines, f"topic {row['topic']}"))
    return found


def _joined(sentence: str) -> str:
    """Put figures and apostrophes together again that ECB+ takes apart (5. 9, Here’ s)."""
    text = re.sub(r"(?<=\d)([.,:]) (?=\d)", r"\1", sentence)
    return re.sub(r"’ (?=(?:s|re|ve|ll|d|m|t)\b)", "’", text)


def _json_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _source(name: str, sentences: Sequence[str], group: str) -> Source:
    kept = tuple(s.strip() for s in sentences if s.strip())
    return Source(name, kept, zlib.crc32(group.encode()) % PARTS)


def pieces(source: Source, rng: Random) -> Iterator[tuple[str, str]]:
    """Cut a document (150 to 330 words), a paragraph (60 to 80), a sentence and a headline, where there are such."""
    sentences = list(source.sentences)
    starts = [n for n in range(len(sentences)) if sum(len(s.split()) for s in sentences[n:]) >= SHORTEST]
    if starts:
        run = _run(sentences[rng.choice(starts[:5]) :], SHORTEST + rng.randrange(LONGEST - SHORTEST - 60))
        yield "document", "\n".join(" ".join(run[n : n + 3]) for n in range(0, len(run), 3))
    for start in rng.sample(range(len(sentences)), len(sentences)):
        run = _run(sentences[start:], 60)
        if 60 <= sum(len(s.split()) for s in run) <= 85:
            yield "paragraph", " ".join(run)
            break
    whole = [s for s in sentences if 12 <= len(s.split()) <= 35 and s[-1] in '.!?"']
    if whole:
        yield "sentence", rng.choice(whole)
    short = [s for s in sentences if 6 <= len(s.split()) <= 10]
    if short:
        bare = [s for s in short if s[-1] not in '.!?"']
        yield "headline", rng.choice(bare or short).rstrip(".")


def _run(sentences: Sequence[str], words: int) -> list[str]:
    run: list[str] = []
    while len(run) < len(sentences) and sum(len(s.split()) for s in run) < words:
        run.append(sentences[len(run)])
    return run


def cut(sentences: Sequence[str], words: int) -> list[str]:
    """Cut a text into pieces of about that many words at sentence ends; a rest of under half joins the last piece."""
    runs: list[list[str]] = []
    rest = list(sentences)
    while rest:
        run = _run(rest, words)
        rest = rest[len(run) :]
        if runs and sum(len(s.split()) for s in run) < words / 2:
            runs[-1] += run
        else:
            runs.append(run)
    return ["\n".join(" ".join(run[n : n + 3]) for n in range(0, len(run), 3)) for run in runs]


def address_pieces(folder: Path, words: int) -> list[str]:
    """Cut plain texts, a paragraph a line, into pieces; their headings stay where they are."""
    found = []
    for path in sorted(folder.glob("*.txt")):
        lines = path.read_text("utf-8", errors="replace").splitlines()
        found += cut([s for line in lines for s in _SENTENCE_END.split(line.strip()) if s], words)
    return found


class Channels:
    """The shipped channel as it would be without a family and without most rows seen in one document."""

    def __init__(self) -> None:
        self.whole = load_channel()
        self._table = read_table(table_path("spinner_channel.tsv"))
        self._made: dict[str, SpinnerChannel] = {"whole": self.whole}

    def get(self, view: str) -> SpinnerChannel:
        """Return a channel by name: `whole`; `known`: few rows seen once; `train F`, `test F`: nothing of family F.

        `test F` has no row at all that was seen in one document only, `train F` a quarter of them.
        """
        if view not in self._made:
            use, _, family = view.partition(" ")
            names = ENCYCLOPAEDIC if family in ENCYCLOPAEDIC else frozenset({family} - {""})
            channel = channel_of(self._without(names)) if names else self.whole
            shown = 0.0 if use == "test" else SEEN_ONCE_SHOWN
            self._made[view] = channel.without(lambda row: _seen_once(row) and _draw(row, view) >= shown)
        return self._made[view]

    def _without(self, names: frozenset[str]) -> ChannelTable:
        left = ChannelTable(tokens=self._table.tokens)
        lost: Counter[str] = Counter()
        for row in self._table.rows.values():
            families = tuple((name, count) for name, count in row.families if name not in names)
            total = sum(count for _, count in families)
            lost[row.spun] += row.page_count - sum(count for name, count in families if name != TORTURED)
            if total:
                documents = min(row.documents, total)
                left.add_row(ChannelRow(row.spun, row.original, total, documents, families, row.retrieved))
        tortured = TORTURED not in names
        for word, counts in self._table.seen.items():
            seen_in = Counter({name: n for name, n in counts.families.items() if name not in names})
            gone = sum(counts.families.values()) - sum(seen_in.values())
            times = max(0, counts.times - gone)
            same = min(times, max(0, counts.same - max(0, gone - lost[word])))
            phrases = (counts.tortured_times, counts.tortured_same) if tortured else (0, 0)
            left.seen[word] = WordCounts(times, same, *phrases, seen_in)
        left.kept.update(self._table.kept)
        return left


def _seen_once(row: ChannelRow) -> bool:
    return row.documents <= 1


def _draw(row: ChannelRow, view: str) -> float:
    return zlib.crc32(f"{view}/{row.spun}/{row.original}".encode()) / 2**32


def damaged_words(parsed: ParsedText, marked: MarkedText) -> NDArray[np.bool_]:
    """Say of each word of a spun text whether it lies in a damaged place."""
    words = [t for t in parsed.tokens if t.is_word]
    hit = np.zeros(len(words), dtype=np.bool_)
    starts = np.array([t.start for t in words])
    ends = np.array([t.end for t in words])
    for edit in marked.edits:
        if edit.end > edit.start:
            hit |= (starts < edit.end) & (ends > edit.start)
    return hit


def material(found: Sequence[Source], parser: Parser, channels: Channels, spins: int) -> Iterator[Piece]:
    """Describe every piece clean, and spun by some families; the spun ones for training and for testing."""
    for number, source in enumerate(found):
        rng = Random(zlib.crc32(source.id.encode()))
        for kind, text in pieces(source, rng):
            parsed = parser.parse(text)
            nothing = np.zeros(sum(t.is_word for t in parsed.tokens), dtype=np.bool_)
            family = FAMILIES[number % len(FAMILIES)]
            clean_views = ["known", f"train {family}", "whole"]
            for view in clean_views:
                yield _piece(source, kind, "", view, parsed, channels, nothing)
            for step in range(spins):
                family = FAMILIES[(number + 3 * step) % len(FAMILIES)]
                rate = rng.uniform(LOWEST, HIGHEST)
                marked = spin(parsed, channels.whole, rng.randrange(2**31), rate, {family: 1.0})
                if not marked.edits:
                    continue
                damaged = parser.parse(marked.text)
                hit = damaged_words(damaged, marked)
                for view in ("known" if step % 2 else f"train {family}", f"test {family}"):
                    yield _piece(source, kind, family, view, damaged, channels, hit)


def _piece(
    source: Source,
    kind: str,
    family: str,
    view: str,
    parsed: ParsedText,
    channels: Channels,
    hit: NDArray[np.bool_],
) -> Piece:
    described = describe(parsed, channels.get(view))
    return Piece(source.id, source.part, kind, family, view.split()[0], described.matrix, hit)


def save(path: Path, pieces: Sequence[Piece]) -> None:
    """Keep described pieces in a file of numpy."""
    facts = [[p.source, p.part, p.kind, p.family, p.view, len(p.damaged)] for p in pieces]
    np.savez(
        path,
        facts=np.frombuffer(json.dumps(facts).encode(), dtype=np.uint8),
        matrix=np.vstack([p.matrix for p in pieces]),
        damaged=np.concatenate([p.damaged for p in pieces]),
    )


def load(path: Path) -> list[Piece]:
    """Read what `save` wrote."""
    with np.load(path, allow_pickle=False) as table:
        facts, matrix, damaged = json.loads(table["facts"].tobytes()), table["matrix"], table["damaged"]
    found, at = [], 0
    for source, part, kind, family, view, words in facts:
        found.append(Piece(source, part, kind, family, view, matrix[at : at + words], damaged[at : at + words]))
        at += words
    return found
