"""Reading texts from files and stdin: whatever is wrong with one becomes an `InputError` that names it."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from restore.cli.messages import say
from restore.errors import InputError
from restore.reading import encodings
from restore.reading.compressed import READ_ERRORS, plain_stream
from restore.reading.html import extract
from restore.reading.lines import LONGEST_ITEM
from restore.reading.rows import kind_of
from restore.records import Origin

STDIN = "-"
_ERRORS: tuple[type[Exception], ...] = (*READ_ERRORS, ValueError)
"""What reading raises: broken compression, and names that no file can have."""
_BYTES_PER_CHARACTER = 4
"""At most, in UTF-8, UTF-16 and UTF-32."""


@dataclass(frozen=True, slots=True)
class SourceText:
    """A text as read: its name for messages, and all that is needed to write it back byte for byte."""

    name: str
    text: str
    encoding: str
    mark: bytes = b""

    @property
    def origin(self) -> Origin:
        """What a plan says of the file."""
        return Origin(self.name, self.encoding, bool(self.mark))

    def encode(self, text: str) -> bytes:
        """Return the bytes of a text in the encoding of this one, byte order mark included.

        What that encoding lacks makes the result UTF-8; that is said on stderr.
        """
        try:
            return self.mark + text.encode(self.encoding)
        except UnicodeEncodeError as error:
            missing = error.object[error.start : error.start + 1]
            say(f"warning: {self.name} is {self.encoding}, which lacks {missing!a}: the result is written as utf-8")
            return text.encode("utf-8")


def read_text(path: str, limit: int) -> SourceText:
    """Read a text of at most `limit` characters from a file, or from stdin for `-`.

    Line ends stay as they are. The encoding is that of the byte order mark, else UTF-8, else windows-1252 with a
    warning on stderr. What is compressed is unpacked; of a page of HTML, by the name of the file, the text is its
    article, in UTF-8. Raises `InputError` if the input is missing, unreadable, binary, empty or too long.
    """
    name = "standard input" if path == STDIN else path
    page = kind_of(path) == "html"
    data = read_bytes(path, LONGEST_ITEM if page else limit * _BYTES_PER_CHARACTER + _BYTES_PER_CHARACTER)
    return text_of(_article(data, path) if page and data else data, name, limit)


def _article(page: bytes, path: str) -> bytes:
    """Return the article on a page; raises `InputError` if none is found."""
    found = encodings.decode_page(page, path)
    if found.guess:
        say(f"warning: {found.guess}")
    return extract(found.text, path).text.encode("utf-8", "replace")


def text_of(data: bytes | None, name: str, limit: int) -> SourceText:
    """Return what was read under a name as a text of at most `limit` characters, in the manner of `read_text`.

    None stands for more bytes than such a text can have.
    """
    if data is None:
        raise _too_long(name, f"more than {limit * _BYTES_PER_CHARACTER:,} bytes", limit)
    source = decode(data, name)
    if not source.text.strip():
        raise InputError(f"{name} holds no text" + (" (only white space)" if source.text else " (it is empty)"))
    if len(source.text) > limit:
        raise _too_long(name, f"{len(source.text):,} characters", limit)
    return source


def read_bytes(path: str, limit: int) -> bytes | None:
    """Read a file, or stdin for `-`, unpacked if it is compressed; None if that is more than `limit` bytes.

    Raises `InputError`.
    """
    try:
        if path == STDIN:
            if sys.stdin is None:
                raise InputError("standard input is closed: name a file, or pipe a text in")
            return _bounded(sys.stdin.buffer, limit)
        if Path(path).is_dir():
            raise InputError(f"{path} is a folder: name a file in it")
        with Path(path).open("rb") as file:
            return _bounded(file, limit)
    except FileNotFoundError as error:
        raise InputError(f"{path} does not exist: check the name and the folder") from error
    except PermissionError as error:
        raise InputError(f"{path} may not be read: check its permissions") from error
    except _ERRORS as error:
        raise InputError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error


def decode(data: bytes, name: str) -> SourceText:
    """Decode a text; raises `InputError` if it is binary or fits no encoding, and says on stderr if it had to guess."""
    found = encodings.decode(data, name)
    if found.guess:
        say(f"warning: {found.guess}")
    return SourceText(name, found.text, found.encoding, found.mark)


def _bounded(file: BinaryIO, limit: int) -> bytes | None:
    with ExitStack() as stack:
        data = plain_stream(file, stack).read(limit + 1)
    return data if len(data) <= limit else None


def _too_long(name: str, size: str, limit: int) -> InputError:
    return InputError(
        f"{name} is too long: {size}, the limit is {limit:,} characters; split it, or raise `max_characters` in a file"
        " given with --config"
    )
