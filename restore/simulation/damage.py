"""The kinds of damage the simulator can do, each as a list of places and a way to damage one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from random import Random

from restore.simulation import damage_forms as forms
from restore.simulation import damage_phrases as phrases
from restore.simulation import damage_words as words
from restore.simulation.damage_text import Damage, Site, TextView
from restore.text.parsing import Token

Finder = Callable[[TextView], Iterable[Site]]
Writer = Callable[[TextView, Sequence[Token], Random], str | None]

NEW: Mapping[str, str] = {"synonym": "new synonym", "function": "new function"}
"""Kinds that rows do, and the ways of doing the same with words that no row knows."""
_FINDERS: Mapping[str, Finder] = {
    "synonym": partial(words.row_sites, function=False),
    "new synonym": partial(words.new_sites, function=False),
    "function": partial(words.row_sites, function=True),
    "new function": partial(words.new_sites, function=True),
    "homograph": words.homograph_sites,
    "infinitive": forms.infinitive_sites,
    "phrase": phrases.phrase_sites,
    "filler": partial(phrases.gap_sites, willing=True),
    "casing": forms.capital_sites,
    "morphology": forms.inflectable_sites,
    "deletion": phrases.dropped_sites,
    "name": words.name_sites,
    "number": forms.number_sites,
    "contraction": forms.contraction_sites,
    "pronoun": forms.pronoun_sites,
    "particle": phrases.particle_sites,
    "modifier": phrases.modifier_sites,
    "order": phrases.order_sites,
    "double": phrases.doubled_sites,
    "stray": partial(phrases.gap_sites, willing=False),
    "abbreviation": forms.after_abbreviation_sites,
}
_WRITERS: Mapping[str, Writer] = {
    "synonym": words.by_rows,
    "new synonym": words.new_synonym,
    "function": words.by_rows,
    "new function": words.new_function,
    "homograph": words.homograph,
    "infinitive": forms.infinitive,
    "phrase": phrases.phrase,
    "casing": forms.lowered,
    "morphology": forms.other_form,
    "name": words.other_name,
    "number": forms.other_number,
    "contraction": forms.contraction,
    "pronoun": forms.other_gender,
    "particle": phrases.particle,
    "modifier": phrases.modifier,
    "order": phrases.other_order,
    "double": phrases.doubled,
    "abbreviation": forms.capitalised,
}
KINDS = tuple(kind for kind in _FINDERS if kind not in NEW.values())
"""The kinds of damage; "article" comes after them, where "a" and "an" follow the next word."""
_CASE_KINDS = frozenset({"casing", "abbreviation"})


def sites(view: TextView, kind: str, quoted: float) -> list[Site]:
    """Return the places a kind of damage can hit, with how readily spinners hit them.

    `quoted` multiplies the weights of those between quotation marks.
    """
    found = _FINDERS[kind](view)
    if quoted == 1.0 or not view.parsed.quotations:
        return list(found)
    return [
        Site(site.first, site.last, site.weight * quoted) if view.quoted(view.tokens[site.first]) else site
        for site in found
    ]


def damage(view: TextView, kind: str, site: Site, rng: Random) -> Damage | None:
    """Damage one place; None if nothing different comes to mind."""
    name = kind.removeprefix("new ")
    tokens = view.tokens[site.first : site.last]
    if not tokens:
        word = words.filler_word(view, rng) if kind == "filler" else "~"
        start = view.tokens[site.first].start
        return Damage(start, start, f"{word} ", name) if word else None
    start, end = tokens[0].start, tokens[-1].end
    original = view.parsed.text[start:end]
    if kind == "deletion":
        return Damage(start, view.tokens[site.last].start, "", name)
    spun = _WRITERS[kind](view, tokens, rng)
    if not spun or spun == original or (kind not in _CASE_KINDS and spun.lower() == original.lower()):
        return None
    return Damage(start, end, spun, name)
