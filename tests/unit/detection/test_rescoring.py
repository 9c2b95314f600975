"""What the encoder reads moves the verdict of the words."""

import numpy as np
import pytest

from restore.detection.rescoring import EncoderWeights, inputs, load_encoder_weights


def chances(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)


def test_more_damage_makes_damage_likelier() -> None:
    weights = load_encoder_weights()
    little, much = weights.probability(0.4, chances(*[0.01] * 20)), weights.probability(0.4, chances(*[0.01, 0.9] * 10))
    assert little < much


def test_a_sure_verdict_still_counts() -> None:
    weights = load_encoder_weights()
    same = chances(*[0.05] * 20)
    assert weights.probability(0.1, same) < weights.probability(0.99, same)


def test_a_text_as_the_training_has_them_is_neither_likelier_damaged_nor_clean() -> None:
    _, _, ratio = inputs(0.5, chances(0.13, 0.13))
    assert ratio == pytest.approx(0.0, abs=1e-6)


def test_no_words_are_no_evidence() -> None:
    assert inputs(0.5, chances())[2] == 0.0
    assert 0.0 < EncoderWeights(0.0, 1.0, 1.0, 1.0).probability(0.5, chances()) < 1.0
