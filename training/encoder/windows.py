"""Make training windows for the encoder: parsed news spun, beside reports on the same event, as arrays in shards.

    python -m training.encoder.windows /tmp/encoder/corpus /tmp/encoder/windows --seed 1 --part 0 --parts 2

Every article of the wanted split is damaged (a third stays clean), with a rate and a family of its own, by the
simulator, whose channel lacks the held-out rows (`is_held_out`). Reports on an event get another one as reference; some
other texts get one about something else, or a retelling of themselves (`retold`), which teaches to copy what fits; the
rest has none. The same seed gives the same windows; another seed spins the same articles anew.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np

from restore.alignment.nearness import SentenceIndex
from restore.alignment.reference_passages import MOST_NEAR
from restore.alignment.sentences import align_sentences
from restore.channel.model import ChannelRow, SpinnerChannel, load_channel
from restore.config import Config
from restore.encoder.pieces import NOTHING, WordPieces, case_class
from restore.encoder.windows import HasText, Window, cut, make_window
from restore.gold.markup import GoldEdit, MarkedText
from restore.runtime.atomic import write_bytes
from restore.simulation.scraping import scrape
from restore.simulation.simulator import FAMILIES, UNSEEN, spin
from restore.text.parsing import ParsedText, Parser
from training.encoder.corpus import Article, add_parts, load_shard, mine, split_of
from training.paths import MODELS

HELD_OUT = 0.15
"""Share of the channel's rows that no training text shows; the rank of the right word is reported on them."""
CLEAN = 0.33
"""Texts without damage; restore/detection/rescoring.py counts on it; by hand."""
RATES = (0.03, 0.36)
"""Shares of damaged words, drawn evenly; real pages have 0.05 to 0.30, and a text that is half mended has fewer."""
NAMES_SHARE, MORE_NAMES = 0.25, 6.0
"""Names are hit too seldom to learn from: in some texts they are hit oftener."""
SCRAPED, SCRAPED_RATES = 0.18, (0.004, 0.05)
"""Texts that are badly scraped, and the shares of their places that suffer; by hand."""
LOWERED = 0.03
"""Texts written without any capital, as some scrapers leave them."""
RIGHT_REFERENCE, WRONG_REFERENCE, RETOLD = 0.75, 0.08, 0.3
"""Texts with another report of their event beside them (where there is one), with one about something else, and with a
retelling of their own: real reports share few of the very words, so that copying is learned too slowly from them."""
RETOLD_RATES, CUT_SHARES, LONGEST_CUT = (0.0, 0.35), (0.1, 0.7), 9
"""Of a retelling: words that are others (as paraphrase changes them: family C), words that are left out, and how many
of these stand together at most."""
LOST_SENTENCE = 0.2
"""Sentences of a reference that are left out of view at random: the one that tells the same may be missing."""
LONGEST_TARGET = 6
"""Word pieces of an original; longer ones are no target."""
FIELDS = ("ids", "cases", "text", "starts", "damaged", "case", "gap", "targets")


class Word(NamedTuple):
    """A token of a damaged text and what is to be learned of it.

    `original` are the words that stood there (None: not known), `behind` those that are missing behind it.
    """

    text: str
    damaged: bool
    case: int
    original: tuple[str, ...] | None
    behind: tuple[str, ...]


@dataclass(slots=True)
class Shard:
    """Ragged arrays, one list per field."""

    rows: dict[str, list[list[int]]] = field(default_factory=lambda: {name: [] for name in FIELDS})

    def add(self, window: Window, words: Sequence[Word], pieces: WordPieces) -> None:
        """Add a window with its labels; targets are (word, 1 for a gap, length, pieces ...)."""
        targets: list[int] = []
        for n, word in enumerate(words):
            for is_gap, meant in ((0, word.original), (1, word.behind or None)):
                if meant is None:
                    continue
                found = pieces.of_phrase(" ".join(meant)) or (NOTHING,)
                if len(found) <= LONGEST_TARGET:
                    targets += [n, is_gap, len(found), *found]
        values = {
            "ids": window.ids,
            "cases": window.cases,
            "text": [window.text],
            "starts": window.starts,
            "damaged": [int(w.damaged) for w in words],
            "case": [w.case for w in words],
            "gap": [int(bool(w.behind)) for w in words],
            "targets": targets,
        }
        for name, value in values.items():
            self.rows[name].append(list(value))

    def pack(self) -> bytes:
        """Return the shard as an .npz archive: values of each field end to end, and where each row ends."""
        arrays: dict[str, Any] = {}
        for name, rows in self.rows.items():
            arrays[name] = np.fromiter((v for row in rows for v in row), dtype=np.int32)
            arrays[f"{name}_ends"] = np.cumsum([len(row) for row in rows], dtype=np.int64)
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **arrays)
        return buffer.getvalue()


