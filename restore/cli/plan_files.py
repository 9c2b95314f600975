"""Reading plans from files: what is wrong with one becomes an error that names it and says how to make one."""

from __future__ import annotations

import msgspec

from restore.cli.reading import read_bytes
from restore.errors import InputError, PlanMismatchError
from restore.records import Restoration, text_sha256

REMEDY = "make one with `restore fix --format json`"
_LIMIT = 1_000_000_000


class _Fingerprint(msgspec.Struct):
    text_sha256: str


def read_plan(path: str) -> Restoration:
    """Read a plan, or standard input for `-`; raises `InputError` or `PlanMismatchError` if it is missing or broken."""
    data = read_bytes(path, _LIMIT)
    if data is None:
        raise InputError(f"{path} is too long for a plan")
    try:
        restoration = Restoration.from_json(data)
        fingerprint = msgspec.json.decode(data, type=_Fingerprint).text_sha256
    except (PlanMismatchError, msgspec.MsgspecError) as error:
        raise PlanMismatchError(f"{path} is no plan: {error}; {REMEDY}") from error
    if fingerprint != text_sha256(restoration.text):
        raise PlanMismatchError(f"{path} is broken: its text is not the one it was made for; {REMEDY}")
    return restoration
