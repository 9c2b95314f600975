"""The whole chain of the encoder on a few texts: parsed, damaged, trained on, exported; ranker and second opinion."""

from __future__ import annotations

import importlib.util
import shutil
import tomllib
from dataclasses import replace
from hashlib import sha256

import msgspec
import numpy as np
import pytest

from restore.encoder.model import Encoder
from restore.encoder.windows import make_window
from restore.errors import RestoreError
from restore.language_model.weights import neural_weights
from restore.ranking.model import EncoderRanker
from restore.ranking.second_opinion import SecondOpinion
from restore.text.parsing import Parser
from tests.helpers.tiny_news import write_news
from training.__main__ import run_all
from training.paths import MODELS, ROOT
from training.ranking.ranker import load_places
from training.running import hindrance
from training.state import Places, State, load_state
from training.steps import STEPS, Step

pytestmark = pytest.mark.integration
NAMES = [step.name for step in STEPS]
CHAIN = STEPS[NAMES.index("encoder.corpus") : NAMES.index("second_opinion.fit") + 1]
TORCH = all(importlib.util.find_spec(name) for name in ("torch", "safetensors", "onnx", "onnxscript"))
MAY_LACK = {"encoder.train", "encoder.export", "second_opinion.ask", "second_opinion.fit"}
"""What needs torch or the causal model."""


def _has_weights() -> bool:
    try:
        neural_weights()
    except RestoreError:
        return False
    return True


WEIGHTS = _has_weights()


def tiny(step: Step) -> Step:
    """Return a step that trains for three seconds on one process, from the shipped weights."""
    if step.name != "encoder.train":
        return step
    arguments = ("{work}/windows", "{work}/run", "--start", "{tree}/models", "--minutes", "0.05", "--held-out", "2")
    return replace(step, arguments=arguments, reads=tuple(p for p in step.reads if not p.startswith("sources/")))


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    """A checkout of links, with tables of its own, so that each step reads what the one before it wrote."""
    root = tmp_path_factory.mktemp("chain")
    tree = root / "tree"
    (tree / "models").mkdir(parents=True)
    for name in ("restore", "training"):
        (tree / name).symlink_to(ROOT / name)
    for table in MODELS.iterdir():
        if table.is_file():
            shutil.copy(table, tree / "models")  # a link would be written through
    return Places(write_news(root / "data"), root / "sources", root / "work", tree / "models", tree)


@pytest.fixture(scope="module")
def before(places: Places) -> dict[str, bytes]:
    """The tables before the run."""
    return {path.name: path.read_bytes() for path in places.models.iterdir()}


@pytest.fixture(scope="module")
def chain(places: Places, before: dict[str, bytes]) -> int:
    """Run the chain once; return the exit code."""
    assert before
    return run_all([tiny(step) for step in CHAIN], places, State(), places.work / "state.json", 1, False, False)


def changed(places: Places, before: dict[str, bytes]) -> set[str]:
    return {path.name for path in places.models.iterdir() if path.read_bytes() != before.get(path.name)}


def test_what_needs_neither_torch_nor_the_causal_model_is_made(
    places: Places, before: dict[str, bytes], chain: int
) -> None:
    assert chain == 0
    words = np.concatenate([np.load(path)["damaged"] for path in places.found("work/windows/train-*.npz")])
    assert 0 < words.sum() < len(words) / 2
    rows = load_places(places.work / "places")
    assert {row.split for row in rows} == {"ranker", "calibration"}
    assert {option.right for row in rows for option in row.options} == {True, False}
    assert "encoder_ranker.json" in changed(places, before)
    ranker = msgspec.json.decode((places.models / "encoder_ranker.json").read_bytes(), type=EncoderRanker)
    assert ranker.trees.features


def test_the_manifest_follows_and_nothing_is_due_afterwards(places: Places, chain: int) -> None:
    assert chain == 0
    entries = tomllib.loads((places.models / "manifest.toml").read_text("utf-8"))["table"]
    for entry in entries:
        assert sha256((places.models / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    state = load_state(places.work / "state.json")
    for step in map(tiny, CHAIN):
        due, lacks = state.why(step, places), hindrance(step, places, state)
        assert bool(due) == bool(lacks), f"{step.name}: {due}; {lacks}"
        assert not lacks or step.name in MAY_LACK


@pytest.mark.skipif(not TORCH, reason="the encoder's training needs torch, safetensors and onnxscript")
def test_the_trained_encoder_is_written_and_reads(places: Places, before: dict[str, bytes], chain: int) -> None:
    assert chain == 0
    graphs = {"encoder.onnx", "encoder_speller.onnx", "encoder_output.onnx", "encoder_embeddings.npz"}
    assert graphs <= changed(places, before)
    encoder = Encoder(places.models)
    tokens = Parser().parse("The council voted to close the old ferry terminal.").tokens
    states = encoder.read(make_window(encoder.pieces, tokens, 0, []))
    assert states.damaged.shape == (len(tokens),)
    assert np.isfinite(states.damaged).all()


@pytest.mark.skipif(not WEIGHTS, reason="the causal model is not there (restore models pull)")
def test_the_second_opinion_is_asked_and_fitted(places: Places, before: dict[str, bytes], chain: int) -> None:
    assert chain == 0
    assert "second_opinion.json" in changed(places, before)
    opinion = msgspec.json.decode((places.models / "second_opinion.json").read_bytes(), type=SecondOpinion)
    assert 0 < opinion.least < opinion.most < 1
