"""The tiny model of these tests, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.tiny_llama import TinyLlama, random_tensors, write_gguf


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> TinyLlama:
    """Return a tiny model in a GGUF file; skips the test where the extra lm is not installed."""
    for package in ("gguf", "onnx"):
        pytest.importorskip(package, reason="the extra lm is not installed")
    path = tmp_path_factory.mktemp("tiny") / "tiny.gguf"
    tensors = random_tensors()
    write_gguf(path, tensors)
    return TinyLlama(path, tensors)


@pytest.fixture(scope="session")
def tiny_graph(tiny: TinyLlama, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the graph of the tiny model, with its tokenizer beside it."""
    from restore.language_model.bytepair import make_tokenizer
    from restore.language_model.files import tokenizer_path
    from restore.language_model.graph import GgufModel, make_graph

    path = tmp_path_factory.mktemp("graph") / "tiny.onnx"
    model = GgufModel(tiny.path)
    make_graph(model, path, lambda step, done, total: None)
    make_tokenizer(model, tokenizer_path(path))
    return path
