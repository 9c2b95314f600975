"""Web archives with a bad record: an error row for it, and whatever stands behind it."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore.reading import Row, Unread, read_rows
from restore.reading.archives import read_archive
from restore.reading.members import Members, member_stream
from restore.reading.warc_records import RecordReader

pytest.importorskip("fastwarc", reason="web archives need the extra batch")


def page(number: int) -> bytes:
    return f"<html><body><p>Page {number}. {'Words. ' * 20}</p></body></html>".encode()


def record(number: int, length: int = 0, first: str = "WARC/1.0", end: str = "\r\n") -> bytes:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page(number)
    lines = [
        first,
        "WARC-Type: response",
        f"WARC-Record-ID: <urn:uuid:{number}>",
        "Content-Type: application/http; msgtype=response",
        f"Content-Length: {len(block) + length}",
    ]
    return (end.join(lines) + end * 2).encode() + block + (end * 2).encode()


def ids(found: list[Row | Unread]) -> list[str]:
    return [row.values["id"][-1] if isinstance(row, Row) else "!" for row in found]


def read(data: bytes) -> list[Row | Unread]:
    return list(read_archive(io.BufferedReader(io.BytesIO(data)), "a.warc"))  # type: ignore[arg-type]


BAD: dict[str, bytes] = {
    "length too long": record(1, 40),
    "length far too long": record(1, 10**7),
    "length beyond all that is read": record(1, 10**11),
    "length too short": record(1, -40),
    "length of nothing": record(1, 0).replace(b"Content-Length: 2", b"Content-Length: 0"),
    "no length": record(1).replace(b"Content-Length", b"Content-Lenght"),
    "length that is no number": record(1).replace(b"Content-Length: ", b"Content-Length: x"),
    "negative length": record(1).replace(b"Content-Length: ", b"Content-Length: -"),
    "broken first line": record(1, first="WRAC/1.0"),
    "no first line": record(1, first=""),
    "garbage": b"\x00\xff garbage\r\n\r\n and more" * 3 + b"\r\n\r\n",
    "header without end": b"WARC/1.0\r\nWARC-Type: response\r\n",
    "cut off in the middle": record(1)[:-60] + b"\r\n",
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_record_is_an_error_row_and_the_next_ones_are_read(name: str) -> None:
    found = read(record(0) + BAD[name] + record(2) + record(3))
    assert ids(found) == ["0", "!", "2", "3"]
    bad = found[1]
    assert isinstance(bad, Unread) and bad.error.startswith("a.warc, record 2 is broken: it") and not bad.rest
    assert ids(read(BAD[name] + record(2)))[1:] == ["2"]
    assert ids(read(record(0) + BAD[name] * 2 + record(2)))[-1] == "2"


def test_wherever_a_record_is_cut_off_the_one_that_stands_right_behind_is_read() -> None:
    whole = record(1, 5_000)[:-4] + b"x" * 5_000  # longer than those behind it: no accident makes its length right
    for size in (*range(600), 2_000, len(whole) - 1):
        found = ids(read(record(0) + whole[:size] + record(2) + record(3)))
        assert found == ["0", *"!" * bool(size), "2", "3"], size


def test_what_only_looks_like_a_record_is_part_of_the_page() -> None:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>\n" + record(7) + b"</html>"
    head = b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:5>\r\nContent-Type: application/http\r\n"
    whole = head + b"Content-Length: %d\r\n\r\n" % len(block) + block + b"\r\n\r\n"
    assert ids(read(record(0) + whole + record(2))) == ["0", "5", "2"]


@pytest.mark.parametrize("blanks", [b"", b"\n", b"\r\n", b"\r\n\r\n\r\n\r\n"])
def test_other_line_ends_and_blank_lines_are_no_fault(blanks: bytes) -> None:
    data = b"".join(record(n, end=end) + blanks for n, end in enumerate(("\r\n", "\n", "\r\n")))
    assert ids(read(blanks + data)) == ["0", "1", "2"]


def lines(given: list[str], ends: tuple[str, str]) -> bytes:
    """Return a header whose lines, and the blank one behind them, end in one way and the other by turns."""
    return "".join(line + ends[n % 2] for n, line in enumerate([*given, ""])).encode()


@pytest.mark.parametrize("odd", [("\n", "\n"), ("\r\n", "\n"), ("\n", "\r\n")])
@pytest.mark.parametrize("where", ["record", "http", "both"])
@pytest.mark.parametrize("more", [[], ["Server: x"]])
def test_headers_with_bare_line_feeds_keep_page_and_fields(odd: tuple[str, str], where: str, more: list[str]) -> None:
    usual = ("\r\n", "\r\n")
    body = "<html><body><p>Caf\xe9 one.</p>\n\n<p>Two.</p></body></html>\n".encode("cp1252")
    http = ["HTTP/1.1 200 OK", "Content-Type: text/html; charset=windows-1252", *more]
    block = lines(http, odd if where != "record" else usual) + body
    head = ["WARC/1.0", "WARC-Type: response", "WARC-Record-ID: <urn:uuid:1>", "WARC-Target-URI: http://x/", *more]
    head += ["Content-Type: application/http; msgtype=response", f"Content-Length: {len(block)}"]
    whole = lines(head, odd if where != "http" else usual) + block + b"\r\n\r\n"
    found = read(record(0) + whole + record(2))
    assert ids(found) == ["0", "1", "2"]
    assert isinstance(found[1], Row)
    assert found[1].values["url"] == "http://x/"
    assert found[1].values["html"] == body.decode("cp1252")


def flipped(member: bytes) -> bytes:
    middle = len(member) // 2
    return member[:middle] + bytes(b ^ 0xFF for b in member[middle : middle + 8]) + member[middle + 8 :]


HARM: dict[str, Callable[[bytes], bytes]] = {
    "flipped": flipped,
    "cut off": lambda member: member[:-30],
    "its first bytes are gone": lambda member: member[5:],
    "its checksum is wrong": lambda member: member[:-8] + b"\0\0\0\0" + member[-4:],
    "garbage": lambda _: b"no member at all \x1f\x8b\x08 really",
    "a false beginning": lambda member: flipped(member) + b"\x1f\x8b\x08\x00" + b"\x07" * 20,
}


@pytest.mark.parametrize("harm", HARM)
@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_a_broken_member_is_an_error_row_and_the_next_ones_are_read(tmp_path: Path, harm: str, kind: str) -> None:
    def pack(data: bytes) -> bytes:
        if kind == "gz":
            return gzip.compress(data)
        zstandard = pytest.importorskip("zstandard", reason="reading .zst needs the extra index")
        return zstandard.ZstdCompressor(write_checksum=True).compress(data)

    path = tmp_path / f"a.warc.{kind}"
    path.write_bytes(pack(record(0)) + HARM[harm](pack(record(1))) + pack(record(2)) + pack(record(3)))
    found = list(read_rows([str(path)]))
    assert [i for i in ids(found) if i != "!"] in (["0", "2", "3"], ["0", "1", "2", "3"])
    assert 1 <= ids(found).count("!") <= 2
    assert any(isinstance(row, Unread) and "compressed member is broken" in row.error for row in found)


def test_a_big_broken_member_and_padding() -> None:
    from contextlib import ExitStack

    noise = "".join(f"{n * n} " for n in range(400_000)).encode()
    big = gzip.compress(b"WARC/1.0\r\nContent-Length: %d\r\n\r\n" % len(noise) + noise + b"\r\n\r\n")
    data = gzip.compress(record(0)) + b"\0" * 100 + flipped(big) + gzip.compress(record(2))
    with ExitStack() as stack:
        stream = member_stream(io.BytesIO(data), stack)
        assert isinstance(stream.raw, Members)  # type: ignore[attr-defined]
        assert ids(list(read_archive(stream, "a"))) == ["0", "!", "2"]


PIECES = st.lists(
    st.one_of(st.sampled_from([*BAD.values(), b"\r\n", b"x\n"]), st.integers(0, 9).map(record), st.binary(max_size=30)),
    max_size=8,
)


@given(PIECES)
@settings(max_examples=60, deadline=None)
def test_whatever_stands_before_it_a_good_record_behind_a_line_end_is_read(pieces: list[bytes]) -> None:
    found = read(b"".join(pieces) + b"\r\n\r\n" + record(8) + record(9))
    assert ids(found)[-1] == "9"
    sizes = [raw.size for raw in RecordReader(io.BufferedReader(io.BytesIO(b"".join(pieces))))]  # type: ignore[arg-type]
    assert sum(sizes) <= len(b"".join(pieces))
