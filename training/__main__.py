"""`python -m training`: run the steps whose inputs changed, in their order."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from platformdirs import user_cache_path

from training.paths import MODELS, ROOT
from training.running import StepFailedError, hindrance, run
from training.state import Places, State, by_name, load_state, save_state
from training.steps import STEPS, Step

_ABOUT = """Make the tables of models/: run the steps whose inputs changed, in their order.

A step that lacks its sources or packages is left out with the reason, and those behind it go on with the tables that
are there. Exit codes: 0 done, 1 a step failed (or, with --only, cannot run here), 2 wrong options."""


def options(given: Sequence[str] | None) -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(
        "python -m training", description=_ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--list", action="store_true", help="show the steps, what is due, what they read and write")
    parser.add_argument("--dry-run", action="store_true", help="say what would run, and why")
    parser.add_argument("--only", metavar="STEP", help="run this step alone, due or not")
    parser.add_argument("--from", metavar="STEP", dest="first", help="run this step and all behind it, due or not")
    parser.add_argument(
        "--touch", action="store_true", help="run nothing: take what is there as made of the inputs that are there"
    )
    parser.add_argument("--workers", type=int, default=2, help="processes of a step that can be split (2)")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="the corpora")
    parser.add_argument("--models", type=Path, default=MODELS, help="the tables")
    parser.add_argument("--work", type=Path, help="what lies between the steps, and their records (the user's cache)")
    parser.add_argument("--sources", type=Path, help="downloaded packages and dictionaries (WORK/sources)")
    found = parser.parse_args(given)
    names = by_name(STEPS)
    for name in (found.only, found.first):
        if name is not None and name not in names:
            parser.error(f"there is no step {name}: --list shows them")
    if found.only and found.first:
        parser.error("--only and --from exclude each other")
    if found.workers < 1:
        parser.error("--workers must be 1 or more")
    return found


def main(given: Sequence[str] | None = None) -> int:
    """Do what the command line says; return the exit code."""
    found = options(given)
    work = (found.work or user_cache_path("restore-text", appauthor=False) / "training").absolute()
    sources = (found.sources or work / "sources").absolute()
    places = Places(found.data.absolute(), sources, work, found.models.absolute())
    path = work / "state.json"
    try:
        state = load_state(path)
    except ValueError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    chosen = selected(STEPS, found.only, found.first)
    if found.list:
        for step in chosen:
            print("\n".join(described(step, places, state)))
        return 0
    forced = bool(found.only or found.first)
    if found.touch:
        touch(chosen, places, state)
        save_state(state, path)
        return 0
    if found.dry_run:
        dry_run(chosen, places, state, forced)
        return 0
    return run_all(chosen, places, state, path, found.workers, forced, bool(found.only))


def selected(steps: Sequence[Step], only: str | None, first: str | None) -> list[Step]:
    """Return the steps that are asked for, in their order."""
    names = [step.name for step in steps]
    if only:
        return [steps[names.index(only)]]
    return list(steps[names.index(first) if first else 0 :])


def described(step: Step, places: Places, state: State) -> list[str]:
    """Return the lines of `--list` about a step."""
    lacks = hindrance(step, places, state)
    why = state.why(step, places)
    now = f"cannot run here: {lacks}" if lacks else f"due: {why}" if why else "up to date"
    return [
        f"{step.name}: {step.does} (about {step.minutes:g} min)",
        f"    reads   {', '.join((*step.reads, *(f'step {name}' for name in step.after))) or 'no file'}",
        f"    writes  {', '.join(step.writes)}",
        f"    {now}",
    ]


def touch(steps: Sequence[Step], places: Places, state: State) -> None:
    """Take what is there as made of what is there, for the steps of which all outputs are there."""
    for step in steps:
        gone = [name for name in step.writes if not places.found(name)]
        if gone:
            print(f"{step.name}: not touched, {', '.join(gone)} not there")
        else:
            state.end(step, places)
            print(f"{step.name}: taken as up to date")


def dry_run(steps: Sequence[Step], places: Places, state: State, forced: bool) -> None:
    """Say which steps would run and why; a step behind one that would run may turn out to be due, too."""
    minutes, coming = 0.0, set[str]()
    for step in steps:
        made = sorted(coming & {*step.reads, *(f"step {name}" for name in step.after)})
        why = state.why(step, places) or (f"made again: {', '.join(made)}" if made else "asked for" if forced else "")
        if not why:
            continue
        lacks = hindrance(step, places, state, coming)
        if lacks:
            print(f"{step.name}: cannot run here: {lacks}")
        else:
            coming |= {*step.writes, f"step {step.name}"}
            minutes += step.minutes
            print(f"{step.name}: would run: {why}")
    print(f"about {minutes:g} minutes")


def run_all(
    steps: Sequence[Step], places: Places, state: State, path: Path, workers: int, forced: bool, strict: bool
) -> int:
    """Run what is due, or with `forced` everything; `strict` makes a step that cannot run a failure."""
    failed = 0
    for step in steps:
        why = state.why(step, places) or ("asked for" if forced else "")
        if not why:
            continue
        lacks = hindrance(step, places, state)
        if lacks:
            print(f"{step.name}: cannot run here: {lacks}", file=sys.stderr)
            failed = int(strict)
            continue
        print(f"{step.name}: {step.does} (about {step.minutes:g} min; {why})", flush=True)
        try:
            run(step, places, state, workers, lambda: save_state(state, path))
        except StepFailedError as error:
            print(f"Error: {error}", file=sys.stderr)
            return 1
    return failed


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:  # `--list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
