"""The spinner as a noisy channel: what turns into what, and how likely, counted on real spun pages.

Probabilities are Witten-Bell estimates (Witten and Bell 1991; interpolated form of Chen and Goodman 1999, section
2.6): a word seen with T different partners in W weighted counts keeps T / (W + T) of its mass for the rest, which goes
half to pairs of the same lemmas and half to a fixed number of partners nobody has seen yet.

Where the mix of families in a text is known, the counts of each family weigh by the ratio of its share there to its
usual share, within bounds. So the usual mix gives the estimate over all families, and a family with few counts of its
own still leans on the others. training/channel/scores.py measures this on held-out counts.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

from restore.channel.tables import TORTURED, ChannelRow, ChannelTable, WordCounts, complete, read_table
from restore.runtime.tables import table_path
from restore.text.characters import straight
from restore.text.morphology import lemmas

__all__ = ["TORTURED", "ChannelRow", "SpinnerChannel", "channel_of", "load_channel", "normalise"]

_TORTURED_SHARE = 0.25
"""Weight of a count over tortured phrases against one over pages, as in tables.py. Chosen by hand: every tortured
phrase holds damage, so at full weight words would seem to be left alone too seldom."""
_PAGE_TOKENS = 17_000
"""Tokens of the spun pages on which whole texts were aligned, counted and rounded (PAGE_TOKENS of
training/channel/spinner_channel.py). For tables that do not say it; the shipped one does."""
_UNSEEN_PARTNERS = 60
"""A partner that nobody has seen yet gets one part in so many of its half of the back-off. Chosen by hand: with half as
many, each is twice as likely; training/channel/scores.py measures with it as it is."""
_PRIOR_TIMES = 2.0
"""For how many occurrences the two shares below count. Chosen by hand: it matters to words that were seen a few times;
with more, what was counted on them says less."""
_PRIOR_KEPT = 0.75
"""The share of the occurrences of an unknown original that is left alone. Chosen by hand, about what pages of family A
leave, 17 to 29 % of whose words are damaged (training/detection/pieces.py)."""
_PRIOR_SELF = 0.80
"""The chance that an unknown word of a spun text stands for itself. Chosen by hand: a little above `_PRIOR_KEPT`. With
less, words without counts are repaired more readily."""
_INSERTION_RATE = 0.03
"""The chance that something is put in at a place. Chosen by hand; 12.9 % of the edits of family A are inserted fillers,
counted by hand (docs/quality.md), which is 2 to 4 % of the words where 17 to 29 % are damaged. It is a factor of all
deletions alike."""
_LEAST_RATIO, _MOST_RATIO = 0.1, 4.0
"""Bounds of how much a family weighs more or less than usual in the mix of a text. Chosen by hand: wider ones trust the
guessed mix more. training/channel/scores.py measures what the mix gives within them (docs/quality.md)."""
_MIX_PRIOR_SELF = 2.0
"""For how many occurrences the estimate over all families counts in that of a mix. Chosen by hand;
training/channel/scores.py prints the held-out ln P for 1 to 64 beside it."""

Mix = Mapping[str, float]
"""Family of spinners -> its share in a text; the shares add up to 1."""


class SpinnerChannel:
    """Rows and their probabilities. Built from rows, so that a subset can be hidden when training."""

    def __init__(
        self,
        rows: Iterable[ChannelRow],
        seen: Mapping[str, tuple[int, int]],
        kept: Mapping[str, tuple[int, float]],
        tokens: int = _PAGE_TOKENS,
        seen_in: Mapping[str, Mapping[str, int]] | None = None,
    ) -> None:
        """`seen`: spun word -> (times seen, times itself); `kept`: original -> (times seen, share kept).

        `tokens` is the length of all spun texts that the rows were counted on; `seen_in` tells how often a spun word
        was seen in each family, where that is known.
        """
        self.tokens = tokens
        self._seen_in = seen_in or {}
        self.rows = tuple(sorted(rows, key=lambda row: (-row.weight, row.spun, row.original)))
        self._seen = seen
        self._kept = kept
        self.own_families: frozenset[str] = frozenset()
        """Names under which the tables of a user count."""
        by_spun: dict[str, list[ChannelRow]] = defaultdict(list)
        by_original: dict[str, list[ChannelRow]] = defaultdict(list)
        for row in self.rows:
            by_spun[row.spun].append(row)
            by_original[row.original].append(row)
        self._by_spun = {word: tuple(found) for word, found in by_spun.items()}
        self._by_original = {word: tuple(found) for word, found in by_original.items()}
        self.longest = max((len(row.spun.split()) for row in self.rows), default=0)
        self.longest_letters = max((len("".join(row.spun.split())) for row in self.rows), default=0)

    def originals(self, spun: str) -> tuple[ChannelRow, ...]:
        """Return the rows with that spun side, heaviest first."""
        return self._by_spun.get(spun, ())

    def damages(self, original: str) -> tuple[ChannelRow, ...]:
        """Return the rows with that original side, heaviest first."""
        return self._by_original.get(original, ())

    def seen(self, spun: str) -> tuple[int, int]:
        """Return how often the word was seen on spun pages and how often it stood for itself; (0, 0) if never."""
        return self._seen.get(spun, (0, 0))

    def kept(self, original: str) -> tuple[int, float]:
        """Return how often the word was seen in originals and the share left alone; (0, prior) if never."""
        return self._kept.get(original, (0, _PRIOR_KEPT))

    def within(self, mix: Mix | None) -> ChannelView:
        """Return the estimates in a mix of families (None: over all of them), to be asked again and again."""
        return ChannelView(self, mix) if mix else self._usual

    def identity(self, spun: str, mix: Mix | None = None) -> float:
        """Estimate P(the word stands for itself | it stands in a spun text), between 0 and 1."""
        return self.within(mix).identity(spun)

    def survival(self, original: str) -> float:
        """Estimate P(the spinner leaves the word alone), between 0 and 1; for "" that nothing is inserted."""
        if not original:
            return 1.0 - _INSERTION_RATE
        times, share = self.kept(original)
        return (times * share + _PRIOR_TIMES * _PRIOR_KEPT) / (times + _PRIOR_TIMES)

    def log_forward(self, spun: str, original: str, mix: Mix | None = None) -> float:
        """Estimate ln P(spun | original), normalised over what the original can turn into, itself included.

        `mix` weighs the families of spinners.
        """
        return self.within(mix).log_forward(spun, original)

    def log_inverse(self, spun: str, original: str, mix: Mix | None = None) -> float:
        """Estimate ln P(original | spun), normalised over what can have stood there, the word itself included.

        `mix` weighs the families of spinners.
        """
        return self.within(mix).log_inverse(spun, original)

    def seen_in(self, spun: str) -> Mapping[str, int]:
        """Return how often the word was seen on the pages of each family; empty where that is not known."""
        return self._seen_in.get(spun, {})

    @cached_property
    def _usual(self) -> ChannelView:
        return ChannelView(self, None)

    def ratios(self, mix: Mix) -> dict[str, float]:
        """Return how much stronger than usual each family is in a mix, within bounds."""
        return {
            name: min(_MOST_RATIO, max(_LEAST_RATIO, mix.get(name, 0.0) / share))
            for name, share in self.family_shares.items()
            if share
        }

    def without(self, hidden: Callable[[ChannelRow], bool]) -> SpinnerChannel:
        """Return a channel that never saw the rows for which `hidden` is true, in its rows nor in its counts."""
        shown: list[ChannelRow] = []
        seen, kept = dict(self._seen), dict(self._kept)
        for row in self.rows:
            if not hidden(row):
                shown.append(row)
                continue
            count = row.page_count + round(row.tortured_count * _TORTURED_SHARE)
            times, itself = seen.get(row.spun, (0, 0))
            seen[row.spun] = (max(times - count, itself), itself)
            times, share = kept.get(row.original, (0, _PRIOR_KEPT))
            same = times * share
            left = max(times - count, math.ceil(same))
            kept[row.original] = (left, min(1.0, same / left) if left else _PRIOR_KEPT)
        return SpinnerChannel(shown, seen, kept, self.tokens, self._seen_in)

    def by_lemma(self, lemma: str) -> tuple[ChannelRow, ...]:
        """Return the one-word rows whose spun side has this lemma, heaviest first."""
        return self._lemma_rows.get(lemma, ())

    @cached_property
    def family_shares(self) -> dict[str, float]:
        """Return the share of each family of spinners in the counts of all rows; the shares add up to 1."""
        weights: dict[str, float] = defaultdict(float)
        for row in self.rows:
            for name, weight in row.family_weights.items():
                weights[name] += weight
        total = sum(weights.values())
        return {name: weight / total for name, weight in weights.items()}

    @cached_property
    def _lemma_rows(self) -> dict[str, tuple[ChannelRow, ...]]:
        found: dict[str, list[ChannelRow]] = defaultdict(list)
        for row in self.rows:
            if row.spun and row.original and " " not in row.spun and " " not in row.original:
                for lemma in lemmas(row.spun):
                    found[lemma].append(row)
        return {lemma: tuple(rows) for lemma, rows in found.items()}

    @cached_property
    def _lemma_pairs(self) -> tuple[Counter[tuple[str, str]], Counter[str], Counter[str]]:
        pairs: Counter[tuple[str, str]] = Counter()
        spun_total: Counter[str] = Counter()
        original_total: Counter[str] = Counter()
        scaled: dict[tuple[str, str], float] = defaultdict(float)
        for row in self.rows:
            if row.spun and row.original and " " not in row.spun and " " not in row.original:
                scaled[lemmas(row.spun)[0], lemmas(row.original)[0]] += row.weight
        for (spun, original), weight in scaled.items():
            half_counts = max(1, round(2 * weight))
            pairs[spun, original] = half_counts
            spun_total[spun] += half_counts
            original_total[original] += half_counts
        return pairs, spun_total, original_total

    def lemma_share(self, spun: str, original: str, forward: bool) -> float:
        """Return P(lemma of one side | lemma of the other) among the rows; 0 for phrases and unknown pairs.

        `forward` asks for the lemma of the spun side.
        """
        if not spun or not original or " " in spun or " " in original:
            return 0.0
        pairs, spun_total, original_total = self._lemma_pairs
        left, right = lemmas(spun)[0], lemmas(original)[0]
        total = original_total.get(right) if forward else spun_total.get(left)
        return pairs.get((left, right), 0) / total if total else 0.0


class _Partners(NamedTuple):
    """What the rows of one side say of the other: the weight of each partner, of all, and how many there are."""

    weights: Mapping[str, float]
    total: float
    kinds: int


_NOBODY = _Partners({}, 0.0, 0)


class ChannelView:
    """The estimates of a channel in one mix of families; the rows of a word are weighed once, however often asked.

    What it keeps is bounded by the channel: of words without rows it keeps nothing.
    """

    def __init__(self, channel: SpinnerChannel, mix: Mix | None) -> None:
        self._channel = channel
        self._ratios = channel.ratios(mix) if mix else None
        self._originals: dict[str, _Partners] = {}
        self._damages: dict[str, _Partners] = {}
        self._same: dict[str, float] = {}

    def identity(self, spun: str) -> float:
        """Estimate P(the word stands for itself | it stands in a spun text), between 0 and 1."""
        known = self._same.get(spun)
        if known is None:
            usual = self._usual_identity(spun) if self._ratios is None else self._channel.identity(spun)
            known = usual if self._ratios is None else self._identity_in(spun, self._ratios, usual)
            if self._channel.originals(spun) or self._channel.seen(spun)[0]:
                self._same[spun] = known
        return known

    def log_forward(self, spun: str, original: str) -> float:
        """Estimate ln P(spun | original), normalised over what the original can turn into, itself included."""
        channel = self._channel
        same = channel.survival(original)
        if spun == original:
            return math.log(same)
        partners = self._damages.get(original) or self._weigh(channel.damages(original), original, self._damages, 0)
        return math.log1p(-same) + math.log(_witten_bell(partners, spun, channel.lemma_share(spun, original, True)))

    def log_inverse(self, spun: str, original: str) -> float:
        """Estimate ln P(original | spun), normalised over what can have stood there, the word itself included."""
        channel = self._channel
        same = self.identity(spun)
        if spun == original:
            return math.log(same)
        partners = self._originals.get(spun) or self._weigh(channel.originals(spun), spun, self._originals, 1)
        return math.log1p(-same) + math.log(
            _witten_bell(partners, original, channel.lemma_share(spun, original, False))
        )

    def _usual_identity(self, spun: str) -> float:
        times, itself = self._channel.seen(spun)
        if not times:  # a phrase, or a word of which only substitutions were noted
            substituted = sum(row.weight for row in self._channel.originals(spun))
            return _PRIOR_TIMES * _PRIOR_SELF / (substituted + _PRIOR_TIMES)
        return (itself + _PRIOR_TIMES * _PRIOR_SELF) / (times + _PRIOR_TIMES)

    def _identity_in(self, spun: str, ratios: Mapping[str, float], usual: float) -> float:
        """Weigh how often the word stood for itself in each family; the estimate over all families is the prior."""
        seen_in = self._channel.seen_in(spun)
        times = sum(count * ratios.get(name, _LEAST_RATIO) for name, count in seen_in.items())
        damaged = sum(
            min(count, seen_in.get(name, 0)) * ratios.get(name, _LEAST_RATIO)
            for row in self._channel.originals(spun)
            for name, count in row.families
        )
        itself = max(0.0, times - damaged)
        return (itself + _MIX_PRIOR_SELF * usual) / (times + _MIX_PRIOR_SELF)

    def _weigh(self, rows: Sequence[ChannelRow], word: str, known: dict[str, _Partners], side: int) -> _Partners:
        """Weigh the rows of a word by their spun side (0) or their original side (1)."""
        if not rows:
            return _NOBODY
        weights: dict[str, float] = {}
        total = 0.0
        for row in rows:
            own = row.weight if self._ratios is None else row.weight_in(self._ratios, _LEAST_RATIO)
            partner = row.original if side else row.spun
            weights[partner] = weights.get(partner, 0.0) + own
            total += own
        known[word] = found = _Partners(weights, total, len(rows))
        return found


def _witten_bell(partners: _Partners, wanted: str, lemma_share: float) -> float:
    """Interpolate the weighted share of a partner with its back-off; always above 0."""
    kinds = partners.kinds
    back_off = 0.5 * lemma_share + 0.5 / _UNSEEN_PARTNERS
    weight = partners.weights.get(wanted, 0.0)
    return (weight + kinds * back_off) / (partners.total + kinds) if kinds else back_off


def normalise(phrase: str) -> str:
    """Write a phrase as the rows are written: lower case, straight apostrophes, single spaces."""
    return " ".join(straight(phrase.lower()).split())


@cache
def load_channel(tables: tuple[str, ...] = (), shipped: bool = True) -> SpinnerChannel:
    """Load the channel once: the shipped table (unless `shipped` is false) and learned ones, whose counts add up.

    Raises `ModelNotFoundError` if a table is missing, `ModelDamagedError` if one is broken.
    """
    paths = [table_path("spinner_channel.tsv")] if shipped else []
    table = ChannelTable()
    learned = sorted({Path(name).resolve() for name in tables})
    paths += learned
    families: dict[bool, set[str]] = {True: set(), False: set()}
    for path in paths:
        other = read_table(path)
        if learned:
            families[path in learned].update(name for row in other.rows.values() for name, _ in row.families)
        if len(paths) > 1:
            complete(other)
        table.merge(other)
    channel = channel_of(table)
    channel.own_families = frozenset(families[True] - families[False])
    return channel


def channel_of(table: ChannelTable) -> SpinnerChannel:
    """Make a channel of the counts of a table."""
    seen = {word: _with_tortured(counts) for word, counts in table.seen.items()}
    kept: dict[str, tuple[int, float]] = {}
    for word, counts in table.kept.items():
        total, same = _with_tortured(counts)
        kept[word] = (total, same / total if total else _PRIOR_KEPT)
    seen_in = {word: counts.families for word, counts in table.seen.items() if counts.families}
    return SpinnerChannel(table.rows.values(), seen, kept, table.tokens or _PAGE_TOKENS, seen_in)


def _with_tortured(counts: WordCounts) -> tuple[int, int]:
    """Add the counts over tortured phrases at a lower weight: every one of those holds damage."""
    times = counts.times + math.ceil(counts.tortured_times * _TORTURED_SHARE)
    return times, counts.same + math.ceil(counts.tortured_same * _TORTURED_SHARE)
