"""Nothing slower is asked of onnxruntime where bytes are multiplied without overflow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from restore.runtime import graphs, machine

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
    monkeypatch.setattr(machine, "_PROCESSOR", str(tmp_path / "cpuinfo"))
    assert graphs.multiplies_exactly() is exact


def test_a_system_that_does_not_tell_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forgetful: None
) -> None:
    monkeypatch.setattr(machine, "_PROCESSOR", str(tmp_path / "nothing"))
    assert not graphs.multiplies_exactly()
