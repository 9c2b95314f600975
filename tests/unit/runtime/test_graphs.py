"""Where bytes are multiplied without overflow nothing slower is asked for, and nothing changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from restore.language_model.causal import CausalModel, CausalQuery
from restore.runtime import graphs
from tests.helpers.tiny_llama import random_tensors, write_gguf

ICE_LAKE = "processor : 0\nflags\t\t: fpu avx2 avx512f avx512dq avx512bw avx512vl avx512_vnni\nbugs : none\n"
ALDER_LAKE = "processor : 0\nflags\t\t: fpu avx2 avx_vnni\n"
HASWELL = "processor : 0\nflags\t\t: fpu avx2 fma\nmodel name : avx_vnni\n"
HALF_HIDDEN = "processor : 0\nflags\t\t: fpu avx2 avx512_vnni\n"
ARM = "processor : 0\nFeatures : fp asimd\n"


@pytest.fixture
def forgetful() -> Iterator[None]:
    """Ask the processor anew in each test, and by the tests behind it."""
    graphs.multiplies_exactly.cache_clear()
    yield
    graphs.multiplies_exactly.cache_clear()


@pytest.mark.parametrize(
    ("told", "exact"),
    [(ICE_LAKE, True), (ALDER_LAKE, True), (HASWELL, False), (HALF_HIDDEN, False), (ARM, False), ("", False)],
)
def test_the_flags_of_the_processor_say_so(
    told: str, exact: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forgetful: None
) -> None:
    (tmp_path / "cpuinfo").write_text(told)
    monkeypatch.setattr(graphs, "_PROCESSOR", tmp_path / "cpuinfo")
    assert graphs.multiplies_exactly() is exact


def test_a_system_that_does_not_tell_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forgetful: None
) -> None:
    monkeypatch.setattr(graphs, "_PROCESSOR", tmp_path / "nothing")
    assert not graphs.multiplies_exactly()


def test_the_slower_way_gives_the_same_bits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("gguf", "onnx"):
        pytest.importorskip(package, reason="the extra lm is not installed")
    if not graphs.multiplies_exactly():
        pytest.skip("this processor knows the slower way alone")
    from restore.language_model.bytepair import make_tokenizer
    from restore.language_model.files import tokenizer_path
    from restore.language_model.graph import GgufModel, make_graph

    source, graph = tmp_path / "tiny.gguf", tmp_path / "tiny.onnx"
    write_gguf(source, random_tensors())
    model = GgufModel(source)
    make_graph(model, graph, lambda step, done, total: None)
    make_tokenizer(model, tokenizer_path(graph))
    queries = [CausalQuery("in the house ", (word, "a", "the thing"), " was a test") for word in ("an", "xyz", "42")]
    found = CausalModel(graph).log_ratios(queries)
    monkeypatch.setattr(graphs, "multiplies_exactly", lambda: False)
    assert CausalModel(graph).log_ratios(queries) == found
