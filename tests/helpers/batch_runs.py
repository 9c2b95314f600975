"""What the tests of batches share: inputs, runs in this process, and runs as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pebble", reason="batches need the extra batch")

from restore.batch.folder import LocalFolder
from restore.batch.jobs import restore_job
from restore.batch.listener import BatchListener
from restore.batch.report import Report
from restore.batch.run_state import RunState
from restore.batch.runner import LocalRun, count_rows, open_run_state
from restore.batch.settings import BatchSettings
from restore.batch.shards import Shard, cut_shards
from restore.batch.writers import render
from restore.config import Config
from tests.helpers import ROOT
from tests.helpers.scripted_engine import ScriptedEngine

FACTORY = "tests.helpers.scripted_engine:ScriptedEngine"
VOLATILE = ("_report.json", "_lock")


class Silent(BatchListener):
    """A listener that keeps what it hears."""

    def __init__(self) -> None:
        self.rows = 0
        self.redone: list[str] = []
        self.skips = 0

    def row(self, outcome: object, weight: float) -> None:
        self.rows += 1

    def skipped(self, record: object, weight: float) -> None:
        self.skips += 1

    def redo(self, shard: object, why: str) -> None:
        self.redone.append(why)


def settings(**changes: Any) -> BatchSettings:
    made = BatchSettings(config=Config(), engine=FACTORY, timeout=5.0, memory_mb=600, shard_rows=10)
    return made.replace(**changes) if changes else made


def run(
    inputs: Iterable[object], out: Path, chosen: BatchSettings | None = None, *, resume: bool = False,
    retry: bool = False, workers: int = 1, listener: Silent | None = None,
) -> Report:  # fmt: skip
    """Run in this process, with real worker processes."""
    chosen = chosen or settings()
    with open_run_state(LocalFolder(str(out)), chosen, resume, retry) as run_state:
        made = LocalRun(chosen, run_state, listener or Silent(), workers=workers, retry=retry)
        made.work([str(i) for i in inputs])
    return made.report


def make_plans(
    inputs: Sequence[Path], out: Path, chosen: BatchSettings, *, resume: bool = False, shards: int = 99
) -> None:
    """Do what a batch does, in this process; `shards` interrupts it after so many."""
    with open_run_state(LocalFolder(str(out)), chosen, resume, False) as run_state:
        for shard in list(cut_shards(map(str, inputs), chosen))[:shards]:
            if not chosen.limit or run_state.state(shard)[0] != "done":
                finish(run_state, shard, chosen)


def finish(run_state: RunState, shard: Shard, chosen: BatchSettings) -> None:
    engine: Any = ScriptedEngine(chosen.config)
    outcomes = [restore_job(job, engine, chosen) for job in shard.jobs]
    run_state.finish(shard, render(shard, outcomes, chosen), count_rows(shard, outcomes, 0, chosen.config))


def write_rows(path: Path, texts: Iterable[str]) -> Path:
    """Write JSON lines with an id and a text each."""
    lines = (json.dumps({"id": f"d{n}", "text": text}) + "\n" for n, text in enumerate(texts))
    path.write_text("".join(lines))
    return path


def read_out(out: Path) -> list[dict[str, Any]]:
    """Read the rows of all shards in their order."""
    return [json.loads(line) for path in sorted(out.glob("part-*.jsonl")) for line in path.read_bytes().splitlines()]


def content(out: Path) -> dict[str, bytes]:
    """Return every file of an output that must not depend on how the run went."""
    files = (p for p in out.rglob("*") if p.is_file() and p.name not in VOLATILE)
    return {str(p.relative_to(out)): p.read_bytes() for p in files}


def environment() -> dict[str, str]:
    """Return the environment in which a process takes the engine of the tests."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "RESTORE_BATCH_ENGINE": FACTORY}


def start(*arguments: object, **options: Any) -> subprocess.Popen[bytes]:
    """Start `restore batch` as a process."""
    command = [sys.executable, "-m", "restore", "batch", *map(str, arguments)]
    return subprocess.Popen(command, env=environment(), stderr=subprocess.PIPE, **options)
