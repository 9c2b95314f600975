"""What Ray costs against the local runner: documents per second and set-up time, on the same input.

Each engine does N documents and then 3 N others; the difference of the two times gives the rate, what is left of the
first is the set-up (processes, models, the cluster). Documents are the sample articles of data/gold, clean ones and
damaged ones in turn, each with a number, so that no two are the same.

    python benchmarks/batch_engines.py --documents 100 --damaged 0.05
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from restore.batch.folder import LocalFolder
from restore.batch.listener import BatchListener
from restore.batch.runner import LocalRun, open_run_state
from restore.batch.settings import BatchSettings

GOLD = Path(__file__).parents[1] / "data" / "gold"


def write_input(path: Path, count: int, share: float) -> int:
    """Write so many documents; give their words."""
    clean = [p.read_text() for p in sorted(GOLD.glob("*/reference.txt"))]
    spun = [p.read_text() for p in sorted(GOLD.glob("*/spun.txt"))]
    words = 0
    with path.open("w") as file:
        for n in range(count):
            damaged = int((n + 1) * share) > int(n * share)
            text = (spun if damaged else clean)[n % len(spun if damaged else clean)]
            words += len(text.split())
            file.write(json.dumps({"id": str(n), "text": f"{text}\n\nNumber {n}."}) + "\n")
    return words


def seconds(source: Path, settings: BatchSettings, make: Callable[..., object]) -> float:
    """Run once into a fresh folder."""
    with tempfile.TemporaryDirectory() as out:
        listener: BatchListener = BatchListener()
        began = time.perf_counter()
        with open_run_state(LocalFolder(out), settings, False, False) as run_state:
            run = make(settings, run_state, listener, out)
            run.work([str(source)])  # type: ignore[attr-defined]
            assert run.report.counts.errors == 0, run.report.errors  # type: ignore[attr-defined]
        return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100)
    parser.add_argument("--damaged", type=float, default=0.05, help="their share")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--engine", default="", help="module:factory of another engine")
    options = parser.parse_args()
    settings = BatchSettings(shard_rows=max(5, options.documents // 10))
    settings = settings.replace(engine=options.engine) if options.engine else settings
    from restore.batch.ray import RayRun

    with tempfile.TemporaryDirectory() as folder:
        few, many = Path(folder, "few.jsonl"), Path(folder, "many.jsonl")
        write_input(few, options.documents, options.damaged)
        words = write_input(many, 3 * options.documents, options.damaged) / (3 * options.documents)
        print(
            f"{options.documents} and {3 * options.documents} documents of {words:.0f} words, "
            f"{options.damaged:.0%} damaged"
        )
        for workers in options.workers:
            engines: dict[str, Callable[..., object]] = {
                "local": lambda s, b, h, _, w=workers: LocalRun(s, b, h, workers=w),
                "Ray": lambda s, b, h, out, w=workers: RayRun(s, b, h, output=out, address="local", actors=w),
            }
            for name, make in engines.items():
                one, three = seconds(few, settings, make), seconds(many, settings, make)
                rate = 2 * options.documents / (three - one)
                setup = one - options.documents / rate
                print(
                    f"{name}, {workers} at once: {rate:.2f} documents/s, {rate * words:,.0f} words/s, "
                    f"set-up {setup:.1f} s",
                    flush=True,
                )


if __name__ == "__main__":
    main()
