"""Damage drawn from the spinner channel, emitted as gold markup.

One family of spinners is drawn per text; its kinds of damage come in the shares counted on real spun pages
(docs/architecture.md), or chosen by hand where nothing could be counted (damage_styles.py). Families RT (round-trip
translation) and C (neural paraphrase) do not work word for word; here they are approximated by near-synonyms that fit
in form, dropped little words, swapped function words and turned order. Every occurrence of a word is hit or spared on
its own, as on the real pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from random import Random

from restore.channel.model import SpinnerChannel
from restore.gold.markup import GoldEdit, MarkedText, marked
from restore.simulation.damage import NEW, damage, sites
from restore.simulation.damage_styles import FAMILIES, SHARES_OF_A, SHARES_OF_OTHERS, style_of
from restore.simulation.damage_text import Damage, Site, TextView
from restore.simulation.kinds import counted_shares
from restore.text.parsing import ParsedText

__all__ = ["FAMILIES", "UNSEEN", "SpunText", "kind_shares", "spin"]

_LEAST_QUOTED = 0.0001  # quotations that are left alone are hit only where nothing else is left
UNSEEN = 0.55
"""Share of the synonyms that no row of the channel holds, unless told otherwise: a little over half, which is what is
in no table on real pages, so that a model trained on simulated damage cannot learn the table by heart."""
_UNSEEN_FUNCTION = 0.5
"""How much smaller that share is among function words; chosen by hand, because a closed class has few words to draw
from and the rows know most swaps of them."""


class SpunText(MarkedText, frozen=True):
    """A simulated spun text; `family` is the family of spinners that was drawn for it."""

    family: str = ""


def kind_shares(family: str, channel: SpinnerChannel | None = None) -> dict[str, float]:
    """Return the share of each kind of damage in the edits of a family; they add up to 1.

    Those of A were counted on whole pages; of the others a channel knows the kinds that its rows hold.
    """
    if family == "A":
        return dict(SHARES_OF_A)
    usual = dict(SHARES_OF_OTHERS) | dict(style_of(family).shares)
    total = sum(usual.values())
    usual = {kind: share / total for kind, share in usual.items()}
    return usual if channel is None else counted_shares(channel, family, usual)


def spin(
    parsed: ParsedText,
    channel: SpinnerChannel,
    seed: int,
    rate: float,
    families: Mapping[str, float] | None = None,
    names: float = 1.0,
    unseen: float = UNSEEN,
) -> SpunText:
    """Damage about `rate` (0 to 1; real pages: 0.05 to 0.30) of the words of a text; the same seed, the same damage.

    `families` weighs the families of spinners (keys of the channel's rows), of which one is drawn. Links, quotation
    marks and figures of three digits or more survive, names mostly; `names` multiplies the share of replaced ones.
    `unseen` is the share of the synonyms that no row of the channel knows. Raises `ValueError` for a rate or a share
    outside 0 to 1 or an empty mix.
    """
    for name, share in (("rate", rate), ("share of unseen synonyms", unseen)):
        if not 0.0 <= share <= 1.0:
            raise ValueError(f"the {name} must lie between 0 and 1, not {share}")
    mix = {name: weight for name, weight in sorted((families or FAMILIES).items()) if weight > 0}
    if not mix:
        raise ValueError("no family of spinners has a weight above 0")
    rng = Random(seed)
    family = rng.choices(list(mix), list(mix.values()))[0]
    view = TextView(parsed, channel, family, style_of(family))
    wanted = rate * sum(token.is_word for token in parsed.tokens)
    target = int(wanted) + (rng.random() < wanted % 1)
    shares = dict(_kind_shares(family, channel))
    shares["name"] = names * shares.get("name", 0.0)
    found = _draw(view, target, _with_unseen(shares, unseen), rng)
    found += _articles(view, found, rng)
    text = _emit(parsed, _lowered(view, found, rng))
    return SpunText(text.text, text.edits, family)


@lru_cache(maxsize=64)
def _kind_shares(family: str, channel: SpinnerChannel) -> Mapping[str, float]:
    return kind_shares(family, channel)


def _with_unseen(shares: dict[str, float], unseen: float) -> dict[str, float]:
    """Divide the shares of synonyms and function words between the rows and what no row knows."""
    for kind, part in (("synonym", unseen), ("function", unseen * _UNSEEN_FUNCTION)):
        whole = shares.get(kind, 0.0)
        shares[kind], shares[NEW[kind]] = whole * (1.0 - part), whole * part
    return {kind: share for kind, share in shares.items() if share > 0}


def _draw(view: TextView, target: int, shares: Mapping[str, float], rng: Random) -> list[Damage]:
    """Draw a kind, then its most willing free place, until enough words are damaged or no place is left."""
    style = view.style
    quoted = _LEAST_QUOTED if rng.random() < style.untouched else style.quoted
    queues: dict[str, list[Site]] = {}
    kinds = list(shares)
    taken: set[int] = set()
    gaps: set[int] = set()
    found: list[Damage] = []
    damaged = 0
    while damaged < target and kinds:
        kind = rng.choices(kinds, [shares[kind] for kind in kinds])[0]
        if kind not in queues:
            queues[kind] = _shuffled(sites(view, kind, quoted), rng)
        hit = _next_hit(view, kind, queues[kind], taken, gaps, rng)
        if hit is None:
            kinds.remove(kind)
            continue
        done, site = hit
        inside = range(site.first, site.last)
        found.append(done)
        taken.update(inside)
        gaps.update(inside[1:] or ([] if inside else [site.first]))
        damaged += max(1, len(inside))
    return found


def _next_hit(
    view: TextView, kind: str, queue: list[Site], taken: set[int], gaps: set[int], rng: Random
) -> tuple[Damage, Site] | None:
    """Damage the next free place of a queue; None if it has no more that can be damaged."""
    while queue:
        site = queue.pop()
        if not _clashes(site, taken, gaps):
            done = damage(view, kind, site, rng)
            if done is not None:
                return done, site
    return None


def _clashes(site: Site, taken: set[int], gaps: set[int]) -> bool:
    """Return whether a place overlaps what is damaged already; `gaps` are the borders used or inside an edit."""
    if site.first == site.last:
        return site.first in gaps
    return not taken.isdisjoint(range(site.first, site.last)) or not gaps.isdisjoint(range(site.first + 1, site.last))


def _shuffled(sites: Iterable[Site], rng: Random) -> list[Site]:
    """Order places for popping by weighted sampling without replacement (Efraimidis and Spirakis 2006)."""
    keyed = [(rng.random() ** (1 / site.weight), site) for site in sites if site.weight > 0]
    return [site for _, site in sorted(keyed, key=lambda pair: pair[0])]


def _articles(view: TextView, found: list[Damage], rng: Random) -> list[Damage]:
    """Let "a" and "an" follow the word that now comes after them, as many spinners do."""
    touched = {place for hit in found for place in range(hit.start, hit.end)}
    by_start = {token.start: token for token in view.tokens}
    more: list[Damage] = []
    for hit in found:
        token = by_start.get(hit.start)
        before = view.tokens[token.index - 1] if token and token.index else None
        if not before or before.lower not in {"a", "an"} or before.start in touched or not hit.spun:
            continue
        article = "an" if hit.spun[0].lower() in "aeiou" else "a"
        if article != before.lower and rng.random() < view.style.articles:
            word = article.capitalize() if before.text[0].isupper() else article
            more.append(Damage(before.start, before.end, word, "article"))
            touched.update(range(before.start, before.end))
    return more


def _lowered(view: TextView, found: list[Damage], rng: Random) -> list[Damage]:
    """Take all capitals from a few whole sentences, in the manner of the family; written words lose theirs too."""
    share = view.style.lowered
    if not share or not found:
        return found
    low = [sentence for sentence in view.parsed.sentences if rng.random() < share]
    if not low:
        return found
    inside = {place for sentence in low for place in range(sentence.start, sentence.end)}
    touched = {place for hit in found for place in range(hit.start, hit.end)}
    changed = [
        Damage(d.start, d.end, d.spun.lower(), d.kind)
        if d.start in inside and d.spun.lower() != view.parsed.text[d.start : d.end]
        else d
        for d in found
    ]
    for sentence in low:
        for token in view.parsed.sentence_tokens(sentence):
            if (
                token.lower != token.text
                and token.start not in touched
                and view.touchable(token.index, token.index + 1)
            ):
                changed.append(Damage(token.start, token.end, token.lower, "casing"))
    return changed


def _emit(parsed: ParsedText, found: list[Damage]) -> MarkedText:
    pieces: list[str | GoldEdit] = []
    last = 0
    for hit in sorted(found, key=lambda d: (d.start, d.end)):
        pieces.append(parsed.text[last : hit.start])
        pieces.append(GoldEdit(0, 0, hit.spun, (parsed.text[hit.start : hit.end],), hit.kind))
        last = hit.end
    return marked([*pieces, parsed.text[last:]])
