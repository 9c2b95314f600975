"""Bytes to text: byte order marks, UTF-8, windows-1252 at last; binary files are refused."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from restore.errors import InputError

FALLBACK = "windows-1252"
_CONTROL_SHARE = 0.01
_SAMPLE = 1 << 16
# Longest first: the mark of UTF-32-LE begins with that of UTF-16-LE.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\v\f\r\x1b") + b"\x7f"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, its encoding and byte order mark; `guess` says what had to be guessed, "" if nothing."""

    text: str
    encoding: str
    mark: bytes = b""
    guess: str = ""


def decode(data: bytes, name: str) -> Decoded:
    """Decode a text; raises `InputError` that names it if it is binary or fits no encoding."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            try:
                return Decoded(data[len(mark) :].decode(encoding), encoding, mark)
            except UnicodeDecodeError as error:
                raise InputError(f"{name} begins with the mark of {encoding} but is not: {error.reason}") from error
    if _is_binary(data):
        raise InputError(f"{name} is no text but a binary file: give plain text (UTF-8 is best)")
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as first:
        try:
            text = data.decode(FALLBACK)
        except UnicodeDecodeError as error:
            raise InputError(
                f"{name} is neither UTF-8 nor {FALLBACK} (byte {error.start:,}): convert it to UTF-8, for example with"
                " iconv"
            ) from error
        return Decoded(text, FALLBACK, b"", f"{name} is not UTF-8 (byte {first.start:,}): read as {FALLBACK}")


def _is_binary(data: bytes) -> bool:
    """Say whether control characters (NUL above all) are too many for a text."""
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls > max(1, _CONTROL_SHARE * len(sample))
