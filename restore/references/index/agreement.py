"""How far a text and an article that was found agree: names, numbers, dates, quotations, rare words, title, address."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import TypeVar

from restore.references.index.profile import Profile
from restore.references.index.query import Query, Weigher, Weights, figure_weight
from restore.references.index.timing import TIMING, timing
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
    "number_precision",
    "numbers",
    "date_shared",
    "date_clash",
    "weekday_shared",
    "weekday_clash",
    "month_shared",
    "month_clash",
    "year_shared",
    "year_clash",
    "first_name",
    "first_name_back",
    "names",
    "main_words",
    "main_words_back",
    "words",
    "phrases",
    "phrase_recall",
    "word_cosine",
    "word_recall",
    "quotations",
    "title",
    "title_back",
    "address",
    "shortness",
)
"""The names of the features of the model of the same event; all lie between 0 and 1."""
DAY_FEATURES = (
    *TIMING,
    "quotation_share",
    "quotation_count",
    "quotations_differ",
    "likeness",
    "phrase_recall",
    "opening_recall",
    "opening_precision",
    "opening_cosine",
    "opening_told_back",
    "opening_title",
    "title",
)
"""The names of the features of the model of the same day (restore/references/index/same_day.py)."""
_MAIN = 5
"""Names that an article is about: the heaviest. Chosen by hand; the model of the same event
(training/references/same_event.py) is fitted to it."""
_MAIN_WORDS = 10
"""The same for rare words, of which an article has more. Chosen by hand; likewise fitted to."""
_MANY_QUOTATIONS = 8
"""Shared quotations from which on more prove nothing more. Chosen by hand; likewise fitted to."""
_SHOWN = 8
"""Shared items of a kind that a person is shown. Chosen by hand, for reading."""
_YEAR_DATE = 10
"""Characters of a date with its year ("2013-04-13"); without it is five ("04-13")."""


T = TypeVar("T", str, int)


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
    day: int | None = None


def weigh(found: Profile, weigher: Weigher, day: int | None = None) -> Weighed:
    """Weigh what an article is recognised by; `day` is the number of the day on which it was published."""
    groups = (found.names, found.rare, found.title, found.slug)
    names, rare, title, slug = ({w: weigher.word(w) for w in group} for group in groups)
    pairs = {p: weigher.key("p", p, 1.0) for p in found.pairs}
    return Weighed(found, names, pairs, rare, title, slug, day)


def agreement(query: Query, article: Weighed, weigher: Weigher) -> Agreement:
    """Compare a text with an article."""
    ours, other = query.profile, article.profile
    names, rare, pairs = article.names, article.rare, article.pairs
    alike, counts = likeness(_traits(query), _their_traits(other, names, rare))
    our_main, their_main = _main(ours.names, query.names, _MAIN), _main(other.names, names, _MAIN)
    our_words, their_words = _main(ours.rare, query.rare, _MAIN_WORDS), _main(other.rare, rare, _MAIN_WORDS)
    phrases = len(ours.phrases & other.phrases)
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
        "number_precision": _share(dict.fromkeys(other.figures, 1.0), query.figures),
        "numbers": min(3.0, math.fsum(w for f, w in query.figures.items() if f in other.figures)) / 3,
        "date_shared": min(2, sum(1 for d in query.dates if d in other.dates)) / 2,
        "date_clash": float(_clash(query.dates, other.dates)),
        **_times("weekday", set(ours.weekdays), set(other.weekdays)),
        **_times("month", ours.months, other.months),
        **_times("year", ours.years, other.years),
        "first_name": _share(dict(list(our_main.items())[:1]), theirs_all),
        "first_name_back": _share(dict(list(their_main.items())[:1]), everything),
        "names": _amount(query.names, theirs_all, 8.0),
        "main_words": _share(our_words, theirs_all),
        "main_words_back": _share(their_words, everything),
        "words": _amount(query.rare, rare, 15.0),
        "phrases": math.log1p(min(20, phrases)) / math.log1p(20),
        "phrase_recall": phrases / (min(len(ours.phrases), len(other.phrases)) + 5),
        "word_cosine": _cosine(query.rare, rare),
        "word_recall": _share(query.rare, theirs_all),
        "quotations": min(2, counts["quotation"]) / 2,
        "title": _share(article.title, {**everything, **query.figures}),
        "title_back": _share({w: weigher.word(w) for w in ours.title}, {**theirs_all, **other.figures}),
        "address": _share(article.slug, {**everything, **query.figures}),
        "shortness": 1.0 / (1.0 + min(ours.words, other.words) / 50),
        **_openings(query, article, weigher),
        **_quotations(ours, other, counts["quotation"]),
        **timing(ours, other, article.day),
    }
    shared = _shared(query, article, theirs_all)
    return Agreement({name: round(min(1.0, value), 5) for name, value in features.items()}, shared)


def _shared(query: Query, article: Weighed, names: Weights) -> dict[str, tuple[str, ...]]:
    return {
        "name": _heaviest(query.names, names),
        "number": _heaviest(query.figures, article.profile.figures),
        "date": _heaviest(query.dates, article.profile.dates),
        "word": _heaviest(query.rare, article.rare),
    }


def _openings(query: Query, article: Weighed, weigher: Weigher) -> dict[str, float]:
    """Compare what the two begin with, where a report tells what is new: other days of a story share the rest."""
    ours, other = query.profile, article.profile
    mine = {**query.rare, **query.names, **query.figures}
    theirs = {**article.rare, **article.names, **{f: figure_weight(f, weigher) for f in other.figures}}
    my_beginning, their_beginning = _only(mine, ours.beginning), _only(theirs, other.beginning)
    their_opening = _only(theirs, other.opening)
    return {
        "opening_recall": _share(_only(mine, ours.opening), {**their_beginning, **article.title}),
        "opening_precision": _share(their_opening, my_beginning),
        "opening_cosine": _cosine(my_beginning, their_beginning),
        "opening_told_back": _share(their_opening, mine),
        "opening_title": _share(article.title, my_beginning),
    }


def _only(weights: Weights, words: Set[str]) -> Weights:
    return {word: weights[word] for word in words}


def _quotations(ours: Profile, other: Profile, shared: int) -> dict[str, float]:
    return {
        "quotation_share": shared / max(1, len(ours.quotations)),
        "quotation_count": math.log1p(min(_MANY_QUOTATIONS, shared)) / math.log1p(_MANY_QUOTATIONS),
        "quotations_differ": float(bool(ours.quotations and other.quotations) and not shared),
    }


def _traits(query: Query) -> Traits:
    kinds = {"name": query.names, "number": query.figures, "date": query.dates, "word": query.rare}
    return Traits(kinds, query.profile.quotations)


def _their_traits(other: Profile, names: Weights, rare: Weights) -> Traits:
    figures = {f: min(1.0, len(f) / 4) for f in other.figures}
    kinds = {"name": names, "number": figures, "date": dict.fromkeys(other.dates, 1.0), "word": rare}
    return Traits(kinds, other.quotations)


def _main(counts: Mapping[str, int], weights: Weights, most: int) -> Weights:
    """Return the items that an article is about: weight by rarity and by how often they stand there, heaviest first."""
    heavy = {item: weights[item] * (1 + math.log(times)) for item, times in counts.items()}
    return dict(sorted(heavy.items(), key=lambda pair: (-pair[1], pair[0]))[:most])


def _times(kind: str, ours: Set[T], theirs: Set[T]) -> dict[str, float]:
    """Return whether days, months or years are shared, or differ wholly though both articles name some."""
    return {
        f"{kind}_shared": float(bool(ours & theirs)),
        f"{kind}_clash": float(bool(ours and theirs) and not ours & theirs),
    }


def _amount(ours: Weights, theirs: Iterable[str], enough: float) -> float:
    """Return how much weight is shared in all, on a log scale that reaches 1 at `enough`."""
    held = theirs if isinstance(theirs, dict) else set(theirs)
    shared = math.fsum(w for item, w in ours.items() if item in held)
    return min(1.0, math.log1p(shared) / math.log1p(enough))


def _share(ours: Mapping[str, float], theirs: Iterable[str]) -> float:
    """Return the weight of our items that stand in theirs, as a share; items that weigh little in all count less."""
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
