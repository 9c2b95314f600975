"""What containers leave of a machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from restore.runtime import machine


@pytest.mark.parametrize(
    ("quota", "count"), [("max 100000", 8), ("150000 100000", 2), ("50000 100000", 1), ("", 8), ("1 0", 8), ("x", 8)]
)
def test_cores_are_those_of_the_affinity_and_the_quota(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quota: str, count: int
) -> None:
    (tmp_path / "cpu.max").write_text(quota)
    monkeypatch.setattr(machine, "_QUOTA", str(tmp_path / "cpu.max"))
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    assert machine.cores() == count


@pytest.mark.parametrize(("limit", "mb"), [("100000000", 100.0), ("max", None), ("9" * 18, None), ("", None)])
def test_memory_is_that_of_the_control_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, mb: float | None
) -> None:
    whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e6
    (tmp_path / "memory.max").write_text(limit + "\n")
    monkeypatch.setattr(machine, "_LIMITS", (str(tmp_path / "memory.max"), str(tmp_path / "absent")))
    assert machine.memory_mb() == pytest.approx(whole if mb is None else mb)
