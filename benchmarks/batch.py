"""How fast `restore batch` is: clean, mixed and damaged rows, one and two workers, and memory over many documents.

python benchmarks/batch.py rates DATA [--rows 40]      a table: documents/s, words/s, start-up left out
python benchmarks/batch.py memory [--rows 100000]       memory of the run and of its workers over time

DATA is the folder of the clean corpora (MEANTIME is read); damage comes from the simulator with a fixed seed. `memory`
writes short clean documents of its own and passes them through the real verdict.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from restore.channel.model import load_channel
from restore.detection.verdict import count_words
from restore.simulation.simulator import spin
from restore.text.parsing import Parser

SEED = 7
DAMAGED_SHARE = {"clean": 0.0, "mixed": 0.05, "damaged": 1.0}
RATE = 0.2
POLL = 0.5


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    rates = commands.add_parser("rates")
    rates.add_argument("data", type=Path)
    rates.add_argument("--rows", type=int, default=40)
    rates.add_argument("--kinds", nargs="+", default=list(DAMAGED_SHARE))
    rates.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    memory = commands.add_parser("memory")
    memory.add_argument("--rows", type=int, default=100_000)
    memory.add_argument("--workers", type=int, default=2)
    memory.add_argument("--docile", action="store_true", help="the engine of the tests, which does next to nothing")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.command == "rates":
            _rates(options, Path(folder))
        else:
            _memory(options, Path(folder))


def _rates(options: argparse.Namespace, folder: Path) -> None:
    print("input      workers  documents  words  seconds  documents/s  words/s")
    for kind in options.kinds:
        words = _write(options, kind, folder / f"{kind}.jsonl")
        for workers in options.workers:
            one = _run(folder / f"{kind}.jsonl", folder / f"{kind}-{workers}", workers, ["--limit", "1"])
            whole = _run(folder / f"{kind}.jsonl", folder / f"{kind}-{workers}-all", workers, [])
            seconds = max(0.01, whole - one)  # one document more or less: starting is what both runs share
            rows = options.rows - 1
            rates = f"{rows / seconds:11.2f}  {words / seconds:7.0f}"
            print(f"{kind:9}  {workers:7}  {rows:9}  {words:5}  {seconds:7.1f}  {rates}", flush=True)


def _write(options: argparse.Namespace, kind: str, path: Path) -> int:
    """Write rows of a kind; give the words of all but the first."""
    parser, channel, rng = Parser(), load_channel(), Random(SEED)
    rows = [json.loads(line) for line in (options.data / "meantime" / "docs.jsonl").read_text("utf-8").splitlines()]
    words = 0
    with path.open("w", encoding="utf-8") as file:
        for number in range(options.rows):
            text = " ".join(rows[number % len(rows)]["sentences"])
            parsed = parser.parse(text)
            words += count_words(parsed) if number else 0
            if rng.random() < DAMAGED_SHARE[kind]:
                text = spin(parsed, channel, SEED + number, RATE).text
            file.write(json.dumps({"id": str(number), "text": text}) + "\n")
    return words


def _run(rows: Path, out: Path, workers: int, more: list[str]) -> float:
    """Return the seconds of one run."""
    command = [
        sys.executable,
        "-m",
        "restore",
        "batch",
        str(rows),
        "-o",
        str(out),
        "--workers",
        str(workers),
    ]
    began = time.monotonic()
    subprocess.run([*command, *more], check=True, capture_output=True)
    return time.monotonic() - began


def _memory(options: argparse.Namespace, folder: Path) -> None:
    sentences = Path("data/names/unusual_names.txt").read_text("utf-8").splitlines()
    rng = Random(SEED)
    rows = folder / "many.jsonl"
    with rows.open("w", encoding="utf-8") as file:
        for number in range(options.rows):
            text = " ".join(rng.sample(sentences, 2)) + f" Number {number}."
            file.write(json.dumps({"id": str(number), "text": text}) + "\n")
    command = [sys.executable, "-m", "restore", "batch", str(rows), "-o", str(folder / "out")]
    environment = dict(os.environ)
    if options.docile:
        environment |= {
            "RESTORE_BATCH_ENGINE": "tests.helpers.scripted_engine:ScriptedEngine",
            "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
        }
    silent = subprocess.DEVNULL
    process = subprocess.Popen(
        [*command, "--workers", str(options.workers)], stdout=silent, stderr=silent, env=environment
    )
    began, shown = time.monotonic(), 0.0
    print("seconds  rows done  MB of the run  MB of its processes", flush=True)
    while process.poll() is None:
        time.sleep(POLL)
        if (now := time.monotonic() - began) >= shown:
            done = 1_000 * len(list((folder / "out" / "_done").glob("*")))
            own, others = _megabytes(process.pid), sum(_megabytes(child) for child in _below(process.pid))
            print(f"{now:7.0f}  {done:9}  {own:13.0f}  {others:19.0f}", flush=True)
            shown = now + max(10.0, now / 10)
    print(f"ended with {process.returncode} after {time.monotonic() - began:.0f} s: {options.rows} documents")


def _megabytes(pid: int) -> float:
    """Return the proportional set size of a process: what it shares counts in part."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    except (OSError, ProcessLookupError):
        return 0.0


def _below(pid: int) -> list[int]:
    """Return the processes that stem from one."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = [], list(parents.get(pid, ()))
    while waiting:
        found.append(waiting.pop())
        waiting += parents.get(found[-1], ())
    return found


if __name__ == "__main__":
    main()
