"""`restore apply`: replay the plan that `restore fix --format json` wrote."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from restore.cli.guard import guarded
from restore.cli.messages import say
from restore.cli.options import Output, Quiet, TextFile, only_one_stdin
from restore.cli.reading import SourceText, read_bytes, read_text
from restore.cli.writing import write_result
from restore.errors import InputError, PlanMismatchError
from restore.records import Restoration, apply, text_sha256

HELP = """Replay a plan made by `restore fix --format json`, perhaps after review; no model is needed.

A plan made for another text is refused. Corrections may be taken out of the plan, and --min-confidence may choose
another threshold than the one it was made with.

Examples:

  restore apply spun.txt plan.json -o restored.txt

  restore apply spun.txt plan.json --min-confidence 0.6
"""
_TEXT_LIMIT = 50_000_000
_PLAN_LIMIT = 1_000_000_000


class _Fingerprint(msgspec.Struct):
    text_sha256: str


@guarded
def apply_plan(
    text: TextFile,
    plan: Annotated[str, typer.Argument(metavar="PLAN.json", help="What `fix --format json` wrote.")],
    output: Output = None,
    min_confidence: Annotated[
        float | None,
        typer.Option(min=0.0, max=1.0, metavar="0..1", help="Another threshold than the plan's.", show_default=False),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Replay a plan."""
    only_one_stdin(text, plan)
    source = read_text(text, _TEXT_LIMIT)
    restoration = _read_plan(plan, source)
    threshold = restoration.threshold if min_confidence is None else min_confidence
    chosen = [c for c in restoration.corrections if c.confidence >= threshold]
    try:
        restored = apply(source.text, chosen)
    except PlanMismatchError as error:
        raise PlanMismatchError(f"{plan} cannot be replayed on {source.name}: {error}") from error
    if not quiet:
        say(f"{len(chosen)} of {len(restoration.corrections)} corrections of {plan} applied to {source.name}")
    write_result(source.encode(restored), output, source.encoding)


def _read_plan(path: str, source: SourceText) -> Restoration:
    """Read a plan and make sure that it was made for this text."""
    data = read_bytes(path, _PLAN_LIMIT)
    if data is None:
        raise InputError(f"{path} is too long for a plan")
    remedy = "make one with `restore fix --format json`"
    try:
        restoration = Restoration.from_json(data)
        fingerprint = msgspec.json.decode(data, type=_Fingerprint).text_sha256
    except (PlanMismatchError, msgspec.MsgspecError) as error:
        raise PlanMismatchError(f"{path} is no plan: {error}; {remedy}") from error
    if fingerprint != text_sha256(source.text) or restoration.text != source.text:
        raise PlanMismatchError(f"{path} was made for another text than {source.name}: {remedy} for this one")
    return restoration
