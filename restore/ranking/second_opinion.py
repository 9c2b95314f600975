"""The causal model as a second opinion: asked about the places where the ranker is unsure.

The encoder knows what spinners do and reads both sides; a language model that has read a hundred thousand times more
knows what English is. It is slow, so it is asked once a pass, and only about doubtful places.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from math import exp
from typing import TYPE_CHECKING, Annotated, NamedTuple

import msgspec

from restore.alignment.reference_passages import Passages, passage_at, passages_by_stretch
from restore.ranking.model import CalibratedTrees
from restore.ranking.places import by_place
from restore.records import splice
from restore.runtime.odds import logistic
from restore.runtime.tables import decoded, table_path

if TYPE_CHECKING:
    from restore.candidates.base import Candidate, Context
    from restore.language_model.causal import Answer, CausalModel, CausalQuery

MOST_OPTIONS = 3
"""Candidates of a place that are asked about, beside what stands there: the likeliest. Chosen by hand, for speed."""
LEFT_CHARACTERS, RIGHT_WORDS = 120, 6
"""Of the text around a place, as it would be mended, the model reads so much at least: more hardly changes what it
says. Chosen by hand."""
STRETCH = 400
"""Places in so many characters, or in what references say the same of (alignment/reference_passages.py), are read from
one beginning on, so that what stands before them is read once. Chosen by hand."""
_MENDED = 0.5
"""The text around a place is read with the candidates that are likelier than not."""
ANSWERED = frozenset(
    f"causal.{name}" for name in ("ratio", "lead", "share", "own", "stands", "next", "behind", "fit", "tokens")
)
"""The features that the causal model's answers give; `_answered` says what they are."""
_REMEMBERED = 20_000
"""Answers that are kept, some 10 MB: the passes over a text ask mostly the same. By hand."""


class Option(NamedTuple):
    """A candidate as it counts here: what comes at characters `[start, end)`, how sure the ranker is (0 to 1)."""

    start: int
    end: int
    replacement: str
    confidence: float


class Place(NamedTuple):
    """A place that is asked about: the numbers of its options, and the question, whose first answer is what stands."""

    numbers: tuple[int, ...]
    query: CausalQuery


class Advice(NamedTuple):
    """Log-odds of all candidates, and the log-ratios (over what stands) of those that were asked about."""

    odds: list[float]
    ratios: dict[int, float]


class SecondOpinion(CalibratedTrees, frozen=True):
    """Trees over what the ranker and the causal model say of a candidate.

    Places whose likeliest candidate is less sure than `least` or surer than `most` are not asked about.
    training/ranking/second_opinion.py fits all of it.
    """

    least: Annotated[float, msgspec.Meta(ge=0, le=1)]
    most: Annotated[float, msgspec.Meta(ge=0, le=1)]


def doubtful_places(
    text: str, options: Sequence[Option], least: float, most: float, stretches: Passages = ()
) -> list[Place]:
    """Return the places to ask about, in text order; `options` are all candidates of the text that were decided on.

    The model reads what references say of a few sentences (`stretches`) before them: what it has just read, it expects.
    """
    from restore.language_model.causal import CausalQuery

    mended, passage_of = _Mended(text, options), passage_at(stretches)
    found = []
    for numbers in sorted(by_place(options), key=lambda numbers: options[numbers[0]].start):
        numbers.sort(key=lambda n: (-options[n].confidence, options[n].end, options[n].replacement))
        if not least <= options[numbers[0]].confidence <= most:
            continue
        asked = tuple(numbers[:MOST_OPTIONS])
        start, end = options[asked[0]].start, max(options[n].end for n in asked)
        first, passage = passage_of(start)
        first = start - (start - first) % STRETCH
        if start and text[start - 1] == " ":
            start -= 1  # so that taking a word out leaves one blank
        stands = text[start:end]
        filled = [_filled(text, start, end, options[n]) for n in asked]
        before = mended.between(first - LEFT_CHARACTERS, start)
        left = f"{passage}\n{before}" if passage else before
        found.append(Place(asked, CausalQuery(left, (stands, *filled), mended.behind(end))))
    return found


def described(
    places: Sequence[Place],
    answers: Sequence[Sequence[Answer]],
    features: Sequence[dict[str, float]],
    odds: Sequence[float],
) -> dict[int, dict[str, float]]:
    """Return, by the number of the option, its features with those of the second opinion.

    `answers` are those to each place's question, `odds` the ranker's log-odds.
    """
    found = {}
    for place, given in zip(places, answers, strict=True):
        for number, answered in zip(place.numbers, _answered(given), strict=True):
            found[number] = {**_ranked(place, number, features, odds), **answered}
    return found


