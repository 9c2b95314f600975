"""The judge's opinion on labelled candidates: log-ratio of the text with and without the edit, five units further."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from random import Random

from ranker_data import Case, Option, Place

from restore.decoding.decoder import judge_context
from restore.decoding.lattice import Edge, Lattice, ScoredCandidate, build
from restore.language_model.base import Judge

WINDOW = 5
_BATCH = 80
_RESTORED_LEFT = 0.6


@dataclass(slots=True)
class _Item:
    option: Option
    edge: Edge
    state: int


def add_log_ratios(case: Case, places: list[Place], judge: Judge, rng: Random) -> None:
    """Write `lm.ratio` into the features of every option of these places; options without a path lose their place."""
    by_sentence: dict[int, list[Place]] = defaultdict(list)
    for place in places:
        by_sentence[place.sentence].append(place)
    for number, group in by_sentence.items():
        sentence = case.context.parsed.sentences[number]
        options = {id(o.candidate): o for place in group for o in place.options}
        scored = [ScoredCandidate(o.candidate, 0.0) for o in options.values()]
        for lattice in build(case.context.parsed, sentence, scored, judge_context(case.context, sentence), False):
            _score_lattice(lattice, options, judge, rng)


def _score_lattice(lattice: Lattice, options: dict[int, Option], judge: Judge, rng: Random) -> None:
    """Walk once through the sentence, half mended, and ask about every edit from the state before it."""
    path, items = [], []
    node = 0
    while node < lattice.size:
        keep, *edits = lattice.edges[node]
        here = [_Item(options[id(e.scored.candidate)], e, len(path)) for e in edits if e.scored]
        items += here
        right = [i.edge for i in here if i.option.right]
        step = right[0] if right and rng.random() < _RESTORED_LEFT else keep
        path.append(step)
        node = step.end
    (start,) = judge.begin([lattice.context])
    states = [start, *judge.walk(start, [e.text for e in path])]
    questions = [question for item in items for question in _questions(lattice, item)]
    asked = list(dict.fromkeys(questions))
    scores: dict[tuple[int, str], float] = {}
    for first in range(0, len(asked), _BATCH):
        part = asked[first : first + _BATCH]
        results = judge.extend([(states[n], text) for n, text in part])
        judge.release([state for state, _ in results])
        scores |= {question: score for question, (_, score) in zip(part, results, strict=True)}
    judge.release(states)
    for item in items:
        kept, changed = _questions(lattice, item)
        item.option.features["lm.ratio"] = scores[changed] - scores[kept]


def _questions(lattice: Lattice, item: _Item) -> tuple[tuple[int, str], tuple[int, str]]:
    """Give the number of the state and the text that follows it, without and with the edit."""
    edge = item.edge
    keep = [edges[0].text for edges in lattice.edges]
    rest = "".join(keep[edge.end : edge.end + WINDOW])
    return (item.state, "".join(keep[edge.start : edge.end]) + rest), (item.state, edge.text + rest)
