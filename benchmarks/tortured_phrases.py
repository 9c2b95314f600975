"""Cross-validation on tortured phrases: how often is the expected phrase first, or among the first five?

    python benchmarks/tortured_phrases.py ../shared/data/tortured_phrases/pairs.tsv \\
        --pages ../shared/data/spinner_channel

Five folds by phrase. For every fold the channel (and with --refit the weights of the lexical channel) is built anew
without the held-out phrases. Candidates of each word (itself, the channel's rows, the lexicon's lemmas in the same
form) and of phrases seen as a whole are joined by a beam search; a candidate phrase scores ln P(original | spun) +
weight * ln P(phrase | bigrams). The one weight is chosen on a few hundred training phrases. --own adds the bigrams of
the training phrases' expected ones, as those of a reference. --strict puts all phrases with the same expected one into
the same fold: what is expected was then never seen at all. Hyphens are read as blanks.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import random
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from restore.candidates.spinner import inflections
from restore.channel.model import SpinnerChannel, channel_of
from restore.channel.tables import TORTURED, ChannelTable
from restore.lexicon import originals as lexicon
from restore.lexicon.features import FEATURES, UNSEEN
from restore.lexicon.frequencies import pair_counts, total_count, word_counts
from restore.lexicon.wordnet import Pos
from restore.text.morphology import lemmas
from training.channel import spinner_channel as builder

FOLDS = 5
BEAM = 24
PER_WORD = 24
LEXICAL = 30
WEIGHTS = (0.35, 0.5, 0.7, 1.0)
INNER = 200
SEED = 7
_POS: dict[str, Pos] = {"NOUN": "n", "VERB": "v", "ADJ": "a", "ADV": "r"}

Pairs = Mapping[str, set[str]]
Options = list[tuple[int, int, str, float]]


def read_phrases(path: Path) -> dict[str, set[str]]:
    """Return the distinct tortured phrases with their expected ones."""
    pairs: dict[str, set[str]] = defaultdict(set)
    for fields in builder.read_rows(path):
        tortured, expected = (builder.normalise(fields[side].replace("-", " ")) for side in ("tortured", "expected"))
        if tortured and expected and tortured != expected:
            pairs[tortured].add(expected)
    return dict(pairs)


def folds_of(phrases: Pairs, strict: bool) -> list[list[str]]:
    """Deal the phrases into folds; with `strict` whatever shares an expected phrase goes together."""
    groups: dict[str, list[str]] = defaultdict(list)
    for tortured, expected in sorted(phrases.items()):
        groups[min(expected) if strict else tortured].append(tortured)
    keys = sorted(groups)
    random.Random(SEED).shuffle(keys)
    folds: list[list[str]] = [[] for _ in range(FOLDS)]
    for key in keys:
        min(folds, key=len).extend(groups[key])
    return folds


def write_pairs(path: Path, pairs: Pairs) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None, lineterminator="\n")
        writer.writerow(["tortured", "expected"])
        for tortured in sorted(pairs):
            writer.writerows([tortured, expected] for expected in sorted(pairs[tortured]))


def channel_from(train: Path, pages: Path | None) -> tuple[SpinnerChannel, dict[str, dict[str, int]]]:
    """Build the channel from the training phrases (and the pages); also the phrases that were seen as a whole."""
    pairs, alone = builder.tortured_rows(train)
    rows = builder.page_rows([pages / "substitutions.tsv"]) if pages else defaultdict(builder.Row)
    table = ChannelTable()
    for row in builder.merge(rows, pairs):
        table.add_row(row)
    for side, counts in enumerate((table.seen, table.kept)):
        for word, times in builder.totals(pairs, alone, side).items():
            counts[word].add(times, alone[word], [(TORTURED, times)])
    if pages:
        for word, found in builder.counted(pages / "channel_inverse.tsv", "spun", "n", "self_count", False).items():
            table.seen[word].merge(found)
    whole: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for fields in builder.read_rows(train):
        words, expected = fields["tortured"].split(), fields["expected"].split()
        if len(words) > 1 and len(words) == len(expected):
            for size in range(2, len(words) + 1):
                for at in range(len(words) - size + 1):
                    whole[" ".join(words[at : at + size])][" ".join(expected[at : at + size])] += 1
    return channel_of(table), whole


@lru_cache(maxsize=20_000)
def tags_of(word: str) -> tuple[tuple[str, str, str], ...]:
    """Return the (lemma, part of speech, Penn tag) a word alone can have, nouns and adjectives first."""
    from restore.text.morphology import forms_by_tag, lemmas_by_pos

    found = []
    for pos in ("NOUN", "ADJ", "VERB", "ADV"):
        for lemma in lemmas_by_pos(word).get(pos, ()):
            for tag, forms in forms_by_tag(lemma, pos).items():
                if word in forms:
                    found.append((lemma, pos, tag))
    return tuple(found)


@cache
def lexical(lemma: str, pos: Pos) -> tuple[lexicon.LexicalCandidate, ...]:
    return lexicon.lexical_originals(lemma, pos, LEXICAL)


@dataclass(frozen=True)
class Settings:
    """Whether the lexicon is asked, and phrases whose bigrams are known."""

    lexicon: bool
    known: tuple[str, ...] = ()

    def knowing(self, train: Pairs) -> Settings:
        return Settings(self.lexicon, tuple(e for t in sorted(train) for e in sorted(train[t])))


class Bigrams:
    """ln P(word | word before) of symspellpy's counts, interpolated with those of known phrases (Jelinek, Mercer)."""

    def __init__(self, known: Iterable[str]) -> None:
        self._pairs: Counter[tuple[str, str]] = Counter()
        self._first: Counter[str] = Counter()
        for phrase in known:
            words = phrase.split()
            self._pairs.update(pairwise(words))
            self._first.update(words[:-1])

    def score(self, last: str, phrase: str) -> tuple[str, float]:
        """Return the last word of a phrase and ln P(phrase | the word before it)."""
        total = 0.0
        for word in phrase.split():
            total += math.log(self._probability(last, word))
            last = word
        return last, total

    def _probability(self, last: str, word: str) -> float:
        words = word_counts()
        own = self._pairs[last, word] / self._first[last] if self._first[last] else 0.0
        pair = pair_counts().get(f"{last} {word}", 0) / words[last] if last in words else 0.0
        return 0.25 * own + 0.45 * min(pair, 1.0) + 0.3 * words.get(word, 0.5) / total_count()


