"""Measure the jobs of the quality gate and move their floors.

    python tests/quality/floors.py            raise the floors where the figures allow it
    python tests/quality/floors.py --lower    and lower them where figures fell: say why in the commit

A floor lies a margin below what was measured: the encoder rounds otherwise on other processors, so that a
correction right at the threshold can fall on either side.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping

from jobs import AT_MOST, FLOORS, SUBSET, WHOLE, data_hashes, load_floors

MARGINS = {"removed": 0.03, "right": 0.025, "edits": 1.0, "judged wrongly": 0.0}


def moved(
    name: str, measured: Mapping[str, float], floors: Mapping[str, float], lower: bool
) -> tuple[dict[str, float], list[str]]:
    """Return the new floors of a job, and a line for every floor that would have to be lowered but may not be."""
    new: dict[str, float] = {}
    refused: list[str] = []
    for figure, value in measured.items():
        sign = -1.0 if figure in AT_MOST else 1.0
        bound = round(value - sign * MARGINS[figure], 4)
        old = floors.get(figure)
        if old is None or sign * (bound - old) >= 0:
            new[figure] = bound
        elif sign * (value - old) >= 0:
            new[figure] = old  # inside the margin
        elif lower:
            new[figure] = bound
        else:
            new[figure] = old
            refused.append(f"{name}: {figure!r} fell from the floor {old:g} to {value:g}")
    return new, refused


def main() -> int:
    """Measure, write the floors, say what changed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lower", action="store_true", help="let floors fall, and take changed data for granted")
    parser.add_argument("--subset", action="store_true", help="measure what `make test` measures only")
    options = parser.parse_args()
    stored = load_floors() if FLOORS.exists() else {"data": {}, "jobs": {}}
    if stored["data"] not in ({}, data_hashes()) and not options.lower:
        print("the data changed, so the floors do not hold: run with --lower", file=sys.stderr)
        return 1
    refused: list[str] = []
    for job in (*SUBSET, *(() if options.subset else WHOLE)):
        measured = job.measure()
        floors = stored["jobs"].get(job.name, {})
        stored["jobs"][job.name], lines = moved(job.name, measured, floors, options.lower)
        refused += lines
        print(json.dumps({"job": job.name, "measured": measured, "floors": stored["jobs"][job.name]}), flush=True)
        FLOORS.write_text(json.dumps({**stored, "data": data_hashes()}, indent=2) + "\n", encoding="utf-8")
    for line in refused:
        print(f"{line}; with --lower the floor follows", file=sys.stderr)
    return int(bool(refused))


if __name__ == "__main__":
    sys.exit(main())
