"""Sessions of onnxruntime, all with the same settings: one thread, exact products, no arena that only grows."""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from restore.runtime.machine import processor_flags

_EXACT = "session.x64quantprecision"
"""Without VNNI a processor multiplies unsigned by signed bytes in 16 bits, which overflow: of a tiny model each token
was wrong by 0.145 nats instead of 0.015. With this onnxruntime takes a slower way that does not
(onnxruntime_session_options_config_keys.h). It takes it on processors with AMX, too, which need it as little as those
with VNNI: the causal model's same answers would come 2.5 times later there."""

_EXACT_FLAGS = (frozenset({"avx_vnni", "avx2"}), frozenset({"avx512_vnni", "avx512bw", "avx512dq", "avx512vl"}))
"""What Linux calls the instructions that add such products in 32 bits, with those without which onnxruntime does not
take them (mlas/lib/platform.cpp). What has AMX has the second of these, too."""

_NO_TELEMETRY = "ORT_DISABLE_TELEMETRY"
"""The variable that Privacy.md in its wheels names; older builds do not know it."""


def open_graph(path: Path, constants: Mapping[str, Any] | None = None) -> Any:
    """Return a session for the graph in a file; `constants` are arrays of it that stand elsewhere, by name.

    Raises what onnxruntime raises for a broken graph.
    """
    onnxruntime = _quiet_onnxruntime()
    options = onnxruntime.SessionOptions()
    # One thread a session: sums then never depend on how the work was cut. Several queries run side by side instead.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = False  # keeps 60 MB for the longest query so far, and saves no time
    options.enable_mem_pattern = False  # would keep a plan of the memory for every length of an input
    if not multiplies_exactly():
        options.add_session_config_entry(_EXACT, "1")
    if constants:
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(value) for value in constants.values()]
        options.add_external_initializers(list(constants), values)
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    _give_back_memory()
    return session


@cache
def multiplies_exactly() -> bool:
    """Return whether the processor is known to multiply bytes without overflow; only Linux tells."""
    flags = processor_flags() or frozenset()
    return any(needed <= flags for needed in _EXACT_FLAGS)


def _give_back_memory() -> None:
    """Give the system the memory back in which a graph was read: for the causal model 230 MB, of 410 that it took.

    glibc keeps it for the process otherwise; other libraries have no such call.
    """
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def _quiet_onnxruntime() -> Any:
    """Import onnxruntime, which sends its makers events, and keeps a device id in the user's cache, unless told not to.

    It looks at the variable once, when it is first imported: of a program that did that before us the events are
    switched off as far as they still can be. Whoever has set the variable is obeyed.
    """
    os.environ.setdefault(_NO_TELEMETRY, "1")
    import onnxruntime

    if os.environ[_NO_TELEMETRY] == "1":
        onnxruntime.disable_telemetry_events()
    return onnxruntime
