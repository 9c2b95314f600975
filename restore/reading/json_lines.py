"""JSON lines: strict JSON first, then whatever else Python's own reader takes."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from restore.reading.encodings import decode_anyhow
from restore.reading.lines import LONGEST_ITEM, Item, read_lines
from restore.reading.records import Row, Unread

_BOM = b"\xef\xbb\xbf"
_DEEPEST = 200  # far below what JSON's readers and writers can do, wherever they are called
_LONGEST_NUMBER = 4_000  # Python reads integers of 4,300 digits
_object = msgspec.json.Decoder(dict[str, Any])


def read_json_lines(stream: BinaryIO, name: str) -> Iterator[Row | Unread]:
    """Read a JSON object a line; a line that is none gives an `Unread`, and the rest goes on."""
    for item in read_lines(stream, name):
        data = item.data.removeprefix(_BOM)
        if item.too_long:
            yield Unread(item.name, f"{item.name} is longer than {LONGEST_ITEM:,} bytes", len(item.data))
        elif data.strip():
            yield _row(item, data)


def _row(item: Item, data: bytes) -> Row | Unread:
    try:
        values = _object.decode(data)
        if not _too_deep(values, data):
            return Row(item.name, values, len(item.data), raw=data.strip())
        error = f"it is nested deeper than {_DEEPEST} levels"
    except RecursionError:
        error = f"it is nested deeper than {_DEEPEST} levels"
    except (msgspec.MsgspecError, UnicodeDecodeError) as first:
        lenient = _lenient(data)
        if lenient is not None:
            return Row(item.name, lenient, len(item.data))
        error = str(first)
    return Unread(item.name, f"{item.name}: {error}; write one JSON object a line", len(item.data), data.strip())


def _too_deep(values: dict[str, Any], data: bytes) -> bool:
    if data.count(b"[") + data.count(b"{") <= _DEEPEST:
        return False
    level: list[Any] = [values]
    for _ in range(_DEEPEST):
        inner = (v for value in level for v in (value.values() if isinstance(value, dict) else value))
        level = [value for value in inner if isinstance(value, dict | list)]
    return bool(level)


def _lenient(data: bytes) -> dict[str, Any] | None:
    """Read what is almost JSON: NaN, numbers beyond all bounds, halves of surrogate pairs, windows-1252; else None."""
    try:
        try:
            text = data.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:  # as in CSV: tables are put together of others
            text = decode_anyhow(data)
        found = json.loads(text, parse_int=_integer, parse_float=_number, parse_constant=_constant)
    except (ValueError, RecursionError):
        return None
    return _clean(found) if isinstance(found, dict) and not _too_deep(found, data) else None


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else digits


def _number(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits


def _constant(name: str) -> str | None:
    return None if name == "NaN" else name


def _clean(value: Any) -> Any:
    """Make question marks of lone surrogates, which no output can hold."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_clean(key): _clean(inner) for key, inner in value.items()}
    return [_clean(inner) for inner in value] if isinstance(value, list) else value