def is_held_out(row: ChannelRow) -> bool:
    """Return whether a real substitution is kept from training, by a hash of the pair."""
    return crc32(f"held out {row.spun}|{row.original}".encode()) % 1000 < HELD_OUT * 1000


def training_channel() -> SpinnerChannel:
    """Return the shipped channel without the rows that are held out."""
    return load_channel().without(is_held_out)


def damaged(
    parsed: ParsedText,
    channel: SpinnerChannel,
    rng: Random,
    mix: Mapping[str, float] = FAMILIES,
    known: float = 0.0,
) -> MarkedText:
    """Damage a text as the training does: a family and a rate of its own, a few badly scraped, a third clean.

    `known` is the share (0 to 1) of the spun texts in which every synonym is one that was seen on a real page.
    """
    marked = MarkedText(parsed.text)
    if rng.random() >= CLEAN:
        names = MORE_NAMES if rng.random() < NAMES_SHARE else 1.0
        unseen = 0.0 if rng.random() < known else UNSEEN
        marked = spin(parsed, channel, rng.randrange(2**31), rng.uniform(*RATES), mix, names, unseen)
    if rng.random() < SCRAPED:
        marked = scrape(marked, rng, rng.uniform(*SCRAPED_RATES))
    return marked


def drawn_reference(
    articles: Sequence[Article], number: int, others: Sequence[ParsedText], rng: Random
) -> ParsedText | None:
    """Draw another report on the event of an article, a text about something else, or mostly, without either, none."""
    if len(articles) > 1 and rng.random() < RIGHT_REFERENCE:
        return articles[rng.choice([m for m in range(len(articles)) if m != number])][1]
    return rng.choice(others) if rng.random() < WRONG_REFERENCE else None


class Labeller:
    """Turns a damaged text into words with labels, by the tokeniser of the parser."""

    def __init__(self, parser: Parser, rng: Random, sound_targets: float = 0.08) -> None:
        """`sound_targets` is the share of sound words that are targets too, so that keeping has a score."""
        self._parser, self._rng, self._sound = parser, rng, sound_targets

    def words(self, marked: MarkedText) -> tuple[list[Word], list[int]]:
        """Return the words of a damaged text and where each begins (characters)."""
        tokens = self._parser.tokenise(marked.text)
        words: list[Word] = []
        starts = [start for start, _ in tokens]
        n = 0
        for edit in (*marked.edits, None):
            while n < len(tokens) and (edit is None or tokens[n][1] <= edit.start):
                words.append(self._kept(marked.text[slice(*tokens[n])]))
                n += 1
            if edit is None:
                break
            first = n
            while n < len(tokens) and tokens[n][0] < edit.end:
                n += 1
            self._edited(words, [marked.text[slice(*t)] for t in tokens[first:n]], edit)
        return words, starts

    def _kept(self, text: str) -> Word:
        target = (text,) if self._rng.random() < self._sound else None
        return Word(text, False, case_class(text), target, ())

    def _edited(self, words: list[Word], spun: list[str], edit: GoldEdit) -> None:
        """Add the words of an edit, each with its original: in order, the rest at the last, "nothing" for more."""
        gold = [edit.gold[0][slice(*t)] for t in self._parser.tokenise(edit.gold[0])] if edit.gold[0].strip() else []
        lower = [[w.lower() for w in side] for side in (spun, gold)]
        matches = SequenceMatcher(a=lower[0], b=lower[1], autojunk=False).get_opcodes()
        for tag, a, b, c, d in matches:
            old, new = spun[a:b], gold[c:d]
            if tag == "equal":
                words += [Word(o, False, case_class(w), (o,), ()) for o, w in zip(old, new, strict=True)]
            elif not old:
                if words and new:
                    words[-1] = words[-1]._replace(behind=tuple(new))
            else:
                for n, word in enumerate(old):
                    mine = new[n:] if n == len(old) - 1 else new[n : n + 1]
                    case = case_class(mine[0]) if mine else -1
                    words.append(Word(word, True, case, tuple(mine), ()))


def sentences_after(clean: ParsedText, marked: MarkedText, starts: Sequence[int]) -> list[tuple[int, int]]:
    """Return the token ranges of the clean text's sentences in the damaged one."""
    borders, shift, n = [], 0, 0
    for sentence in clean.sentences:
        while n < len(marked.edits) and marked.edits[n].start - shift < sentence.start:
            edit = marked.edits[n]
            shift += len(edit.spun) - len(edit.gold[0])
            n += 1
        borders.append(sentence.start + shift)
    firsts = np.searchsorted(np.asarray(starts), np.asarray(borders)).tolist()
    return list(zip(firsts, [*firsts[1:], len(starts)], strict=True))