class Unravel:
    """Turns a tortured phrase back, with one channel, and with or without the lexicon."""

    def __init__(self, channel: SpinnerChannel, whole: Mapping[str, Mapping[str, int]], settings: Settings) -> None:
        self._channel, self._whole, self._lexicon = channel, whole, settings.lexicon
        self._known: dict[str, list[tuple[str, float]]] = {}
        self._bigrams = Bigrams(settings.known)

    def ranked(self, tortured: str, weight: float) -> list[str]:
        """Return the best phrases, best first; the tortured one itself is none."""
        words = tortured.split()
        by_start: dict[int, Options] = defaultdict(list)
        for option in self._options(words):
            by_start[option[0]].append(option)
        beams: list[dict[str, tuple[float, str]]] = [{} for _ in range(len(words) + 1)]
        beams[0][""] = (0.0, "")
        for at in range(len(words)):
            best = sorted(beams[at].items(), key=lambda item: (-item[1][0], item[0]))[:BEAM]
            for text, (score, last) in best:
                for _, end, original, log_probability in by_start[at]:
                    new_last, gain = self._bigrams.score(last, original)
                    new = f"{text} {original}".strip()
                    total = score + log_probability + weight * gain
                    if total > beams[end].get(new, (-math.inf, ""))[0]:
                        beams[end][new] = (total, new_last)
        ordered = sorted(beams[-1].items(), key=lambda item: (-item[1][0], item[0]))
        return [text for text, _ in ordered if text != tortured][:5]

    def _options(self, words: Sequence[str]) -> Iterator[tuple[int, int, str, float]]:
        for at, word in enumerate(words):
            if word not in self._known:
                self._known[word] = self._of_word(word)
            for original, log_probability in self._known[word]:
                yield at, at + 1, original, log_probability
            for end in range(at + 2, len(words) + 1):
                yield from self._of_phrase(" ".join(words[at:end]), at, end)

    def _of_phrase(self, phrase: str, at: int, end: int) -> Iterator[tuple[int, int, str, float]]:
        """Phrases seen whole, Witten-Bell; and the rows of unequal length."""
        found: dict[str, float] = defaultdict(float)
        for row in self._channel.originals(phrase):
            found[row.original] += row.weight
        for original, times in self._whole.get(phrase, {}).items():
            found[original] += times
        total = sum(found.values()) + len(found)
        for original, count in found.items():
            yield at, end, original, math.log(count / total)

    def _of_word(self, word: str) -> list[tuple[str, float]]:
        """P(original | spun): counted rows, and with their unseen mass the rows of the lemma and the lexicon."""
        rows = self._channel.originals(word)
        unseen = self._unseen(word)
        total, kinds = sum(row.weight for row in rows), max(1, len(rows))
        found: dict[str, float] = {original: kinds * share for original, share in unseen.items()}
        for row in rows:
            if row.original:
                found[row.original] = found.get(row.original, 0.0) + row.weight
        same = min(0.98, max(0.02, self._channel.identity(word)))
        scored = [(o, math.log((1 - same) * n / (total + kinds))) for o, n in found.items() if n > 0 and o != word]
        best = sorted(scored, key=lambda item: (-item[1], item[0]))[:PER_WORD]
        return [(word, math.log(same)), *best]

    def _unseen(self, word: str) -> dict[str, float]:
        """Return the shares of originals that the word itself was not counted with; at most 1 in all."""
        shares: dict[str, float] = defaultdict(float)
        own = set(lemmas(word))
        related = [row for lemma in own for row in self._channel.by_lemma(lemma) if row.spun != word]
        total = sum(row.weight for row in related)
        tags = tags_of(word)
        for row in related:
            for form in {f for _, _, tag in tags for f in inflections(row.original, tag)[:1]}:
                shares[form] += 0.5 * row.weight / total
        if self._lexicon:
            for lemma, pos, tag in tags:
                for candidate in lexical(lemma, _POS[pos]):
                    for form in inflections(candidate.lemma, tag)[:1] or (candidate.lemma,):
                        share = 0.5 * math.exp(candidate.log_probability) / len(tags)
                        shares[form] += share
        return dict(shares)


