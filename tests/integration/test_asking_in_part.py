"""What is not asked in a pass that applies something changes nothing: not a word, not a confidence."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import pytest

from restore.config import Config, Preset
from restore.language_model.causal import CausalQuery
from restore.ranking.decide import Judged
from restore.ranking.second_opinion import Adviser, Consultation, Place, load_second_opinion
from restore.records import Restoration, Span
from restore.restorer import Restorer
from tests.helpers.texts import SENTENCES, damage

pytestmark = pytest.mark.integration

TEXT = " ".join(SENTENCES)


class Opinionated:
    """A causal model with an answer to everything, from -8 to 8 nats, which hangs on the query alone."""

    def __init__(self) -> None:
        self.asked = 0

    def log_ratios(self, queries: Sequence[CausalQuery]) -> list[list[float]]:
        self.asked += len(queries)
        return [[0.0, *(crc32(repr((q, o)).encode()) % 16_001 / 1000 - 8 for o in q.options[1:])] for q in queries]


def restored(text: str, preset: Preset) -> tuple[Restoration, int]:
    model = Opinionated()
    restorer = Restorer(Config(preset=preset, second_opinion="never"))
    restorer._engine.__dict__["adviser"] = Adviser(load_second_opinion(), model)  # type: ignore[arg-type]
    return restorer.restore(text, [" ".join(SENTENCES[:4])]), model.asked


def everything(judged: Judged, consultation: Consultation, least: float, shown: Sequence[Span]) -> list[Place]:
    return consultation.places


@pytest.mark.parametrize(("preset", "seed"), [("safe", 1), ("safe", 2), ("balanced", 3), ("thorough", 4)])
def test_a_text_gets_what_it_gets_when_everything_is_asked(
    preset: Preset, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = damage(TEXT, seed, 0.25)
    in_part, fewer = restored(text, preset)
    monkeypatch.setattr(Judged, "_wanted", everything)
    in_full, more = restored(text, preset)
    assert in_part == in_full
    assert in_part.applied
    assert fewer < more
