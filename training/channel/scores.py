"""Measure the estimates of the spinner channel on counts they were not made from.

Prints the average ln P(original | spun) of held-out substitutions, in nats, for each way of holding out (an occurrence
in five; a row in five; a whole family) and each estimate; and the average ln P of standing for itself or not. Higher is
better. The spinner channel's `1 / 60` for partners that nobody has seen is the same in all of them.
"""

from __future__ import annotations

import argparse
import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from restore.channel import model as channel_module
from restore.channel.model import TORTURED, ChannelRow, SpinnerChannel, channel_of
from restore.channel.tables import ChannelTable, WordCounts, read_table
from restore.runtime.tables import table_path
from restore.text.morphology import lemmas_by_pos

FOLDS = 5
"""An occurrence or a row in five is held out."""
SEED = 20
"""Any: which fifth is which."""
OWN_SHARE = 0.8
"""Of the mix that a page's own family has, as a good guess has it; by hand."""
FEWEST = 100
"""Counts of a family from which on it is held out as a whole; by hand."""
Held = list[tuple[str, str, str, int]]


class NoLemma(SpinnerChannel):
    """Without the back-off to pairs of lemmas."""

    def lemma_share(self, *_: object, **__: object) -> float:
        """Return nothing."""
        return 0.0


class ByClass(SpinnerChannel):
    """With a back-off to the part of speech: unseen partners of a likely class weigh more, on average as before.

    The average is that over all originals of the table, so that no mass is given away.
    """

    def lemma_share(self, spun: str, original: str, forward: bool) -> float:
        """Add how likely the class of the original is to the share of its lemma."""
        share = super().lemma_share(spun, original, forward)
        return share + (self._class_factor(word_class(spun), word_class(original)) - 1.0) / 60

    @lru_cache(maxsize=1000)  # noqa: B019
    def _class_factor(self, spun: str, original: str) -> float:
        counts: Counter[str] = Counter()
        for row in self.rows:
            if word_class(row.spun) == spun:
                counts[word_class(row.original)] += 1
        usual = Counter(word_class(each) for each in self._by_original)
        share = usual[original] / usual.total()
        return (counts[original] + 5 * share) / (counts.total() + 5) / share if share else 1.0


@lru_cache(maxsize=50_000)
def word_class(phrase: str) -> str:
    """Return a coarse part of speech, or the kind of a phrase: nothing, more words, or unknown to the lemmatiser."""
    if not phrase or " " in phrase:
        return "phrase" if phrase else "nothing"
    return "/".join(sorted(lemmas_by_pos(phrase))[:1]) or "other"


def occurrences(table: ChannelTable) -> Iterator[tuple[str, str, str, int]]:
    """Yield (spun, original, family, count) of each row; tortured phrases count distinct phrases."""
    for row in table.rows.values():
        for name, count in row.families:
            yield row.spun, row.original, name, count


def made_from(
    table: ChannelTable, held: Iterable[tuple[str, str, str, int]], kind: type[SpinnerChannel]
) -> SpinnerChannel:
    """Make a channel from all counts but the held-out ones."""
    gone: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for spun, original, name, count in held:
        gone[spun, original][name] += count
    left = ChannelTable(tokens=table.tokens)
    lost: dict[str, Counter[str]] = defaultdict(Counter)
    for pair, row in table.rows.items():
        families = tuple((name, count - gone[pair][name]) for name, count in row.families if count > gone[pair][name])
        for name, count in gone[pair].items():
            lost[row.spun][name] += count
        total = sum(count for _, count in families)
        if total:
            left.add_row(ChannelRow(row.spun, row.original, total, min(row.documents, total), families, row.retrieved))
    for word, counts in table.seen.items():
        missing = lost[word]
        pages = missing.total() - missing[TORTURED]
        times = max(counts.same, counts.times - pages)
        phrases = max(counts.tortured_same, counts.tortured_times - missing[TORTURED])
        seen_in = Counter({name: max(0, n - missing[name]) for name, n in counts.families.items()})
        left.seen[word] = WordCounts(times, counts.same, phrases, counts.tortured_same, seen_in)
    plain = channel_of(left)
    return kind(plain.rows, plain._seen, plain._kept, plain.tokens, plain._seen_in)


def average(channel: SpinnerChannel, held: Held, mix_of: Mapping[str, Mapping[str, float]] | None) -> tuple[float, ...]:
    """Return the average ln P of the original if substituted, and of substitution and original together."""
    inside = whole = 0.0
    number = 0
    for spun, original, name, count in held:
        mix = mix_of[name] if mix_of else None
        both = channel.log_inverse(spun, original, mix)
        whole += count * both
        inside += count * (both - math.log1p(-channel.identity(spun, mix)))
        number += count
    return inside / number, whole / number, number


def by_occurrence(table: ChannelTable) -> list[Held]:
    """Put every single occurrence into one of five folds."""
    rng = random.Random(SEED)
    folds: list[Counter[tuple[str, str, str]]] = [Counter() for _ in range(FOLDS)]
    for spun, original, name, count in occurrences(table):
        for _ in range(count):
            folds[rng.randrange(FOLDS)][spun, original, name] += 1
    return [[(*key, n) for key, n in fold.items()] for fold in folds]


