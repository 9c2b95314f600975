from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from restore.alignment import scorer
from restore.alignment.pair_features import Pair, Side
from restore.errors import ModelNotFoundError
from tests.helpers.toy import parse


def test_a_network_is_layers_with_rectified_units_between() -> None:
    one = np.array([[1.0], [-1.0]], dtype=np.float32), np.zeros(1, dtype=np.float32)
    network = scorer.Network((one, (np.array([[2.0]], dtype=np.float32), np.array([-1.0], dtype=np.float32))))
    assert np.allclose(network(np.array([[3.0, 1.0], [1.0, 3.0]], dtype=np.float32)), 1 / (1 + np.exp([-3.0, 1.0])))


def test_outliers_are_cut() -> None:
    each = scorer.Pass(np.zeros(1, dtype=np.float32), np.ones(1, dtype=np.float32), ())
    assert each.scaled(np.array([[100.0], [-100.0]], dtype=np.float32)).tolist() == [[6.0], [-6.0]]


def test_what_is_written_is_what_was_shipped() -> None:
    shipped = scorer.load_scorer()
    stored = msgspec.json.decode(scorer.dump_scorer(shipped), type=scorer._Stored)
    assert stored.features == scorer.feature_names()
    again = scorer.Scorer(tuple(map(scorer._read, stored.passes)), stored.threshold)
    pair = Pair(Side(parse("the boat/NOUN sank/VERB").tokens), Side(parse("a ship/NOUN sank/VERB").tokens))
    assert np.allclose(again(pair), shipped(pair), atol=1e-4)


def test_weights_for_other_features_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = msgspec.json.decode(scorer.dump_scorer(scorer.load_scorer()))
    stored["features"] = stored["features"][1:]
    (tmp_path / "aligner.json").write_bytes(msgspec.json.encode(stored))
    monkeypatch.setattr(scorer, "table_path", lambda name: tmp_path / name)
    with pytest.raises(ModelNotFoundError, match="other features"):
        scorer.load_scorer.__wrapped__()


def test_probabilities_lie_between_0_and_1_and_are_the_same_each_time() -> None:
    pair = Pair(Side(parse("Kari/PROPN saw/VERB it .").tokens), Side(parse("it was seen/VERB by Kari/PROPN").tokens))
    first = scorer.load_scorer()(pair)
    assert first.shape == (4, 5)
    assert ((first >= 0) & (first <= 1)).all()
    assert (first == scorer.load_scorer()(pair)).all()
