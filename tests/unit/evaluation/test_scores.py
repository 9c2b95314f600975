from __future__ import annotations

import importlib.util
import random
from pathlib import Path
from types import ModuleType

import pytest

from restore.evaluation.scores import GoldLattice, score
from restore.gold.markup import GoldEdit, marked, parse_markup
from restore.gold.tokens import tokenise

TWIN = Path(__file__).parents[4] / "shared" / "tools" / "score_markup.py"
WORDS = ["the", "a", "of", "to", "mayor", "Paris", "won't", "U.S.", "12", ",", "“", "said", "re-opened", "~", "."]


def test_scores_by_hand() -> None:
    gold = parse_markup("The {preacher=>minister} saw {the=>that|how} it {also=>}rained.")
    whole = score(gold, gold.original)
    assert (whole.before, whole.after, whole.removed, whole.good, whole.bad) == (3, 0, 1.0, 3, 0)
    other = score(gold, "The minister saw how it alsorained today.")
    assert (other.good, other.bad, other.precision) == (2, 1, 0.6667)
    assert other.broken[0][1] == "today"


def test_an_untouched_text_removes_nothing() -> None:
    gold = parse_markup("The {preacher=>minister} spoke.")
    found = score(gold, gold.text)
    assert (found.removed, found.edits, found.precision) == (0.0, 0, 0.0)
    clean = score(parse_markup("All is well."), "All is well.")
    assert clean.removed is None


def test_distance_of_a_nearby_text_is_the_plain_distance() -> None:
    gold = parse_markup("It {to be=>was} {a an=>a} {big=>large|great big} slip {=>of the }tongue.")
    lattice = GoldLattice(gold)
    for text in (gold.text, gold.original, "It was a big slip tongue.", "", "It to be an slip", "It to be " * 9):
        assert lattice.distance_of(text) == lattice.distance(tokenise(text))


def _random_markup(rng: random.Random) -> str:
    pieces: list[str | GoldEdit] = []
    for _ in range(rng.randint(1, 40)):
        if rng.random() < 0.3:
            gold = tuple(_random_phrase(rng, 3) for _ in range(rng.randint(1, 3)))
            pieces += [GoldEdit(0, 0, _random_phrase(rng, 3), gold), " "]
        else:
            pieces.append(rng.choice(WORDS) + rng.choice([" ", " ", "\n", ""]))
    return marked(pieces).to_markup()


def _random_phrase(rng: random.Random, longest: int) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(0, longest)))


def _random_restoration(rng: random.Random, markup: str) -> str:
    gold = parse_markup(markup)
    pieces: list[str] = []
    last = 0
    for edit in gold.edits:
        pieces += [gold.text[last : edit.start], rng.choice([edit.spun, *edit.gold])]
        last = edit.end
    words = "".join([*pieces, gold.text[last:]]).split(" ")
    for _ in range(rng.randint(0, 6)):
        place = rng.randrange(len(words) + 1)
        words[place : place + rng.randint(0, 2)] = [rng.choice(WORDS) for _ in range(rng.randint(0, 2))]
    return " ".join(words)


@pytest.mark.skipif(not TWIN.exists(), reason="needs the plain scorer ../shared/tools/score_markup.py")
def test_same_numbers_as_the_plain_twin() -> None:
    twin = _load_twin()
    rng = random.Random(5)
    for _ in range(150):
        markup = _random_markup(rng)
        _compare(twin, markup, _random_restoration(rng, markup))


@pytest.mark.skipif(not TWIN.exists(), reason="needs the plain scorer ../shared/tools/score_markup.py")
def test_same_numbers_as_the_plain_twin_on_a_gold_set() -> None:
    twin = _load_twin()
    folder = Path(__file__).parents[3] / "data" / "gold"
    markup = (folder / "apollo_13" / "spun.markup").read_text(encoding="utf-8")
    rng = random.Random(6)
    for _ in range(3):
        _compare(twin, markup, _random_restoration(rng, markup))


def _compare(twin: ModuleType, markup: str, restored: str) -> None:
    plain = twin.score(markup, restored)
    fast = score(parse_markup(markup), restored)
    assert fast.tokens == plain["tokens"]
    assert (fast.before, fast.after) == (plain["before"], plain["after"])
    assert fast.removed == plain["reduction"]
    for name in ("edits", "good", "neutral", "bad", "precision"):
        assert getattr(fast, name) == plain[name], name
    assert list(fast.broken) == [tuple(pair) for pair in plain["bads"]]


def _load_twin() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_markup", TWIN)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
