from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from restore.errors import ModelDamagedError, ModelNotFoundError
from restore.language_model.bytepair import build_tokenizer
from restore.language_model.causal import CausalModel, CausalQuery
from restore.language_model.graph import GgufModel, import_extra, make_graph, quantise, rotation
from restore.runtime import graphs
from tests.helpers.tiny_llama import TOKENS, TinyLlama, write_gguf

TEXTS = ["a test in the house, 1989", "Günter said the thing", "xyz" * 10, "the the a in 42"]


def _silent(step: str, done: int, total: int) -> None:
    pass


def test_the_graph_says_what_the_model_says_in_float32(tiny: TinyLlama, tiny_graph: Path) -> None:
    tokenizer = build_tokenizer(GgufModel(tiny.path))
    expected = np.array([tiny.log_probabilities([0, *tokenizer.encode(text).ids]).sum() for text in TEXTS])
    found = np.array(CausalModel(tiny_graph).log_probabilities(TEXTS))
    lengths = np.array([len(tokenizer.encode(text).ids) for text in TEXTS])
    # int8 leaves 0.015 nats a token here.
    assert np.abs((found - expected) / lengths).max() < 0.04
    assert np.abs(expected / lengths).min() > 2


def test_the_way_around_overflow_gives_the_same_bits(tiny_graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not graphs.multiplies_exactly():
        pytest.skip("this processor knows the way around alone")
    queries = [CausalQuery("in the house ", (word, "a", "the thing"), " was a test") for word in ("an", "xyz", "42")]
    found = CausalModel(tiny_graph).answers(queries)
    monkeypatch.setattr(graphs, "multiplies_exactly", lambda: False)
    assert CausalModel(tiny_graph).answers(queries) == found


def test_making_it_again_gives_the_same_file(tiny: TinyLlama, tiny_graph: Path, tmp_path: Path) -> None:
    make_graph(GgufModel(tiny.path), tmp_path / "again.onnx", _silent)
    assert (tmp_path / "again.onnx").read_bytes() == tiny_graph.read_bytes()


def test_progress_is_told_layer_by_layer(tiny: TinyLlama, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    make_graph(GgufModel(tiny.path), tmp_path / "x.onnx", lambda step, done, total: steps.append((done, total)))
    assert steps == [(1, 2), (2, 2)]


def test_quantised_weights_are_within_half_a_step() -> None:
    weights = np.random.default_rng(1).normal(size=(5, 40)).astype(np.float32)
    weights[2] = 0
    integers, scales = quantise(weights)
    assert np.abs(integers.T * scales[:, None] - weights).max() <= scales.max() / 2 + 1e-6
    assert np.abs(integers).max() == 127


@pytest.mark.parametrize("size", [1, 2, 16, 96])
def test_a_rotation_keeps_lengths_and_spreads_a_channel(size: int) -> None:
    matrix = rotation(size)
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(size), atol=1e-5)
    assert np.abs(matrix).max() <= np.sqrt(2 / size) + 1e-6


def test_the_tokenizer_merges_splits_digits_and_knows_no_special_tokens(tiny: TinyLlama) -> None:
    tokenizer = build_tokenizer(GgufModel(tiny.path))
    assert tokenizer.encode("in the 42").tokens == ["in", "Ġthe", "Ġ", "4", "2"]
    assert len(tokenizer.encode("<|im_end|>").ids) == len("<|im_end|>")
    assert [TOKENS[i] for i in tokenizer.encode("é").ids] == ["Ã", "©"]


@pytest.mark.parametrize("content", [b"", b"GGUF", b"x" * 1000])
def test_a_file_that_is_no_gguf_is_damaged(tiny: TinyLlama, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "broken.gguf").write_bytes(content)
    with pytest.raises(ModelDamagedError, match=r"broken\.gguf is no readable GGUF file"):
        GgufModel(tmp_path / "broken.gguf")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_cut_file_is_damaged(tiny: TinyLlama, tmp_path: Path, share: float) -> None:
    content = tiny.path.read_bytes()
    (tmp_path / "cut.gguf").write_bytes(content[: int(len(content) * share)])
    with pytest.raises(ModelDamagedError):
        make_graph(GgufModel(tmp_path / "cut.gguf"), tmp_path / "x.onnx", _silent)


def test_another_architecture_is_refused(tiny: TinyLlama, tmp_path: Path) -> None:
    write_gguf(tmp_path / "other.gguf", tiny.tensors, architecture="mamba")
    with pytest.raises(ModelDamagedError, match="of the kind mamba, not llama"):
        GgufModel(tmp_path / "other.gguf")


def test_a_missing_tensor_is_named(tiny: TinyLlama, tmp_path: Path) -> None:
    write_gguf(tmp_path / "short.gguf", tiny.tensors, leave_out="blk.1.ffn_up.weight")
    with pytest.raises(ModelDamagedError, match=r"has no tensor blk\.1\.ffn_up\.weight"):
        make_graph(GgufModel(tmp_path / "short.gguf"), tmp_path / "x.onnx", _silent)


def test_another_tokenizer_is_refused(tiny: TinyLlama, tmp_path: Path) -> None:
    write_gguf(tmp_path / "other.gguf", tiny.tensors, splitting="llama-bpe")
    with pytest.raises(ModelDamagedError, match="tokenizer is gpt2 llama-bpe, not gpt2 smollm"):
        build_tokenizer(GgufModel(tmp_path / "other.gguf"))


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gguf", None)
    with pytest.raises(ModelNotFoundError, match=r"needs the package gguf: run `pip install 'restore-text\[lm\]'`"):
        import_extra("gguf")
