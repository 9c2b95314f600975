"""What other spins of an article are worth, measured on simulated spins of clean news.

    python benchmarks/spins.py ECBPLUS_DOCS_JSONL survival coverage restore [--articles 20]

`survival`: the share of the original words that at least one of n spins still has; of the damaged words of one spin,
the share that another has; of its damaged places, the share for which the source proposes what stood there.
`coverage`: what tells a spin from another article, also one about the same event.
`restore`: token errors removed and the share of edits that were right, with 0, 1, 2 and 4 further spins, per threshold.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from benchmarks.reference_match import load_clusters
from restore.alignment.spins import MIN_COVERAGE, align_spin
from restore.candidates.base import Context
from restore.candidates.gather import gather
from restore.candidates.spins import SpinsSource
from restore.channel.model import load_channel
from restore.config import Config
from restore.evaluation.scores import GoldLattice, score
from restore.gold.markup import GoldEdit, MarkedText
from restore.gold.tokens import tokenise
from restore.records import apply, splice
from restore.restorer import Restorer
from restore.simulation.simulator import FAMILIES, spin
from restore.text.parsing import ParsedText, Parser

SEED = 11
MOST = 5
RATES = (0.17, 0.29)
FURTHER = (0, 1, 2, 4)
THRESHOLDS = (0.5, 0.7, 0.85, 0.9)


@dataclass(frozen=True)
class Spun:
    """A clean article and spins of it by one family of spinners, with rates as on real pages."""

    clean: ParsedText
    spins: tuple[MarkedText, ...]


def draw(parser: Parser, texts: Iterable[str], seed: int) -> list[Spun]:
    """Spin every text several times with one family each."""
    rng, channel, found = random.Random(seed), load_channel(), []
    for text in texts:
        clean = parser.parse(text)
        family = {rng.choices(list(FAMILIES), list(FAMILIES.values()))[0]: 1.0}
        spins = [spin(clean, channel, rng.randrange(2**31), rng.uniform(*RATES), family) for _ in range(MOST)]
        found.append(Spun(clean, tuple(spins)))
    return found


def kept_words(article: Spun, marked: MarkedText) -> set[int]:
    """Return the words of the original (token indices) that a spin has left alone."""
    kept = {t.index for t in article.clean.tokens if t.is_word}
    shift = 0
    for edit in marked.edits:
        start = edit.start + shift
        kept -= {t.index for t in article.clean.tokens_between(start, start + len(edit.gold[0]))}
        shift += len(edit.gold[0]) - len(edit.spun)
    return kept


def survival(parser: Parser, articles: Sequence[Spun]) -> None:
    """Print what survives in several spins, and for how much of it there is a candidate."""
    channel = load_channel()
    print("spins  original words kept  damaged words another has  damaged places with the right candidate")
    for count in range(1, MOST + 1):
        words = union = damaged = elsewhere = places = found = 0
        for article in articles:
            kept = [kept_words(article, marked) for marked in article.spins[:count]]
            every = {t.index for t in article.clean.tokens if t.is_word}
            words += len(every)
            union += len(set().union(*kept))
            damaged += len(every - kept[0])
            elsewhere += len(set().union(*kept[1:]) - kept[0])
        for article in articles if count > 1 else ():
            text = parser.parse(article.spins[0].text)
            others = (parser.parse(marked.text) for marked in article.spins[1:count])
            spins = tuple(align_spin(text, other, str(n), channel) for n, other in enumerate(others))
            edits = article.spins[0].edits
            places += len(edits)
            found += len(helped(article.spins[0], Context(text, (), spins)))
        shares = [f"{a / b:.1%}" if b else "-" for a, b in ((union, words), (elsewhere, damaged), (found, places))]
        print(f"{count:5}  {shares[0]:>19}  {shares[1]:>25}  {shares[2]:>39}")


def helped(marked: MarkedText, context: Context) -> set[int]:
    """Return the damaged places that a candidate of the spins alone mends."""
    found: set[int] = set()
    for candidate in gather(context, [SpinsSource()]):
        near = [e for e in marked.edits if e.start <= candidate.end + 1 and candidate.start <= e.end + 1]
        for edits in (near[n:m] for n in range(len(near)) for m in range(n + 1, len(near) + 1)):
            first, last = min(candidate.start, edits[0].start), max(candidate.end, edits[-1].end)
            done = marked.text[first : candidate.start] + candidate.replacement + marked.text[candidate.end : last]
            if done.split() == _original(marked, edits, first, last).split():
                found.update(e.start for e in edits)
    return found


def _original(marked: MarkedText, edits: Sequence[GoldEdit], first: int, last: int) -> str:
    return splice(marked.text, ((edit.start, edit.end, edit.gold[0]) for edit in edits), first, last)


def coverage(parser: Parser, path: Path, articles: Sequence[Spun]) -> None:
    """Print the coverage of true spins, and of articles about the same event, the same topic and other topics."""
    channel = load_channel()
    found: dict[str, list[float]] = defaultdict(list)
    for article in articles:
        one, other = (parser.parse(marked.text) for marked in article.spins[:2])
        found["spins"].append(align_spin(one, other, "", channel).coverage)
    docs = [
        (key, parser.parse(text)) for key, texts in load_clusters(path, topics=10, each=6).items() for text in texts
    ]
    kinds: dict[str, list[tuple[ParsedText, ParsedText]]] = defaultdict(list)
    for (a, x), (b, y) in combinations(docs, 2):
        kinds["same event" if a == b else "same topic" if a[0] == b[0] else "other topic"].append((x, y))
    for kind, pairs in kinds.items():
        chosen = random.Random(SEED).sample(pairs, min(400, len(pairs)))
        found[kind] = [align_spin(x, y, "", channel).coverage for x, y in chosen]
    for kind, values in found.items():
        values.sort()
        at = [values[min(len(values) - 1, round(q * len(values)))] for q in (0, 0.01, 0.05, 0.5, 0.95, 0.99, 1)]
        above = sum(v >= MIN_COVERAGE for v in values)
        print(f"{kind:12} {len(values):4} pairs, least to most {' '.join(f'{v:.3f}' for v in at)}, accepted {above}")


def restored(articles: Sequence[Spun]) -> None:
    """Print how much is repaired with some further spins."""
    restorer = Restorer(Config().replace(min_confidence=min(THRESHOLDS)))
    for count in FURTHER:
        started = time.perf_counter()
        before, after, good, bad = (dict.fromkeys(THRESHOLDS, 0) for _ in range(4))
        for article in articles:
            marked = article.spins[0]
            found = restorer.restore(marked.text, spins=[m.text for m in article.spins[1 : count + 1]])
            lattice = GoldLattice(marked)
            for threshold in THRESHOLDS:
                sure = [c for c in found.corrections if c.confidence >= threshold]
                result = score(marked, apply(marked.text, sure), lattice)
                before[threshold] += result.before
                after[threshold] += result.after
                good[threshold] += result.good
                bad[threshold] += result.bad
        shown = (
            f"{t}: {1 - after[t] / before[t]:.1%} removed, {good[t] / max(1, good[t] + bad[t]):.1%} right"
            for t in THRESHOLDS
        )
        words = sum(len(tokenise(a.spins[0].text)) for a in articles)
        took = time.perf_counter() - started
        print(f"{count} further spins: {'; '.join(shown)} ({words} tokens, {took:.0f} s)", flush=True)


def main() -> None:
    """Draw spins of held-out articles and measure what is asked for."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("docs", type=Path)
    options.add_argument("what", nargs="+", choices=["survival", "coverage", "restore"])
    options.add_argument("--articles", type=int, default=20)
    chosen = options.parse_args()
    parser = Parser()
    texts = [text for members in load_clusters(chosen.docs, topics=35, each=2).values() for text in members]
    articles = draw(parser, random.Random(SEED).sample(texts, min(chosen.articles, len(texts))), SEED)
    if "survival" in chosen.what:
        survival(parser, articles)
    if "coverage" in chosen.what:
        coverage(parser, chosen.docs, articles)
    if "restore" in chosen.what:
        restored(articles)


if __name__ == "__main__":
    main()
