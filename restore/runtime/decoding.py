"""JSON and TOML of others as records: whatever is wrong with it, also nesting without end, is one kind of error."""

from __future__ import annotations

from typing import TypeVar

import msgspec

Kind = TypeVar("Kind")


def from_json(data: bytes | str, kind: type[Kind]) -> Kind:
    """Return JSON as a record of a kind; raises `msgspec.MsgspecError`, or `UnicodeDecodeError`, if it is none."""
    try:
        return msgspec.json.decode(data, type=kind)
    except RecursionError as error:
        raise _too_deep() from error


def from_toml(data: bytes, kind: type[Kind]) -> Kind:
    """Return TOML as a record of a kind; raises `msgspec.MsgspecError`, or `UnicodeDecodeError`, if it is none."""
    try:
        return msgspec.toml.decode(data, type=kind)
    except RecursionError as error:
        raise _too_deep() from error


def _too_deep() -> msgspec.DecodeError:
    return msgspec.DecodeError("it is nested too deeply")
