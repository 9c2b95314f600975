from __future__ import annotations

import pytest

from restore.detection.sharpening import JudgeWeights, load_judges, sharpen
from restore.records import Finding, Verdict

FINDING = Finding(0, 3, "cat", "substitution", 0.4, "why")


@pytest.mark.parametrize("judge", ["bigram", "llama", "encoder"])
def test_what_the_judge_finds_makes_damage_likelier(judge: str) -> None:
    verdict = Verdict(False, 0.4, 0.05, (FINDING,))
    little, much = sharpen(verdict, 0.0005, judge, 20), sharpen(verdict, 0.3, judge, 20)
    assert 0.0 < little.probability < much.probability < 1.0
    assert little.findings == verdict.findings
    assert not little.damaged


@pytest.mark.parametrize("judge", ["bigram", "llama", "encoder"])
def test_the_verdict_itself_still_counts(judge: str) -> None:
    unsure, sure = (sharpen(Verdict(p > 0.5, p, 0.1), 0.02, judge, 20) for p in (0.1, 0.99))
    assert unsure.probability < sure.probability


def test_a_text_no_longer_damaged_has_no_family() -> None:
    found = sharpen(Verdict(True, 0.51, 0.1, (), "G", 0.7), 0.0005, "bigram", 20)
    assert (found.damaged, found.family, found.family_share) == (False, "", 0.0)
    assert found.damaged_share <= found.probability


def test_scraps_stay_as_they_are() -> None:
    verdict = Verdict(False, 0.3, 0.1)
    assert sharpen(verdict, 0.5, "bigram", 4) == verdict


def test_probabilities_are_probabilities() -> None:
    weights = JudgeWeights(100.0, 5.0, 5.0)
    assert weights.probability(1.0, 1.0) <= 1.0
    assert JudgeWeights(-100.0, 1.0, 1.0).probability(0.0, 0.0) >= 0.0
    assert set(load_judges()) == {"bigram", "llama", "encoder"}
