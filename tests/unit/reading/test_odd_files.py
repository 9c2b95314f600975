"""Files as they come: cut off, with broken parts, behind links, closed folders and chained URLs."""

from __future__ import annotations

import gzip
import http.server
import io
import os
import threading
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from restore.reading import Row, Unread, read_rows
from restore.reading.columns import read_tables, table_rows
from restore.reading.rows import find_files, kind_of

LINES = b"".join(b'{"id": "%d", "text": "Text %d."}\n' % (n, n * n) for n in range(3_000))
PAGE = b"<html><head><title>Page</title></head><body><p>Text of a page.</p></body></html>"


def rows(*paths: Path | str) -> list[Row | Unread]:
    return list(read_rows([str(p) for p in paths]))


def kinds(found: list[Row | Unread]) -> list[str]:
    return [type(row).__name__ for row in found]


@pytest.mark.parametrize("cut", [1, 5, 2_000])
def test_truncated_zstandard_gives_its_beginning_and_an_error_row(tmp_path: Path, cut: int) -> None:
    zstandard = pytest.importorskip("zstandard", reason="reading .zst needs the extra index")
    data = zstandard.ZstdCompressor(write_checksum=True).compress(LINES)
    path = tmp_path / "a.jsonl.zst"
    path.write_bytes(data + data[:-cut])
    found = rows(path)
    assert len(found) > 3_000 and kinds(found).count("Unread") == 1
    error = found[-1]
    assert isinstance(error, Unread) and "truncated" in error.error


