"""Damage drawn from the spinner channel, emitted as gold markup.

One family of spinners is drawn per text; its kinds of damage come in the shares counted on real spun pages
(docs/architecture.md). Every occurrence of a word is hit or spared on its own, as on the real pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from random import Random

from restore.channel import SpinnerChannel
from restore.evaluation.damage import KINDS, Damage, Damager, Site
from restore.evaluation.kinds import counted_shares
from restore.evaluation.markup import GoldEdit, MarkedText, marked
from restore.parsing import ParsedText

FAMILIES: Mapping[str, float] = {"A": 0.40, "G": 0.20, "H": 0.10, "B": 0.08, "E": 0.08, "S": 0.07, "T": 0.07}
"""How often each family is drawn unless told otherwise; C and RT do not work word for word."""
_SHARES_OF_A = {
    "synonym": 0.43,
    "function": 0.29,
    "filler": 0.12,
    "casing": 0.06,
    "morphology": 0.03,
    "deletion": 0.02,
    "name": 0.02,
    "number": 0.01,
    "double": 0.01,
    "stray": 0.005,
    "abbreviation": 0.005,
}
_SHARES_OF_OTHERS = {
    "synonym": 0.80,
    "function": 0.06,
    "filler": 0.04,
    "casing": 0.01,
    "morphology": 0.04,
    "deletion": 0.03,
    "name": 0.015,
    "abbreviation": 0.005,
}
_ARTICLE = 0.7


class SpunText(MarkedText, frozen=True):
    """A simulated spun text; `family` is the family of spinners that was drawn for it."""

    family: str = ""


def kind_shares(family: str, channel: SpinnerChannel | None = None) -> dict[str, float]:
    """Give the share of each kind of damage in the edits of a family; they add up to 1.

    Those of A were counted on whole pages; of the others a channel knows the kinds that its rows hold.
    """
    if family == "A" or channel is None:
        return dict(_SHARES_OF_A if family == "A" else _SHARES_OF_OTHERS)
    return counted_shares(channel, family, _SHARES_OF_OTHERS)


def spin(
    parsed: ParsedText,
    channel: SpinnerChannel,
    seed: int,
    rate: float,
    families: Mapping[str, float] | None = None,
    names: float = 1.0,
) -> SpunText:
    """Damage about `rate` (0 to 1; real pages: 0.05 to 0.30) of the words of a text; the same seed, the same damage.

    `families` weighs the families of spinners (keys of the channel's rows), of which one is drawn. Figures,
    quotation marks and links survive, names mostly; `names` multiplies the share of replaced ones. Raises `ValueError`
    for a rate outside 0 to 1 or an empty mix.
    """
    if not 0.0 <= rate <= 1.0:
        raise ValueError(f"the rate must lie between 0 and 1, not {rate}")
    mix = {name: weight for name, weight in sorted((families or FAMILIES).items()) if weight > 0}
    if not mix:
        raise ValueError("no family of spinners has a weight above 0")
    rng = Random(seed)
    family = rng.choices(list(mix), list(mix.values()))[0]
    wanted = rate * sum(token.is_word for token in parsed.tokens)
    target = int(wanted) + (rng.random() < wanted % 1)
    shares = kind_shares(family, channel)
    shares["name"] = names * shares.get("name", 0.0)
    found = _draw(Damager(parsed, channel, family), target, shares, rng)
    text = _emit(parsed, found + _articles(parsed, found, rng))
    return SpunText(text.text, text.edits, family)


def _draw(damager: Damager, target: int, shares: Mapping[str, float], rng: Random) -> list[Damage]:
    """Draw a kind, then its most willing free place, until enough words are damaged or no place is left."""
    queues = {kind: _shuffled(damager.sites(kind), rng) for kind in KINDS if kind in shares}
    taken: set[int] = set()
    gaps: set[int] = set()
    found: list[Damage] = []
    damaged = 0
    while damaged < target:
        open_kinds = [kind for kind, queue in queues.items() if queue]
        if not open_kinds:
            break
        kind = rng.choices(open_kinds, [shares[kind] for kind in open_kinds])[0]
        damage = None
        while queues[kind] and damage is None:
            site = queues[kind].pop()
            inside = range(site.first, site.last)
            if _clashes(site, taken, gaps):
                continue
            damage = damager.damage(kind, site, rng)
            if damage is not None:
                found.append(damage)
                taken.update(inside)
                gaps.update(inside[1:] or ([] if inside else [site.first]))
                damaged += max(1, len(inside))
    return found


def _clashes(site: Site, taken: set[int], gaps: set[int]) -> bool:
    """Say whether a place overlaps what is damaged already; `gaps` are the borders that are used or inside an edit."""
    if site.first == site.last:
        return site.first in gaps
    return not taken.isdisjoint(range(site.first, site.last)) or not gaps.isdisjoint(range(site.first + 1, site.last))


def _shuffled(sites: Iterable[Site], rng: Random) -> list[Site]:
    """Order places for popping by weighted sampling without replacement (Efraimidis and Spirakis 2006)."""
    keyed = [(rng.random() ** (1 / site.weight), site) for site in sites if site.weight > 0]
    return [site for _, site in sorted(keyed, key=lambda pair: pair[0])]


def _articles(parsed: ParsedText, found: list[Damage], rng: Random) -> list[Damage]:
    """Let "a" and "an" follow the word that now comes after them, as many spinners do."""
    touched = {place for damage in found for place in range(damage.start, damage.end)}
    by_start = {token.start: token for token in parsed.tokens}
    more: list[Damage] = []
    for damage in found:
        token = by_start.get(damage.start)
        before = parsed.tokens[token.index - 1] if token and token.index else None
        if not before or before.lower not in {"a", "an"} or before.start in touched or not damage.spun:
            continue
        fitting = "an" if damage.spun[0].lower() in "aeiou" else "a"
        if fitting != before.lower and rng.random() < _ARTICLE:
            word = fitting.capitalize() if before.text[0].isupper() else fitting
            more.append(Damage(before.start, before.end, word, "article"))
            touched.update(range(before.start, before.end))
    return more


def _emit(parsed: ParsedText, found: list[Damage]) -> MarkedText:
    pieces: list[str | GoldEdit] = []
    last = 0
    for damage in sorted(found, key=lambda d: (d.start, d.end)):
        pieces.append(parsed.text[last : damage.start])
        pieces.append(GoldEdit(0, 0, damage.spun, (parsed.text[damage.start : damage.end],), damage.kind))
        last = damage.end
    return marked([*pieces, parsed.text[last:]])
