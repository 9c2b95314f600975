"""What this process may use of the machine: containers and job schedulers give less than there is."""

from __future__ import annotations

import os
import platform
from pathlib import Path

_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
_QUOTA = "/sys/fs/cgroup/cpu.max"
_PROCESSOR = "/proc/cpuinfo"
_BYTE_PRODUCTS = {"avx512_vnni", "avx_vnni", "asimddp", "i8mm"}
"""What Linux calls the instructions that multiply bytes and add them up exactly: VNNI, and ARM's dot products."""


def cores() -> int:
    """Return the cores that this process may keep busy, by affinity and the quota of its control group; 1 at least."""
    try:
        count = len(os.sched_getaffinity(0))
    except (AttributeError, OSError):  # only Linux tells
        count = os.cpu_count() or 1
    quota = _read(_QUOTA).split()
    if len(quota) == 2 and all(part.isdigit() for part in quota) and int(quota[1]):
        count = min(count, -(-int(quota[0]) // int(quota[1])))
    return max(1, count)


def memory_mb() -> float:
    """Return the memory that this process may take (MB): the machine's, or less in a control group; 0 if unknown."""
    try:
        whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return 0.0
    limits = [int(limit) for limit in map(_read, _LIMITS) if limit.isdigit()]
    return min([whole, *filter(None, limits)]) / 1e6


def has_byte_products() -> bool | None:
    """Return whether the processor multiplies bytes exactly (VNNI, or ARM's dot products); None where nobody tells."""
    if platform.machine().lower() in {"arm64", "aarch64"} and platform.system() == "Darwin":
        return True  # every processor of Apple's has them
    flags = processor_flags()
    return None if flags is None else not _BYTE_PRODUCTS.isdisjoint(flags)


def processor_flags() -> frozenset[str] | None:
    """Return what Linux calls the instructions that the processor has; None where nobody tells."""
    # "flags" on x86, "Features" on ARM
    rows = (line.partition(":") for line in _read(_PROCESSOR).splitlines())
    return next((frozenset(value.split()) for name, _, value in rows if name.strip() in {"flags", "Features"}), None)


def _read(path: str) -> str:
    try:
        return Path(path).read_text("utf-8", "replace").strip()
    except OSError:
        return ""
