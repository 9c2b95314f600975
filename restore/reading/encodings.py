"""Bytes to text, one decoder for all readers: marks, UTF-8, the label as browsers read it, windows-1252 at last.

Binary files are refused.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cache

from restore.errors import InputError

FALLBACK = "windows-1252"
_CONTROL_SHARE = 0.01
"""Of control characters, from which on it is no text. By hand."""
_SAMPLE = 1 << 16
"""Bytes that are looked at. By hand."""
# Longest first: the mark of UTF-32-LE begins with that of UTF-16-LE.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\v\f\r\x1b") + b"\x7f"
_ANY_1252 = "sloppy-windows-1252"
"""windows-1252 as browsers have it: the five bytes that it leaves open are C1 controls. The codec is ftfy's."""
_LABELS = {
    **dict.fromkeys(("ascii", "iso8859-1", "cp1252"), _ANY_1252),
    **{f"cp{number}": f"sloppy-windows-{number}" for number in (1250, 1251, 1253, 1254, 1255, 1256, 1257, 1258)},
    "iso8859-9": "sloppy-windows-1254",
    **dict.fromkeys(("iso8859-11", "tis-620", "cp874"), "sloppy-cp874"),
    **{f"iso8859-{part}": f"iso8859-{part}" for part in (2, 4, 5, 10, 13, 14, 15, 16)},
    **{f"iso8859-{part}": f"sloppy-iso-8859-{part}" for part in (3, 6, 7, 8)},
    **dict.fromkeys(("gb2312", "gbk", "gb18030"), "gb18030"),
    **dict.fromkeys(("euc_kr", "cp949"), "cp949"),
    **dict.fromkeys(("shift_jis", "cp932"), "cp932"),
    **dict.fromkeys(("big5", "big5hkscs"), "big5hkscs"),
    **dict.fromkeys(("utf-16", "utf-16-le"), "utf-16-le"),
    **{n: n for n in ("utf-8", "utf-16-be", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "cp866", "euc_jp")},
    "iso2022_jp": "iso2022_jp",
}
"""Python's name of an encoding: what browsers read under that label (https://encoding.spec.whatwg.org, "Names and
labels"). What browsers do not know, such as UTF-7, is missing."""
_WITHOUT_ASCII = frozenset({"utf-16-le", "utf-16-be", "iso2022_jp"})
"""Encodings whose bytes could be taken for other text, or for none."""
_COMMENT = re.compile(rb"<!--.*?-->", re.S)
_PAGE_LABEL = re.compile(
    rb"""<meta\b[^>]{1,200}?\bcharset\s*=\s*["']?\s*([\w.:-]{2,40})|<\?xml\b[^>]{1,100}?\bencoding\s*=\s*["']([\w.:-]{2,40})""",
    re.I,
)
_HEAD_BYTES = 4_096
"""How much of a page is searched for its label; browsers look at 1,024 bytes, some pages name it later. By hand."""
_HEADER_LABEL = re.compile(r"""\bcharset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, its encoding and byte order mark; `guess` says what had to be guessed, "" if nothing."""

    text: str
    encoding: str
    mark: bytes = b""
    guess: str = ""


def decode(data: bytes, name: str, label: str = "") -> Decoded:
    """Return the text that some bytes are, which a header or a page may have given a `label`.

    A byte order mark counts most, then UTF-8 if all of it is: no other encoding looks like that by chance. Then the
    label as browsers read it (ISO-8859-1 is windows-1252); a wrong or unknown one is as good as none. Lines of UTF-8
    among others are read as such. Raises `InputError` that names the text if it is binary, or fits no encoding.
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            try:
                return Decoded(data[len(mark) :].decode(encoding), encoding, mark)
            except UnicodeDecodeError as error:
                raise InputError(f"{name} begins with the mark of {encoding} but is not: {error.reason}") from error
    codec = codec_of(label)
    if codec in _WITHOUT_ASCII:
        try:
            return Decoded(data.decode(codec), codec)
        except UnicodeDecodeError:
            codec = ""
    if _is_binary(data):
        raise InputError(f"{name} is no text but a binary file: give plain text (UTF-8 is best)")
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        return _by_lines(data, name, "" if codec == "utf-8" else codec, error.start)


def decode_page(data: bytes, name: str, label: str = "") -> Decoded:
    """Return the text of a page of HTML in the manner of `decode`; the `label` of its header counts before its own."""
    own = _PAGE_LABEL.search(_COMMENT.sub(b"", data[:_HEAD_BYTES]))
    named = (own[1] or own[2]).decode("ascii", "replace") if own else ""
    if codec_of(named) in ("utf-16-le", "utf-16-be"):  # it could not have been found: browsers take it for UTF-8
        named = "utf-8"
    return decode(data, name, label if codec_of(label) else named)


def decode_anyhow(data: bytes) -> str:
    """Return what some bytes without a label are as text, whatever is in them: a field of a table."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _by_lines(data, "", _ANY_1252, error.start).text


def header_label(content_type: str | None) -> str:
    """Return the `charset` of a header such as `text/html; charset=utf-8`; "" if it names none."""
    found = _HEADER_LABEL.search(content_type or "")
    return found[1] if found else ""


def codec_of(label: str) -> str:
    """Return the name of the codec by which browsers read a label; "" for one that they do not know."""
    _learn_sloppy()
    plain = label.strip().lower()
    # Spellings that browsers know and Python does not: x-sjis, windows-874, iso-8859-8-i, unicode-1-1-utf-8.
    names = (plain, plain.removeprefix("x-"), plain.replace("windows-", "cp"), plain.removesuffix("-i"), plain[-5:])
    for name in names:
        try:
            return _LABELS.get(codecs.lookup(name).name, "")
        except (LookupError, ValueError):
            continue
    return ""


@cache
def _learn_sloppy() -> None:
    """Make Python know the sloppy codecs."""
    import ftfy.bad_codecs.sloppy  # noqa: F401


def _by_lines(data: bytes, name: str, codec: str, first: int) -> Decoded:
    """Read what is not UTF-8 as a whole, but may be in some lines, as in files that were put together of others.

    No line end is part of a longer character in any encoding that comes here.
    """
    _learn_sloppy()
    known = (codec or FALLBACK).removeprefix("sloppy-")
    texts: list[str] = []
    marked: list[int] = []
    other: list[int] = []
    for number, line in enumerate(data.splitlines(keepends=True), 1):
        text, is_utf8, is_other = _line(line, codec, f"{name} is neither UTF-8 nor {known} (line {number:,})")
        texts.append(text)
        marked += [number] * is_utf8
        other += [number] * is_other
    if not marked:
        return Decoded("".join(texts), known, b"", f"{name} is not UTF-8 (byte {first:,}): read as {known}")
    guess = (
        f"{name} is of mixed encodings: read line by line, {len(other):,} of them (the first is line {other[0]:,}) as"
        f" {known}; the result is UTF-8"
    )
    return Decoded("".join(texts), "utf-8", b"", guess)


def _line(line: bytes, codec: str, trouble: str) -> tuple[str, bool, bool]:
    """Read a line, and say whether there is UTF-8 in it, and whether another encoding; ASCII is in every one."""
    if line.isascii():
        return line.decode("ascii"), False, False
    try:
        return line.decode("utf-8"), True, False
    except UnicodeDecodeError:
        if codec in ("", _ANY_1252) and _BOTH.search(line):
            pieces = _BOTH.split(line)
            texts = [piece.decode("utf-8" if n % 2 else _ANY_1252) for n, piece in enumerate(pieces)]
            return "".join(texts), True, True
        if codec:
            return line.decode(codec, "replace"), False, True
    try:
        return line.decode(FALLBACK), False, True
    except UnicodeDecodeError:
        try:  # the closing quotation mark of UTF-8 has a byte that windows-1252 lacks
            return line.decode("utf-8", _MIXED), True, True
        except UnicodeDecodeError as error:
            raise InputError(
                f"{trouble}: if you know its encoding, convert it (`iconv -f ENCODING -t UTF-8`), else take byte"
                f" {error.start + 1:,} of that line out"
            ) from error


_BOTH = re.compile(rb"([\xc2\xc3][\xa0-\xbf]|\xe2(?:\x80[\x93-\x9e\xa2\xa6\xb0\xb9\xba]|\x82\xac|\x84\xa2))")
"""Small letters with accents, signs and quotation marks of windows-1252 as UTF-8 has them. As windows-1252 they are
pairs that no text has (`Ã©`, `â€œ`): a line with one that is not UTF-8 is of both. Capitals are left out (`PÅ’`)."""
_MIXED = "restore.windows-1252"


def _as_1252(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that are no UTF-8 as windows-1252; raises if they are not that either."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    try:
        return error.object[error.start : error.end].decode(FALLBACK), error.end
    except UnicodeDecodeError:
        raise error from None


codecs.register_error(_MIXED, _as_1252)


def _is_binary(data: bytes) -> bool:
    """Return whether control characters (NUL above all) are too many for a text."""
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls > max(1, _CONTROL_SHARE * len(sample))
