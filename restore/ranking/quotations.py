"""How sure it is that a sentence of a quotation stood in the text as the reference has it.

A logistic function over what both quotations show (restore/candidates/whole_quotations.py) and what the encoder reads
at the words that differ. training/ranking/quotations.py fits it on damaged and undamaged reports of events.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache
from statistics import fmean
from typing import NamedTuple

import msgspec
import numpy as np

from restore.alignment.sentence_pairs import PairModel
from restore.candidates.base import Candidate
from restore.candidates.whole_quotations import WHOLE
from restore.encoder.reading import Asked, Reading
from restore.lexicon.spelling import function_words
from restore.ranking.corrections import Decision
from restore.ranking.model import matrix
from restore.records import Covered, Span
from restore.runtime.odds import log_odds
from restore.runtime.tables import decoded, table_path
from restore.text.parsing import ParsedText, Token

_MOST_SURE = 0.9999
"""Nothing is sure, so a threshold of 1 applies nothing (as in restore/ranking/decide.py)."""
_DAMAGED, _UNSEEN = 0.2, 0.4
"""The chance of damage that a word of a quotation must have, and how sure it can be at most where none has: less than
any preset applies. Chosen by hand, on the traps (tests/cases/quotation_traps.json)."""
_LEAST, _MOST_LOG = 1e-3, 12.0
"""Chances of damage are taken for at least this (and at most 1 less it), and the gain of a run of words for at most so
much (ln), so that one odd reading does not decide. Chosen by hand; the model is fitted to both."""
_SOUND_RUN, _DOUBTFUL_RUN, _SOUND_TEXT = 5.0, 2.0, 4.0
"""Log-odds of damage, turned round, at which the lines are bent. Chosen by hand, on held-out events."""
_MARKS = ".,;:!?\"“”'’‘"


class QuotationModel(msgspec.Struct, frozen=True):
    """Weights over the named features, as training/ranking/quotations.py fits them."""

    features: list[str]
    weights: PairModel


def decide_quotations(
    parsed: ParsedText, candidates: Sequence[Candidate], reading: Reading, rate: float
) -> list[Decision]:
    """Return how sure (0 to 1) the candidates for whole quotations are; `rate` as in `describe`."""
    if not candidates:
        return []
    model = load_quotation_model()
    described = [describe(parsed, c, reading, rate) for c in candidates]
    chances = model.weights.chances(matrix(described, model.features).astype(np.float64)).tolist()
    most = [_MOST_SURE if _is_seen(features) else _UNSEEN for features in described]
    return [Decision(c, round(min(*sure), 4)) for c, *sure in zip(candidates, chances, most, strict=True)]


def _is_seen(features: Mapping[str, float]) -> bool:
    """Return whether the encoder finds damage in a quotation itself, and in each run of words that would go for none.

    Else it may be another sentence in a damaged text, or one that the reference shortens.
    """
    cut = features["quotation.left_out"] > math.log1p(1)
    return features["read.most"] >= _logit(_DAMAGED) and (not cut or features["read.least"] >= 0.0)


def prevailing(decisions: Iterable[Decision], least: float) -> list[Decision]:
    """Leave out what would change a part of a quotation that is sure as a whole, at `least` (0 to 1)."""
    given = list(decisions)
    whole = [d for d in given if d.candidate.features.get(WHOLE) and d.confidence >= least]
    covered = Covered(Span(d.candidate.start, d.candidate.end) for d in whole)
    kept = [d for d in given if not covered.touches(d.candidate.start, d.candidate.end)]
    return [*kept, *whole]


@cache
def load_quotation_model() -> QuotationModel:
    """Load the shipped weights once; raises `ModelNotFoundError` or `ModelDamagedError`."""
    return decoded(table_path("quotations.json"), QuotationModel)


def describe(parsed: ParsedText, candidate: Candidate, reading: Reading, rate: float) -> dict[str, float]:
    """Return all features of a whole quotation; `rate` is the share of the text that the encoder reads as damaged."""
    tokens = parsed.tokens_between(candidate.start, candidate.end)
    runs = list(_runs(parsed, candidate))
    damage = [_damage(reading, run) for run in runs]
    gains = _gains(reading, runs)
    changed = {t.index for run in runs for t in run.tokens}
    rest = [float(reading.damaged[t.index]) for t in tokens if t.is_word and t.index not in changed]
    found = {
        **candidate.features,
        "read.least": _logit(min(damage, default=0.0)),
        "read.most": _logit(max(damage, default=0.0)),
        "read.mean": _logit(fmean(damage) if damage else 0.0),
        "read.rest": _logit(fmean(rest) if rest else 0.0),
        "read.gain": fmean(gains) if gains else 0.0,
        "read.least_gain": min(gains, default=0.0),
        "read.runs": math.log1p(len(runs)),
        "read.rate": _logit(rate),
        "read.content": math.log1p(sum(_has_content(run.words) and _has_content(_stand(run)) for run in runs)),
        "read.little": math.log1p(sum(not _has_content((*run.words, *_stand(run))) for run in runs)),
    }
    return found | bent(found)


def bent(features: Mapping[str, float]) -> dict[str, float]:
    """Return what a straight line cannot say: a run that reads as sound, a text that does, words on one side alone."""
    least, rate = features["read.least"], features["read.rate"]
    return {
        "bent.least": max(least + _SOUND_RUN, 0.0),
        "bent.more": max(least + _DOUBTFUL_RUN, 0.0),
        "bent.rate": max(rate + _SOUND_TEXT, 0.0),
        "bent.both": least * rate,
        "bent.put_in": float(features["quotation.put_in"] > 0),
        "bent.left_out": float(features["quotation.left_out"] > 0),
    }


class _Run(NamedTuple):
    """Tokens that go, words that come in small letters, and the token before them, if there is one."""

    tokens: Sequence[Token]
    words: Sequence[str]
    before: Token | None


def _runs(parsed: ParsedText, candidate: Candidate) -> Iterator[_Run]:
    """Yield what differs between a candidate and what stands there, word by word, marks aside."""
    tokens = parsed.tokens_between(candidate.start, candidate.end)
    own: list[list[Token]] = []
    for n, token in enumerate(tokens):
        if n and token.start == tokens[n - 1].end:
            own[-1].append(token)
        else:
            own.append([token])
    stand = ["".join(t.lower for t in word).strip(_MARKS) for word in own]
    come = [word.lower().strip(_MARKS) for word in candidate.replacement.split()]
    for operation, i, k, j, m in SequenceMatcher(None, stand, come, autojunk=False).get_opcodes():
        if operation != "equal":
            run = [t for word in own[i:k] for t in word if t.is_word]
            yield _Run(run, [w for w in come[j:m] if w], own[i - 1][-1] if i else None)


def _stand(run: _Run) -> list[str]:
    return [t.lower for t in run.tokens]


def _has_content(words: Iterable[str]) -> bool:
    return any(word not in function_words() for word in words)


def _damage(reading: Reading, run: _Run) -> float:
    """Return the chance that any token of a run is damaged, or that words are missing there."""
    if run.tokens:
        return max(float(reading.damaged[t.index]) for t in run.tokens)
    return float(reading.missing[run.before.index]) if run.before is not None else 0.0


def _gains(reading: Reading, runs: Sequence[_Run]) -> list[float]:
    """Return by how much (ln) the encoder finds what comes likelier than what stands, for runs of words for words."""
    asked = [r for r in runs if r.tokens and len(r.tokens) == len(r.words)]
    questions = [Asked(t.index, w) for r in asked for t, w in zip(r.tokens, r.words, strict=True)]
    questions += [Asked(t.index, t.lower) for r in asked for t in r.tokens]
    if not questions:
        return []
    chances = reading.log_chances(questions)
    half = len(questions) // 2
    return [float(np.clip(a - b, -_MOST_LOG, _MOST_LOG)) for a, b in zip(chances[:half], chances[half:], strict=True)]


def _logit(chance: float) -> float:
    return log_odds(min(max(chance, _LEAST), 1 - _LEAST))
