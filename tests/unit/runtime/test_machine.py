"""What containers leave of a machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from restore.runtime import machine
from restore.runtime.atomic import can_write


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


@pytest.mark.parametrize(
    ("told", "exact"),
    [
        ("processor : 0\nflags\t\t: fpu avx2 avx512_vnni\n", True),
        ("flags : fpu avx_vnni", True),
        ("flags : fpu avx2", False),
        ("Features : fp asimd asimddp", True),
        ("Features : fp asimd", False),
        ("model name : flags of avx_vnni", None),
        ("", None),
    ],
)
def test_processors_say_whether_they_multiply_bytes_exactly(
    told: str, exact: bool | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cpuinfo").write_text(told)
    monkeypatch.setattr(machine, "_PROCESSOR", str(tmp_path / "cpuinfo"))
    monkeypatch.setattr(machine.platform, "machine", lambda: "x86_64")
    assert machine.has_byte_products() is exact


def test_a_folder_can_be_written_if_what_is_there_of_it_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    assert can_write(tmp_path) and can_write(tmp_path / "a" / "b")
    assert not can_write(tmp_path / "file") and not can_write(tmp_path / "file" / "a")
    monkeypatch.setattr(os, "access", lambda path, mode: path != tmp_path)
    assert not can_write(tmp_path / "a" / "b")
