"""The judge's opinion on labelled candidates: log-ratio of the text with and without the edit, five units further."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from random import Random
from typing import Any

from ranker_data import Case, Option, Place

from restore.decoding.decoder import judge_context
from restore.decoding.lattice import Edge, Lattice, ScoredCandidate, build
from restore.language_model.base import Judge, JudgeFullError

WINDOW = 5
SIDE_BY_SIDE = 6
_BATCH = 80
_RESTORED_LEFT = 0.6


_Question = tuple[int, int, str]
"""The number of the lattice and of the state before the text, and the text."""


@dataclass(slots=True)
class _Item:
    option: Option
    edge: Edge
    state: int


def add_log_ratios(case: Case, places: list[Place], judge: Judge, name: str, rng: Random) -> None:
    """Write the log-ratio into the feature `name` of every option of these places, where there is a path for it."""
    by_sentence: dict[int, list[Place]] = defaultdict(list)
    for place in places:
        by_sentence[place.sentence].append(place)
    options: dict[int, Option] = {}
    lattices: list[Lattice] = []
    for number, group in by_sentence.items():
        sentence = case.context.parsed.sentences[number]
        here = {id(o.candidate): o for place in group for o in place.options}
        options |= here
        scored = [ScoredCandidate(o.candidate, 0.0) for o in here.values() if o.candidate]
        lattices += build(case.context.parsed, sentence, scored, judge_context(case.context, sentence), False)
    for first in range(0, len(lattices), SIDE_BY_SIDE):
        part = lattices[first : first + SIDE_BY_SIDE]
        try:
            _score_lattices(part, options, judge, name, rng)
        except JudgeFullError:
            judge.reset()
            for lattice in part:
                _score_lattices([lattice], options, judge, name, rng)
    judge.reset()


def _score_lattices(lattices: list[Lattice], options: dict[int, Option], judge: Judge, name: str, rng: Random) -> None:
    """Walk once through every sentence, half mended, and ask about every edit from the state before it."""
    paths = [_path(lattice, options, rng) for lattice in lattices]
    starts = judge.begin([lattice.context for lattice in lattices])
    asked: dict[_Question, None] = {}
    states: dict[tuple[int, int], Any] = {}
    for number, (lattice, (path, items), start) in enumerate(zip(lattices, paths, starts, strict=True)):
        needed = {item.state for item in items}
        walked = [start, *judge.walk(start, [edge.text for edge in path])]
        judge.release([state for n, state in enumerate(walked) if n not in needed])
        states |= {(number, n): state for n, state in enumerate(walked) if n in needed}
        asked |= {(number, *question): None for item in items for question in _questions(lattice, item)}
    questions = list(asked)
    scores: dict[_Question, float] = {}
    for first in range(0, len(questions), _BATCH):
        part = questions[first : first + _BATCH]
        results = judge.extend([(states[number, at], text) for number, at, text in part])
        judge.release([state for state, _ in results])
        scores |= {question: score for question, (_, score) in zip(part, results, strict=True)}
    judge.release(list(states.values()))
    for number, (lattice, (_, items)) in enumerate(zip(lattices, paths, strict=True)):
        for item in items:
            kept, changed = _questions(lattice, item)
            item.option.features[name] = scores[number, *changed] - scores[number, *kept]


def _path(lattice: Lattice, options: dict[int, Option], rng: Random) -> tuple[list[Edge], list[_Item]]:
    """Choose a way through a sentence that mends a part of it; give it with the edits that can leave it."""
    path: list[Edge] = []
    items: list[_Item] = []
    node = 0
    while node < lattice.size:
        keep, *edits = lattice.edges[node]
        here = [_Item(options[id(e.scored.candidate)], e, len(path)) for e in edits if e.scored]
        items += here
        right = [i.edge for i in here if i.option.right]
        step = right[0] if right and rng.random() < _RESTORED_LEFT else keep
        path.append(step)
        node = step.end
    return path, items


def _questions(lattice: Lattice, item: _Item) -> tuple[tuple[int, str], tuple[int, str]]:
    """Give the number of the state and the text that follows it, without and with the edit."""
    edge = item.edge
    keep = [edges[0].text for edges in lattice.edges]
    rest = "".join(keep[edge.end : edge.end + WINDOW])
    return (item.state, "".join(keep[edge.start : edge.end]) + rest), (item.state, edge.text + rest)
