"""Reading plans from files: what is wrong with one becomes an error that names it and says how to make one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from restore.cli.reading import read_bytes
from restore.errors import InputError, PlanMismatchError
from restore.records import Restoration, check_plan, text_sha256
from restore.runtime.decoding import from_json

REMEDY = "make one with `restore fix --format json`"
_LIMIT = 1_000_000_000
"""Bytes of a plan: of 200,000 characters it has some megabytes. By hand."""


class _Fingerprint(msgspec.Struct):
    text_sha256: str


def read_plan(path: str) -> Restoration:
    """Read a plan, or standard input for `-`; raises `InputError` or `PlanMismatchError` if it is missing or broken."""
    data = read_bytes(path, _LIMIT)
    if data is None:
        raise InputError(f"{path} is too long for a plan")
    try:
        restoration = Restoration.from_json(data)
        fingerprint = from_json(data, _Fingerprint).text_sha256
    except (PlanMismatchError, msgspec.MsgspecError) as error:
        raise PlanMismatchError(f"{path} is no plan: {error}; {REMEDY}") from error
    if fingerprint != text_sha256(restoration.text):
        raise PlanMismatchError(f"{path} is broken: its text is not the one it was made for; {REMEDY}")
    try:
        for correction in (*restoration.corrections, *restoration.rewrites):  # proposals are shown, so they count, too
            check_plan(restoration.text, [correction])
    except PlanMismatchError as error:
        raise PlanMismatchError(f"{path} cannot be replayed: {error}; {REMEDY}") from error
    return restoration


def find_plans(folder: str) -> list[str]:
    """Return the JSON files in a folder and those below it, hidden ones left out; raises `InputError` without any."""
    found = sorted(p for p in Path(folder).rglob("*.json") if p.is_file())
    plain = [str(p) for p in found if not any(part.startswith(".") for part in p.relative_to(folder).parts)]
    if not plain:
        raise InputError(
            f"{folder} holds no plans: give the folder of `restore batch`, or one of files that"
            " `restore fix --format json` wrote"
        )
    return plain


def read_reviewed(paths: Sequence[str]) -> dict[str, Restoration]:
    """Read reviewed plans, files or folders of them, by the SHA-256 of their texts.

    Raises `PlanMismatchError` if one does not fit its text, or if two of the same text say different things.
    """
    from restore.review.documents import check_review

    found: dict[str, Restoration] = {}
    for path in paths:
        for file in find_plans(path) if Path(path).is_dir() else [path]:
            plan = read_plan(file)
            check_review(plan)
            known = found.setdefault(text_sha256(plan.text), plan)
            if (known.corrections, known.threshold) != (plan.corrections, plan.threshold):
                raise PlanMismatchError(
                    f"{file} and another plan decide differently on the same text: give one of them"
                )
    return found
