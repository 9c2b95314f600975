"""How far a text and an article that was found agree: names, numbers, dates, quotations, rare words, title, address."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from restore.references.index.profile import Profile
from restore.references.index.query import Query, Weigher, Weights
from restore.references.match import Traits, likeness

FEATURES = (
    "likeness",
    "name_recall",
    "name_precision",
    "main_names",
    "main_names_back",
    "lead_names",
    "pair_recall",
    "pair_precision",
    "number_recall",
    "numbers",
    "date_shared",
    "date_clash",
    "word_cosine",
    "word_recall",
    "quotations",
    "title",
    "title_back",
    "address",
    "shortness",
)
"""The names of the features of the model; all lie between 0 and 1."""
_MAIN = 5
_SHOWN = 8
_YEAR_DATE = 10


@dataclass(frozen=True)
class Agreement:
    """Features 0 to 1 for the model, and what the two share by kind (names, numbers, dates, words), heaviest first."""

    features: Mapping[str, float]
    shared: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Weighed:
    """The profile of an article, with weights for its names, pairs of names, rare words, title and slug."""

    profile: Profile
    names: Weights
    pairs: Weights
    rare: Weights
    title: Weights
    slug: Weights


def weigh(found: Profile, weigher: Weigher) -> Weighed:
    """Weigh what an article is recognised by."""
    groups = (found.names, found.rare, found.title, found.slug)
    names, rare, title, slug = ({w: weigher.word(w) for w in group} for group in groups)
    pairs = {p: weigher.key("p", p, 1.0) for p in found.pairs}
    return Weighed(found, names, pairs, rare, title, slug)


def agreement(query: Query, article: Weighed, weigher: Weigher) -> Agreement:
    """Compare a text with an article."""
    ours, other = query.profile, article.profile
    names, rare, pairs = article.names, article.rare, article.pairs
    alike, counts = likeness(_traits(query), _their_traits(other, names, rare))
    our_main, their_main = _main(ours, query.names), _main(other, names)
    everything = {**query.rare, **query.names}
    # A name may stand among the words of the other text (its capital lost, or a headline), so both are looked at.
    theirs_all = {**rare, **names}
    features = {
        "likeness": alike,
        "name_recall": _share(query.names, theirs_all),
        "name_precision": _share(names, everything),
        "main_names": _share(our_main, theirs_all),
        "main_names_back": _share(their_main, everything),
        "lead_names": _share({n: names[n] for n in other.lead}, everything),
        "pair_recall": _share(query.pairs, pairs),
        "pair_precision": _share(pairs, query.pairs),
        "number_recall": _share(query.figures, other.figures),
        "numbers": min(3.0, math.fsum(w for f, w in query.figures.items() if f in other.figures)) / 3,
        "date_shared": min(2, sum(1 for d in query.dates if d in other.dates)) / 2,
        "date_clash": float(_clash(query.dates, other.dates)),
        "word_cosine": _cosine(query.rare, rare),
        "word_recall": _share(query.rare, theirs_all),
        "quotations": min(2, counts["quotation"]) / 2,
        "title": _share(article.title, {**everything, **query.figures}),
        "title_back": _share({w: weigher.word(w) for w in ours.title}, {**theirs_all, **other.figures}),
        "address": _share(article.slug, {**everything, **query.figures}),
        "shortness": 1.0 / (1.0 + min(ours.words, other.words) / 50),
    }
    shared = {
        "name": _heaviest(query.names, theirs_all),
        "number": _heaviest(query.figures, other.figures),
        "date": _heaviest(query.dates, other.dates),
        "word": _heaviest(query.rare, rare),
    }
    return Agreement({name: round(min(1.0, value), 5) for name, value in features.items()}, shared)


def _traits(query: Query) -> Traits:
    kinds = {"name": query.names, "number": query.figures, "date": query.dates, "word": query.rare}
    return Traits(kinds, query.profile.quotations)


def _their_traits(other: Profile, names: Weights, rare: Weights) -> Traits:
    figures = {f: min(1.0, len(f) / 4) for f in other.figures}
    kinds = {"name": names, "number": figures, "date": dict.fromkeys(other.dates, 1.0), "word": rare}
    return Traits(kinds, other.quotations)


def _main(found: Profile, weights: Weights) -> Weights:
    """Give the names that an article is about: weight by rarity and by how often they stand there."""
    heavy = {n: weights[n] * (1 + math.log(times)) for n, times in found.names.items()}
    return dict(sorted(heavy.items(), key=lambda pair: (-pair[1], pair[0]))[:_MAIN])


def _share(ours: Mapping[str, float], theirs: Iterable[str]) -> float:
    """Give the weight of our items that stand in theirs, as a share; items that weigh little in all count less."""
    held = theirs if isinstance(theirs, dict) else set(theirs)
    total = math.fsum(ours.values())
    return math.fsum(w for item, w in ours.items() if item in held) / (total + 0.3)


def _cosine(ours: Weights, theirs: Weights) -> float:
    shared = math.fsum(w * theirs[item] for item, w in ours.items() if item in theirs)
    norm = math.fsum(w * w for w in ours.values()) * math.fsum(w * w for w in theirs.values())
    return shared / math.sqrt(norm) if norm else 0.0


def _clash(ours: Iterable[str], theirs: Iterable[str]) -> bool:
    """Whether both name days with their year, and none in common."""
    mine = {d for d in ours if len(d) == _YEAR_DATE}
    other = {d for d in theirs if len(d) == _YEAR_DATE}
    return bool(mine and other and not mine & other)


def _heaviest(ours: Weights, theirs: Iterable[str]) -> tuple[str, ...]:
    held = set(theirs)
    shared = sorted((item for item in ours if item in held), key=lambda item: (-ours[item], item))
    return tuple(shared[:_SHOWN])