def by_row(table: ChannelTable) -> list[Held]:
    """Put every row into one of five folds."""
    rng = random.Random(SEED)
    folds: dict[tuple[str, str], int] = {pair: rng.randrange(FOLDS) for pair in table.rows}
    found: list[Held] = [[] for _ in range(FOLDS)]
    for item in occurrences(table):
        found[folds[item[0], item[1]]].append(item)
    return found


def by_family(table: ChannelTable) -> list[Held]:
    """Hold out one family after the other, if it has enough counts."""
    found: dict[str, Held] = defaultdict(list)
    for item in occurrences(table):
        found[item[2]].append(item)
    return [held for held in found.values() if sum(n for *_, n in held) >= FEWEST]


def mixes(channel: SpinnerChannel, names: Iterable[str]) -> dict[str, dict[str, float]]:
    """Return the mix of a text of each family as a good guess has it: mostly that family, the rest as usual."""
    usual = channel.family_shares
    found = {}
    for name in names:
        mix = {other: (1 - OWN_SHARE) * share for other, share in usual.items()}
        mix[name] = mix.get(name, 0.0) + OWN_SHARE
        found[name] = mix
    return found


def report(title: str, table: ChannelTable, folds: list[Held]) -> None:
    """Print the averages over the folds for every estimate."""
    print(f"\n{title}: {sum(n for held in folds for *_, n in held)} held-out occurrences in {len(folds)} folds")
    kinds = {"pooled": SpinnerChannel, "pooled, no lemma back-off": NoLemma, "pooled, by word class": ByClass}
    for label, kind in kinds.items():
        totals: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
        for held in folds:
            channel = made_from(table, held, kind)
            runs: dict[str, Mapping[str, Mapping[str, float]] | None] = {label: None}
            if kind is SpinnerChannel:
                known = {name for _, _, name, _ in held}
                runs["family mix"] = mixes(channel, known)
            for run, mix in runs.items():
                inside, whole, number = average(channel, held, mix)
                totals[run][0] += inside * number
                totals[run][1] += whole * number
                totals[run][2] += number
        for run, (inside, whole, number) in totals.items():
            print(f"  {run:28} substituted {inside / number:7.3f}   with identity {whole / number:7.3f}")


def report_identity(table: ChannelTable) -> None:
    """Print the average ln P(itself or not), families left out of the counts of the word in turn."""
    rng = random.Random(SEED)
    held: Counter[tuple[str, str, bool]] = Counter()
    left: dict[str, dict[str, list[int]]] = {}
    for word, counts in table.seen.items():
        gone: Counter[str] = Counter()
        for pair, row in table.rows.items():
            if pair[0] == word:
                gone.update(dict(row.families))
        left[word] = {}
        for name, times in counts.families.items():
            damaged = min(times, gone[name])
            kept_times, kept_damaged = times, damaged
            for _ in range(damaged):
                if rng.random() < 1 / FOLDS:
                    held[word, name, False] += 1
                    kept_times, kept_damaged = kept_times - 1, kept_damaged - 1
            for _ in range(times - damaged):
                if rng.random() < 1 / FOLDS:
                    held[word, name, True] += 1
                    kept_times -= 1
            left[word][name] = [kept_times, kept_damaged]
    _score_identity(held, left)


def _score_identity(held: Counter[tuple[str, str, bool]], left: Mapping[str, Mapping[str, list[int]]]) -> None:
    rows = [
        ChannelRow(word, "?", total, 1, tuple((n, d) for n, (_, d) in families.items() if d), True)
        for word, families in left.items()
        if (total := sum(d for _, d in families.values()))
    ]
    seen = {w: (sum(t for t, _ in f.values()), sum(t - d for t, d in f.values())) for w, f in left.items() if f}
    seen_in = {w: {n: t for n, (t, _) in f.items()} for w, f in left.items()}
    channel = SpinnerChannel(rows, seen, {}, seen_in=seen_in)
    mix_of = mixes(channel, {name for _, name, _ in held})
    print(f"\nidentity: {held.total()} held-out occurrences (a fifth), {len({w for w, *_ in held})} words")
    chosen = channel_module._MIX_PRIOR_SELF
    for label, prior in [("pooled", None), *((f"family mix, prior {p}", p) for p in (1.0, 2.0, 4.0, 8.0, 16.0, 64.0))]:
        channel_module._MIX_PRIOR_SELF = prior or chosen
        score = 0.0
        for (word, name, same), count in held.items():
            p = channel.identity(word, mix_of[name] if prior else None)
            score += count * math.log(p if same else 1 - p)
        print(f"  {label:28} {score / held.total():7.4f}")
    channel_module._MIX_PRIOR_SELF = chosen


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--table", type=Path, default=None, help="another table than the shipped one")
    args = parser.parse_args()
    table = read_table(args.table or table_path("spinner_channel.tsv"))
    pages = ChannelTable(tokens=table.tokens, seen=table.seen, kept=table.kept)
    for row in table.rows.values():
        if row.page_count:
            pages.add_row(row)
    report("an occurrence in five", table, by_occurrence(table))
    report("a row in five", table, by_row(table))
    for held in by_family(table):
        report(f"family {held[0][2]} left out", table, [held])
    report_identity(pages)


if __name__ == "__main__":
    main()