def share_right(unravel: Unravel, pairs: Pairs, weight: float) -> tuple[int, int, int]:
    """Count phrases whose expected one is first, is among the first five, and all."""
    first = five = 0
    for tortured, expected in sorted(pairs.items()):
        ranked = unravel.ranked(tortured, weight)
        first += bool(expected & set(ranked[:1]))
        five += bool(expected & set(ranked))
    return first, five, len(pairs)


def refit_lexicon(train: Path, pages: Path, folder: Path) -> None:
    """Fit the lexicon's weights to the training phrases and the pages, and put them in place of the shipped ones."""
    out = folder / "lexicon.json"
    command = [
        sys.executable,
        "-m",
        "training.lexicon.originals",
        str(pages / "substitutions.tsv"),
        "--tortured",
        str(train),
        "--out",
        str(out),
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    stored = json.loads(out.read_text("utf-8"))
    weights = np.array([stored["weights"].get(name, 0.0) for name in FEATURES], dtype=np.float32)
    unseen = np.array([stored["unseen"].get(name, 0.0) for name in UNSEEN], dtype=np.float32)
    lexicon._load_weights = lambda: (weights, unseen)  # type: ignore[assignment]
    lexicon._distribution.cache_clear()
    lexical.cache_clear()


def inner_weight(train: Pairs, pages: Path | None, folder: Path, settings: Settings, rng: random.Random) -> float:
    """Choose the weight of the bigrams on training phrases that the channel is then built without."""
    held = set(rng.sample(sorted(train), min(INNER, len(train) // 5)))
    path = folder / "inner.tsv"
    write_pairs(path, {t: e for t, e in train.items() if t not in held})
    if settings.known:
        settings = settings.knowing({t: e for t, e in train.items() if t not in held})
    unravel = Unravel(*channel_from(path, pages), settings)
    tried = {t: train[t] for t in held}
    return max(WEIGHTS, key=lambda weight: share_right(unravel, tried, weight))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path, help="pairs.tsv: tortured, expected")
    parser.add_argument("--pages", type=Path, help="folder with substitutions.tsv and channel_inverse.tsv")
    parser.add_argument("--no-lexicon", action="store_true", help="only the channel's own rows")
    parser.add_argument("--own", action="store_true", help="use the bigrams of the training phrases' expected ones")
    parser.add_argument("--refit", action="store_true", help="fit the lexicon's weights in every fold too (slow)")
    parser.add_argument("--strict", action="store_true", help="hold out by expected phrase")
    parser.add_argument("--sample", type=int, default=0, help="measure only so many phrases of every fold")
    args = parser.parse_args()

    phrases = read_phrases(args.pairs)
    totals = [0, 0, 0]
    print(f"{len(phrases)} tortured phrases, {FOLDS} folds by {'expected ' if args.strict else ''}phrase")
    for number, held in enumerate(folds_of(phrases, args.strict), 1):
        rng = random.Random(SEED + number)
        out = set(held)
        train = {t: e for t, e in phrases.items() if t not in out}
        chosen = rng.sample(sorted(held), args.sample) if args.sample else held
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            path = folder / "train.tsv"
            write_pairs(path, train)
            if args.refit and args.pages and not args.no_lexicon:
                refit_lexicon(path, args.pages, folder)
            settings = Settings(not args.no_lexicon)
            if args.own:
                settings = settings.knowing(train)
            weight = inner_weight(train, args.pages, folder, settings, rng)
            unravel = Unravel(*channel_from(path, args.pages), settings)
            found = share_right(unravel, {t: phrases[t] for t in chosen}, weight)
        totals = [a + b for a, b in zip(totals, found, strict=True)]
        first, five, number_of = found
        print(
            f"fold {number}: first {first / number_of:.1%}, first five {five / number_of:.1%}, bigrams weigh {weight}"
        )
    print(f"all: first {totals[0] / totals[2]:.1%}, among the first five {totals[1] / totals[2]:.1%} of {totals[2]}")


if __name__ == "__main__":
    main()
