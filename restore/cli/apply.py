"""`restore apply`: replay the plan that `restore fix --format json` wrote, or those of a batch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from restore.cli.errors import reports_errors
from restore.cli.messages import say
from restore.cli.options import Quiet, only_one_stdin
from restore.cli.plan_files import REMEDY, read_plan, read_reviewed
from restore.cli.reading import SourceText, read_text
from restore.cli.writing import write_result
from restore.errors import InputError, PlanMismatchError
from restore.records import REWRITE, Restoration, apply, asked_for

HELP = """Replay a plan made by `restore fix --format json`, or all those of a batch; no model is needed.

A plan made for another text is refused. Corrections may be taken out of the plan, and --min-confidence may choose
another threshold than the one it was made with. What a person decided on the page of `restore review` counts more: the
accepted, chosen and typed is applied at every threshold, the rejected at none. Sentences of references (kind "rewrite")
are put in if a person accepted them, and with --rewrites those that the plan proposes and whose facts agree;
corrections that they overlap give way.

Examples:

  restore apply spun.txt plan.json -o restored.txt

  restore apply spun.txt plan.json --min-confidence 0.6

  restore apply news/*.jsonl --plans plans/ -o restored/ --min-confidence 0.8

With --plans the files are the input of `restore batch`, DIR its output (with --sidecar or without), and OUT a folder of
shards, another one than DIR. Exactly the corrections of at least the confidence asked for are applied; at the threshold
of the batch the result is that of the batch. At another one it can differ from a batch at that threshold, which would
have looked at its own repairs again. --reviewed takes plans that `restore review` gave back, each for the rows of its
text. If rows have an error, the exit code is 9, as that of the batch.
"""
_TEXT_LIMIT = 50_000_000
"""Bytes of a text; far above what is restored. By hand."""


@reports_errors
def apply_plan(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE PLAN.json", help="The text and its plan; with --plans, INPUT...", show_default=False
        ),
    ],
    plans: Annotated[
        str | None, typer.Option(metavar="DIR", help="The folder that `restore batch` wrote.", show_default=False)
    ] = None,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write the result here; with --plans, a folder."),
    ] = None,
    min_confidence: Annotated[
        float | None,
        typer.Option(min=0.0, max=1.0, metavar="0..1", help="Another threshold than the plan's.", show_default=False),
    ] = None,
    reviewed: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE|DIR", help="With --plans: plans out of `restore review`, for their rows.", show_default=False
        ),
    ] = None,
    rewrites: Annotated[
        bool, typer.Option("--rewrites", help="Put in whole sentences of references, where facts agree.")
    ] = False,
    resume: Annotated[bool, typer.Option("--resume", help="With --plans: go on in OUT.")] = False,
    quiet: Quiet = False,
) -> None:
    """Replay a plan, or many."""
    only_one_stdin(*files)
    if plans is not None:
        if output is None or output == "-":
            raise typer.BadParameter("--plans needs a folder for the result: -o OUT")
        _apply_batch(files, plans, output, min_confidence, rewrites, reviewed or (), resume, quiet)
        return
    if reviewed:
        raise typer.BadParameter("--reviewed belongs to --plans: of one text give its reviewed plan as PLAN.json")
    if len(files) != 2:
        raise typer.BadParameter("give a text and its plan: restore apply FILE PLAN.json; or INPUT... with --plans DIR")
    text, plan = files
    source = read_text(text, _TEXT_LIMIT)
    restoration = _plan_for(plan, source)
    threshold = restoration.threshold if min_confidence is None else min_confidence
    offered = restoration.with_rewrites(threshold) if rewrites else restoration.corrections
    chosen = asked_for(offered, threshold, rewrites)
    try:
        restored = apply(source.text, chosen)
    except PlanMismatchError as error:
        raise PlanMismatchError(f"{plan} cannot be replayed on {source.name}: {error}") from error
    if not quiet:
        say(f"{len(chosen)} of {len(offered)} corrections of {plan} applied to {source.name}")
        left = 0 if rewrites else sum(c.kind == REWRITE and not c.review and c.confidence >= threshold for c in offered)
        if left:
            say(f"note: {left} whole sentences of references were left out: --rewrites puts them in")
    write_result(source.encode(restored), output, source.encoding)


def _apply_batch(
    inputs: list[str],
    plans: str,
    output: str,
    min_confidence: float | None,
    rewrites: bool,
    reviewed: Sequence[str],
    resume: bool,
    quiet: bool,
) -> None:
    """Replay the plans of a batch, and the reviewed ones in the place of theirs."""
    from restore.batch.applying import apply_plans, check_places, replay_fingerprint
    from restore.batch.folder import open_folder
    from restore.batch.plans import Plans
    from restore.batch.replaying import Reviewed
    from restore.batch.runner import open_run_state
    from restore.cli.batch import PARTIAL
    from restore.reading.rows import check_paths

    check_paths(inputs)
    check_places(inputs, plans, output)
    if Path(plans).is_file():
        raise InputError(f"{plans} is a file: --plans takes the folder that `restore batch` wrote")
    made = Plans(open_folder(plans))
    config = made.settings.config.replace(rewrites=rewrites)
    if min_confidence is not None:
        config = config.replace(min_confidence=min_confidence)
    settings = made.settings.replace(output="rows", config=config)
    decided = Reviewed(read_reviewed(reviewed), min_confidence)
    with open_run_state(
        open_folder(output), settings, resume, False, replay_fingerprint(settings, decided)
    ) as run_state:
        counts = apply_plans(inputs, made, run_state, settings, decided)
        run_state.clear()
    if not quiet:
        rows = f"{counts.restored:,} of {counts.rows:,} rows"
        say(f"{counts.applied:,} of {counts.corrections:,} corrections applied to {rows}")
    if counts.errors:
        say(f"{counts.errors:,} rows have an error: see their column `error`")
        raise typer.Exit(PARTIAL)


def _plan_for(path: str, source: SourceText) -> Restoration:
    """Read a plan and make sure that it was made for this text."""
    restoration = read_plan(path)
    if restoration.text != source.text:
        raise PlanMismatchError(f"{path} was made for another text than {source.name}: {REMEDY} for this one")
    return restoration