@dataclass(frozen=True)
class Reference:
    """Sentences that may be put in view, and which of them were aligned with which of the text: (score, number)."""

    sentences: Sequence[Sequence[HasText]]
    aligned: Mapping[int, Sequence[tuple[float, int]]]

    @cached_property
    def index(self) -> SentenceIndex:
        """The sentences by their words."""
        return SentenceIndex([[word.text for word in sentence] for sentence in self.sentences])

    def in_view(self, inside: Iterable[int], words: Iterable[str], rng: Random) -> list[Sequence[HasText]]:
        """Return the sentences for a window: aligned ones first, then the nearest (as reference_passages.py).

        `inside` are the numbers of the text's sentences in the window, `words` what stands in it, damaged.
        """
        aligned = sorted({pair for n in inside for pair in self.aligned.get(n, ())}, reverse=True)
        near = self.index.nearest(words)[:MOST_NEAR]
        numbers = dict.fromkeys(m for _, m in (*aligned, *near))
        return [self.sentences[m] for m in numbers if rng.random() >= LOST_SENTENCE]


def other_report(clean: ParsedText, reference: ParsedText) -> Reference:
    """Return another text as reference."""
    aligned: dict[int, list[tuple[float, int]]] = {}
    for pair in align_sentences(clean, reference):
        aligned.setdefault(pair.spun, []).append((pair.score, pair.reference))
    return Reference([reference.sentence_tokens(s) for s in reference.sentences], aligned)


def retold(clean: ParsedText, channel: SpinnerChannel, parser: Parser, rng: Random) -> Reference:
    """Return a text as another would report it: some words are others, stretches left out, sentences in any order."""
    told = spin(clean, channel, rng.randrange(2**31), rng.uniform(*RETOLD_RATES), {"C": 1.0}, names=0.0)
    words, starts = Labeller(parser, rng).words(told)
    cut_share = rng.uniform(*CUT_SHARES)
    sentences = []
    for first, last in sentences_after(clean, told, starts):
        sentence = words[first:last]
        wanted = len(sentence) * (1 - cut_share)
        while len(sentence) > max(wanted, 3):
            at = rng.randrange(len(sentence))
            del sentence[at : at + rng.randint(1, LONGEST_CUT)]
        if len(sentence) > 1:
            sentences.append(sentence)
    rng.shuffle(sentences)
    return Reference(sentences, {})


def windows(
    clean: ParsedText,
    marked: MarkedText,
    reference: Reference | None,
    labeller: Labeller,
    pieces: WordPieces,
    rng: Random,
) -> Iterator[tuple[Window, list[Word]]]:
    """Yield the windows of a damaged text with the labels of their words."""
    words, starts = labeller.words(marked)
    if rng.random() < LOWERED:
        words = [w._replace(text=w.text.lower()) for w in words]
    sentences = sentences_after(clean, marked, starts)
    sizes = [len(pieces.of(w.text)) for w in words]
    for first, last in cut(sizes, sentences):
        wanted: list[Sequence[HasText]] = []
        if reference is not None:
            inside = [n for n, (a, b) in enumerate(sentences) if a < last and first < b]
            wanted = reference.in_view(inside, [w.text for w in words[first:last]], rng)
        yield make_window(pieces, words[first:last], first, wanted), words[first:last]


def main() -> None:
    """Make the shards that are asked for, of the articles that the corpus has by now."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("corpus", type=Path)
    options.add_argument("output", type=Path)
    options.add_argument("--split", default="train")
    options.add_argument("--seed", type=int, default=1)
    add_parts(options)
    options.add_argument("--known", type=float, default=0.0, help="share of texts with synonyms of real pages alone")
    given = options.parse_args()
    given.output.mkdir(parents=True, exist_ok=True)
    parser, channel = Parser(Config().spacy_pipeline), training_channel()
    pieces = WordPieces(MODELS / "encoder_vocabulary.txt")
    for path in mine(sorted(given.corpus.glob("*.pickle")), given.part, given.parts):
        target = given.output / f"{given.split}-{given.seed}-{path.stem}.npz"
        if target.exists():
            continue
        shard = load_shard(path)
        rng = Random(f"{given.seed} {path.stem}")
        rows = Shard()
        others = [parsed for _, articles in shard for _, parsed in articles]
        for key, articles in shard:
            if split_of(key) != given.split:
                continue
            for n, (_, clean) in enumerate(articles):
                told = drawn_reference(articles, n, others, rng)
                reference = other_report(clean, told) if told else None
                if not told and rng.random() < RETOLD:
                    reference = retold(clean, channel, parser, rng)
                marked = damaged(clean, channel, rng, known=given.known)
                for window, words in windows(clean, marked, reference, Labeller(parser, rng), pieces, rng):
                    rows.add(window, words, pieces)
        write_bytes(target, rows.pack())
        print(f"{target.name}: {len(rows.rows['ids'])} windows", flush=True)


if __name__ == "__main__":
    main()
