"""What the decoder makes of posteriors: an edit for which one reference alone speaks."""

from __future__ import annotations

import math
from functools import cache

import msgspec
import pytest

from restore.candidates.base import Candidate, Context
from restore.channel import load_channel
from restore.config import Config
from restore.decoding.decoder import Decoder, is_lone_reference
from restore.decoding.ranker import JudgeWeights, Ranker
from restore.language_model.bigram import BigramJudge
from restore.parsing import ParsedText, Parser
from restore.records import Evidence

TEXT = "The engineers found a way to join the square filters to the round fittings."
RANKER = Ranker({"bigram": JudgeWeights(0.1, {"bias": 1.0}, -10.0)}, {}, -100.0, 0.08)


@cache
def parsed() -> ParsedText:
    return Parser().parse(TEXT)


def evidence(kind: str, source: str) -> Evidence:
    return Evidence(kind, source, "a quote", 0.8)  # type: ignore[arg-type]


def candidate(*why: Evidence, new: str = "openings", **features: float) -> Candidate:
    start = TEXT.index("fittings")
    return Candidate(start, start + len("fittings"), new, why, {k.replace("_", "."): v for k, v in features.items()})


ONE, OTHER = evidence("reference", "one"), evidence("reference", "other")


@pytest.mark.parametrize(
    ("given", "alone"),
    [
        (candidate(ONE), True),
        (candidate(ONE, ONE), True),
        (candidate(ONE, OTHER), False),
        (candidate(ONE, evidence("thesaurus", "WordNet")), False),
        (candidate(evidence("spinner", "channel")), False),
        (candidate(ONE, reference_quotation=1.0), False),
        (candidate(ONE, reference_name=1.0), False),
        (candidate(ONE, new="Fittings"), False),
        (candidate(ONE, new=""), True),
    ],
)
def test_a_reference_is_alone_with_other_words(given: Candidate, alone: bool) -> None:
    assert is_lone_reference(given, parsed()) is alone


def confidence(given: Candidate, slope: float, offset: float) -> float:
    weights = msgspec.structs.replace(RANKER.judges["bigram"], lone_slope=slope, lone_offset=offset)
    decoder = Decoder(Config(), load_channel(), msgspec.structs.replace(RANKER, judges={"bigram": weights}))
    (decision,) = decoder.decide(Context(parsed()), [given], BigramJudge(), {}).decisions
    return decision.confidence


def log_odds(share: float) -> float:
    return math.log(share / (1 - share))


def test_it_counts_less_alone() -> None:
    before, after = confidence(candidate(ONE), 1.0, 0.0), confidence(candidate(ONE), 0.5, -2.0)
    assert log_odds(after) == pytest.approx(0.5 * log_odds(before) - 2.0, abs=0.02)
    supported = candidate(ONE, evidence("thesaurus", "WordNet"))
    assert confidence(supported, 1.0, 0.0) == confidence(supported, 0.5, -2.0)