def test_zstandard_of_many_frames_and_a_long_window_is_read(tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard", reason="reading .zst needs the extra index")
    small = [zstandard.ZstdCompressor().compress(line) for line in LINES.splitlines(keepends=True)]
    skipped = b"\x50\x2a\x4d\x18\x03\0\0\0abc"
    long = zstandard.ZstdCompressionParameters.from_level(3, window_log=29, enable_ldm=True)
    made = zstandard.ZstdCompressor(compression_params=long).compressobj()
    path = tmp_path / "a.jsonl.zst"
    path.write_bytes(skipped + b"".join(small) + skipped + made.compress(LINES) + made.flush())
    assert kinds(rows(path)) == ["Row"] * 6_000


def test_a_text_that_begins_like_bzip2_is_a_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("BZh91 is no magic number.")
    (row,) = rows(tmp_path)
    assert isinstance(row, Row) and row.values["text"] == "BZh91 is no magic number."


def test_a_folder_is_read_with_its_links_and_each_file_once(tmp_path: Path) -> None:
    folder, other = tmp_path / "in", tmp_path / "other"
    (folder / "deep").mkdir(parents=True)
    other.mkdir()
    (other / "b.jsonl.gzip").write_bytes(gzip.compress(b'{"text": "B."}\n'))
    (folder / "deep" / "c.txt").write_text("C.")
    (folder / "a").symlink_to(other)
    (folder / "again").symlink_to(folder / "deep")
    (folder / "deep" / "up").symlink_to(folder)
    (folder / "self.txt").symlink_to("self.txt")
    (folder / "gone.txt").symlink_to("nowhere.txt")
    os.mkfifo(folder / "pipe.txt")
    found = rows(folder)
    assert [r.values["text"] if isinstance(r, Row) else Path(r.where).name for r in found] == [
        "B.", "C.", "gone.txt", "self.txt"
    ]  # fmt: skip


def test_a_closed_folder_in_a_folder_is_an_error_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("closed", "open"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text("A.")
    listed, scanned = os.listdir, os.scandir

    def guarded(real: object) -> object:
        def call(path: str) -> object:
            if str(path).endswith("closed"):
                raise PermissionError(13, "Permission denied", str(path))
            return real(path)  # type: ignore[operator]

        return call

    monkeypatch.setattr(os, "listdir", guarded(listed))  # the tests may run as a user whom nothing is closed to
    monkeypatch.setattr(os, "scandir", guarded(scanned))
    closed, open_ = rows(tmp_path)
    assert isinstance(closed, Unread) and "Permission denied" in closed.error
    assert isinstance(open_, Row)


def test_a_folder_without_the_right_to_enter_is_an_error_row(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("nothing is closed to root")
    (tmp_path / "closed").mkdir()
    (tmp_path / "closed" / "a.txt").write_text("A.")
    try:
        for mode in (0o400, 0o000):
            (tmp_path / "closed").chmod(mode)
            assert kinds(rows(tmp_path)) == ["Unread"]
    finally:
        (tmp_path / "closed").chmod(0o700)


def test_chained_urls_name_the_files_in_an_archive(tmp_path: Path) -> None:
    pytest.importorskip("fsspec", reason="URLs need the extra batch")
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("d/a.jsonl", '{"text": "A."}\n')
        archive.writestr("d/b.txt", "B.")
    for place in ("zip://d/*.*", "zip://d", "zip://"):
        url = f"{place}::{tmp_path}/z.zip"
        assert list(find_files([url])) == [f"zip://d/{n}::{tmp_path}/z.zip" for n in ("a.jsonl", "b.txt")]
        assert [r.values["text"] for r in rows(url) if isinstance(r, Row)] == ["A.", "B."]
    assert kind_of("zip://d/a.csv::s3://bucket/z.zip") == "csv"
    assert kind_of("simplecache::s3://bucket/a.jsonl.gz") == "jsonl"


def test_the_host_of_a_url_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("fsspec", reason="URLs need the extra batch")
    from fsspec.implementations.ftp import FTPFileSystem

    from restore.reading import opening

    monkeypatch.setattr(FTPFileSystem, "_connect", lambda self: setattr(self, "ftp", None))
    monkeypatch.setattr(FTPFileSystem, "isdir", lambda *_: True)
    monkeypatch.setattr(FTPFileSystem, "find", lambda *_: ["/dir/a.txt"])
    monkeypatch.setattr(FTPFileSystem, "__del__", lambda *_: None, raising=False)
    assert list(opening.url_files("ftp://user:word@host:2121/dir", kind_of)) == ["ftp://user:word@host:2121/dir/a.txt"]


def parquet_file(path: Path, column: str = "text") -> list[int]:
    """Write six row groups of ten rows; give where the texts of each end."""
    arrow = pytest.importorskip("pyarrow", reason="Parquet needs the extra batch")
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet needs the extra batch")
    table = arrow.table({"id": list(range(60)), column: [f"Text {n}." * 9 for n in range(60)]})
    parquet.write_table(table, path, row_group_size=10, compression="gzip", use_dictionary=False)
    meta = parquet.ParquetFile(path).metadata
    columns = [meta.row_group(n).column(1) for n in range(6)]
    return [column.data_page_offset + column.total_compressed_size for column in columns]


def test_row_groups_behind_a_broken_one_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    places = parquet_file(path)
    data = bytearray(path.read_bytes())
    for group in (1, 5):
        data[places[group] - 40 : places[group] - 20] = b"\xff" * 20
    path.write_bytes(data)
    found = rows(path)
    assert kinds(found) == [*["Row"] * 10, "Unread", *["Row"] * 30, "Unread"]
    assert [r.values["id"] for r in found if isinstance(r, Row)] == [*range(10), *range(20, 50)]
    assert found[11].where.endswith("row 21")
    first = found[10]
    assert isinstance(first, Unread) and first.lost == 10
    assert "row 11" in first.error and "row group 2 of 6" in first.error and "10 of its rows are lost" in first.error


def test_columns_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow", reason="Parquet needs the extra batch")
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet needs the extra batch")
    parquet.write_table(arrow.table([["a"], ["b"]], names=["text", "text"]), tmp_path / "a.parquet")
    (row,) = rows(tmp_path)
    assert isinstance(row, Row) and row.values == {"text": "a", "text_2": "b"}


def test_values_that_python_cannot_hold_are_strings(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow", reason="Parquet needs the extra batch")
    far = arrow.array([10**17, None, 0], arrow.timestamp("ms"))
    wrong = arrow.array([b"caf\xe9", b"ok", None], arrow.binary())
    table = arrow.table(
        {
            "t": far,
            "l": arrow.array([[10**17], [], None], arrow.list_(arrow.timestamp("ms"))),
            "s": arrow.StructArray.from_arrays([far], ["in"]),
            "x": arrow.Array.from_buffers(arrow.string(), 3, wrong.buffers()),
        }
    )
    first, _, last = table_rows(table)
    assert first == {"t": "3170843-11-07T09:46:40.000", "l": [first["t"]], "s": {"in": first["t"]}, "x": "caf\u00e9"}
    assert last["t"].year == 1970 and last["x"] is None


def test_texts_in_columns_of_bytes_are_texts(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow", reason="Parquet needs the extra batch")
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet needs the extra batch")
    from restore.reading import Article, read_articles

    parquet.write_table(arrow.table({"text": [b"Caf\xc3\xa9", b"\x00\x01\x02\xff"]}), tmp_path / "a.parquet")
    good, bad = read_articles([str(tmp_path)])
    assert isinstance(good, Article) and good.text == "Caf\u00e9" and isinstance(bad, Unread)


@pytest.fixture
def faulty(tmp_path: Path) -> Iterator[tuple[str, list[int]]]:
    """Serve a Parquet file; the numbers are the requests that get an answer, counted down."""
    path = tmp_path / "a.parquet"
    parquet_file(path)
    data, left = path.read_bytes(), [10**6]

    class Faulty(http.server.BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Accept-Ranges", "bytes")
            self.end_headers()

        def do_GET(self) -> None:
            left[0] -= 1
            begin, _, end = self.headers.get("Range", f"bytes=0-{len(data)}")[6:].partition("-")
            part = data[int(begin) : int(end) + 1] if left[0] >= 0 else b""
            self.send_response(206 if left[0] >= 0 else 500)
            self.send_header("Content-Range", f"bytes {begin}-{int(begin) + len(part) - 1}/{len(data)}")
            self.send_header("Content-Length", str(len(part)))
            self.end_headers()
            self.wfile.write(part)

    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Faulty)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{made.server_port}/a.parquet", left
    made.shutdown()
    made.server_close()


def test_a_server_that_fails_gives_an_error_row(faulty: tuple[str, list[int]]) -> None:
    pytest.importorskip("aiohttp", reason="URLs need the extra batch")
    url, left = faulty
    assert sum(t.num_rows for t in read_tables(url, None, 7) if not isinstance(t, Unread)) == 60
    left[0] = 0
    (error,) = read_tables(url, None, 7)
    assert isinstance(error, Unread) and "500" in error.error


def record(kind: str, content_type: str, body: bytes, *, http_headers: str | None = None) -> bytes:
    if http_headers is not None:
        body = f"HTTP/1.1 200 OK\r\n{http_headers}\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: http://x.org/\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n\r\n"


def response(headers: str, body: bytes) -> bytes:
    return record("response", "application/http; msgtype=response", body, http_headers=headers)


def test_conversions_resources_and_pages_without_a_type_are_read(tmp_path: Path) -> None:
    pytest.importorskip("fastwarc", reason="web archives need the extra batch")
    path = tmp_path / "a.warc"
    path.write_bytes(
        record("warcinfo", "application/warc-fields", b"software: x\r\n")
        + record("conversion", "text/plain", "Caf\u00e9 text.".encode())
        + record("resource", "text/html", PAGE)
        + record("resource", "image/png", b"\x89PNG")
        + response("Server: x\r\n", b"\n <!DOCTYPE html>" + PAGE)
        + response("Server: x\r\n", b"\x89PNG")
    )
    found = [r for r in rows(path) if isinstance(r, Row)]
    assert [(r.kind, r.values.get("text")) for r in found] == [
        ("row", "Caf\u00e9 text."),
        ("page", None),
        ("page", None),
    ]
    assert all(r.values["url"] == "http://x.org/" for r in found)


def test_an_archive_without_pages_is_told(tmp_path: Path) -> None:
    pytest.importorskip("fastwarc", reason="web archives need the extra batch")
    path = tmp_path / "a.warc"
    path.write_bytes(record("resource", "image/png", b"\x89PNG"))
    (found,) = rows(path)
    assert isinstance(found, Unread) and "no page" in found.error


def test_bodies_are_unpacked_or_told_and_none_ends_the_archive(tmp_path: Path) -> None:
    pytest.importorskip("fastwarc", reason="web archives need the extra batch")
    packed = gzip.compress(PAGE)
    raw = zlib.compressobj(wbits=-15)
    chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(packed), packed)
    bodies = [
        ("gzip", packed, True),
        ("gzip", packed[:-9], False),
        ("x-gzip", gzip.compress(PAGE[:20]) + gzip.compress(PAGE[20:]), True),
        ("gzip", PAGE, True),  # unpacked by the archive, the header left
        ("deflate", zlib.compress(PAGE), True),
        ("deflate", zlib.compress(PAGE)[:-8], False),
        ("deflate", raw.compress(PAGE) + raw.flush(), True),
        ("br", b"\xff no brotli", False),
        ("unknown", PAGE, True),
        ("gzip\r\nTransfer-Encoding: chunked", chunked, True),
        ("gzip\r\nTransfer-Encoding: chunked", chunked[:-20], False),
        ("deflate", zlib.compress(b"x" * 30_000_000), False),
    ]
    path = tmp_path / "a.warc"
    path.write_bytes(
        b"".join(response(f"Content-Type: text/html\r\nContent-Encoding: {e}\r\n", body) for e, body, _ in bodies)
    )
    found = rows(path)
    assert [isinstance(row, Row) for row in found] == [good for _, _, good in bodies]
    assert all(row.values["html"].encode() == PAGE for row in found if isinstance(row, Row))


def test_a_record_that_is_cut_off_is_no_page(tmp_path: Path) -> None:
    pytest.importorskip("fastwarc", reason="web archives need the extra batch")
    path = tmp_path / "a.warc"
    path.write_bytes((response("Content-Type: text/html\r\n", PAGE) * 2)[:-30])
    first, cut, end = rows(path)
    assert isinstance(first, Row) and isinstance(cut, Unread) and isinstance(end, Unread)
    assert "cut off" in cut.error


def test_a_truncated_zstandard_archive_gives_all_before(tmp_path: Path) -> None:
    pytest.importorskip("fastwarc", reason="web archives need the extra batch")
    zstandard = pytest.importorskip("zstandard", reason="reading .zst needs the extra index")
    pages = b"".join(response("Content-Type: text/html\r\n", PAGE + b"%d" % n) for n in range(500))
    made = io.BytesIO()
    with zstandard.ZstdCompressor().stream_writer(made, closefd=False) as writer:
        for start in range(0, len(pages), 10_000):
            writer.write(pages[start : start + 10_000])
            writer.flush()
    path = tmp_path / "a.warc.zst"
    path.write_bytes(made.getvalue()[:-40])
    found = rows(path)
    assert kinds(found).count("Row") > 450 and isinstance(found[-1], Unread)