def _answered(answers: Sequence[Answer]) -> Iterator[dict[str, float]]:
    """Yield the features of a place's options by the answers, of which the first is about what stands there.

    The sum alone says less than its parts: an option may fit what stands before it, and what is behind may be damaged.
    """
    stands, *options = answers
    ratios = [round(answer.whole - stands.whole, 3) + 0.0 for answer in answers]  # + 0.0: no minus zero
    chances = [exp(ratio - max(ratios)) for ratio in ratios]
    for n, option in enumerate(options, 1):
        yield {
            "causal.ratio": ratios[n],
            "causal.lead": ratios[n] - max(ratios[:n] + ratios[n + 1 :]),
            "causal.share": chances[n] / sum(chances),
            "causal.own": option.own,
            "causal.stands": stands.own,
            "causal.next": option.next - stands.next,
            "causal.behind": option.behind - stands.behind,
            "causal.fit": option.behind / max(1, option.tokens_behind),
            "causal.tokens": float(option.tokens - stands.tokens),
        }


def _ranked(place: Place, number: int, features: Sequence[dict[str, float]], odds: Sequence[float]) -> dict[str, float]:
    """Return what is known of an option before the causal model is asked."""
    others = [odds[m] for m in place.numbers if m != number]
    lead = odds[number] - max(others) if others else 5.0
    return {**features[number], "ranker.odds": odds[number], "ranker.lead": lead}


def ask(model: CausalModel, places: Sequence[Place]) -> list[list[Answer]]:
    """Return the answers about each place, all asked at once; the first of a place is about what stands there."""
    return model.answers([place.query for place in places])


class Adviser:
    """Gives the second opinion on the candidates of a text; what was answered once is remembered."""

    def __init__(self, opinion: SecondOpinion, model: CausalModel) -> None:
        self.opinion, self._model = opinion, model
        self._known: dict[CausalQuery, list[Answer]] = {}

    def advise(
        self,
        context: Context,
        candidates: Sequence[Candidate],
        features: Sequence[dict[str, float]],
        odds: Sequence[float],
    ) -> Advice:
        """Return what is said of the candidates of a text; `features` and `odds` are the ranker's."""
        options = [
            Option(c.start, c.end, c.replacement, logistic(score)) for c, score in zip(candidates, odds, strict=True)
        ]
        passages = passages_by_stretch(context.parsed, context.references)
        places = doubtful_places(context.parsed.text, options, self.opinion.least, self.opinion.most, passages)
        advised = described(places, self._answers(places), features, odds)
        found = list(odds)
        for number, score in zip(advised, self.opinion.log_odds(list(advised.values())).tolist(), strict=True):
            found[number] = score
        return Advice(found, {number: answered["causal.ratio"] for number, answered in advised.items()})

    def _answers(self, places: Sequence[Place]) -> list[list[Answer]]:
        """Return what is answered about each place."""
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        new = [place for place in places if place.query not in self._known]
        self._known.update(zip((place.query for place in new), ask(self._model, new), strict=True))
        return [self._known[place.query] for place in places]


class _Mended:
    """A text as it would be mended around a place: with all other corrections that are likelier right than not."""

    def __init__(self, text: str, options: Sequence[Option]) -> None:
        self._text = text
        chosen: list[Option] = []
        taken: set[int] = set()
        for option in sorted(options, key=lambda o: (-o.confidence, o.start, o.end, o.replacement)):
            if option.confidence < _MENDED:
                break
            inside = range(option.start, max(option.end, option.start + 1))
            if taken.isdisjoint(inside):
                taken.update(inside)
                chosen.append(option)
        self._edits = sorted(chosen)
        self._starts = [edit.start for edit in self._edits]

    def between(self, start: int, end: int) -> str:
        """Return what stands in `[start, end)`, from the beginning of a word on."""
        start = max(0, start)
        while start and not self._text[start - 1].isspace():
            start -= 1
        return self._between(start, end)

    def behind(self, start: int) -> str:
        """Return the words from character `start` on, to the end of the line at most."""
        line = self._text.find("\n", start)
        rest = self._text[start : line if line >= 0 else len(self._text)]
        words = rest[: 40 * RIGHT_WORDS].split(" ")
        return self._between(start, start + len(" ".join(words[: RIGHT_WORDS + 1])))

    def _between(self, start: int, end: int) -> str:
        edits = ((e.start, e.end + self._takes_blank(e), e.replacement) for e in self._inside(start, end))
        return splice(self._text, edits, start, end)

    def _takes_blank(self, edit: Option) -> bool:
        """Return whether a deletion takes the blank behind it along."""
        return not edit.replacement and self._text[edit.end : edit.end + 1] == " "

    def _inside(self, start: int, end: int) -> Iterator[Option]:
        from bisect import bisect_left

        for edit in self._edits[bisect_left(self._starts, start) :]:
            if edit.start >= end:
                return
            if edit.end <= end:
                yield edit


def _filled(text: str, start: int, end: int, option: Option) -> str:
    """Return what stands in `[start, end)` with an option in place."""
    before = text[start : option.start] if option.replacement else text[start : option.start].rstrip(" ")
    return before + option.replacement + text[option.end : end]


@cache
def load_second_opinion() -> SecondOpinion:
    """Load the shipped weights once; raises `ModelNotFoundError` or `ModelDamagedError`."""
    return decoded(table_path("second_opinion.json"), SecondOpinion)
