from __future__ import annotations

from restore.detection.rescoring import RateWeights, load_rate_weights, rescored
from restore.records import Finding, Verdict

FINDING = Finding(0, 3, "cat", "substitution", 0.4, "why")


def test_what_the_encoder_reads_makes_damage_likelier() -> None:
    verdict = Verdict(False, 0.4, 0.05, (FINDING,))
    little, much = rescored(verdict, 0.0005, 20), rescored(verdict, 0.3, 20)
    assert 0.0 < little.probability < much.probability < 1.0
    assert little.findings == verdict.findings
    assert not little.damaged


def test_the_verdict_itself_still_counts() -> None:
    unsure, sure = (rescored(Verdict(p > 0.5, p, 0.1), 0.02, 20) for p in (0.1, 0.99))
    assert unsure.probability < sure.probability


def test_a_text_no_longer_damaged_has_no_family() -> None:
    found = rescored(Verdict(True, 0.51, 0.1, (), "G", 0.7), 0.0005, 20)
    assert (found.damaged, found.family, found.family_share) == (False, "", 0.0)
    assert found.damaged_share <= found.probability


def test_scraps_stay_as_they_are() -> None:
    verdict = Verdict(False, 0.3, 0.1)
    assert rescored(verdict, 0.5, 4) == verdict


def test_probabilities_are_probabilities() -> None:
    weights = RateWeights(100.0, 5.0, 5.0)
    assert weights.probability(1.0, 1.0) <= 1.0
    assert RateWeights(-100.0, 1.0, 1.0).probability(0.0, 0.0) >= 0.0
    assert load_rate_weights().rate > 0
